"""From terms to the rules of law, and changes of place: pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement import (
    Cell,
    Labour,
    Line,
    Party,
    PartyRole,
    PricedBy,
    Side,
    Terms,
    VatRegime,
)
from cordee.agreement.edits import with_role
from cordee.agreement.legal_facts import (
    NoticeFacts,
    OwnFacts,
    case_of,
    labour_findings,
    own_share,
    prudence_findings,
    scopes,
    subcontracts,
    vat_percent,
)
from cordee.rules.findings import Weight
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.legal_forms import Feasibility, NoticeForm, Way, compare
from cordee.rules.reservation import Reservation

ON = date(2026, 11, 26)
M, S = PartyRole.MEMBER, PartyRole.SUBCONTRACTOR


def line(key: str, cents: int, lot: str = "1", months: int = 6) -> Line:
    return Line(
        key=key,
        lot=lot,
        label=f"Prestation {key}",
        trade="espaces-verts",
        price_cents=cents,
        need_cfte=None,
        first_month=24324,
        months=months,
    )


def party(key: str, kind: Kind = Kind.ACI, role: PartyRole = M, of: str | None = None) -> Party:
    return Party(key=key, siren=f"90000000{key}", kind=kind, role=role, of=of)


def team(**more: object) -> Terms:
    """Two ACI and an EI, a company under the EI, on one lot of 130 000 €."""
    values: dict[str, object] = {
        "lines": (line("01", 9_000_000), line("02", 4_000_000)),
        "parties": (
            party("1"),
            party("2"),
            party("3", Kind.EI),
            party("4", Kind.ENTREPRISE, S, of="3"),
        ),
        "cells": (
            Cell(party="1", line="01", cents=6_000_000),
            Cell(party="2", line="02", cents=4_000_000),
            Cell(party="3", line="01", cents=3_000_000),
            Cell(party="4", line="01", cents=1_000_000),
        ),
        "lead": "1",
    }
    return Terms(**(values | more))  # type: ignore[arg-type]


OPEN = NoticeFacts(
    form=NoticeForm.FREE, reserved={"1": Reservation.NONE, "2": Reservation.NONE}, is_public=True
)


def case(terms: Terms, notice: NoticeFacts = OPEN, place: int = 0):  # type: ignore[no-untyped-def]
    return case_of(terms, notice, scopes(terms, notice)[place], on=ON)


# --- The case -----------------------------------------------------------------------------------


def test_a_table_is_compared_in_euros() -> None:
    conjoint, lead_solidary, solidary, subcontract, *_ = compare(case(team()), on=ON)
    assert [o.owes_cents for o in conjoint.outcomes] == [6_000_000, 4_000_000, 3_000_000, 1_000_000]
    assert lead_solidary.of("1").owes_cents == 13_000_000
    assert solidary.of("2").owes_cents == 13_000_000
    assert subcontract.of("3").paid_cents == 2_000_000


def test_a_missing_amount_stays_unknown() -> None:
    terms = team().with_cell(Cell(party="2", line="02", cfte=50))
    found = case(terms)
    assert found.party("2").share_cents is None
    assert compare(found, on=ON)[0].of("2").owes_cents is None
    assert own_share(terms, "2") is None


def test_each_lot_is_a_contract_of_its_own() -> None:
    terms = team(lines=(line("01", 9_000_000), line("02", 4_000_000, lot="2")))
    everything, first, second = scopes(terms, OPEN)
    assert (everything.key, first.key, second.key) == ("", "1", "2")
    assert case(terms).total_cents == 13_000_000
    one = case(terms, place=1)
    assert one.total_cents == 9_000_000
    assert [p.key for p in one.parties] == ["1", "3", "4"]
    # The lead signs for the second lot too, where it has nothing to do.
    assert [p.key for p in case(terms, place=2).parties] == ["1", "2"]


def test_the_buyer_pays_by_lot_for_each_is_a_subcontract() -> None:
    """450 € on each of two lots: more than 600 € together, and paid by the client of both."""
    lines = (line("01", 9_000_000), line("02", 4_000_000, lot="2"))
    cells = tuple(Cell(party="4", line=key, cents=45_000) for key in ("01", "02"))
    vat = VatRegime.EXEMPT
    given = replace(party("4", Kind.ENTREPRISE, S, of="3"), vat=vat)
    parties = (party("1"), party("2"), party("3", Kind.EI), given)
    small = team(lines=lines, parties=parties, cells=cells)
    assert compare(case(small), on=ON)[0].of("4").is_direct is False
    mixed = compare(case(small.with_cell(replace(cells[0], cents=60_000))), on=ON)[0].of("4")
    assert mixed.is_direct is None
    assert any("Un contrat par lot" in note for note in mixed.notes)


def test_lots_reserved_otherwise_are_never_put_together() -> None:
    terms = team(lines=(line("01", 9_000_000), line("02", 4_000_000, lot="2")))
    notice = NoticeFacts(
        form=NoticeForm.FREE, reserved={"1": Reservation.INSERTION, "2": Reservation.NONE}
    )
    assert [scope.key for scope in scopes(terms, notice)] == ["1", "2"]
    on_reserved = compare(case(terms, notice, 0), on=ON)[0]
    assert on_reserved.standing is Feasibility.REFUSED
    assert "L2113-13" in on_reserved.of("4").refusals[0]
    assert compare(case(terms, notice, 1), on=ON)[0].standing is Feasibility.POSSIBLE


@pytest.mark.parametrize(
    ("regime", "percent"),
    [
        (VatRegime.EXEMPT, Decimal(0)),
        (VatRegime.REVERSE_CHARGE, Decimal(0)),
        (VatRegime.STANDARD, Decimal(20)),
        (VatRegime.REDUCED, None),
        (VatRegime.UNKNOWN, None),
    ],
)
def test_vat(regime: VatRegime, percent: Decimal | None) -> None:
    assert vat_percent(regime, on=ON) == percent


def test_reverse_charge_is_that_of_a_subcontractor_alone() -> None:
    """CGI 283-2 nonies: a member that said so, or became one, is asked again."""
    (worker,) = subcontracts(team())
    said = replace(worker, vat=VatRegime.REVERSE_CHARGE)
    assert said.vat_due is VatRegime.REVERSE_CHARGE
    for role in (PartyRole.MEMBER, PartyRole.STAFFING):
        assert replace(said, role=role, of=None).vat_due is VatRegime.UNKNOWN


# --- Subcontracts (RULE-40) ---------------------------------------------------------------------


def test_an_unanswered_subcontract_is_three_questions() -> None:
    (found,) = subcontracts(team())
    assert [f.weight for f in labour_findings(found, on=ON)] == [Weight.QUESTION] * 3


def test_an_hourly_price_and_the_foreman_of_the_client_warn() -> None:
    said = Labour(priced_by=PricedBy.HOUR, supervision=Side.CLIENT, tools=Side.OWN)
    (found,) = subcontracts(team().with_party(replace(team().party("4"), labour=said)))
    codes = [f.code for f in labour_findings(found, on=ON)]
    assert codes == ["HOURLY_PRICE", "CLIENT_SUPERVISION"]
    said = Labour(priced_by=PricedBy.RESULT, supervision=Side.OWN, tools=Side.OWN)
    (found,) = subcontracts(team().with_party(replace(team().party("4"), labour=said)))
    assert labour_findings(found, on=ON) == ()


def test_an_aci_never_supplies_people() -> None:
    terms = with_role(team(), "2", PartyRole.STAFFING, "3")
    found = {p.key: labour_findings(p, on=ON) for p in subcontracts(terms)}
    assert found["2"][0].weight is Weight.BLOCK


# --- Prudence -----------------------------------------------------------------------------------


def test_a_quarter_of_the_charges_of_the_year() -> None:
    own = OwnFacts(new_trade=False, new_partner=False, yearly_charges_cents=24_000_000)
    assert prudence_findings(team(), "1", own, OPEN, on=ON) == ()
    less = OwnFacts(new_trade=False, new_partner=False, yearly_charges_cents=23_999_999)
    assert [f.code for f in prudence_findings(team(), "1", less, OPEN, on=ON)] == ["HEAVY_SHARE"]
    # Over three years the same share is a third of it each year.
    long = team(lines=(line("01", 9_000_000, months=36), line("02", 4_000_000)))
    assert prudence_findings(long, "1", less, OPEN, on=ON) == ()


def test_what_a_member_gives_away_does_not_weigh_on_it() -> None:
    own = OwnFacts(new_trade=False, new_partner=False, yearly_charges_cents=8_000_000)
    assert prudence_findings(team(), "3", own, OPEN, on=ON) == ()


def test_two_teams_are_blocked_where_the_notice_forbids() -> None:
    own = OwnFacts(
        new_trade=False, new_partner=False, yearly_charges_cents=99_000_000, other_teams=1
    )
    forbids = NoticeFacts(form=NoticeForm.FREE, one_offer=("Il est interdit de…",))
    (found,) = prudence_findings(team(), "1", own, forbids, on=ON)
    assert found.weight is Weight.BLOCK
    (found,) = prudence_findings(team(), "1", own, OPEN, on=ON)
    assert found.weight is Weight.QUESTION
    # A subcontractor is no candidate: it may work for several.
    assert prudence_findings(team(), "4", own, forbids, on=ON) == ()


def test_nothing_known_is_only_questions() -> None:
    found = prudence_findings(team(), "1", OwnFacts(is_capped=True), OPEN, on=ON)
    assert {f.weight for f in found} == {Weight.QUESTION}
    assert {f.code for f in found} == {
        "NEW_TRADE",
        "NEW_PARTNER",
        "CHARGES_UNKNOWN",
        "HEADROOM_UNKNOWN",
    }


# --- Places -------------------------------------------------------------------------------------


def covered(terms: Terms) -> dict[str, int]:
    return {
        each.key: sum(terms.cell(m.key, each.key).cents or 0 for m in terms.members)
        for each in terms.lines
    }


def test_a_member_becomes_a_subcontractor_and_the_lines_stay_covered() -> None:
    before = team()
    after = with_role(before, "2", S, "1")
    assert covered(after) == covered(before)
    assert after.share_cents("1") == 10_000_000
    assert after.own_cents("1") == 6_000_000
    assert after.own_cents("2") == 4_000_000
    assert with_role(after, "2", M) == before


def test_those_who_came_for_it_come_for_the_same_member() -> None:
    after = with_role(team(), "3", S, "1")
    assert covered(after) == covered(team())
    assert {p.key: p.of for p in after.parties}["4"] == "1"
    assert [after.own_cents(key) for key in "1234"] == [6_000_000, 4_000_000, 2_000_000, 1_000_000]


def test_a_future_employer_leaves_its_part_to_be_shared_out() -> None:
    after = with_role(team(), "4", PartyRole.EMPLOYER, "3")
    assert after.party("4").role is PartyRole.EMPLOYER
    assert after.share_cents("4") == 0
    # The member keeps the line, less what the company did of it.
    assert after.share_cents("3") == 2_000_000
    assert with_role(team(), "1", PartyRole.EMPLOYER).lead is None


def test_nobody_comes_for_itself_nor_for_a_subcontractor() -> None:
    for of in ("2", "4"):
        with pytest.raises(ValueError, match="another member"):
            with_role(team(), "2", S, of)


def test_form_and_lead() -> None:
    after = replace(team(), form=GroupForm.SOLIDAIRE, lead="2")
    assert (after.form, after.lead) == (GroupForm.SOLIDAIRE, "2")
    assert compare(case(after), on=ON)[0].way is Way.CONJOINT


@given(
    st.lists(
        st.tuples(
            st.sampled_from("1234"),
            st.sampled_from([M, S, PartyRole.STAFFING]),
            st.sampled_from("1234"),
        ),
        max_size=6,
    )
)
def test_no_change_of_place_uncovers_a_line_or_loses_a_cent(
    moves: list[tuple[str, PartyRole, str]],
) -> None:
    """Whoever takes part of the work: who keeps what, in all, is always the price."""
    terms = team()
    for key, role, of in moves:
        others = {m.key for m in terms.members} - {key}
        if of not in others and role is not M:
            continue
        terms = with_role(terms, key, role, of)
    assert covered(terms) == covered(team())
    assert sum(terms.own_cents(p.key) for p in terms.parties) == terms.price_cents
