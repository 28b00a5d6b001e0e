"""What each arrangement answers, where the two others answer something else."""

from dataclasses import replace
from datetime import date

import pytest

from cordee.agreement import PartyRole, Reason, Terms
from cordee.agreement.arrangement import GROUP, SOLE, STAFFED, Arrangement, arrangement_of
from cordee.agreement.edits import alone, without
from cordee.agreement.phases import Phase
from cordee.rules.groups import GroupForm
from cordee.rules.time_left import Step
from tests.agreement.makers import party, whole

ON = date(2026, 11, 29)


def of_one(*roles: PartyRole) -> Terms:
    """One member, and those who come for it in these roles."""
    terms = whole()
    (first, *_) = terms.members
    helpers = tuple(
        party(str(9 - number), role=role, of=first.key) for number, role in enumerate(roles)
    )
    return replace(terms, parties=(first, *helpers), cells=(), lead=None, form=None)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (whole(), GROUP),
        (of_one(), GROUP),
        (of_one(PartyRole.SUBCONTRACTOR), SOLE),
        (of_one(PartyRole.STAFFING), STAFFED),
        (of_one(PartyRole.STAFFING, PartyRole.SUBCONTRACTOR), SOLE),
        (of_one(PartyRole.EMPLOYER), GROUP),
    ],
)
def test_who_comes_for_the_only_member_says_how_it_answers(
    terms: Terms, expected: Arrangement
) -> None:
    assert arrangement_of(terms) is expected


def test_each_takes_its_own_wording_and_a_staffed_one_that_of_a_sole_one_without() -> None:
    words = {"group": "g", "sole": "s", "staffed": "p"}
    assert [each.pick(**words) for each in (GROUP, SOLE, STAFFED)] == ["g", "s", "p"]
    assert STAFFED.pick(group="g", sole="s") == "s"
    # An empty wording is one.
    assert STAFFED.pick(group="g", sole="s", staffed="") == ""


def test_only_a_group_is_led() -> None:
    group = replace(whole(), lead="2", form=GroupForm.CONJOINT)
    assert [GROUP.leads(group, each) for each in group.members] == [False, True]
    sole = alone(whole(), "2")
    assert not any(sole.arrangement.leads(sole, each) for each in sole.parties)
    assert (group.speaker, sole.speaker) == ("2", "2")


def test_the_last_subcontractor_gone_leaves_a_sole_candidate_not_a_group_of_one() -> None:
    before = alone(whole(), "2")
    after = before
    for helper in [each.key for each in before.parties if each.key != "2"]:
        after = without(after, helper)
    emptied = replace(after, form=GroupForm.SOLIDAIRE, lead=None)
    assert emptied.arrangement is GROUP
    kept = SOLE.after_leaving(emptied)
    assert (kept.form, kept.lead, kept.arrangement) == (None, "2", SOLE)
    # A group of one stays what it is; and what still answers alone is not touched.
    assert GROUP.after_leaving(emptied) is emptied
    assert SOLE.after_leaving(before) is before
    assert SOLE.after_leaving(whole()).arrangement is GROUP


def test_who_must_be_several_and_say_why() -> None:
    assert [each.must_justify for each in (GROUP, SOLE, STAFFED)] == [True, True, False]
    assert [each.has_form for each in (GROUP, SOLE, STAFFED)] == [True, False, False]
    assert [each.paper_names_all for each in (GROUP, SOLE, STAFFED)] == [True, False, False]
    reasons = frozenset(Reason)
    group, sole = replace(whole(), reasons=reasons), replace(alone(whole(), "2"), reasons=reasons)
    assert GROUP.reasons(group) == tuple(Reason)
    # Who answers alone bears the whole risk: that is no reason.
    assert SOLE.reasons(sole) == tuple(each for each in Reason if each is not Reason.RISK)
    assert SOLE.reason_label(Reason.TRADES) != GROUP.reason_label(Reason.TRADES)


def test_how_many_are_enough() -> None:
    assert GROUP.is_enough(whole())
    twice = replace(whole(), parties=tuple(replace(p, siren="111111111") for p in whole().parties))
    assert not GROUP.is_enough(twice)
    assert [
        SOLE.is_enough(of_one(role)) for role in (PartyRole.SUBCONTRACTOR, PartyRole.EMPLOYER)
    ] == [
        True,
        False,
    ]


def test_who_signs_and_whether_there_is_a_paper() -> None:
    group, sole = whole(), alone(whole(), "2")
    assert [each.key for each in group.signers] == [each.key for each in group.members]
    assert [each.key for each in sole.signers] == ["2", "1", "3"]
    staffed = of_one(PartyRole.STAFFING)
    assert (group.has_paper, sole.has_paper, staffed.has_paper) == (True, True, False)


def test_who_answers_for_the_whole() -> None:
    terms = replace(whole(), lead="1")
    for form, expected in (
        (GroupForm.CONJOINT, [False, False]),
        (GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE, [True, False]),
        (GroupForm.SOLIDAIRE, [True, True]),
        (None, [False, False]),
    ):
        team = replace(terms, form=form)
        assert [GROUP.owes_the_whole(team, key) for key in ("1", "2")] == expected
    sole = alone(whole(), "2")
    assert [SOLE.owes_the_whole(sole, key) for key in ("1", "2")] == [False, True]


def test_who_comes_works_for_the_only_member_once_one_chose_to_answer_alone() -> None:
    sole, staffed = of_one(PartyRole.SUBCONTRACTOR), of_one(PartyRole.STAFFING)
    assert not GROUP.takes_behind(whole())
    assert SOLE.takes_behind(sole)
    assert not SOLE.takes_behind(replace(sole, form=GroupForm.CONJOINT))
    assert not STAFFED.takes_behind(staffed)
    (only,) = staffed.members
    assert STAFFED.takes_behind(replace(staffed, lead=only.key))


def test_phases_and_steps_are_told_without_a_mandate_by_who_answers_alone() -> None:
    assert (
        SOLE.phase_label(Phase.MANDATE) != Phase.MANDATE.label == GROUP.phase_label(Phase.MANDATE)
    )
    assert SOLE.phase_label(Phase.SPLIT) == Phase.SPLIT.label
    assert (
        SOLE.step_label(Step.SIGNATURE) != Step.SIGNATURE.label == GROUP.step_label(Step.SIGNATURE)
    )
    assert SOLE.step_label(Step.FILING) == Step.FILING.label
