"""What an alliance writes to the structures it asks and to who coordinates it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.phases import EDITABLE
from cordee.alliances.access import is_elsewhere
from cordee.alliances.frame.mails import write
from cordee.alliances.models import AllianceParty
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.actions.network_mails import directors_of
from cordee.members.models import RoleSeat
from cordee.opportunities.wording import mail_facts

LONGEST_PART = 120


def notify_invited(party: AllianceParty) -> None:
    """To the directors of a structure that is asked. The others in the team are not named."""
    _write(party, "invited", directors_of(party.structure), party.invited_at)


def invitation(party: AllianceParty, *, reads_share: bool = True) -> dict[str, Any]:
    """What an invitation says: of its reader the part and the price, of the others nothing.

    Nor its own to who takes part in another team on the lot (RULE-38): not `reads_share`.
    """
    terms = party.alliance.terms
    held = {cell.line for cell in terms.cells if cell.party == party.key}
    labels = [line.label for line in terms.lines if line.key in held]
    alliance, share_cents = party.alliance, terms.share_cents(party.key) if reads_share else 0
    part = french.cut(", ".join(labels), LONGEST_PART) if share_cents else ""
    return {
        "alliance": alliance,
        "party": party,
        "part": part,
        "share_cents": share_cents,
        "facts": mail_facts(
            alliance.opportunity, timezone.localdate(), part=part, price_cents=share_cents
        ),
        "phone": alliance.structure.phone if alliance.structure is not None else "",
    }


def notify_late_directors(now: datetime) -> int:
    """Those who began to direct a sheet after it was invited, by the schedule: each once."""
    came_later = (
        RoleSeat.objects.live()
        .directors()
        .filter(structure=OuterRef("structure"), since__gt=OuterRef("invited_at"))
    )
    waiting = AllianceParty.objects.filter(
        Exists(came_later), state=AllianceParty.State.INVITED, alliance__phase__in=list(EDITABLE)
    )
    notified = 0
    for party in waiting.select_related("structure", "alliance__opportunity"):
        assert party.invited_at is not None
        late = RoleSeat.objects.live().directing(party.structure)
        for person in late.filter(since__gt=party.invited_at).people():
            key = _key(party, party.invited_at, person)
            if not OutgoingMail.objects.filter(key=f"alliance-invited:{key}").exists():
                _write(party, "invited", [person], party.invited_at)
                notified += 1
    return notified


def notify_answered(party: AllianceParty) -> None:
    """To those who coordinate."""
    _write(party, "answered", party.alliance.leaders, party.answered_at)


def notify_removed(party: AllianceParty) -> None:
    """To the directors of a structure that no longer takes part."""
    _write(party, "removed", directors_of(party.structure), party.invited_at)


def _write(
    party: AllianceParty, name: str, people: Iterable[User], moment: datetime | None
) -> None:
    is_yes = {"is_yes": party.state == AllianceParty.State.INTERESTED}
    for person in people:
        letter = invitation(party, reads_share=not is_elsewhere(person, party.alliance))
        write(person, name, letter | is_yes, _key(party, moment, person))


def _key(party: AllianceParty, moment: datetime | None, person: User) -> str:
    return f"{party.pk}:{'' if moment is None else moment.isoformat()}:{person.pk}"
