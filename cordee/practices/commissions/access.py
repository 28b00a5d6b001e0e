"""Who reads and writes commissions and sessions of a network. Each docstring is the rule.

Members read what was decided and produced, note the hours that they give, and answer. Whoever acts
for the network writes. A draft is read by them and by who sits in the commission.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members import network_access
from cordee.members.models import Network, RoleSeat, Structure
from cordee.members.models.undoable import UndoableQuerySet
from cordee.members.network_access import desk_or_none
from cordee.mobilisation.feeds.content import JUST_PASSED, Days
from cordee.mobilisation.mutual.access import directed_in
from cordee.mobilisation.proposals.access import network_for
from cordee.opportunities.access import networks_of
from cordee.practices.models import (
    Commission,
    CommissionFile,
    CommissionSeat,
    GivenHours,
    Meeting,
    MeetingTask,
    Session,
    SessionAnswer,
)
from cordee.practices.models.commissions import MeetingQuerySet
from cordee.practices.models.sessions import SessionQuerySet

ABSENT = "Cette page n’existe pas, ou ne vous est pas ouverte."


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody in a network. `writes`: for it, or from its parent; `relays`: for it itself; `own`:
    the members of it that they direct."""

    user: User
    network: Network
    writes: bool
    relays: bool
    own: tuple[Structure, ...]

    def members(self, on: date) -> QuerySet[Structure]:
        return Structure.objects.active().of_network(self.network, on)


def inside_for(user: User, slug: str) -> Inside:
    """Who acts for the network or its parent, and the people of its members; or 404."""
    on, network = timezone.localdate(), network_access.network_for(user, slug)
    desk = desk_or_none(user, network)
    if desk is None:
        network = network_for(user, slug, on=on)
    relays = desk is not None and desk.acting_for == network
    own = tuple(directed_in(user, network, on=on))
    return Inside(user, network, desk is not None, relays, own)


def writer_for(user: User, slug: str) -> Inside:
    """Who acts for the network, or 404."""
    found = inside_for(user, slug)
    first_or_404(Network.objects.filter(pk=found.network.pk if found.writes else 0), ABSENT)
    return found


def commissions_for(found: Inside) -> UndoableQuerySet[Commission]:
    """Those of the network that stand; for who writes, those that were taken back too."""
    rows: UndoableQuerySet[Commission] = Commission.objects.filter(network=found.network)
    return rows if found.writes else rows.in_force()


def commission_for(found: Inside, pk: int) -> Commission:
    """One of them, or 404."""
    return first_or_404(commissions_for(found).filter(pk=pk).select_related("network"), ABSENT)


def sits_in(found: Inside, commission: Commission) -> bool:
    """Whether a structure where the user has a seat sits there, or the user said to be the one."""
    held = RoleSeat.objects.held_by(found.user).order_by().values("structure")
    own = Q(person=found.user) | Q(structure__in=held)
    return commission.seats.in_force().filter(own).exists()


def reads_drafts(found: Inside, commission: Commission) -> bool:
    return found.writes or sits_in(found, commission)


def part_for[Row: Model](found: Inside, commission: Commission, sort: type[Row], key: int) -> Row:
    """A row of a commission for who may change it, or 404: who acts for the network; for hours,
    the direction of the structure that gave them too."""
    path = "meeting__commission" if sort is MeetingTask else "commission"
    rows = sort._default_manager.filter(**{path: commission, "pk": key})
    if not found.writes:
        rows = rows.filter(structure__in=found.own) if sort is GivenHours else rows.none()
    return first_or_404(rows, ABSENT)


def meeting_for(found: Inside, commission: Commission, key: int) -> Meeting:
    """A meeting that stands, or 404; its minutes are for who `reads_drafts`, or published."""
    return first_or_404(commission.meetings.in_force().filter(pk=key), ABSENT)


def minutes_for(user: User) -> MeetingQuerySet:
    """Published minutes of commissions that stand, in the networks whose people the user is
    among: what a member reads, writer or not."""
    mine = networks_of(user, on=timezone.localdate()).order_by().values("pk")
    return Meeting.objects.published().filter(
        commission__network__in=mine, commission__taken_back_at__isnull=True
    )


def task_for(found: Inside, commission: Commission, key: int) -> MeetingTask:
    """What is to be done, for the structure that does it and who writes; or 404."""
    rows = MeetingTask.objects.in_force().filter(meeting__commission=commission, pk=key)
    if not found.writes:
        rows = rows.filter(structure__in=found.own, meeting__published_at__isnull=False)
    return first_or_404(rows.select_related("meeting"), ABSENT)


def seat_for(found: Inside, commission: Commission, key: int) -> CommissionSeat:
    """A place of a structure where the user has a seat, nobody else having said to be there."""
    held = RoleSeat.objects.held_by(found.user).order_by().values("structure")
    rows = commission.seats.in_force().filter(pk=key, structure__in=held)
    return first_or_404(rows.filter(Q(person=None) | Q(person=found.user)), ABSENT)


def file_for(found: Inside, commission: Commission, key: int) -> CommissionFile:
    """A file of a commission, for who `reads_drafts`; or 404."""
    rows = commission.files.in_force().select_related("stored")
    return first_or_404(rows.filter(pk=key if reads_drafts(found, commission) else 0), ABSENT)


def sessions_for(found: Inside) -> SessionQuerySet:
    """The sessions of the network that stand; for who writes, those that were taken back too."""
    rows: SessionQuerySet = Session.objects.filter(network=found.network)
    return rows if found.writes else rows.in_force()


def session_for(found: Inside, pk: int) -> Session:
    """One of them, or 404."""
    return first_or_404(sessions_for(found).filter(pk=pk).select_related("network"), ABSENT)


def attendance_for(found: Inside, session: Session, key: int) -> SessionAnswer:
    """What a structure that the user directs said of a session that is over, and to which it came;
    or 404."""
    rows = session.answers.filter(pk=key, structure__in=found.own, is_coming=True)
    rows = rows.filter(session__ends_at__lte=timezone.now())
    return first_or_404(rows.select_related("session__network", "structure"), ABSENT)


def days_for(person: User, of: Model) -> Iterator[Days]:
    """For the calendar of a structure, the meetings of the commissions where it sits and the
    sessions to which it comes; for that of a network, all of its own. Two queries."""
    if isinstance(of, Structure):
        mine = Q(commission__seats__structure=of, commission__seats__taken_back_at__isnull=True)
        coming = Q(answers__structure=of, answers__is_coming=True)
    elif isinstance(of, Network):
        mine, coming = Q(commission__network=of), Q(network=of)
    else:
        return
    since = timezone.now() - JUST_PASSED
    sessions = Session.objects.in_force().filter(coming, ends_at__gte=since)
    for each in sessions.select_related("network"):
        words = f"{each.get_kind_display().capitalize()}\u00a0: {each}"
        path = reverse("practices:session", args=[each.network.slug, each.pk])
        span = each.begins_at, each.ends_at
        yield Days(f"session-{each.pk}", words, *span, path, each.changed_at, each.place)
    rows = Meeting.objects.in_force().filter(mine, commission__taken_back_at__isnull=True)
    rows = rows.filter(ends_at__gte=since)
    for row in rows.select_related("commission__network").distinct():
        where = row.commission.network.slug, row.commission_id, row.pk
        words, path = f"{row.commission}\u00a0: {row}", reverse("practices:meeting", args=where)
        span = row.begins_at, row.ends_at
        yield Days(f"reunion-{row.pk}", words, *span, path, row.changed_at, row.place)
