"""The only way to get a structure for somebody. Each docstring is the rule."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.members.models import (
    Certification,
    Chantier,
    Claim,
    Convention,
    JoinRequest,
    Membership,
    Network,
    RoleSeat,
    Structure,
    StructureImport,
)
from cordee.members.models.networks import RoleSeatQuerySet
from cordee.members.models.structures import StructureQuerySet
from cordee.members.roles import May


def structures_for(user: Person) -> StructureQuerySet:
    """Whoever is signed in finds every structure: name, kind, trades and place are public.

    One that is not listed yet is its declarer's, and the keeper's of the server, who answers. What
    figures go with it is another question: `cordee.members.sharing`.
    """
    if isinstance(user, AnonymousUser):
        return Structure.objects.none()
    if user.is_superuser:
        return Structure.objects.all()
    asked = JoinRequest.objects.pending().filter(person=user).values("structure")
    return Structure.objects.listed() | Structure.objects.filter(pk__in=asked)


def directory_for(user: Person) -> StructureQuerySet:
    """The directory: of the structures that a user finds, those that work and are listed, which
    are the same for everybody who is signed in."""
    return Structure.objects.none() if user.is_anonymous else Structure.objects.active()


def registrable_structures() -> StructureQuerySet:
    """What anybody may look for by name to join it, before they have an account.

    Only name, kind and place are shown: they stand in the public list of the structures.
    """
    return Structure.objects.listed().with_place()


def structure_for(user: Person, pk: int) -> Structure:
    """One structure the user may find, or 404."""
    words = "Cette structure n’existe pas, ou plus."
    found = first_or_404(Structure.objects.with_place().filter(pk=pk), words)
    # A listed one is everybody's who is signed in: who asked for it is read of the others only.
    if not (found.is_listed and user.is_authenticated):
        first_or_404(structures_for(user).filter(pk=pk), words)
    return found


def directed_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose figures the user decides on: 404 where unknown, 403 where not their own."""
    structure = structure_for(user, pk)
    if not directs(user, structure):
        raise PermissionDenied("Seule la direction de la structure décide de ses chiffres.")
    return structure


def edited_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose sheet the user corrects: one the user directs, or 404."""
    structure = structure_for(user, pk)
    if not directs(user, structure):
        raise Http404("Cette structure n’existe pas, ou vous ne tenez pas sa fiche.")
    return structure


def edited_row_for[Row: models.Model](user: Person, pk: int, model: type[Row], key: int) -> Row:
    """A row of a structure that the user directs, or of one of its chantiers; or 404."""
    is_its_own = model in (Chantier, Certification, Convention)
    owner = "structure" if is_its_own else "chantier__structure"
    rows = model._default_manager.filter(**{owner: edited_structure_for(user, pk)}, pk=key)
    return first_or_404(rows.select_related(owner), "Cette page n’existe pas, ou plus.")


def claimable_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose sheet the user may take over, or 404.

    The user directs it; or nobody does yet, and their request to direct it waits for an answer.
    """
    structure = structure_for(user, pk)
    if not (directs(user, structure) or waits_to_direct(user, structure)):
        raise Http404("Cette structure n’existe pas, ou sa fiche ne vous est pas ouverte.")
    return structure


def waits_to_direct(user: Person, structure: Structure) -> bool:
    """Whether the user asked to direct a structure that nobody directs, and has no answer yet."""
    if structure.is_claimed or user.pk is None:
        return False
    asked = JoinRequest.objects.pending().filter(
        person_id=user.pk, structure=structure, role=RoleSeat.Role.DIRECTOR
    )
    return bool(asked.exists())


def claim_of(user: Person, structure: Structure) -> Claim | None:
    """What the user answered themselves about a structure; never the answers of somebody else."""
    if user.pk is None:
        return None
    return Claim.objects.filter(person_id=user.pk, structure=structure).first()


def closable_structure_for(user: Person, pk: int, *, on: date) -> Structure:
    """A structure whose closing the user confirms: theirs, or of one of their networks; or 404."""
    structure = structure_for(user, pk)
    networks = Membership.objects.current(on).filter(structure=structure).order_by()
    of_network = (
        _seats(user)
        .of_networks()
        .filter(
            Q(network__in=networks.values("network"))
            | Q(network__in=networks.values("network__parent"))
        )
    )
    if not (directs(user, structure) or of_network.exists()):
        raise Http404("Cette structure n’existe pas, ou vous ne décidez pas de sa fermeture.")
    return structure


def network_of_staff(user: Person, acting: Network | None = None) -> Network:
    """The network for which the user may import a list: staff of a network only, 403 otherwise.

    The one they act for, where they are of its staff; else the first whose staff they joined.
    """
    seats = _seats(user).that_may(May.RUN_NETWORK).select_related("network")
    chosen = seats.filter(network=acting).first() if acting is not None else None
    seat = chosen or seats.order_by("pk").first()
    if seat is None or seat.network is None:
        raise PermissionDenied("L’équipe d’un réseau importe une liste de structures.")
    return seat.network


def is_staff_of_national_network(person: Person) -> bool:
    """Who looks after the whole beside the superusers: staff of a network without a parent."""
    seats = _seats(person).that_may(May.RUN_NETWORK)
    return seats.filter(network__parent__isnull=True).exists()


def import_for(user: Person, pk: int) -> StructureImport:
    """The report of an import the user made themselves, or 404."""
    made = StructureImport.objects.filter(pk=pk, by_id=user.pk)
    found = made.first() if user.pk is not None else None
    if found is None:
        raise Http404("Ce rapport d’import n’existe pas, ou ne vous est pas ouvert.")
    return found


def directs(user: Person, structure: Structure) -> bool:
    """Whether the user sits there as its director."""
    return _seats(user).directing(structure).exists()


def _seats(user: Person) -> RoleSeatQuerySet:
    return RoleSeat.objects.held_by(user)
