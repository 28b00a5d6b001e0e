"""The digest of a structure is set by who directs it."""

from django.utils import timezone

from cordee.members.models import Structure
from cordee.mobilisation.models import Digest, DigestChoice, DigestItem
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.world import World

# Every structure is public: who does not direct it may know that it has a digest.
NOT_HERS = frozenset({403})


def structure(world: World) -> dict[str, int]:
    return {"pk": world.own_structure.pk}


def other(world: World) -> dict[str, int]:
    return {"pk": world.foreign_structure.pk}


def issue(world: World, structure: Structure) -> dict[str, int]:
    """One that left for a structure, with one opportunity."""
    now = timezone.now()
    choice = DigestChoice.objects.create(structure=structure, chosen_at=now, settled_until=now)
    digest = Digest.objects.create(choice=choice, due_at=now)
    told = {
        **{"trade": "espaces-verts", "is_trade_guessed": False, "distance_hm": 120},
        **{"reserved": "", "months": 6, "free_months": None, "lot": "Tonte"},
    }
    DigestItem.objects.create(
        digest=digest, structure=structure, opportunity=world.notice, position=1, facts=told
    )
    return {"pk": digest.pk}


POLICIES = {
    "digests:structure": Policy({"director"}, structure, other, closed_as=NOT_HERS),
    "digests:stop_structure": Policy(
        {"director"}, structure, other, method="post", closed_as=NOT_HERS
    ),
    "digests:panel": Policy(SIGNED_IN, structure, other, SIGNED_IN),
    "digests:mine": Policy(SIGNED_IN),
    "digests:issue": Policy(
        {"director"},
        lambda world: issue(world, world.own_structure),
        lambda world: issue(world, world.foreign_structure),
    ),
}
