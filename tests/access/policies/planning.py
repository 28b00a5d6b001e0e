"""The calendar of an alliance and its tasks: of who is inside it."""

from collections.abc import Callable
from typing import Any

from cordee.alliances.models import AllianceTask
from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, deal
from tests.access.world import World


def task(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        found: AllianceTask = getattr(world, f"{side}_alliance_task")
        return {"pk": found.alliance_id, "task_pk": found.pk}

    return arguments


def job(method: Any = "get", **more: Any) -> Policy:
    """A route about one task."""
    return Policy(open_to=INSIDE, own=task("own"), foreign=task("foreign"), method=method, **more)


POLICIES = {
    "alliances:planning": deal(INSIDE),
    "alliances:planning_pace": deal(LEADER, "post"),
    "alliances:lay_calendar": deal(INSIDE, "post"),
    "alliances:add_task": deal(INSIDE),
    "alliances:task": job(),
    "alliances:tick_task": job("post", data=lambda world: {"fait": "oui"}),
    "alliances:remove_task": job("post"),
    "alliances:restore_task": job("post"),
}
