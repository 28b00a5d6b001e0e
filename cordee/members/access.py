"""The only way to get a structure for somebody. Each docstring is the rule."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from cordee.accounts.models import User
from cordee.members.models import (
    Network,
    RoleSeat,
    Structure,
    StructureImport,
)
from cordee.members.models.structures import StructureQuerySet

type Person = User | AnonymousUser


def structures_for(user: Person) -> StructureQuerySet:
    """Whoever is signed in finds every structure: name, kind, trades and place are public.

    What figures go with it is another question: `cordee.members.sharing`.
    """
    if isinstance(user, AnonymousUser):
        return Structure.objects.none()
    return Structure.objects.all()


def structure_for(user: Person, pk: int) -> Structure:
    """One structure she may find, or 404."""
    structure = structures_for(user).with_place().filter(pk=pk).first()
    if structure is None:
        raise Http404("Cette structure n’existe pas, ou plus.")
    return structure


def directed_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose figures she decides on: 404 where unknown, 403 where not her own."""
    structure = structure_for(user, pk)
    if not _seats(user).filter(role=RoleSeat.Role.DIRECTOR, structure=structure).exists():
        raise PermissionDenied("Seule la direction de la structure décide de ses chiffres.")
    return structure


def network_of_staff(user: Person) -> Network:
    """The network for which she may import a list: staff of a network only, 403 otherwise."""
    seats = _seats(user).filter(role=RoleSeat.Role.NETWORK_STAFF).select_related("network")
    seat = seats.order_by("pk").first()
    if seat is None or seat.network is None:
        raise PermissionDenied("L’équipe d’un réseau importe une liste de structures.")
    return seat.network


def is_staff_of_national_network(person: User) -> bool:
    """Who looks after the whole beside the superusers: staff of a network without a parent."""
    seats = _seats(person).filter(role=RoleSeat.Role.NETWORK_STAFF)
    return seats.filter(network__parent__isnull=True).exists()


def import_for(user: Person, pk: int) -> StructureImport:
    """The report of an import she made herself, or 404."""
    made = StructureImport.objects.filter(pk=pk, by_id=user.pk)
    found = made.first() if user.pk is not None else None
    if found is None:
        raise Http404("Ce rapport d’import n’existe pas, ou ne vous est pas ouvert.")
    return found


def _seats(user: Person) -> QuerySet[RoleSeat]:
    return RoleSeat.objects.filter(person_id=user.pk)
