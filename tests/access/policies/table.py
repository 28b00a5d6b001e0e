"""The table of an alliance: read by who is inside, repaired and brought back by who coordinates."""

from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, alliance, deal
from tests.access.world import World


def cell(side: str) -> Any:
    """The cell of the party of that side on the first line."""

    def arguments(world: World) -> dict[str, Any]:
        found = getattr(world, f"{side}_alliance")
        row = found.parties.get(structure=getattr(world, f"{side}_structure"))
        return {"pk": found.pk, "party_pk": row.pk, "line": found.terms.lines[0].key}

    return arguments


def numbered(side: str) -> Any:
    return lambda world: alliance(side)(world) | {"number": 1}


POLICIES = {
    "alliances:table": deal(INSIDE),
    "alliances:table_since": deal(INSIDE, query="?version=0"),
    "alliances:repair_table": deal(LEADER),
    "alliances:return_to_version": deal(
        LEADER, "post", data=lambda world: {"numero": "1", "version": "1"}
    ),
    "alliances:table_history": deal(INSIDE),
    "alliances:table_version": Policy(
        open_to=INSIDE, own=numbered("own"), foreign=numbered("foreign")
    ),
    "alliances:table_cell": Policy(open_to=INSIDE, own=cell("own"), foreign=cell("foreign")),
}
