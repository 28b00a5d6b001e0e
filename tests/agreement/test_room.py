"""What is left of the means of a party, to the cent and to the hundredth."""

from dataclasses import replace

import pytest

from cordee.agreement.breaks import Code, Means, NoticeDemands, PartyFacts, Year
from cordee.agreement.checks import breaks
from cordee.agreement.limits import (
    RemainingMeans,
    cells_by_chantier,
    months_of,
    receipts_of,
    remaining_means,
    years_of,
)
from cordee.agreement.model import Cell
from tests.agreement.makers import MARCH, line, whole
from tests.composing.conftest import DAY


def facts(headroom: int | None, cfte: int) -> PartyFacts:
    year = Year(first_month=MARCH - 2, months=12, headroom_cents=headroom)
    means = Means(cfte_by_month={MARCH + n: cfte for n in range(8)}, is_capped=True, years=(year,))
    return PartyFacts(name="Elle", means={1: means})


def test_what_is_left_is_what_the_checks_count() -> None:
    terms = whole()
    for headroom in (59_999_99, 60_000_00, 60_000_01):
        for cfte in (239, 240, 241):
            known = {"1": facts(headroom, cfte)}
            room = remaining_means(terms, "1", known["1"])
            assert (room.cents, room.cfte) == (headroom - 60_000_00, cfte - 240)
            found = {each.code for each in breaks(terms, known, NoticeDemands(), on=DAY)}
            assert (Code.CEILING in found) is ((room.cents or 0) < 0)
            assert (Code.CAPACITY in found) is ((room.cfte or 0) < 0)


def test_each_limit_is_free_less_what_the_share_takes() -> None:
    terms = whole()
    known = facts(60_000_01, 250)
    cells = cells_by_chantier(terms, "1", known)
    (year,) = years_of(terms, cells, known)
    assert (year.headroom_cents, year.taken_cents, year.left_cents) == (60_000_01, 60_000_00, 1)
    months = months_of(terms, cells, known)
    tightest = min(months, key=lambda each: each.left_cfte)
    assert (tightest.free_cfte, tightest.taken_cfte, tightest.left_cfte) == (250, 240, 10)
    unsaid = facts(None, 250)
    (year,) = years_of(terms, cells_by_chantier(terms, "1", unsaid), unsaid)
    assert (year.headroom_cents, year.taken_cents, year.left_cents) == (None, 60_000_00, None)


def test_what_others_do_for_a_member_uses_neither_its_ceiling_nor_its_crews() -> None:
    terms = whole()
    # The second holds 90 000,01 € and 5,6 ETP; a company does 10 000 € and 0,8 ETP of it.
    room = remaining_means(terms, "2", facts(80_000_01, 480))
    assert (room.cents, room.cfte) == (0, 0)
    found = breaks(terms, {"2": facts(80_000_01, 480)}, NoticeDemands(), on=DAY)
    assert not {Code.CEILING, Code.CAPACITY} & {each.code for each in found}


def test_what_nobody_told_is_not_counted() -> None:
    empty = replace(whole(), cells=())
    assert remaining_means(empty, "1", PartyFacts(name="Elle")) == RemainingMeans(is_capped=False)
    assert remaining_means(empty, "1", facts(None, 100)).cents is None
    assert remaining_means(empty, "1", facts(5, 100)) == RemainingMeans(
        is_capped=True, cents=5, first_month=MARCH - 2, cfte=100, month=MARCH
    )


@pytest.mark.parametrize("cents", [0, 1, 100_000, 100_001])
def test_years_that_follow_one_another_add_up_to_the_cent(cents: int) -> None:
    """An amount over 25 months, whatever the month that it begins in."""
    for start in range(12):
        work = line("01", first_month=MARCH + start, months=25)
        cells = [Cell(party="1", line="01", cents=cents, cfte=0)]
        terms = whole(lines=(work,), cells=tuple(cells))
        years = [Year(first_month=MARCH + 12 * n, months=12, headroom_cents=None) for n in range(4)]
        assert sum(receipts_of(terms, cells, year) for year in years) == cents
