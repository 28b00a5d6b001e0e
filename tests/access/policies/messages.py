"""The messages of an alliance, and those that were reported to a network."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, PARTY, deal
from tests.access.policies.conversations import READERS
from tests.access.world import World


def message(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance_message")
        return {"pk": row.alliance_id, "message_pk": row.pk}

    return arguments


def report(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"report_pk": getattr(world, f"{side}_alliance_report").pk}


POLICIES = {
    "alliances:messages": deal(INSIDE),
    "alliances:message_pace": deal(INSIDE, "post"),
    # Who wrote it.
    "alliances:take_message_back": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign")
    ),
    # Whoever did not.
    "alliances:report_message": Policy(
        open_to=PARTY, own=message("own"), foreign=message("foreign")
    ),
    "alliances:reports": Policy(open_to=READERS),
    "alliances:report": Policy(open_to=READERS, own=report("own"), foreign=report("foreign")),
    "alliances:moderate_message": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign"), method="post"
    ),
}
