"""Who reads and writes commissions and sessions of a network. Each docstring is the rule.

Members read what was decided and produced, note the hours that they give, and answer. Whoever acts
for the network writes. A draft is read by them and by who sits in the commission.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Model, Q
from django.http import Http404
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
    GivenHours,
    Meeting,
    MeetingTask,
    Session,
)
from cordee.practices.models.commissions import MeetingQuerySet

ABSENT = "Cette page n’existe pas, ou ne vous est pas ouverte."
# From a row to its network; the others hang on a commission.
HANGING: dict[type[Model], str] = {
    Commission: "",
    Session: "",
    MeetingTask: "meeting__commission__",
}


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody in a network. `writes`: for it, or from its parent; `relays`: for it itself; `own`:
    the members of it that they direct."""

    user: User
    network: Network
    writes: bool
    relays: bool
    own: tuple[Structure, ...]

    def read[Row: Model](self, rows: UndoableQuerySet[Row]) -> UndoableQuerySet[Row]:
        """Those that stand; for who writes, those that were taken back too."""
        return rows if self.writes else rows.in_force()


def inside_for(user: User, slug: str) -> Inside:
    """Who acts for the network or its parent, and the people of its members; or 404."""
    on, network = timezone.localdate(), network_access.network_for(user, slug)
    desk = desk_or_none(user, network)
    if desk is None:
        network = network_for(user, slug, on=on)
    relays = desk is not None and desk.acting_for == network
    own = tuple(directed_in(user, network, on=on))
    return Inside(user, network, desk is not None, relays, own)


def own_network_for(user: User) -> Network | None:
    """The network of the user where most commissions are, if any."""
    rows = networks_of(user, on=timezone.localdate()).distinct()
    found = rows.annotate(many=Count("commissions", distinct=True)).order_by("-many", "pk")
    return found.first()


def writer_for(user: User, slug: str) -> Inside:
    """Who acts for the network, or 404."""
    found = inside_for(user, slug)
    if not found.writes:
        raise Http404(ABSENT)
    return found


def commissions_for(found: Inside) -> UndoableQuerySet[Commission]:
    return found.read(Commission.objects.filter(network=found.network))


def commission_for(found: Inside, pk: int) -> Commission:
    """One of them, or 404."""
    return first_or_404(commissions_for(found).filter(pk=pk).select_related("network"), ABSENT)


def sessions_for(found: Inside) -> UndoableQuerySet[Session]:
    return found.read(Session.objects.filter(network=found.network))


def session_for(found: Inside, pk: int) -> Session:
    """One of them, or 404."""
    return first_or_404(sessions_for(found).filter(pk=pk).select_related("network"), ABSENT)


def reads_drafts(found: Inside, commission: Commission) -> bool:
    """Who writes, and who has a seat in a structure that sits there."""
    held = RoleSeat.objects.held_by(found.user).order_by().values("structure")
    return found.writes or commission.seats.in_force().filter(structure__in=held).exists()


def part_for[Row: Model](found: Inside, sort: type[Row], key: int) -> Row:
    """A commission, a session or a part for who may change it, or 404: who acts for the network;
    for hours, the direction of the structure that gave them too."""
    path = HANGING.get(sort, "commission__")
    rows = sort._default_manager.filter(**{f"{path}network": found.network, "pk": key})
    if not found.writes:
        own = {"structure__in": found.own, "commission__taken_back_at": None}
        rows = rows.filter(**own) if sort is GivenHours else rows.none()
    return first_or_404(rows, ABSENT)


def meeting_for(found: Inside, key: int) -> Meeting:
    """A meeting, or 404; its minutes are for who `reads_drafts`, or published."""
    rows = Meeting.objects.filter(pk=key, commission__in=commissions_for(found))
    return first_or_404(found.read(rows).select_related("commission__network"), ABSENT)


def minutes_for(user: User) -> MeetingQuerySet:
    """Published minutes of commissions that stand, in the networks whose people the user is
    among: what a member reads, writer or not."""
    mine = networks_of(user, on=timezone.localdate()).order_by().values("pk")
    return Meeting.objects.published().filter(
        commission__network__in=mine, commission__taken_back_at__isnull=True
    )


def task_for(found: Inside, key: int) -> MeetingTask:
    """What is to be done, for the structure that does it and who writes; or 404."""
    commissions = commissions_for(found)
    rows = MeetingTask.objects.in_force().filter(meeting__commission__in=commissions, pk=key)
    if not found.writes:
        rows = rows.filter(structure__in=found.own, meeting__published_at__isnull=False)
    return first_or_404(rows.select_related("meeting__commission__network"), ABSENT)


def file_for(found: Inside, key: int) -> CommissionFile:
    """A file of a commission, for who `reads_drafts`; or 404."""
    rows = CommissionFile.objects.in_force().filter(commission__in=commissions_for(found))
    row = first_or_404(rows.filter(pk=key).select_related("stored", "commission"), ABSENT)
    if not reads_drafts(found, row.commission):
        raise Http404(ABSENT)
    return row


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
    meetings = Meeting.objects.in_force().filter(mine, commission__taken_back_at__isnull=True)
    sessions = Session.objects.in_force().filter(coming)
    for sort, rows in (
        ("session", sessions.select_related("network")),
        ("reunion", meetings.select_related("commission__network").distinct()),
    ):
        for row in rows.filter(ends_at__gte=timezone.now() - JUST_PASSED):
            said = row.in_calendar, row.begins_at, row.ends_at, row.get_absolute_url()
            yield Days(f"{sort}-{row.pk}", *said, row.changed_at, row.place)
