"""A structure leaves, in each phase: what changes, who says yes first, what the others owe."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cordee.agreement.changes import fingerprint
from cordee.agreement.life import obstacles
from cordee.agreement.phases import Phase
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Acceptance, AllianceParty, AllianceRevision, Withdrawal
from cordee.alliances.state.current import names_of, state_of
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.alliances.withdrawals import leaving
from cordee.alliances.withdrawals.mails import draft
from cordee.alliances.withdrawals.rules import debts_of
from cordee.base.mail.models import OutgoingMail
from cordee.rules.group_changes import Phase as Moment
from tests.alliances.makers import Rope

Make = Callable[..., Rope]
Plan, State = Withdrawal.Plan, Withdrawal.State


def tell(team: Rope, key: str = "toits", **values: object) -> Withdrawal:
    given: dict[str, object] = {"reason": "L’encadrant est parti."} | values
    return leaving.announce(party=team.party(key), by=team.directors[key], now=team.now, **given)


def plan(team: Rope, row: Withdrawal, which: str, **values: object) -> Withdrawal:
    return withdrawals_actions.plan(
        withdrawal=row, plan=which, **values, by=team.leader, now=team.now
    )


def agree(team: Rope, row: Withdrawal, key: str) -> None:
    row.refresh_from_db()
    after = withdrawals_actions.proposed_of(row)
    withdrawals_actions.agree(
        withdrawal=row,
        party=team.party(key),
        read=fingerprint(after, team.party(key).key),
        by=team.directors[key],
        now=team.now,
    )


def send(team: Rope, row: Withdrawal) -> None:
    withdrawals_actions.send(
        withdrawal=row, request_text="Demande", sent_on=team.on, by=team.leader, now=team.now
    )


def answer(team: Rope, row: Withdrawal, *, is_accepted: bool) -> Withdrawal:
    withdrawals_actions.answer(
        withdrawal=row,
        is_accepted=is_accepted,
        answered_on=team.on,
        words="Vu.",
        by=team.leader,
        now=team.now,
    )
    row.refresh_from_db()
    return row


def newcomer(team: Rope) -> str:
    team.structure("renfort", "Le Renfort du Val", "ACI")
    return "renfort"


# --- Before filing ------------------------------------------------------------------------------


def test_before_filing_it_is_done_at_once_and_the_others_accept_again(rope: Make) -> None:
    team = rope().to_documents()
    row = tell(team, "peintres")
    assert (row.state, row.path) == (State.DONE, "AGREEMENT")
    assert team.party("peintres").state == AllianceParty.State.WITHDRAWN
    assert {party.key for party in team.terms.parties} == {
        team.party("jardins").key,
        team.party("toits").key,
    }
    state = state_of(team.fresh, now=team.now)
    assert state.accepted == set(), "the members are no longer the same"
    assert row.share_cents > 0


@pytest.mark.parametrize("form", ["CONJOINT", "SOLIDAIRE"])
def test_nobody_owes_anything_before_the_signature(rope: Make, form: str) -> None:
    team = rope(form=form).to_filed()
    debts = debts_of(team.terms, team.party("toits").key, Moment.FROZEN, left_cents=None)
    assert [each.asked_cents for each in debts] == [0, 0]


# --- Between filing and signature -----------------------------------------------------------------


def test_between_filing_and_signature_nothing_moves_before_the_buyer_says_yes(rope: Make) -> None:
    team = rope().to_filed()
    filed, version = team.terms, team.alliance.version
    row = tell(team)
    assert (row.state, team.party("toits").state) == (State.ANNOUNCED, "interested")
    plan(team, row, Plan.ONE, member=team.party("jardins"))
    assert (team.terms, team.alliance.version) == (filed, version)
    with pytest.raises(ValidationError) as refused:
        send(team, row)
    assert set(refused.value.messages) == {
        "Les Jardins du Val n’ont pas encore dit oui.",
        "Les Peintres du Val n’ont pas encore dit oui.",
    }
    agree(team, row, "jardins")
    agree(team, row, "peintres")
    send(team, row)
    assert (team.terms, team.alliance.version) == (filed, version)
    row = answer(team, row, is_accepted=True)
    revision = team.fresh.revision()
    assert (row.state, revision.origin) == (State.DONE, AllianceRevision.Origin.AMENDMENT)
    assert team.party("toits").state == AllianceParty.State.WITHDRAWN
    terms = team.terms
    assert terms.price_cents == filed.price_cents
    assert terms.share_cents(team.party("jardins").key) == filed.share_cents(
        team.party("jardins").key
    ) + filed.share_cents(team.party("toits").key)
    state = state_of(team.alliance, now=team.now)
    assert state.accepted == {team.party("jardins").key, team.party("peintres").key}


def test_what_the_buyer_refuses_changes_nothing(rope: Make) -> None:
    team = rope().to_filed()
    filed, version = team.terms, team.alliance.version
    row = tell(team)
    key = newcomer(team)
    plan(team, row, Plan.REPLACEMENT, structure=team.structures[key])
    for each in ("jardins", "peintres", key):
        agree(team, row, each)
    send(team, row)
    row = answer(team, row, is_accepted=False)
    assert row.state == State.REFUSED
    assert (team.terms, team.alliance.version) == (filed, version)
    assert team.party(key).state == AllianceParty.State.REMOVED
    assert team.party("toits").state == AllianceParty.State.INTERESTED
    assert Acceptance.objects.filter(party=team.party(key)).count() == 0


def test_a_replacement_comes_in_with_the_very_share_it_agreed_to(rope: Make) -> None:
    team = rope().to_filed()
    before = team.terms.share_cents(team.party("toits").key)
    row = tell(team)
    key = newcomer(team)
    plan(team, row, Plan.REPLACEMENT, structure=team.structures[key])
    assert team.party(key).state == AllianceParty.State.INVITED
    mails = OutgoingMail.objects.filter(recipient="renfort@exemple.fr")
    assert mails.count() == 1, "one mail says it all"
    for each in ("jardins", "peintres", key):
        agree(team, row, each)
    send(team, row)
    answer(team, row, is_accepted=True)
    new = team.party(key)
    assert (new.state, team.terms.share_cents(new.key)) == ("interested", before)
    state = state_of(team.fresh, now=team.now)
    assert state.accepted == {party.key for party in team.terms.parties}
    assert team.party("toits").key not in {party.key for party in team.terms.parties}


def test_the_amended_convention_is_approved_again_before_the_signature(rope: Make) -> None:
    team = rope().to_filed().win()
    row = tell(team)
    with pytest.raises(ValidationError, match="Un retrait est en cours"):
        team.sign()
    plan(team, row, Plan.ALL)
    for each in ("jardins", "peintres"):
        agree(team, row, each)
    send(team, row)
    answer(team, row, is_accepted=True)
    with pytest.raises(ValidationError, match="pas encore approuvé la convention"):
        team.sign()
    for each in ("jardins", "peintres"):
        team.approve(each)
    assert team.sign().fresh.step is Phase.SIGNED


def test_where_the_group_is_at_fault_the_law_gives_no_way(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    with pytest.raises(ValidationError, match="figée"):
        plan(team, row, Plan.ALL, ground="NONE")
    assert plan(team, row, Plan.ALL, ground="NO_FAULT").path == "REQUEST"


def test_a_replacement_may_say_no_and_another_is_found(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    key = newcomer(team)
    plan(team, row, Plan.REPLACEMENT, structure=team.structures[key])
    withdrawals_actions.decline(
        withdrawal=row, party=team.party(key), by=team.directors[key], now=team.now
    )
    row.refresh_from_db()
    assert (row.state, row.plan, row.proposed) == (State.ANNOUNCED, "", None)
    assert team.party(key).state == AllianceParty.State.DECLINED
    plan(team, row, Plan.ALL)


def test_another_plan_lets_go_of_whoever_was_asked(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    key = newcomer(team)
    plan(team, row, Plan.REPLACEMENT, structure=team.structures[key])
    row.refresh_from_db()
    plan(team, row, Plan.ALL)
    assert team.party(key).state == AllianceParty.State.REMOVED
    with pytest.raises(ValidationError, match="rien ne vous est demandé"):
        withdrawals_actions.agree(
            withdrawal=row, party=team.party(key), read="x", by=team.directors[key], now=team.now
        )


def test_an_agreement_counts_for_what_was_read_alone(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    plan(team, row, Plan.ONE, member=team.party("jardins"))
    agree(team, row, "jardins")
    agree(team, row, "peintres")
    row.refresh_from_db()
    plan(team, row, Plan.ALL)
    with pytest.raises(ValidationError, match="n’ont pas encore dit oui"):
        send(team, row)


def test_two_members_make_no_group_of_one(rope: Make) -> None:
    team = rope(members=2).to_filed()
    row = tell(team)
    with pytest.raises(ValidationError, match="au moins deux structures"):
        plan(team, row, Plan.ALL)


def test_one_withdrawal_at_a_time(rope: Make) -> None:
    team = rope().to_filed()
    tell(team)
    with pytest.raises(ValidationError, match="Un autre retrait est en cours"):
        tell(team, "peintres")


def test_whoever_stays_after_all_has_changed_nothing(rope: Make) -> None:
    team = rope().to_filed()
    filed = team.terms
    row = tell(team)
    plan(team, row, Plan.ALL)
    withdrawals_actions.cancel(withdrawal=row, by=team.leader, now=team.now)
    withdrawals_actions.cancel(withdrawal=row, by=team.leader, now=team.now)
    row.refresh_from_db()
    assert (row.state, team.terms) == (State.CANCELLED, filed)


def test_the_base_refuses_a_change_without_the_buyer(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.filter(pk=row.pk).update(state=State.DONE, ended_at=team.now)


def test_the_request_is_drafted_with_what_is_known_and_marks_what_is_not(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    plan(team, row, Plan.ONE, member=team.party("jardins"))
    row.refresh_from_db()
    before, after = team.terms, withdrawals_actions.proposed_of(row)
    text = draft(row, team.fresh, before, after, names_of(team.alliance))
    for told in (
        "R2142-26",
        "R-2026-0042",
        "Les Toits du Val ne peuvent plus tenir leur part",
        "L’encadrant est parti.",
        "[Dire et prouver ce qui permet ce changement",
        "Les Jardins du Val",
    ):
        assert told in text
    assert "None" not in text
    lead = team.party("jardins")
    assert f"{lead.signatory_name}, {lead.signatory_function}\n[date et signature]" in text


# --- After the signature ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("CONJOINT", {"jardins": 0, "peintres": 0}),
        ("CONJOINT_MANDATAIRE_SOLIDAIRE", {"jardins": 1, "peintres": 0}),
        ("SOLIDAIRE", {"jardins": 1, "peintres": 1}),
    ],
)
def test_after_the_signature_the_others_owe_by_the_form(
    rope: Make, form: str, asked: dict[str, int]
) -> None:
    team = rope(form=form).to_filed().win().sign()
    share = team.terms.share_cents(team.party("toits").key)
    debts = {
        each.key: each
        for each in debts_of(team.terms, team.party("toits").key, Moment.SIGNED, left_cents=None)
    }
    for key, is_asked in asked.items():
        assert debts[team.party(key).key].asked_cents == share * is_asked
    borne = sum(each.borne_cents for each in debts.values())
    assert borne == (share if any(asked.values()) else 0), "to the cent"


def test_after_the_signature_a_subcontractor_does_the_work_by_a_dc4(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    row = tell(team, left_cents=1_000_00)
    key = newcomer(team)
    plan(team, row, Plan.SUBCONTRACTOR, structure=team.structures[key])
    row.refresh_from_db()
    assert row.path == "DC4"
    for party in withdrawals_actions.still_waited(row, team.terms):
        agree(team, row, next(k for k in team.structures if team.structures[k] == party.structure))
    send(team, row)
    answer(team, row, is_accepted=True)
    assert team.party("toits").state == AllianceParty.State.INTERESTED, "it stays a member"
    new = next(party for party in team.terms.parties if party.key == team.party(key).key)
    assert new.of == team.party("toits").key
    assert team.terms.own_cents(team.party("toits").key) == 0


def test_after_the_signature_an_amendment_changes_the_members(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    row = tell(team)
    plan(team, row, Plan.ALL)
    row.refresh_from_db()
    assert row.path == "AMENDMENT"
    for each in ("jardins", "peintres"):
        agree(team, row, each)
    send(team, row)
    answer(team, row, is_accepted=True)
    assert len(team.terms.members) == 2
    assert sum(team.terms.share_cents(p.key) for p in team.terms.members) == (
        team.terms.price_cents
    )


@pytest.mark.parametrize("ground", ["", "NO_FAULT", "NONE"])
def test_after_the_signature_a_new_member_needs_a_clause_or_a_restructuring(
    rope: Make, ground: str
) -> None:
    team = rope().to_filed().win().sign()
    row = tell(team)
    new = team.structures[newcomer(team)]
    with pytest.raises(ValidationError, match="nouvelle mise en concurrence"):
        plan(team, row, Plan.REPLACEMENT, structure=new, ground=ground)
    row = plan(team, row, Plan.REPLACEMENT, structure=new, ground="REVIEW_CLAUSE")
    assert row.path == "AMENDMENT"
    before, after = team.terms, withdrawals_actions.proposed_of(row)
    text = draft(row, team.fresh, before, after, names_of(team.alliance))
    assert "article R2194-6" in text
    assert "[citer la clause du contrat]" in text


def test_before_the_signature_a_subcontractor_may_replace_a_member(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    key = newcomer(team)
    plan(team, row, Plan.SUBCONTRACTOR, structure=team.structures[key], ground="NO_FAULT")
    row.refresh_from_db()
    assert row.path == "REQUEST"
    for each in ("jardins", "peintres", key):
        agree(team, row, each)
    send(team, row)
    answer(team, row, is_accepted=True)
    assert team.party("toits").state == AllianceParty.State.WITHDRAWN
    new = team.terms.party(team.party(key).key)
    assert (new.role, new.of) == ("subcontractor", team.party("jardins").key), "behind the lead"
    assert team.terms.own_cents(team.party("jardins").key) > 0


def test_once_the_application_left_a_member_leaves_through_the_buyer_alone(rope: Make) -> None:
    team = rope().to_documents()
    with pytest.raises(ValidationError, match="à venir"):
        note_application(team, team.on + timedelta(days=1))
    note_application(team, team.on)
    row = tell(team)
    assert (row.state, team.party("toits").state) == (State.ANNOUNCED, "interested")
    with pytest.raises(ValidationError, match="R2142-26"):
        invitations_actions.remove_party(party=team.party("peintres"), by=team.leader, now=team.now)
    plan(team, row, Plan.ALL, ground="NO_FAULT")
    for each in ("jardins", "peintres"):
        agree(team, row, each)
    send(team, row)
    answer(team, row, is_accepted=True)
    assert len(team.terms.members) == 2
    assert team.fresh.step.is_editable


def note_application(team: Rope, day: date) -> None:
    withdrawals_actions.note_application(
        alliance=team.alliance, applied_on=day, by=team.leader, on=team.on
    )


def test_a_company_that_works_for_a_member_is_no_member_of_the_group(rope: Make) -> None:
    team = rope().to_filed(company=True)
    row = tell(team, "mirel")
    assert plan(team, row, Plan.ONE).path == "REQUEST"
    row.refresh_from_db()
    text = draft(
        row,
        team.fresh,
        team.terms,
        withdrawals_actions.proposed_of(row),
        names_of(team.alliance),
    )
    assert "R2142-26" not in text
    withdrawals_actions.cancel(withdrawal=row, by=team.leader, now=team.now)
    team.win().sign()
    row = tell(team, "mirel")
    plan(team, row, Plan.ONE)
    row.refresh_from_db()
    for party in withdrawals_actions.still_waited(row, team.terms):
        agree(team, row, next(k for k in team.structures if team.structures[k] == party.structure))
    send(team, row)
    answer(team, row, is_accepted=True)
    assert team.party("mirel").key not in {party.key for party in team.terms.parties}
    assert team.terms.own_cents(team.party("toits").key) == team.terms.share_cents(
        team.party("toits").key
    )


def test_a_lost_alliance_is_left_by_nobody(rope: Make) -> None:
    team = rope().to_filed()
    team.result(is_won=False)
    with pytest.raises(ValidationError, match="close"):
        tell(team)


def test_days_follow_one_another(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    plan(team, row, Plan.ALL)
    for each in ("jardins", "peintres"):
        agree(team, row, each)
    with pytest.raises(ValidationError, match="à venir"):
        withdrawals_actions.send(
            withdrawal=row,
            request_text="x",
            sent_on=team.on + timedelta(days=1),
            by=team.leader,
            now=team.now,
        )
    send(team, row)
    with pytest.raises(ValidationError, match="suit la demande"):
        withdrawals_actions.answer(
            withdrawal=row,
            is_accepted=True,
            answered_on=team.on - timedelta(days=1),
            by=team.leader,
            now=team.now,
        )


def test_no_invitation_goes_out_after_filing_but_through_a_withdrawal(rope: Make) -> None:
    team = rope().to_filed()
    key = newcomer(team)
    with pytest.raises(ValidationError, match="gelée"):
        invitations_actions.add_party(
            alliance=team.fresh,
            structure=team.structures[key],
            role="member",
            by=team.leader,
            now=team.now,
        )
    state = state_of(team.fresh, now=team.now)
    assert obstacles(state, Phase.WON, names_of(team.alliance)) != ()
