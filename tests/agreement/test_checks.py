"""What breaks in the terms, where, and by how much."""

from dataclasses import replace
from datetime import date

import pytest

from cordee.agreement import Cell, PartyRole, Terms
from cordee.agreement.breaks import Break, Code, Means, NoticeDemands, PartyFacts, Year
from cordee.agreement.checks import breaks
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.reservation import Reservation
from tests.agreement.makers import MARCH, party, whole

ON = date(2026, 11, 26)
BASE = whole()


def found(
    terms: Terms = BASE, asked: NoticeDemands | None = None, **facts: PartyFacts
) -> dict[Code, Break]:
    known = {key.removeprefix("p"): each for key, each in facts.items()}
    return {each.code: each for each in breaks(terms, known, asked or NoticeDemands(), on=ON)}


def means(**values: object) -> PartyFacts:
    return PartyFacts(name="Les Jardins", means={7: Means(**values)})  # type: ignore[arg-type]


def test_a_sound_split_breaks_nothing() -> None:
    assert found() == {}


def test_a_cent_too_much_is_said_to_the_cent() -> None:
    terms = BASE.with_cell(replace(BASE.cell("1", "01"), cents=60_000_01))
    broken = found(terms)[Code.PRICE]
    assert (broken.line, broken.by) == ("01", 1)
    assert broken.text == "Travaux 01 : 0,01\u202f€ de trop."


def test_work_that_nobody_takes_is_shown_and_stops_nothing() -> None:
    terms = BASE.with_cell(replace(BASE.cell("1", "01"), cfte=40))
    broken = found(terms)[Code.WORK]
    assert broken.by == -200
    assert not broken.blocks


def test_hours_of_a_lot_are_counted_over_its_lines() -> None:
    assert Code.HOURS not in found(asked=NoticeDemands(hours_by_lot={"1": 300}))
    assert found(asked=NoticeDemands(hours_by_lot={"1": 310}))[Code.HOURS].by == -10


def test_a_line_shared_in_a_conjoint_group_says_who_does_what_of_it() -> None:
    """RULE-19: a service has one owner; two who tell their parts apart own one each."""
    untold = BASE.with_cell(replace(BASE.cell("1", "01"), work=None))
    broken = found(untold)[Code.SHARED_LINE]
    # Our own reading of R2142-20: it is said as such, and stops nobody.
    assert (broken.line, broken.by, broken.blocks) == ("01", 1, False)
    assert "Lecture de Cordée" in broken.text
    for form in (None, GroupForm.SOLIDAIRE):
        assert Code.SHARED_LINE not in found(replace(untold, form=form))
    led = replace(untold, form=GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE)
    assert Code.SHARED_LINE in found(led)
    one = untold.with_cell(Cell(party="2", line="01"))
    assert Code.SHARED_LINE not in found(one)
    # Whoever works for a member shares nothing with it.
    helped = BASE.with_cell(Cell(party="3", line="02", cents=10_000_00))
    assert Code.SHARED_LINE not in found(helped)


def test_one_member_is_no_group() -> None:
    alone = replace(BASE, parties=(BASE.parties[1],), cells=tuple(BASE.cells_of("2")))
    assert Code.TOO_FEW in found(alone)


def test_two_establishments_are_one_member() -> None:
    twin = replace(BASE, parties=(*BASE.parties, party("4", siren=BASE.parties[0].siren)))
    assert Code.SAME_SIREN in found(twin)


def test_the_form_that_the_buyer_imposes() -> None:
    form = found(asked=NoticeDemands(imposed_form=GroupForm.SOLIDAIRE))[Code.FORM]
    assert not form.blocks, "required of the holder, never to apply"
    assert "R2142-22" in form.text
    assert Code.FORM not in found(asked=NoticeDemands(imposed_form=GroupForm.CONJOINT))


def test_a_notice_that_forbids_groups() -> None:
    banned = found(asked=NoticeDemands(forbids_groups=True))[Code.GROUP_FORBIDDEN]
    assert not banned.blocks, "a question to the buyer, not a stop"
    assert "R2142-19" in banned.text


