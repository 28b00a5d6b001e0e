"""The bar of each role: which entries are its own, and where its own pages are.

Whoever holds several roles has the bar of the first of them in the table of roles, which opens
most; the rest stands in the account menu.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse

from cordee.base.ui import navigation
from cordee.members.acting import network_of, seats_of
from cordee.members.models import RoleSeat
from cordee.members.roles import May

Role = RoleSeat.Role
OF_NETWORKS = (Role.NETWORK_STAFF, Role.DELEGATE)
IN_STRUCTURES = (Role.DIRECTOR, Role.SUPERVISOR, Role.COUNSELLOR)
POSTING = (Role.COMPANY, Role.BUYER)

type Address = tuple[str, str] | None


def strongest_role(request: HttpRequest) -> Role | None:
    """The role whose bar a person has, the first of the table that they hold; None without any."""
    held = {seat.role for seat in seats_of(request)}
    return next((role for role in Role if role in held), None)


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
    return "Mon chantier", reverse("members:structure", args=held)


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
    navigation.register("Annuaire", "members:directory", order=70, in_bar=for_others(*OF_NETWORKS))
    navigation.register(
        "Trouver ma structure",
        "members:join",
        order=80,
        in_bar=lambda request: not has_role(request),
        in_menu=navigation.never,
    )
    navigation.register("Réseaux", "networks:index", order=90, in_bar=navigation.never)
    navigation.register_account("Mes rôles", "members:roles", order=10, live="members:menu")
