"""The only way to get a network, or what hangs on it, for somebody. Each docstring is the rule.

A network itself is no secret: whoever is signed in reads its name, its charter and how many
members it has. Its home, its list of members and its desk are for its own people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.access import edited_structure_for
from cordee.members.models import (
    Department,
    Membership,
    MembershipRequest,
    Network,
    RoleSeat,
    SharingRequest,
    Structure,
)
from cordee.members.models.networks import NetworkQuerySet, PeriodQuerySet
from cordee.members.models.requests import RequestQuerySet
from cordee.members.models.structures import StructureQuerySet
from cordee.members.roles import May
from cordee.members.sharing import FigureClass, Viewer

SEATS_READ = "_cordee_seats_read"
NOT_HERE = "Ce réseau n’existe pas, ou cette page ne vous est pas ouverte."


@dataclass(frozen=True, slots=True)
class Desk:
    """A person at work in a network.

    `acting_for` is the network of their seat, the parent where the person looks at a delegation:
    figures open to them are those opened to that one. `departments` limits a delegate to their
    territory; None is everywhere.
    """

    user: User
    network: Network
    acting_for: Network
    is_staff: bool
    departments: frozenset[str] | None = None

    def viewer(self, on: date) -> Viewer:
        """The network itself: figures of the user's own structures do not mix with its members'."""
        return Viewer.of_network(self.acting_for, on)

    def network_structures(self, on: date, *, each: bool = False) -> StructureQuerySet:
        """Members of the network and of its delegations; `each` as in `of_network`."""
        return Structure.objects.of_network(self.network, on, each=each).active()

    def structures(self, on: date, *, each: bool = False) -> StructureQuerySet:
        """Those of them that the user follows."""
        found = self.network_structures(on, each=each)
        if self.departments is None:
            return found
        return found.filter(department__in=self.departments)

    def count(self, on: date) -> int:
        """How many `structures` finds, each once: an index holds all that is read of memberships,
        and those that are not `active` are few."""
        rows = self.memberships().current(on).order_by()
        rows = rows.exclude(structure__in=Structure.objects.inactive().order_by().values("pk"))
        return int(rows.aggregate(each=Count("structure", distinct=True))["each"])

    def memberships(self) -> PeriodQuerySet:
        """Of all times, in the user's territory."""
        found = Membership.objects.under(self.network)
        if self.departments is not None:
            found = found.filter(structure__department__in=self.departments)
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Members that a desk follows, those of them that let its network count some figures, and the
    structures that the user knows from within.

    None is `opened` for a delegation seen from its parent: what is left of the whole would tell
    the others.
    """

    desk: Desk
    members: frozenset[int]
    opened: frozenset[int]
    own: frozenset[int]

    @property
    def is_whole(self) -> bool:
        return self.desk.network == self.desk.acting_for


def counted_for(user: User, slug: str, figures: FigureClass, on: date) -> Counted:
    """Whose figures of a sort the totals of a network hold, for who works in it; or 404."""
    desk = desk_for(user, slug)
    members = frozenset(desk.structures(on).values_list("pk", flat=True))
    opened = members & desk.viewer(on).seen[figures]
    is_whole = desk.network == desk.acting_for
    own = RoleSeat.objects.held_by(user).values_list("structure", flat=True)
    return Counted(desk, members, opened if is_whole else frozenset(), frozenset(own))


def networks_for(user: Person) -> NetworkQuerySet:
    """Every network, for whoever is signed in."""
    if isinstance(user, AnonymousUser):
        return Network.objects.none()
    return Network.objects.all()


def network_for(user: Person, slug: str) -> Network:
    """One network by its identifier, or 404."""
    return first_or_404(networks_for(user).select_related("parent").filter(slug=slug), NOT_HERE)


def seats_read(person: User, *, with_structures: bool = False) -> list[RoleSeat]:
    """The seats of a person, oldest first, read once: they stay on this row of the person, which
    lives as long as its request."""
    known: list[RoleSeat] | None = getattr(person, SEATS_READ, None)
    if known is not None and not with_structures:
        return known
    joined = ("network__parent", "programme", *(["structure"] if with_structures else ()))
    found = list(RoleSeat.objects.held_by(person).select_related(*joined).order_by("pk"))
    setattr(person, SEATS_READ, found)
    return found


def desk_or_none(user: Person, network: Network) -> Desk | None:
    """The user's desk in a network, as its staff, its delegate or staff of its parent; else None.

    A delegation does not see its siblings, nor its parent. A delegate keeps to their region or
    department; one without either follows the whole network.
    """
    if isinstance(user, AnonymousUser):
        return None
    held = [
        seat
        for seat in seats_read(user)
        if (seat.network_id == network.pk and seat.may(May.ACT_FOR_NETWORK))
        or (seat.network_id == (network.parent_id or 0) and seat.may(May.RUN_NETWORK))
    ]
    # The widest desk first. Staff of the network itself come before staff of the parent, since the
    # figures that they read are those opened to the network whose seat it is.
    for seat in held:
        if seat.may(May.RUN_NETWORK) and seat.network == network:
            return Desk(user, network, network, is_staff=True)
    for seat in held:
        if seat.may(May.RUN_NETWORK) and seat.network is not None:
            return Desk(user, network, seat.network, is_staff=True)
    if not held:
        return None
    return Desk(user, network, network, is_staff=False, departments=_territory(held))


def desk_for(user: Person, slug: str) -> Desk:
    """The user's desk in a network, or 404."""
    seats = seats_read(user) if isinstance(user, User) else []
    own = (seat.network for seat in seats if seat.network and seat.network.slug == slug)
    desk = desk_or_none(user, next(own, None) or network_for(user, slug))
    if desk is None:
        raise Http404(NOT_HERE)
    return desk


