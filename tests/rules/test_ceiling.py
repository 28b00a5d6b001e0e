"""Properties of the ceiling that no table of examples can show."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cordee.rules import ceiling
from cordee.rules.ceiling import CeilingStatus

ON = date(2026, 11, 25)
cents = st.integers(0, 10**9)
cost_shares = st.integers(0, 120).map(lambda n: Decimal(n) / 100)
derogations = st.none() | st.integers(31, 60).map(lambda n: Decimal(n) / 100)


@given(cents, st.integers(1, 10**9), cost_shares, derogations)
@example(8_000_000, 30_000_000, Decimal("0.9"), None)
@example(8_000_000, 30_000_000, Decimal("0.9"), Decimal("0.50"))
@settings(max_examples=100)
def test_headroom_is_the_largest_amount_that_stays_within(
    receipts: int, charges: int, cost_share: Decimal, derogation: Decimal | None
) -> None:
    headroom = ceiling.headroom_cents(
        receipts, charges, marginal_cost_share=cost_share, derogation=derogation, on=ON
    )
    assert headroom is not None

    def after(contract_cents: int) -> CeilingStatus:
        return ceiling.status(
            receipts + contract_cents,
            charges + Fraction(cost_share) * contract_cents,
            derogation=derogation,
            on=ON,
        )

    already_above = (
        ceiling.status(receipts, charges, derogation=derogation, on=ON)
        is not CeilingStatus.CONFORME
    )
    assert after(headroom) is CeilingStatus.CONFORME or (already_above and headroom == 0)
    assert after(headroom + 1) is CeilingStatus.DEPASSEMENT

    excess = ceiling.excess_cents(
        receipts, charges, marginal_cost_share=cost_share, derogation=derogation, on=ON
    )
    assert excess is not None
    assert (excess > 0) == already_above
    # Not when all charges would go with what is not sold: then nothing is left to compare.
    if already_above and charges > Fraction(cost_share) * excess:
        assert after(-excess) is CeilingStatus.CONFORME
        assert after(-excess + 1) is CeilingStatus.DEPASSEMENT


@given(
    st.integers(-(10**9), 10**9),
    st.integers(24300, 24340),
    st.integers(1, 48),
    st.integers(24290, 24340),
    st.lists(st.integers(1, 18), max_size=4),
)
@settings(max_examples=100)
def test_spreading_loses_no_cent(
    amount: int, first_month: int, months: int, first_year: int, lengths: list[int]
) -> None:
    years = [(first_year + sum(lengths[:i]), length) for i, length in enumerate(lengths)]
    spread = ceiling.spread_by_accounting_year(
        amount, first_month=first_month, months=months, accounting_years=years
    )
    assert sum(spread.by_year_cents) + spread.outside_cents == amount
    for (start, length), part in zip(years, spread.by_year_cents, strict=True):
        common = len(
            set(range(start, start + length)) & set(range(first_month, first_month + months))
        )
        assert abs(part - amount * common / months) <= 1
