"""For whom a person acts: her seats, read once a request, and the network she chose.

Somebody who sits in several networks acts for one at a time. Her choice is kept in the session;
every view asks `viewer_of(request)`, never `Viewer.of(request.user)` (a test holds it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cordee.accounts.models import User
from cordee.members.models import Network, RoleSeat
from cordee.members.sharing import NETWORK_ROLES, Viewer

CHOICE = "members.acts_for"
_SEATS = "_cordee_seats"


def seats_of(request: HttpRequest) -> list[RoleSeat]:
    """The seats of whoever is signed in, oldest first: one query a request."""
    if not isinstance(request.user, User):
        return []
    known: list[RoleSeat] | None = getattr(request, _SEATS, None)
    if known is None:
        known = list(
            RoleSeat.objects.filter(person=request.user).select_related("network").order_by("pk")
        )
        setattr(request, _SEATS, known)
    return known


def networks_of(seats: Sequence[RoleSeat]) -> list[Network]:
    """The networks she may act for, the one she joined first first."""
    found = {s.network.pk: s.network for s in seats if s.role in NETWORK_ROLES and s.network}
    return list(found.values())


def viewer_of(request: HttpRequest) -> Viewer:
    """Whoever is signed in, acting for the network she chose, else for the first she joined."""
    if not isinstance(request.user, User):
        return Viewer(None)
    seats = seats_of(request)
    return Viewer.of_seats(request.user, seats, _chosen(request, networks_of(seats)))


def network_of(request: HttpRequest) -> Network | None:
    return viewer_of(request).network


def act_for(request: HttpRequest, network: Network) -> None:
    """Keep her choice for this session. Raises ValueError where she holds no seat there."""
    if network not in networks_of(seats_of(request)):
        raise ValueError(f"network is {network.slug}: this person holds no seat there.")
    request.session[CHOICE] = network.pk


def _chosen(request: HttpRequest, networks: list[Network]) -> Network | None:
    wanted = request.session.get(CHOICE)
    return next((n for n in networks if n.pk == wanted), networks[0] if networks else None)


@dataclass(frozen=True, slots=True)
class Acting:
    """What the account menu says of the person: for whom she acts, and what waits for her."""

    network: Network | None
    networks: list[Network]
    seats: list[RoleSeat]

    @property
    def has_choice(self) -> bool:
        return len(self.networks) > 1

    @property
    def may_decide(self) -> bool:
        """Whether requests to join may come to her."""
        return any(s.role in DECIDERS for s in self.seats)


DECIDERS = (*NETWORK_ROLES, RoleSeat.Role.DIRECTOR)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. Nothing is read where no template asks."""

    def acting() -> Acting:
        seats = seats_of(request)
        return Acting(network_of(request), networks_of(seats), seats)

    return {"acting": SimpleLazyObject(acting)}
