"""Who is told that a structure leaves or stays after all, and who may say so for it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cordee.agreement.phases import Phase
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.alliances.withdrawals import leaving
from cordee.base.mail.models import OutgoingMail
from tests.alliances.makers import Rope

Make = Callable[..., Rope]
Plan, State = Withdrawal.Plan, Withdrawal.State


def url(name: str, team: Rope, *more: object) -> str:
    return reverse(f"alliances:{name}", args=[team.alliance.pk, *more])


def text_of(response: Any) -> str:
    told = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(told.replace("\u202f", " ").replace("\u00a0", " ").split())


def mails(template: str, **values: Any) -> set[str]:
    """To whom one sort of mail went."""
    sent = OutgoingMail.objects.filter(key__startswith=f"alliance-{template}:", **values)
    return set(sent.values_list("recipient", flat=True))


def to(*names: str) -> set[str]:
    return {f"{name}@exemple.fr" for name in names}


def tell(team: Rope, key: str = "toits", *, by_lead: bool = False) -> Withdrawal:
    return leaving.announce(
        party=team.party(key),
        reason="L’encadrant est parti.",
        by_lead=by_lead,
        by=team.leader if by_lead else team.directors[key],
        now=team.now,
    )


# --- Who may say that it stays --------------------------------------------------------------------


def test_who_announced_takes_it_back_and_those_told_are_told(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().to_filed()
    row = tell(team)
    page, cancel = url("withdrawal", team, row.pk), url("cancel_withdrawal", team, row.pk)
    for key in ("leader", "jardins", "peintres"):
        client = signed_in_client(team.leader if key == "leader" else team.directors[key])
        told = text_of(client.get(page))
        refused = "Seule Les Toits du Val peut annuler ce retrait."
        assert refused in told
        assert "Annuler le retrait" not in told
        assert refused in text_of(client.post(cancel, follow=True))
    row.refresh_from_db()
    assert row.state == State.ANNOUNCED
    own = signed_in_client(team.directors["toits"])
    assert "Annuler le retrait" in text_of(own.get(page))
    assert "sont prévenus" in text_of(own.post(cancel, follow=True))
    own.post(cancel)
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert (
        mails("withdrawal_cancelled")
        == mails("withdrawal_told")
        == to("reseau", "jardins", "peintres")
    )
    sent = OutgoingMail.objects.filter(key__startswith="alliance-withdrawal_cancelled:")
    assert sent.count() == 3, "a second click writes to nobody again"
    assert all(mail.subject == "Les Toits du Val restent dans l’alliance" for mail in sent)


def test_who_coordinates_takes_back_what_she_announced_for_it(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().to_filed()
    leader = signed_in_client(team.leader)
    left = url("leave", team, team.party("toits").pk)
    assert "Vous l’annoncez à sa place" in text_of(leader.get(left))
    leader.post(left, {"reason": "Sans nouvelles."})
    row = Withdrawal.objects.get()
    assert row.announced_by_lead
    # The structure itself reads it, with how to take it back.
    own_mail = OutgoingMail.objects.get(
        key__startswith="alliance-withdrawal_told:", recipient="toits@exemple.fr"
    )
    assert "Annulez ce retrait depuis sa page" in own_mail.text
    lead = signed_in_client(team.directors["jardins"])
    refused = text_of(lead.post(url("cancel_withdrawal", team, row.pk), follow=True))
    assert "Seules Les Toits du Val et la coordination peuvent annuler" in refused
    leader.post(url("cancel_withdrawal", team, row.pk))
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert mails("withdrawal_cancelled") == to("reseau", "jardins", "peintres", "toits")
    # Announced for it again: the structure itself says that it stays.
    row = tell(team, by_lead=True)
    signed_in_client(team.directors["toits"]).post(url("cancel_withdrawal", team, row.pk))
    row.refresh_from_db()
    assert row.state == State.CANCELLED


def test_before_filing_whoever_was_taken_out_is_told_so(rope: Make) -> None:
    team = rope().to_documents()
    tell(team, "peintres", by_lead=True)
    assert mails("removed") == to("peintres")
    assert mails("withdrawal_told") == to("reseau", "jardins", "toits")


# --- Planned again --------------------------------------------------------------------------------


def test_each_proposal_is_written_about_anew(rope: Make) -> None:
    team = rope().to_filed()
    row = tell(team)
    version = team.alliance.version

    def plan(which: str, **values: Any) -> int:
        withdrawals_actions.plan(
            withdrawal=row,
            plan=which,
            **values,
            by=team.leader,
            now=team.later(minutes=plans * 10),
        )
        asked = OutgoingMail.objects.filter(key__startswith="alliance-withdrawal_asked:")
        return asked.filter(recipient="jardins@exemple.fr").count()

    plans = 0
    assert plan(Plan.ALL) == 1
    assert plan(Plan.ALL) == 1, "a double click is once"
    assert plan(Plan.ONE, member=team.party("jardins")) == 2
    plans = 1
    assert plan(Plan.ALL) == 3
    plans = 2
    assert plan(Plan.ALL) == 4, "asked again ten minutes later"
    row.refresh_from_db()
    assert row.base_version == version == team.fresh.version
    # Whoever said no to a place may be asked again.
    team.structure("renfort", "Le Renfort du Val", "ACI")
    wanted = {"plan": Plan.REPLACEMENT, "structure": team.structures["renfort"]}
    for number in (1, 2):
        withdrawals_actions.plan(
            withdrawal=row, **wanted, by=team.leader, now=team.later(hours=number)
        )
        withdrawals_actions.decline(
            withdrawal=row,
            party=team.party("renfort"),
            by=team.directors["renfort"],
            now=team.later(hours=number),
        )
    asked = OutgoingMail.objects.filter(key__startswith="alliance-withdrawal_asked:")
    assert asked.filter(recipient="renfort@exemple.fr").count() == 2


# --- A no after a yes -----------------------------------------------------------------------------


def say_no(team: Rope, key: str, reason: str = "") -> None:
    invitations_actions.answer_invitation(
        party=team.party(key),
        is_yes=False,
        reason=reason,
        by=team.directors[key],
        now=team.later(minutes=5),
    )


def test_a_no_after_a_yes_is_told_to_those_who_stay(rope: Make, signed_in_client: Any) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out().accept_all()
    say_no(team, "toits", "Le conseil ne veut pas.")
    say_no(team, "toits", "Le conseil ne veut pas.")
    assert mails("withdrawal_told") == to("jardins", "peintres")
    assert mails("answered", subject__contains="ne prennent pas part") == to("reseau")
    sent = OutgoingMail.objects.filter(key__startswith="alliance-withdrawal_told:")
    assert sent.count() == 2
    for mail in sent:
        assert "Les Toits du Val se retirent" in mail.text
        assert team.terms.lines[0].label in mail.text, "what nobody does any more"
        assert "Le conseil" not in mail.text, "why is read by who coordinates alone"
    row = Withdrawal.objects.get()
    assert (row.state, row.reason) == (State.DONE, "")
    assert team.party("toits").state == AllianceParty.State.DECLINED
    member = signed_in_client(team.directors["jardins"])
    assert "Les Toits du Val" in text_of(member.get(url("withdrawals", team)))
    said = text_of(member.get(reverse("alliances:detail", args=[team.alliance.pk])))
    team_page = text_of(member.get(reverse("alliances:team", args=[team.alliance.pk])))
    assert "Le conseil" not in said + team_page
    table = text_of(member.get(reverse("alliances:table", args=[team.alliance.pk])))
    assert "à répartir" in team_page
    assert "à répartir" in table


def test_whoever_comes_later_reads_no_name_of_who_left(rope: Make, signed_in_client: Any) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out()
    say_no(team, "toits")
    party = invitations_actions.add_party(
        alliance=team.fresh,
        structure=team.structures["mirel"],
        role="member",
        by=team.leader,
        now=team.now,
    )
    invitations_actions.invite(party=party, by=team.leader, now=team.now)
    invitations_actions.answer_invitation(
        party=team.party("mirel"),
        is_yes=True,
        by=team.directors["mirel"],
        now=team.later(hours=1),
    )
    late = signed_in_client(team.directors["mirel"])
    for page in (
        url("withdrawals", team),
        url("withdrawal", team, Withdrawal.objects.get().pk),
        reverse("alliances:detail", args=[team.alliance.pk]),
        reverse("alliances:table", args=[team.alliance.pk]),
    ):
        said = text_of(late.get(page))
        assert "Toits" not in said, page
    assert "à répartir" in said


def test_a_first_no_is_told_to_who_coordinates_alone(rope: Make) -> None:
    team = rope()
    for key in ("jardins", "peintres", "toits"):
        invitations_actions.invite(party=team.party(key), by=team.leader, now=team.now)
    team.say_yes("jardins")
    say_no(team, "toits")
    assert mails("answered", subject__contains="Toits") == to("reseau")
    assert mails("withdrawal_told") == set()
    assert not Withdrawal.objects.exists()


def test_a_no_after_filing_is_a_withdrawal(rope: Make) -> None:
    team = rope().to_filed()
    with pytest.raises(ValidationError, match="gelée"):
        say_no(team, "toits")


def test_an_application_that_left_is_noted_on_the_page_and_freezes_the_members(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().gather()
    leader = signed_in_client(team.leader)
    page = url("withdrawals", team)
    assert "Une candidature avant l’offre" in text_of(leader.get(page))
    wrong = leader.post(url("note_application", team), {"applied_on": "demain"}, follow=True)
    assert "Donnez un jour" in text_of(wrong)
    leader.post(url("note_application", team), {"applied_on": team.on.isoformat()})
    assert team.fresh.applied_on == team.on
    own = signed_in_client(team.directors["toits"])
    told = text_of(own.get(url("leave", team, team.party("toits").pk)))
    assert "De la candidature à la signature" in told
    assert "l’acheteur décide" in told
    own.post(url("leave", team, team.party("toits").pk), {"reason": "Plus d’équipe."})
    assert team.party("toits").state == "interested"
    assert Withdrawal.objects.get().state == State.ANNOUNCED
    # The path of the withdrawal was found for this phase.
    kept = leader.post(url("note_application", team), {"applied_on": ""}, follow=True)
    assert "Un retrait est en cours" in text_of(kept)
    assert team.fresh.applied_on == team.on


def test_an_application_waits_for_the_answer_of_each_member(
    rope: Make, signed_in_client: Any
) -> None:
    """Once it left, a member who had not answered could not say no any more."""
    team = rope().gather()
    AllianceParty.objects.filter(pk=team.party("toits").pk).update(state="invited")
    sent = {"applied_on": team.on.isoformat()}
    refused = signed_in_client(team.leader).post(url("note_application", team), sent, follow=True)
    assert "pas répondu" in text_of(refused)
    assert team.fresh.applied_on is None
