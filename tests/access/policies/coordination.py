"""Who coordinates an alliance, and the files that it shares."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, deal
from tests.access.world import World


def coordinator(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance").coordinators.get()
        return {"pk": row.alliance_id, "coordinator_pk": row.pk}

    return arguments


def kept_file(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance_file")
        return {"pk": row.alliance_id, "file_pk": row.pk}

    return arguments


POLICIES = {
    "alliances:coordinators": deal(LEADER),
    "alliances:take_lead": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.own_unled.pk},
        foreign=lambda world: {"pk": world.foreign_unled.pk},
    ),
    "alliances:remove_coordinator": Policy(
        open_to=LEADER, own=coordinator("own"), foreign=coordinator("foreign"), method="post"
    ),
    "alliances:files": deal(INSIDE),
    "alliances:file": Policy(open_to=INSIDE, own=kept_file("own"), foreign=kept_file("foreign")),
    # Who coordinates, or who brought it.
    "alliances:remove_file": Policy(
        open_to=LEADER, own=kept_file("own"), foreign=kept_file("foreign")
    ),
}
