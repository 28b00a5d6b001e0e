"""The chance of ending above, against every outcome counted one by one."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.economics.headroom import MOST_BIDS, Bid, chance_of_above

HALF = Fraction(1, 2)


def brute_force(room: Fraction, bids: list[Bid], *, is_inclusive: bool) -> Fraction:
    """Every set of bids won, each with its own chance; those that win a lot twice have none."""
    above = Fraction(0)
    for won in product((False, True), repeat=len(bids)):
        chance = Fraction(1)
        for lot in {bid.lot or index for index, bid in enumerate(bids)}:
            rivals = [i for i, bid in enumerate(bids) if (bid.lot or i) == lot]
            winners = [bids[i].chance for i in rivals if won[i]]
            none_won = 1 - sum(bids[i].chance for i in rivals)
            chance *= 0 if len(winners) > 1 else winners[0] if winners else none_won
        taken = sum(bid.takes_cents for bid, is_won in zip(bids, won, strict=True) if is_won)
        if taken > room or (taken == room and not is_inclusive):
            above += chance
    return above


# Few sizes and a room of their sum: the edge is met often.
bids_drawn = st.lists(
    st.builds(
        Bid,
        st.sampled_from([Fraction(1), Fraction(7, 3), Fraction(10), Fraction(9_999_999_999_999)]),
        st.integers(0, 33).map(lambda n: Fraction(n, 100)),
        st.sampled_from(["", "", "a", "b"]),
    ),
    max_size=10,
).filter(lambda bids: all(sum(b.lot == lot for b in bids) <= 3 for lot in ("a", "b")))


@given(bids_drawn, st.data(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_chance_equals_every_outcome_counted(bids, data, is_inclusive):
    some = data.draw(st.lists(st.sampled_from(bids), unique=True) if bids else st.just([]))
    room = sum((bid.takes_cents for bid in some), Fraction(0))
    found = chance_of_above(room, bids, is_inclusive=is_inclusive)
    assert found.of_above == brute_force(room, bids, is_inclusive=is_inclusive)
    assert found == chance_of_above(room, bids[::-1], is_inclusive=is_inclusive)


@pytest.mark.parametrize(("is_inclusive", "chance"), [(False, HALF), (True, Fraction(0))])
def test_a_room_taken_whole_is_above_without_derogation_and_within_with_one(is_inclusive, chance):
    bids = [Bid(Fraction(1_000_000), HALF)]
    assert chance_of_above(Fraction(1_000_000), bids, is_inclusive=is_inclusive).of_above == chance


def test_two_bids_on_one_lot_are_never_both_won():
    bids = [Bid(Fraction(6), HALF, "lot 3"), Bid(Fraction(6), HALF, "lot 3")]
    assert chance_of_above(Fraction(10), bids, is_inclusive=False).of_above == 0
    apart = [Bid(Fraction(6), HALF), Bid(Fraction(6), HALF)]
    assert chance_of_above(Fraction(10), apart, is_inclusive=False).of_above == Fraction(1, 4)


def test_chances_of_one_lot_above_one_are_refused():
    bids = [Bid(Fraction(6), Fraction(3, 5), "lot 3"), Bid(Fraction(6), HALF, "lot 3")]
    assert chance_of_above(Fraction(10), bids, is_inclusive=False) is None


def test_beyond_twenty_the_smallest_count_as_won_and_it_is_said():
    bids = [Bid(Fraction(10), HALF) for _ in range(MOST_BIDS)] + [Bid(Fraction(1), Fraction(0))] * 3
    found = chance_of_above(Fraction(202), bids, is_inclusive=True)
    assert found.counted_as_won == 3
    # All twenty at once, and three more cents than the room holds.
    assert found.of_above == Fraction(1, 2**MOST_BIDS)


def test_no_amount_is_too_large():
    huge = Fraction(2**80)
    assert chance_of_above(huge, [Bid(huge, HALF)], is_inclusive=False).of_above == HALF
