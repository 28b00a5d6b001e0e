"""For whom a person acts: seats and viewer, made once a request, and the network chosen.

Somebody who sits in several networks acts for one at a time. The choice is kept in the session;
every view asks `viewer_of(request)`, never `Viewer.of(request.user)` (a test holds it).

The bar is that of the role: whoever holds several has the bar of the first of them in the table of
roles, which opens most; the rest stands in the account menu.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property

from cordee.accounts.models import User
from cordee.base.ui import navigation
from cordee.members import people_access
from cordee.members.models import JoinRequest, Network, Programme, RoleSeat
from cordee.members.network_access import seats_read
from cordee.members.people_forms import SiretForm
from cordee.members.roles import May
from cordee.members.sharing import Viewer

CHOICE = "members.acts_for"
_VIEWER, _ROLE = "_cordee_viewer", "_cordee_role"
Role = RoleSeat.Role
OF_NETWORKS = (Role.NETWORK_STAFF, Role.DELEGATE)
IN_STRUCTURES = (Role.DIRECTOR, Role.SUPERVISOR, Role.COUNSELLOR)
POSTING = (Role.COMPANY, Role.BUYER)
type Address = tuple[str, str] | None


def seats_of(request: HttpRequest) -> list[RoleSeat]:
    """The seats of whoever is signed in, oldest first: one query a request."""
    person = _person(request)
    return [] if person is None else seats_read(person)


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
        return people_access.requests_to_decide(self.user, timezone.localdate()).count()


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template. Nothing is read where none asks."""
    return {"acting": SimpleLazyObject(lambda: Acting(request))}


def _person(request: HttpRequest) -> User | None:
    """Whoever is signed in; None too on an error page that comes before we know."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def strongest_role(request: HttpRequest) -> Role | None:
    """The role whose bar a person has, the first of the table that they hold; None without any."""
    seats = seats_of(request)
    # Asked of every entry of the two menus; of other seats, it is found anew.
    known: tuple[list[RoleSeat], Role | None] | None = getattr(request, _ROLE, None)
    if known is None or known[0] is not seats:
        held = {seat.role for seat in seats}
        known = seats, next((role for role in Role if role in held), None)
        setattr(request, _ROLE, known)
    return known[1]


def for_roles(*roles: Role) -> Callable[[HttpRequest], bool]:
    """Whether the strongest role of a person is one of these."""
    return lambda request: strongest_role(request) in roles


def for_others(*roles: Role) -> Callable[[HttpRequest], bool]:
    """Whether it is none of these; who holds no role is among the others."""
    return lambda request: strongest_role(request) not in roles


def has_role(request: HttpRequest) -> bool:
    return strongest_role(request) is not None


def may(right: May) -> Callable[[HttpRequest], bool]:
    """Whether one of the user's roles may do this."""
    return lambda request: any(seat.may(right) for seat in seats_of(request))


def own_structures(request: HttpRequest) -> Address:
    """« Mon chantier », or « Mes chantiers » where one works in several."""
    held = {seat.structure_id for seat in seats_of(request) if seat.structure_id is not None}
    if not held:
        return None
    if len(held) > 1:
        return "Mes chantiers", reverse("members:own_structures")
    return "Mon chantier", reverse("members:structure", args=[*held])


def own_network(request: HttpRequest) -> Address:
    """« Mon réseau »; « Mon territoire » for a delegate."""
    network = network_of(request)
    if network is None:
        return None
    seats = [seat for seat in seats_of(request) if seat.network == network]
    leads = any(seat.may(May.RUN_NETWORK) for seat in seats)
    label = "Mon réseau" if leads else "Mon territoire"
    return label, reverse("networks:home", args=[network.slug])


def own_programme(request: HttpRequest) -> Address:
    """« Mon programme »: the first one whose team the user is in."""
    found = next((seat.programme for seat in seats_of(request) if seat.programme), None)
    if found is None:
        return None
    return "Mon programme", reverse("programmes:programme", args=[found.slug])


def register() -> None:
    """The entries of this room, in the bar of who they are for."""
    navigation.register("Aujourd’hui", "today:today", order=10, in_bar=has_role)
    navigation.register_own(
        "Mon chantier",
        own_structures,
        order=50,
        in_bar=for_roles(*IN_STRUCTURES),
    )
    navigation.register_own("Mon réseau", own_network, order=60, in_bar=for_roles(*OF_NETWORKS))
    navigation.register(
        "Annuaire",
        "members:directory",
        order=70,
        in_bar=for_others(*OF_NETWORKS, Role.SUPERVISOR, Role.COUNSELLOR),
    )
    navigation.register(
        "Trouver ma structure",
        "members:join",
        order=80,
        in_bar=lambda request: not has_role(request),
        in_menu=navigation.never,
    )
    navigation.register("Réseaux", "networks:index", order=90, in_bar=navigation.never)
    navigation.register_account("Mes rôles", "members:roles", order=10, live="members:menu")