def staff_desk_for(user: Person, slug: str) -> Desk:
    """The desk of the staff of a network or of its parent, or 404: what shapes the network."""
    desk = desk_for(user, slug)
    if not desk.is_staff:
        raise Http404(NOT_HERE)
    return desk


def desks_of(user: Person) -> list[Network]:
    """The networks whose home the user may open, their own first."""
    own = RoleSeat.objects.held_by(user).of_networks().values("network")
    return list(Network.objects.filter(pk__in=own).order_by("name"))


def membership_for(user: Person, slug: str, pk: int) -> tuple[Desk, Membership]:
    """A membership of the user's network or of a delegation, in their territory, or 404."""
    desk = desk_for(user, slug)
    found = first_or_404(
        desk.memberships()
        .select_related("structure__commune", "structure__department", "network__parent")
        .filter(pk=pk),
        "Cette adhésion n’existe pas, ou ne vous est pas ouverte.",
    )
    return desk, found


def membership_requests_for(desk: Desk) -> list[MembershipRequest]:
    """Requests that wait for the user's network, from structures of their territory."""
    return list(_requests_to(desk).waiting().select_related("structure__department", "asked_by"))


def membership_request_for(user: Person, slug: str, pk: int) -> tuple[Desk, MembershipRequest]:
    """One request made to their network, answered or not, or 404."""
    desk = desk_for(user, slug)
    words = "Cette demande n’existe pas, ou ne vous est pas ouverte."
    return desk, first_or_404(_requests_to(desk).filter(pk=pk), words)


def _requests_to(desk: Desk) -> RequestQuerySet[MembershipRequest]:
    found = MembershipRequest.objects.filter(network=desk.network)
    if desk.departments is not None:
        found = found.filter(structure__department__in=desk.departments)
    return found.select_related("structure", "network")


def member_for(user: Person, slug: str, pk: int, *, on: date) -> tuple[Desk, Structure]:
    """A member of their network today, in their territory, or 404."""
    desk = desk_for(user, slug)
    structure = first_or_404(
        desk.structures(on).filter(pk=pk), "Cette structure n’est pas membre de ce réseau."
    )
    return desk, structure


def directed_structures(user: Person) -> list[Structure]:
    """The structures the user directs: for these the user asks, leaves, opens and closes."""
    return list(Structure.objects.directed_by(user).with_place().order_by("name", "pk"))


def directing_anything(user: Person) -> list[Structure]:
    """The structures the user directs, or 404 where the user directs none."""
    found = directed_structures(user)
    if not found:
        raise Http404("Seule la direction d’une structure demande à adhérer.")
    return found


def tie_for(user: Person, pk: int, slug: str, on: date) -> tuple[Structure, Network]:
    """A structure the user directs and a network it belongs to, itself or through a delegation.

    Also one that it has left, as long as an agreement was made with it: the history is theirs.
    """
    structure = edited_structure_for(user, pk)
    network = network_for(user, slug)
    known = Membership.objects.under(network).filter(structure=structure).exists()
    if not known and not structure.sharings.filter(network=network).exists():
        raise Http404(NOT_HERE)
    return structure, network


def own_request_for[Asked: (SharingRequest, MembershipRequest)](
    user: Person, pk: int, model: type[Asked]
) -> Asked:
    """What a network asked of a structure the user directs, or was asked by it; or 404."""
    found = model.objects.filter(pk=pk, structure__in=directed_structures(user))
    return first_or_404(
        found.select_related("structure", "network", "asked_by"),
        "Cette demande n’existe pas, ou n’est pas la vôtre.",
    )


def _territory(seats: Collection[RoleSeat]) -> frozenset[str] | None:
    """Codes of the departments that some seats of delegate cover; None for everywhere."""
    if any(seat.region_id is None and seat.department_id is None for seat in seats):
        return None
    own = {seat.department_id for seat in seats if seat.department_id}
    # A seat of a department is narrower than its region, which it may name too.
    regions = {seat.region_id for seat in seats if seat.region_id and not seat.department_id}
    inside = Department.objects.filter(region__in=regions).values_list("code", flat=True)
    return frozenset(own) | frozenset(inside)
