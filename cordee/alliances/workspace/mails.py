"""What an alliance writes to the structures it asks and to who coordinates it."""

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, OuterRef

from cordee.accounts import mailing
from cordee.agreement.life import EDITABLE
from cordee.alliances.models import Alliance, AllianceParty
from cordee.base.mail.models import OutgoingMail
from cordee.members.actions.network_mails import directors_of
from cordee.members.models import RoleSeat

KIND = "alliances"
TEMPLATES = {
    "alliances/mail/invited": "invited",
    "alliances/mail/answered": "answered",
    "alliances/mail/removed": "removed",
}


def tell_invited(party: AllianceParty) -> None:
    """To the directors of a structure that is asked. The others in the team are not named."""
    for person in directors_of(party.structure):
        _write(party, "invited", person, f"{party.pk}:{_moment(party.invited_at)}:{person.pk}")


def tell_late_directors(now: datetime) -> int:
    """Those who began to direct a sheet after it was invited, by the schedule: each once."""
    came_later = (
        RoleSeat.objects.live()
        .directors()
        .filter(structure=OuterRef("structure"), since__gt=OuterRef("invited_at"))
    )
    waiting = AllianceParty.objects.filter(
        Exists(came_later), state=AllianceParty.State.INVITED, alliance__phase__in=list(EDITABLE)
    )
    told = 0
    for party in waiting.select_related("structure", "alliance__opportunity"):
        assert party.invited_at is not None
        late = RoleSeat.objects.live().directing(party.structure)
        for person in late.filter(since__gt=party.invited_at).people():
            key = f"{party.pk}:{_moment(party.invited_at)}:{person.pk}"
            if not OutgoingMail.objects.filter(key=f"alliance-invited:{key}").exists():
                _write(party, "invited", person, key)
                told += 1
    return told


def tell_answered(party: AllianceParty) -> None:
    """To those who coordinate."""
    for each in party.alliance.coordinators.seated().select_related("person"):
        key = f"{party.pk}:{_moment(party.answered_at)}:{each.person_id}"
        _write(party, "answered", each.person, key)


def tell_removed(party: AllianceParty) -> None:
    """To the directors of a structure that no longer takes part."""
    for person in directors_of(party.structure):
        _write(party, "removed", person, f"{party.pk}:{_moment(party.invited_at)}:{person.pk}")


def register() -> None:
    """Called once, when the application starts."""
    mailing.register(
        KIND,
        "Alliances où ma structure est invitée ou prend part, ou que je coordonne",
        why="Vous recevez ce courrier parce que votre structure est invitée dans une alliance ou y "
        "prend part, ou parce que vous en coordonnez une.",
    )
    for template in TEMPLATES:
        mailing.sample(template, sample, kind=KIND)


def sample() -> Mapping[str, Any]:
    """Invented words, for who looks at the mails."""
    opportunity = SimpleNamespace(
        title="Entretien des espaces verts de Roche-Mirel",
        buyer_name="Commune de Roche-Mirel",
        deadline=None,
    )
    alliance = SimpleNamespace(
        pk="00000000-0000-4000-8000-000000000000",
        opportunity=opportunity,
        coordinator_name="Réseau du Val",
        title="Les berges ensemble",
    )
    structure = SimpleNamespace(shown_name="Les Jardins du Val")
    party = SimpleNamespace(structure=structure, reason="", state="interested", pk=1)
    return {"alliance": alliance, "party": party, "is_yes": True}


def _write(party: AllianceParty, name: str, person: Any, key: str) -> None:
    alliance: Alliance = party.alliance
    mailing.write_to(
        person,
        kind=KIND,
        template=f"alliances/mail/{name}",
        context={
            "alliance": alliance,
            "party": party,
            "is_yes": party.state == AllianceParty.State.INTERESTED,
        },
        key=f"alliance-{name}:{key}",
    )


def _moment(moment: Any) -> str:
    return "" if moment is None else moment.isoformat()
