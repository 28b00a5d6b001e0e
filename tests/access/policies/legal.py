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
    "legal:time": deal(INSIDE),
    "legal:pace": deal(LEADER, "post"),
    "legal:lay": deal(INSIDE, "post"),
    "legal:ics": deal(INSIDE),
    "legal:add_task": deal(INSIDE),
    "legal:task": job(),
    "legal:tick": job("post", data=lambda world: {"fait": "oui"}),
    "legal:remove": job("post"),
    "legal:restore": job("post"),
    "legal:forms": deal(INSIDE),
    "legal:choose": deal(LEADER, "post"),
    "legal:alone": deal(LEADER),
    "legal:together": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.subcontract(world.own_alliance)["pk"]},
        foreign=lambda world: {"pk": world.subcontract(world.foreign_alliance)["pk"]},
    ),
    "legal:reasons": deal(INSIDE),
    "legal:subcontracts": deal(INSIDE),
    "legal:labour": Policy(
        open_to=INSIDE,
        own=lambda world: world.subcontract(world.own_alliance),
        foreign=lambda world: world.subcontract(world.foreign_alliance),
        method="post",
    ),
    "legal:place": part(LEADER),
    "legal:decide": part(PARTY),
}
