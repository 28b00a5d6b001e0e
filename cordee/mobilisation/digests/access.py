"""Who may read and set a digest. Each docstring is the rule."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.members.access import directed_structure_for
from cordee.members.models import RoleSeat, Structure
from cordee.members.roles import May
from cordee.mobilisation.models import Digest, DigestChoice


def choice_for(user: Person, pk: int | None) -> DigestChoice:
    """What is chosen for a structure that the user directs (404 where unknown, 403 for others), or
    without one for who supervises, counsels or acts for a network; off where nothing is.

    It is made of the structure's own figures, which those who work there need not see.
    """
    if pk is not None:
        return choice_of(structure=directed_structure_for(user, pk))
    if isinstance(user, AnonymousUser) or not has_own_digest(user):
        raise Http404("Cette sélection est pour qui travaille dans une structure ou un réseau.")
    return choice_of(person=user)


def has_own_digest(user: Person) -> bool:
    """Whether the user has a digest of their own."""
    seats = RoleSeat.objects.held_by(user).that_may(May.CHOOSE_DIGEST)
    return user.pk is not None and seats.exists()


def choice_of(*, structure: Structure | None = None, person: User | None = None) -> DigestChoice:
    """What is chosen for a structure or a person that access gave; off where nothing is."""
    kept = DigestChoice.objects.filter(structure=structure, person=person).first()
    return kept or DigestChoice(is_on=False, structure=structure, person=person)


def digests_for(user: Person) -> QuerySet[Digest]:
    """The user's own, and those of the structures the user directs today."""
    if isinstance(user, AnonymousUser):
        return Digest.objects.none()
    return Digest.objects.filter(
        Q(choice__person=user) | Q(choice__structure__in=Structure.objects.directed_by(user))
    ).select_related("choice__structure", "choice__person")
