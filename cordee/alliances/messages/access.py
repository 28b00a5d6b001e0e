"""Which messages one reads, with whom one exchanges apart, and what the thread shows of each.

Each docstring of who reads what is the rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.alliances.access import INSIDE, AllianceAccess
from cordee.alliances.models import AllianceMessage, AllianceParty
from cordee.base.found import first_or_404


def messages_for(access: AllianceAccess) -> QuerySet[AllianceMessage]:
    """Those that `reads` lets the user read: all, or what is exchanged with their subcontractor."""
    rows = access.alliance.messages.all()
    return rows if access.reads_shares else rows.filter(about__in=map(int, access.own_keys))


def exchanges_of(access: AllianceAccess) -> list[AllianceParty]:
    """The subcontractors with whom the user may exchange apart from the team; where the user is
    one, itself.

    Only those that said yes: whoever did not reads nothing.
    """
    terms = access.alliance.terms
    keys = {p.key for p in terms.parties if p.role is PartyRole.SUBCONTRACTOR}
    rows = access.alliance.parties.select_related("structure").filter(state__in=INSIDE)
    wanted = keys if access.reads_shares else access.own_keys
    return [row for row in rows.order_by("pk") if row.key in wanted]


def message_for(access: AllianceAccess, message_pk: int) -> AllianceMessage:
    """A message that the user reads (`messages_for`), or 404."""
    return first_or_404(messages_for(access).filter(pk=message_pk), "Ce message n’existe pas.")


def side_of(access: AllianceAccess) -> str:
    """For whom the user speaks, as the others know the user's side."""
    party = access.party
    if access.coordinates or party is None:
        return access.alliance.coordinator_name[:200]
    return party.structure.shown_name[:200]


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message for one reader.

    `asked`: networks that ask the user to take it back. `reported`: what the user reported of it
    themselves.
    """

    message: AllianceMessage
    written_by: str
    is_mine: bool


def written_by(access: AllianceAccess, message: AllianceMessage) -> str:
    """Who says it, and to which subcontractor where the team exchanges it with one."""
    about = message.about
    if about is None or not access.reads_shares or message.side == about.structure.shown_name:
        return message.side
    return f"{message.side}, à l’équipe et à {about.structure.shown_name}"


def shown_messages(
    messages: Iterable[AllianceMessage], access: AllianceAccess, person: User
) -> list[ShownMessage]:
    """The rows of a page of the thread."""
    return [
        ShownMessage(
            message=row,
            written_by=written_by(access, row),
            is_mine=row.by_id == person.pk,
        )
        for row in messages
    ]
