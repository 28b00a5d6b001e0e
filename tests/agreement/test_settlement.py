"""Common costs between partners: no cent is lost, and no payment could be spared."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement.settlement import Transfer, balances, once_paid, transfers

CENTS = st.integers(min_value=0, max_value=10_000_000)
PARTNERS = st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=6)


def least(owed: list[int]) -> int:
    """The fewest payments, by trying every way to take a balanced group out."""
    rest = [each for each in owed if each]
    if not rest:
        return 0
    found = len(rest) - 1
    for size in range(2, len(rest)):
        # The first one is in some group: only groups that hold it are tried.
        for others in combinations(range(1, len(rest)), size - 1):
            group = [rest[0], *(rest[n] for n in others)]
            if sum(group) == 0:
                left = [rest[n] for n in range(1, len(rest)) if n not in others]
                found = min(found, size - 1 + least(left))
    return found


@given(PARTNERS)
def test_what_was_paid_is_borne_to_the_cent(rows):
    paid = {f"p{n}": cents for n, (cents, _) in enumerate(rows)}
    shares = {f"p{n}": share for n, (_, share) in enumerate(rows)}
    owed = balances(paid, shares)
    assert sum(owed.values()) == 0
    whole = sum(shares.values())
    for key, share in shares.items():
        exact = sum(paid.values()) * (share if whole else 1) / (whole or len(shares))
        assert abs(paid[key] - owed[key] - exact) < 1


@given(st.lists(st.integers(min_value=-6, max_value=6), max_size=7))
def test_transfers_settle_everybody_with_the_fewest(cents):
    owed = {f"p{n}": each for n, each in enumerate([*cents, -sum(cents)])}
    found = transfers(owed)
    assert all(each.cents > 0 for each in found)
    assert not any(once_paid(owed, found).values())
    assert len(found) == least(list(owed.values()))
    assert found == transfers(owed)


@given(PARTNERS, st.data())
def test_costs_noted_after_some_payments_are_settled_to_the_cent(rows, data):
    """Some transfers are paid, more costs come, the shares change: what is left is settled too."""
    keys = [f"p{n}" for n in range(len(rows))]
    paid = {key: cents for key, (cents, _) in zip(keys, rows, strict=True)}
    shares = {key: share for key, (_, share) in zip(keys, rows, strict=True)}
    done = [each for each in transfers(balances(paid, shares)) if data.draw(st.booleans())]
    later = {key: paid[key] + data.draw(CENTS) for key in keys}
    other = {key: data.draw(CENTS) for key in keys}
    left = once_paid(balances(later, other), done)
    assert sum(left.values()) == 0
    assert not any(once_paid(left, transfers(left)).values())


def test_two_pairs_that_balance_need_two_payments_and_not_three():
    owed = {"a": 500, "b": 300, "c": -300, "d": -500}
    assert transfers(owed) == (Transfer("c", "b", 300), Transfer("d", "a", 500))


def test_many_partners_are_settled_by_one_payment_fewer():
    owed = {f"p{n}": n for n in range(1, 40)} | {"lead": -sum(range(1, 40))}
    found = transfers(owed)
    assert len(found) == len(owed) - 1
    assert sum(each.cents for each in found) == sum(range(1, 40))


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="no share"):
        balances({"a": 1, "b": 2}, {"a": 1})
    with pytest.raises(ValueError, match="0 or more"):
        balances({"a": -1}, {"a": 1})
    with pytest.raises(ValueError, match="must to 0"):
        transfers({"a": 1})
