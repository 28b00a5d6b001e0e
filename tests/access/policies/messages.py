"""The messages of an alliance."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, deal
from tests.access.world import World


def message(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance_message")
        return {"pk": row.alliance_id, "message_pk": row.pk}

    return arguments


POLICIES = {
    "alliances:messages": deal(INSIDE),
    # Who wrote it.
    "alliances:take_message_back": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign")
    ),
    "alliances:moderate_message": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign"), method="post"
    ),
}
