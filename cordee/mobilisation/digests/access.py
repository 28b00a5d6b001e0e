"""Who may read and set a digest. Each docstring is the rule."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cordee.accounts.access import Person
from cordee.members.access import directed_structure_for
from cordee.members.models import Structure
from cordee.mobilisation.models import Digest, DigestChoice


def choice_for(user: Person, pk: int) -> DigestChoice:
    """What is chosen for a structure that the user directs (404 where unknown, 403 for others).

    It is made of the structure's own figures, which those who work there need not see.
    """
    return choice_of(directed_structure_for(user, pk))


def choice_of(structure: Structure) -> DigestChoice:
    """What is chosen for a structure that access gave; off where nothing is."""
    kept = DigestChoice.objects.filter(structure=structure).first()
    return kept or DigestChoice(is_on=False, structure=structure)


def digests_for(user: Person) -> QuerySet[Digest]:
    """Those of the structures the user directs today."""
    if isinstance(user, AnonymousUser):
        return Digest.objects.none()
    own = Structure.objects.directed_by(user)
    return Digest.objects.filter(choice__structure__in=own).select_related("choice__structure")
