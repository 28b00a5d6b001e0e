"""A kept search is its owner's alone."""

from django.utils import timezone

from cordee.accounts.models import User
from cordee.opportunities.models import SavedSearch
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.world import World


def kept(person: User) -> dict[str, int]:
    now = timezone.now()
    search, _ = SavedSearch.objects.get_or_create(
        person=person,
        name="Près d’ici",
        defaults={"query": "", "seen_until": now, "notified_until": now, "counted_at": now},
    )
    return {"pk": search.pk}


def own(world: World) -> dict[str, int]:
    person = world.person("director")
    assert person is not None
    return kept(person)


def foreign(world: World) -> dict[str, int]:
    return kept(world.foreign_director)


CHOICE = {"name": "Autour", "alert": "daily"}
POLICIES = {
    "opportunities:searches": Policy(SIGNED_IN),
    "opportunities:save_search": Policy(SIGNED_IN, method="post", data=lambda world: CHOICE),
    "opportunities:edit_search": Policy({"director"}, own, foreign),
    "opportunities:open_search": Policy({"director"}, own, foreign, method="post"),
    "opportunities:delete_search": Policy({"director"}, own, foreign),
}
