"""Who signs for a party of an alliance, and who approves its text."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, PARTY, deal, part
from tests.access.world import World


def approved(side: str, extension: str = "") -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_approved_text")
        found = {"pk": row.alliance_id, "text_pk": row.pk}
        return found | {"extension": extension} if extension else found

    return arguments


POLICIES = {
    "alliances:signatories": deal(INSIDE),
    "alliances:signatory": part(PARTY),
    "alliances:approvals": deal(INSIDE),
    "alliances:new_model": deal(LEADER),
    "alliances:proof": deal(INSIDE),
    "alliances:approved_paper": deal(INSIDE),
    "alliances:approved_text": Policy(
        open_to=INSIDE, own=approved("own"), foreign=approved("foreign")
    ),
    "alliances:approved_file": Policy(
        open_to=INSIDE, own=approved("own", "docx"), foreign=approved("foreign", "docx")
    ),
    "alliances:ask_signature": deal(LEADER, "post"),
    "alliances:fetch_signature": deal(LEADER, "post"),
    "alliances:approve": part(PARTY),
    "alliances:take_back_approval": part(PARTY, "post"),
}
