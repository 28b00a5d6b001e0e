"""An offer filed, its result, and what each says and keeps of it afterwards."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, PARTY, deal, part
from tests.access.world import World


def filed(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": getattr(world, f"{side}_filed").pk}


def partner(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        party, other = getattr(world, f"{side}_partners")
        return {"pk": party.alliance_id, "party_pk": party.pk, "about_pk": other.pk}

    return arguments


POLICIES = {
    "alliances:filing": deal(INSIDE),
    "alliances:receipt": Policy(open_to=INSIDE, own=filed("own"), foreign=filed("foreign")),
    "alliances:result": deal(INSIDE),
    "alliances:note_signature": deal(LEADER, "post"),
    "alliances:hand_over": deal(LEADER, "post"),
    "alliances:remember": part(PARTY, "post"),
    "alliances:endorse": Policy(
        open_to=PARTY, own=partner("own"), foreign=partner("foreign"), method="post"
    ),
}
