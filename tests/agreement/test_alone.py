"""One structure answers alone and gives the rest out: from a group, and back, to the cent."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement import Cell, PartyRole, Reason, Terms
from cordee.agreement.arrangement import SOLE, STAFFED
from cordee.agreement.breaks import Code, NoticeDemands
from cordee.agreement.changes import fingerprint, merge, moved
from cordee.agreement.checks import breaks
from cordee.agreement.edits import alone, together, without
from cordee.agreement.life import State, obstacles
from cordee.agreement.model import FIGURES
from cordee.agreement.phases import Phase
from cordee.agreement.terms import terms_from_json, terms_to_json
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.reservation import Reservation
from tests.agreement.makers import edited, party, split, switched, whole

ON = date(2026, 11, 26)
S = PartyRole.SUBCONTRACTOR


def found(terms: Terms, asked: NoticeDemands | None = None) -> set[Code]:
    return {each.code for each in breaks(terms, {}, asked or NoticeDemands(), on=ON)}


def sums(terms: Terms) -> dict[tuple[str, str], int]:
    """By line and figure, what those who answer hold together."""
    return {
        (line.key, name): sum(
            getattr(terms.cell(member.key, line.key), name) or 0 for member in terms.members
        )
        for line in terms.lines
        for name in FIGURES
    }


# --- Which form it is ---------------------------------------------------------------------------


def test_one_member_and_a_subcontractor_answer_as_one() -> None:
    terms = alone(whole(), "2")
    assert terms.holder == terms.party("2")
    assert (terms.speaker, terms.arrangement.form_label(terms)) == (
        "2",
        "Candidat seul, avec des sous-traitants",
    )
    assert [p.key for p in terms.signers] == ["2", "1", "3"]
    assert terms.place_of("2") == "candidat seul"
    assert terms.place_of("1") == "sous-traitant"
    group = replace(whole(), lead="2")
    assert group.place_of("2") == "mandataire", "one word for one place, everywhere"
    assert group.place_of("1") == "membre du groupement"
    assert group.place_of("nobody") == ""
    assert terms.arrangement.phase_label(Phase.MANDATE) == "on dit qui signe"
    assert whole().arrangement.phase_label(Phase.MANDATE) == "on donne mandat"


def test_nobody_answers_alone_with_nobody_to_work_for_it() -> None:
    single = whole(parties=(party("1"),), cells=(), lead=None, form=None)
    assert single.holder is None
    assert Code.TOO_FEW in found(single)
    # The last subcontractor is gone: who answered alone still does.
    left = without(without(alone(whole(), "2"), "1"), "3")
    assert left.holder == left.party("2")
    assert Code.TOO_FEW in found(left)


def test_one_member_supplied_with_staff_answers_alone_and_gives_nothing_out() -> None:
    """RULE-40: to be supplied with people is no subcontract, and no group that lacks a member."""
    supplier = party("2", kind=Kind.AI, role=PartyRole.STAFFING, of="1")
    terms = whole(
        parties=(party("1"), supplier),
        cells=(
            Cell(party="1", line="01", cents=100_000_00, cfte=400, insertion_hours=300),
            Cell(party="1", line="02", cents=50_000_01, cfte=400, insertion_hours=300),
            Cell(party="2", line="02", cents=50_000_01, cfte=200),
        ),
        form=None,
        lead=None,
    )
    assert (terms.holder, terms.speaker) == (terms.party("1"), "1")
    assert (
        terms.arrangement.form_label(terms) == "Candidat seul, avec du personnel mis à disposition"
    )
    assert [p.key for p in terms.signers] == ["1"]
    assert terms.arrangement is STAFFED
    assert not terms.has_paper
    # Its price may be that of a whole lot: nothing is subcontracted.
    assert found(terms) == set()
    # Who comes next is a member, unless one said that it answers alone.
    assert not terms.arrangement.takes_behind(terms)
    led = replace(terms, lead="1")
    assert led.arrangement.takes_behind(led)
    helped = replace(terms, parties=(*terms.parties, party("3", role=S, of="1")))
    assert (helped.arrangement, helped.has_paper) == (SOLE, True)

    def missing(to: Phase, phase: Phase, **more: object) -> tuple[str, ...]:
        state = State(phase=phase, terms=terms, **more)  # type: ignore[arg-type]
        return tuple(each.text for each in obstacles(state, to, {"1": "Un", "2": "Deux"}))

    assert missing(Phase.SPLIT, Phase.TALKING, interested={"1"})
    both = {"interested": set("12"), "accepted": set("12")}
    assert not missing(Phase.SPLIT, Phase.TALKING, **both)
    assert not missing(Phase.MANDATE, Phase.SPLIT, **both), "nothing to justify, no form to choose"
    assert missing(Phase.MANDATE, Phase.SPLIT, interested=set("12"), accepted={"1"})
    # The candidate alone says who signs, and nobody approves anything.
    said = missing(Phase.DOCUMENTS, Phase.MANDATE, **both)
    assert said == ("Un n’a pas encore dit qui signe et de quel droit.",)
    filed = missing(Phase.FILED, Phase.DOCUMENTS, **both, mandated={"1"}, has_receipt=True)
    assert filed == ()


def test_a_third_that_comes_in_makes_a_group_again() -> None:
    terms = alone(whole(), "2")
    assert replace(terms, parties=(*terms.parties, party("4"))).holder is None


# --- The switch ---------------------------------------------------------------------------------


def test_the_others_go_within_the_amount_of_the_holder() -> None:
    terms = alone(whole(), "1")
    assert {p.key: p.of for p in terms.parties} == {"1": None, "2": "1", "3": "1"}
    assert (terms.form, terms.lead) == (None, "1")
    assert terms.cell("1", "01").cents == 100_000_00
    assert terms.cell("1", "02") == Cell(
        party="1", line="02", cents=50_000_01, cfte=400, insertion_hours=300
    )
    # The company worked for the second: it stands beside it now, its figures as they were.
    assert terms.cell("2", "02").cents == 40_000_01
    assert terms.cell("2", "02").cfte == 320
    assert terms.cell("3", "02").cents == 10_000_00
    assert [terms.own_cents(key) for key in "123"] == [60_000_00, 80_000_01, 10_000_00]
    assert Code.PRICE not in found(terms)
    assert Code.WORK not in found(terms)


def test_back_to_the_very_same_group() -> None:
    group = replace(whole(), parties=whole().parties[:2], cells=whole().cells[:3])
    again = together(alone(group, "1"), ["2"], GroupForm.CONJOINT, "2")
    assert again == group


def test_who_had_not_said_for_whom_works_for_the_holder() -> None:
    base = whole()
    lost = replace(base, parties=(*base.parties[:2], replace(base.parties[2], of=None)))
    terms = alone(lost, "1")
    assert terms.party("3").of == "1"
    assert sums(terms) == sums(lost)


@given(terms=split(), data=st.data())
def test_through_any_switches_the_shares_make_the_price_to_the_cent(
    terms: Terms, data: st.DataObject
) -> None:
    """On each line, in euros, in people and in hours; and all that each keeps is the price."""
    start = terms
    for _ in range(data.draw(st.integers(1, 4))):
        terms = data.draw(switched(terms))
        assert sums(terms) == sums(start)
        assert not found(terms) & {Code.PRICE, Code.OVER_MEMBER}
        assert sum(terms.own_cents(p.key) for p in terms.parties) == terms.price_cents
        assert all(terms.own_cents(p.key) >= 0 for p in terms.parties)
        assert terms_from_json(terms_to_json(terms)) == terms


@given(terms=edited(whole(), switches=True), data=st.data())
def test_a_switch_asks_again_exactly_those_it_concerns(terms: Terms, data: st.DataObject) -> None:
    """Members always: the form is theirs. A subcontractor, where its own deal moved."""
    after = data.draw(switched(terms))
    again = set(moved(terms, after))
    for one in after.parties:
        was = terms.party(one.key)
        if PartyRole.MEMBER in (was.role, one.role):
            assert one.key in again
        else:
            same = (was.of, list(terms.cells_of(one.key))) == (
                one.of,
                list(after.cells_of(one.key)),
            )
            assert (one.key in again) is not same


def test_a_form_chosen_before_is_no_term_of_who_answers_alone() -> None:
    terms = alone(whole(), "2")
    other = replace(terms, form=GroupForm.SOLIDAIRE, lead=None)
    assert fingerprint(other, "2") == fingerprint(terms, "2")
    assert other.arrangement.owes_the_whole(other, "2")
    assert not other.arrangement.owes_the_whole(other, "1")
    dearer = replace(terms, lines=(replace(terms.lines[0], price_cents=1), terms.lines[1]))
    assert moved(terms, dearer) == ("2",)


def test_a_switch_keeps_what_others_write_elsewhere() -> None:
    base = whole()
    named = replace(base, reasons_words="Trop loin pour une seule équipe.")
    kept = merge(base, alone(base, "2"), named).terms
    assert kept is not None
    assert (kept.holder, kept.reasons_words) == (alone(base, "2").holder, named.reasons_words)


def test_only_a_member_answers_alone() -> None:
    with pytest.raises(ValueError, match="key of a member"):
        alone(whole(), "3")
    with pytest.raises(ValueError, match="member"):
        together(alone(whole(), "2"), ["1"], GroupForm.CONJOINT, "3")


# --- What holds, and what does not --------------------------------------------------------------


def test_a_notice_that_forbids_groups_or_imposes_a_form_lets_one_answer_alone() -> None:
    asked = NoticeDemands(forbids_groups=True, imposed_form=GroupForm.SOLIDAIRE)
    group = found(whole(), asked)
    assert {Code.GROUP_FORBIDDEN, Code.FORM} <= group
    # Whatever form the group had chosen before.
    sole = replace(alone(whole(), "2"), form=GroupForm.CONJOINT)
    assert not found(sole, asked) & {Code.GROUP_FORBIDDEN, Code.FORM, Code.TOO_FEW}


def test_on_a_reserved_lot_neither_the_holder_nor_who_works_for_it_is_a_company() -> None:
    """RULE-15."""
    asked = NoticeDemands(reserved={"1": Reservation.NONE, "2": Reservation.INSERTION})
    assert Code.NOT_ELIGIBLE in found(alone(whole(), "2"), asked)
    outside = alone(whole(), "2").with_cell(Cell(party="3", line="02"))
    elsewhere = outside.with_cell(Cell(party="3", line="01", cents=10_000_00))
    assert Code.NOT_ELIGIBLE not in found(elsewhere, asked)


def test_a_lot_is_not_given_out_whole() -> None:
    """Each lot is a contract (L2193-3): keeping a part of another one is not enough."""
    terms = alone(whole(), "1")
    assert terms.own_cents("1") > 0
    assert Code.ALL_SUBCONTRACTED in found(terms), "the first keeps nothing of lot 2"
    assert Code.ALL_SUBCONTRACTED not in found(alone(whole(), "2"))


def test_nobody_gives_work_to_itself() -> None:
    base = whole()
    twin = replace(base, parties=(*base.parties[:2], replace(base.parties[2], siren="000000002")))
    assert Code.SAME_SIREN in found(alone(twin, "2"))


def test_what_a_sole_holder_needs_before_each_step() -> None:
    terms = replace(alone(whole(), "2"), lead=None)
    names = {"1": "Un", "2": "Deux", "3": "Trois"}

    def missing(to: Phase, phase: Phase, **more: object) -> tuple[str, ...]:
        state = State(phase=phase, terms=terms, **more)  # type: ignore[arg-type]
        return tuple(each.text for each in obstacles(state, to, names))

    assert missing(Phase.SPLIT, Phase.TALKING, interested={"2"})
    assert not missing(Phase.SPLIT, Phase.TALKING, interested={"2", "3"})
    everybody = {"interested": set("123"), "accepted": set("123")}
    said = missing(Phase.MANDATE, Phase.SPLIT, **everybody)
    assert said == ("Dites pourquoi le candidat sous-traite.",), "no form and no lead are asked"
    terms = replace(terms, reasons=frozenset({Reason.RISK}))
    assert terms.arrangement.reasons(terms) == ()
    assert missing(Phase.MANDATE, Phase.SPLIT, **everybody)
    terms = replace(terms, reasons=frozenset({Reason.TRADES}))
    assert not missing(Phase.MANDATE, Phase.SPLIT, **everybody)
    # Its subcontractors say who signs and approve too: a DC4 bears both names.
    assert len(missing(Phase.DOCUMENTS, Phase.MANDATE, **everybody, mandated={"2"})) == 2
    ready = {**everybody, "mandated": set("123"), "has_receipt": True}
    said = missing(Phase.FILED, Phase.DOCUMENTS, **ready, approved={"2"})
    assert said[0] == "Un n’a pas encore approuvé l’accord de sous-traitance."
    assert not missing(Phase.FILED, Phase.DOCUMENTS, **ready, approved=set("123"))
    assert terms.party("1").role is S
