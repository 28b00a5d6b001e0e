"""The law and the time of an alliance: of who is inside it; a decision, of the structure alone."""

from collections.abc import Callable
from typing import Any

from cordee.alliances.models import AllianceTask
from tests.access.matrix import Policy
from tests.access.policies.workspace import INSIDE, LEADER, PARTY, deal, part
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
    "alliances:calendar_file": deal(INSIDE),
    "alliances:add_task": deal(INSIDE),
    "alliances:task": job(),
    "alliances:tick_task": job("post", data=lambda world: {"fait": "oui"}),
    "alliances:remove_task": job("post"),
    "alliances:restore_task": job("post"),
    "alliances:legal_form": deal(INSIDE),
    "alliances:choose_legal_form": deal(LEADER, "post"),
    "alliances:answer_alone": deal(LEADER),
    "alliances:answer_together": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.subcontract(world.own_alliance)["pk"]},
        foreign=lambda world: {"pk": world.subcontract(world.foreign_alliance)["pk"]},
    ),
    "alliances:reasons": deal(INSIDE),
    "alliances:subcontracts": deal(INSIDE),
    "alliances:labour": Policy(
        open_to=INSIDE,
        own=lambda world: world.subcontract(world.own_alliance),
        foreign=lambda world: world.subcontract(world.foreign_alliance),
        method="post",
    ),
    "alliances:change_place": part(LEADER),
    "alliances:decide": part(PARTY),
}