def test_a_company_has_no_place_on_a_reserved_lot_even_as_a_subcontractor() -> None:
    """RULE-15."""
    broken = found(asked=NoticeDemands(reserved={"2": Reservation.INSERTION}))[Code.NOT_ELIGIBLE]
    assert (broken.party, broken.line) == ("3", "02")
    assert "L2113-13" in broken.text
    assert "confirmer" in broken.text


def test_a_company_has_its_place_there_as_a_future_employer() -> None:
    employer = replace(BASE.parties[2], role=PartyRole.EMPLOYER)
    terms = replace(
        BASE,
        parties=(*BASE.parties[:2], employer),
        cells=tuple(cell for cell in BASE.cells if cell.party != "3"),
    )
    assert found(terms, NoticeDemands(reserved={"2": Reservation.INSERTION})) == {}


def test_only_its_trade_lets_a_structure_supply_staff() -> None:
    """RULE-40."""
    supplier = replace(BASE.parties[2], role=PartyRole.STAFFING)
    assert Code.NOT_A_SUPPLIER in found(replace(BASE, parties=(*BASE.parties[:2], supplier)))
    supplier = replace(supplier, kind=Kind.ETTI)
    assert Code.NOT_A_SUPPLIER not in found(replace(BASE, parties=(*BASE.parties[:2], supplier)))


def test_nobody_subcontracts_more_than_it_has() -> None:
    terms = BASE.with_cell(replace(BASE.cell("3", "02"), cents=50_000_02))
    assert found(terms)[Code.OVER_MEMBER].by == 1


def test_a_contract_is_never_subcontracted_whole() -> None:
    behind = party("4", role=PartyRole.SUBCONTRACTOR, of="1")
    cells = [*BASE.cells, Cell(party="4", line="01", cents=60_000_00)]
    cells = [replace(c, cents=50_000_01) if c.at == ("3", "02") else c for c in cells] + [
        Cell(party="3", line="01", cents=40_000_00)
    ]
    terms = replace(BASE, parties=(*BASE.parties, behind), cells=tuple(cells))
    assert Code.ALL_SUBCONTRACTED in found(terms)


def test_capacity_of_a_month_is_passed_by_so_much() -> None:
    free = {MARCH + n: 240 for n in range(8)} | {MARCH + 3: 200}
    broken = found(p1=means(cfte_by_month=free))[Code.CAPACITY]
    assert (broken.by, broken.month) == (40, MARCH + 3)
    assert broken.is_private


def test_a_month_that_is_unknown_breaks_nothing() -> None:
    assert found(p1=means(cfte_by_month={MARCH: 240})) == {}
    assert found(p1=means(cfte_by_month=None)) == {}


@pytest.mark.parametrize(("headroom", "over"), [(60_000_00, None), (59_999_99, 1), (None, None)])
def test_the_ceiling_is_kept_to_the_cent(headroom: int | None, over: int | None) -> None:
    year = Year(first_month=2027 * 12, months=12, headroom_cents=headroom)
    broken = found(p1=means(is_capped=True, years=(year,))).get(Code.CEILING)
    assert (None if broken is None else broken.by) == over


def test_receipts_of_two_years_are_shared_by_months() -> None:
    """Eight months from March: two of them after the end of an accounting year in April."""
    years = (
        Year(first_month=2026 * 12 + 4, months=12, headroom_cents=15_000_00),
        Year(first_month=2027 * 12 + 4, months=12, headroom_cents=44_999_99),
    )
    broken = found(p1=means(is_capped=True, years=years))[Code.CEILING]
    assert (broken.by, broken.month) == (1, 2027 * 12 + 4)


def test_what_is_paid_on_is_no_receipt() -> None:
    """A member that is capped counts what it keeps, its subcontractor's part left out."""
    year = Year(first_month=2027 * 12, months=12, headroom_cents=80_000_01)
    assert found(p2=means(is_capped=True, years=(year,))) == {}
    year = replace(year, headroom_cents=80_000_00)
    assert found(p2=means(is_capped=True, years=(year,)))[Code.CEILING].by == 1


def test_months_stay_within_those_of_the_line() -> None:
    terms = BASE.with_cell(replace(BASE.cell("1", "01"), first_month=MARCH - 1))
    assert Code.MONTHS in found(terms, p1=means())
