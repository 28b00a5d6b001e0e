"""Somebody with the role of a company: they speak for none until they direct its sheet."""

import re
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances import parties
from cordee.alliances.invitations import actions
from cordee.alliances.models import AllianceParty
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import JoinRequest, RoleSeat
from tests.alliances.makers import Rope
from tests.members.makers import make_person

Make = Callable[..., Rope]
Role = RoleSeat.Role


def text_of(response: Any) -> str:
    told = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1])
    return " ".join(told.replace("\u202f", " ").replace("\u00a0", " ").split())


def invited(team: Rope) -> AllianceParty:
    """A company whose sheet nobody directs, asked to work for one of the members."""
    team.gather()
    team.directors["mirel"].seats.all().delete()
    party = actions.add_party(
        alliance=team.alliance,
        structure=team.structures["mirel"],
        role=PartyRole.SUBCONTRACTOR,
        of=team.party("toits"),
        by=team.leader,
        now=team.now,
    )
    actions.invite(party=party, by=team.leader, now=team.now)
    return party


def keeper() -> User:
    found = make_person("serveur@exemple.fr")
    found.is_superuser = True
    found.save(update_fields=["is_superuser"])
    return found


def test_the_role_of_a_company_opens_no_invitation(rope: Make, signed_in_client: Any) -> None:
    team = rope()
    party = invited(team)
    detail = reverse("alliances:detail", args=[team.alliance.pk])
    answer = reverse("alliances:answer_invitation", args=[team.alliance.pk, party.pk])
    here = make_person("ici@exemple.fr", role=Role.COMPANY, department_id="38")
    # Even one that names the company: who gave it vouched for a person, not for their company.
    named = make_person("nommee@exemple.fr", role=Role.COMPANY, structure=party.structure)
    for person in (here, named):
        client = signed_in_client(person)
        assert client.get(detail).status_code == 404
        assert client.post(answer, {"reponse": "oui"}).status_code == 404
        assert "Les berges ensemble" not in client.get(reverse("alliances:list")).content.decode()
    party.refresh_from_db()
    assert party.state == AllianceParty.State.INVITED


def test_she_directs_the_sheet_of_her_company_then_answers_for_it(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope()
    party = invited(team)
    siret, ask = party.structure.siret, reverse("members:ask_to_join", args=[party.structure_id])
    detail = reverse("alliances:detail", args=[team.alliance.pk])
    whole = reverse("alliances:team", args=[team.alliance.pk])
    leading = signed_in_client(team.leader).get(whole)
    assert "1 structure que personne ne dirige dans Cordée" in text_of(leading)
    assert ask in leading.content.decode(), "what to send them"
    member = signed_in_client(team.directors["jardins"]).get(whole)
    assert "que personne ne dirige" not in text_of(member)
    person = make_person("patronne@exemple.fr", role=Role.COMPANY, department_id="38")
    client = signed_in_client(person)
    home = reverse("alliances:list")
    assert "Répondre au nom de votre entreprise" in text_of(client.get(home))
    assert "Répondre au nom de votre entreprise" in text_of(client.get(reverse("members:roles")))
    found = client.get(reverse("members:join"), {"siret": siret})
    assert ask in found.content.decode()
    asked = client.get(ask)
    assert "vérifie que cette entreprise est la vôtre" in text_of(asked)
    assert "encadrant" not in text_of(asked), "a company has none"
    assert client.post(ask, {"role": "director", "message": ""}).status_code == 302
    assert "Votre demande attend une réponse" in text_of(client.get(home))
    assert client.get(detail).status_code == 404, "asking opens nothing"
    judge = keeper()
    request = JoinRequest.objects.get()
    decide = reverse("members:join_request", args=[request.pk])
    assert signed_in_client(team.leader).get(decide).status_code == 404, "not who invites them"
    assert signed_in_client(judge).post(decide, {"answer": "accept"}).status_code == 302
    # They are written to as if they had been there: once.
    later = timezone.now()
    assert parties.notify_late_directors(later) == 1
    assert parties.notify_late_directors(later) == 0
    mail = OutgoingMail.objects.get(recipient=person.email, key__startswith="alliance-invited:")
    assert detail in mail.text
    listed = client.get(home)
    assert "Répondre au nom de votre entreprise" not in text_of(listed)
    assert detail in listed.content.decode()
    answer = reverse("alliances:answer_invitation", args=[team.alliance.pk, party.pk])
    client.post(answer, {"reponse": "oui"})
    leading = signed_in_client(team.leader).get(whole)
    assert "que personne ne dirige" not in text_of(leading)
    team.step(Phase.SPLIT).share_out()
    accept = reverse("alliances:accept", args=[team.alliance.pk, party.pk])
    client.post(accept, {"version": str(team.fresh.version)})
    assert party.acceptances.standing().get().accepted_by == person
    sign = reverse("alliances:signatory", args=[team.alliance.pk, party.pk])
    values = {"name": "Sacha Mirel", "function": "gérante", "power": "legal"} | {
        "carrier": "COMPANY"
    }
    assert client.post(sign, values).status_code == 302
    party.refresh_from_db()
    assert party.may_sign


def test_who_directed_it_when_it_was_invited_is_written_to_once(rope: Make) -> None:
    team = rope()
    actions.invite(party=team.party("toits"), by=team.leader, now=team.now)
    assert parties.notify_late_directors(timezone.now()) == 0
    sent = OutgoingMail.objects.filter(key__startswith="alliance-invited:")
    assert sent.get().recipient == "toits@exemple.fr"
