"""For whom a person acts: seats and viewer, made once a request, and the network chosen.

Somebody who sits in several networks acts for one at a time. The choice is kept in the session;
every view asks `viewer_of(request)`, never `Viewer.of(request.user)` (a test holds it).
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property

from cordee.accounts.models import User
from cordee.members import people_access
from cordee.members.models import JoinRequest, Network, Programme, RoleSeat
from cordee.members.people_forms import SiretForm
from cordee.members.roles import May
from cordee.members.sharing import Viewer

CHOICE = "members.acts_for"
_SEATS = "_cordee_seats"
_VIEWER = "_cordee_viewer"


def seats_of(request: HttpRequest) -> list[RoleSeat]:
    """The seats of whoever is signed in, oldest first: one query a request."""
    person = _person(request)
    if person is None:
        return []
    known: list[RoleSeat] | None = getattr(request, _SEATS, None)
    if known is None:
        known = list(
            RoleSeat.objects.filter(person=person)
            .select_related("network", "programme")
            .order_by("pk")
        )
        setattr(request, _SEATS, known)
    return known


def networks_of(seats: Sequence[RoleSeat]) -> list[Network]:
    """The networks the user may act for, the one the user joined first first."""
    found = {s.network.pk: s.network for s in seats if s.may(May.ACT_FOR_NETWORK) and s.network}
    return list(found.values())


def viewer_of(request: HttpRequest) -> Viewer:
    """Whoever is signed in, today, acting for the network they chose, else for the first joined.

    One value a request: what is open to them is read once, whoever asks.
    """
    person, today = _person(request), timezone.localdate()
    if person is None:
        return Viewer(None, today)
    known: Viewer | None = getattr(request, _VIEWER, None)
    # Signing in or out within a request changes the person: what was read is of another one.
    if known is None or known.user != person:
        seats = seats_of(request)
        known = Viewer.of_seats(person, seats, today, _chosen(request, networks_of(seats)))
        setattr(request, _VIEWER, known)
    return known


def network_of(request: HttpRequest) -> Network | None:
    return viewer_of(request).network


def acts_for_a_network(request: HttpRequest) -> bool:
    """Whether the user sees what structures confide to a network, and needs a second factor."""
    return bool(networks_of(seats_of(request)))


def act_for(request: HttpRequest, network: Network) -> None:
    """Keep the choice for this session. Raises ValueError where the user holds no seat there."""
    if network not in networks_of(seats_of(request)):
        raise ValueError(f"network is {network.slug}: this person holds no seat there.")
    request.session[CHOICE] = network.pk
    # What was read for the network before must not answer for the one chosen now.
    setattr(request, _VIEWER, None)


def _chosen(request: HttpRequest, networks: list[Network]) -> Network | None:
    # A seat lost since falls back to the first joined: a stale choice opens nothing.
    # A page of refusal may come before the session was read.
    session = getattr(request, "session", None)
    wanted = None if session is None else session.get(CHOICE)
    return next((n for n in networks if n.pk == wanted), networks[0] if networks else None)


class Acting:
    """What the account menu says: for whom the person acts, and what waits for them."""

    def __init__(self, request: HttpRequest) -> None:
        self.seats = seats_of(request)
        self.networks = networks_of(self.seats)
        self.network = network_of(request)
        self.user = _person(request)

    @property
    def has_choice(self) -> bool:
        return len(self.networks) > 1

    @property
    def directs(self) -> bool:
        return any(s.may(May.DIRECT_STRUCTURE) for s in self.seats)

    @property
    def is_of_a_company(self) -> bool:
        """Whether the user has the role of a company and directs no sheet: answers for nobody."""
        return not self.directs and any(s.role == RoleSeat.Role.COMPANY for s in self.seats)

    @property
    def siret_form(self) -> SiretForm:
        """Where the user looks for the sheet of their company."""
        form = SiretForm()
        form.fields["siret"].label = "Le SIRET de votre entreprise"
        return form

    @cached_property
    def asks_to_direct(self) -> bool:
        """Whether a request of theirs to direct a sheet waits for an answer."""
        if self.user is None:
            return False
        waiting = JoinRequest.State.PENDING
        asked = people_access.own_requests(self.user).filter(state=waiting)
        return bool(asked.filter(role=RoleSeat.Role.DIRECTOR).exists())

    @property
    def programme(self) -> Programme | None:
        """The first programme whose team the user is in."""
        return next((s.programme for s in self.seats if s.programme), None)

    @property
    def may_decide(self) -> bool:
        """Whether requests to join may come to the user."""
        is_keeper = self.user is not None and self.user.is_superuser
        return is_keeper or any(s.may(May.ANSWER_JOINING) for s in self.seats)

    @cached_property
    def to_decide(self) -> int:
        """How many requests to join wait for the user."""
        if self.user is None or not self.may_decide:
            return 0
        return people_access.requests_to_decide(self.user, timezone.localdate(), self.seats).count()


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template. Nothing is read where none asks."""
    return {"acting": SimpleLazyObject(lambda: Acting(request))}


def _person(request: HttpRequest) -> User | None:
    """Whoever is signed in; None too on an error page that comes before we know."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
