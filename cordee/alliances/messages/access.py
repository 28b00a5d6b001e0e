"""Which messages one reads, with whom one exchanges apart, which network reads one reported,
and what the thread shows of each.

Each docstring of who reads what is the rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.alliances.access import INSIDE, AllianceAccess
from cordee.alliances.models import Alliance, AllianceMessage, AllianceMessageReport, AllianceParty
from cordee.base.found import first_or_404
from cordee.members.models import Network, RoleSeat, Structure


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


def may_report(access: AllianceAccess, message: AllianceMessage, person: Person) -> bool:
    """A message that somebody else wrote and that is there to read, for who reads the table."""
    is_theirs = message.by_id is not None and message.by_id != person.pk
    return access.reads_shares and message.is_readable and is_theirs


def readers_of(
    access: AllianceAccess, message: AllianceMessage, person: User, *, on: date
) -> Sequence[Network]:
    """The networks to which the user may report a message: each has people who read.

    The one that coordinates, and those to which both the user and its author belong. Where the
    author speaks for the one that coordinates, the network above it too.
    """
    alliance = access.alliance
    coordinating = Q(pk__in=[] if alliance.network_id is None else [alliance.network_id])
    author = message.by
    if author is None:
        return []
    if alliance.network_id is not None and _acts_for(author, alliance.network_id):
        coordinating |= Q(delegations=alliance.network_id)
    own = Network.objects.around(_structures(alliance, person), on).order_by().values("pk")
    theirs = Network.objects.around(_structures(alliance, author), on).order_by().values("pk")
    found = Network.objects.filter(coordinating | Q(pk__in=own) & Q(pk__in=theirs))
    return list(found.staffed().running(on).distinct().order_by("name"))


def reports_for(person: Person) -> QuerySet[AllianceMessageReport]:
    """What was reported to the networks for which the user acts."""
    rows = AllianceMessageReport.objects.read_by(person)
    return rows.select_related("message__alliance", "message__by", "network")


def report_for(person: Person, pk: int) -> AllianceMessageReport:
    """One of `reports_for`, or 404."""
    return first_or_404(
        reports_for(person).filter(pk=pk), "Ce signalement n’existe pas, ou n’est pas à vous."
    )


def _acts_for(person: User, network_pk: int) -> bool:
    seats = RoleSeat.objects.held_by(person).of_networks()
    return seats.filter(network=network_pk).exists()


def _structures(alliance: Alliance, person: User) -> list[Structure]:
    """Those for which the person speaks in it."""
    parties = AllianceParty.objects.filter(alliance=alliance, state__in=INSIDE)
    spoken = Q(pk__in=parties.order_by().values("structure")) | Q(pk=alliance.structure_id)
    return list(Structure.objects.directed_by(person).filter(spoken))


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message for one reader.

    `asked`: networks that ask the user to take it back. `reported`: what the user reported of it
    themselves.
    """

    message: AllianceMessage
    written_by: str
    is_mine: bool
    may_report: bool
    asked: Sequence[AllianceMessageReport]
    reported: AllianceMessageReport | None


def written_by(access: AllianceAccess, message: AllianceMessage) -> str:
    """Who says it, and to which subcontractor where the team exchanges it with one."""
    about = message.about
    if about is None or not access.reads_shares or message.side == about.structure.shown_name:
        return message.side
    return f"{message.side}, à l’équipe et à {about.structure.shown_name}"


def shown_messages(
    messages: Iterable[AllianceMessage], access: AllianceAccess, person: User
) -> list[ShownMessage]:
    """The rows of a page of the thread: one query for all of them."""
    rows = list(messages)
    reports_of: dict[int, list[AllianceMessageReport]] = {}
    reports = AllianceMessageReport.objects.filter(message__in=[row.pk for row in rows])
    for report in reports.select_related("network").order_by("pk"):
        reports_of.setdefault(report.message_id, []).append(report)
    return [
        ShownMessage(
            message=row,
            written_by=written_by(access, row),
            is_mine=row.by_id == person.pk,
            may_report=may_report(access, row, person),
            asked=[each for each in told if row.by_id == person.pk and row.text and each.request],
            reported=next((each for each in told if each.by_id == person.pk), None),
        )
        for row in rows
        for told in [reports_of.get(row.pk, ())]
    ]
