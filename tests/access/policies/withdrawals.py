"""A party that leaves an alliance: planned by who coordinates, cancelled by who announced it."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, PARTY, deal, part
from tests.access.world import World


def leaving(side: str, *, with_party: bool = False) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_withdrawal")
        found = {"pk": row.alliance_id, "withdrawal_pk": row.pk}
        return found | {"party_pk": row.party_id} if with_party else found

    return arguments


def withdrawal(open_to: Any, method: Any = "get", *, with_party: bool = False) -> Policy:
    """A route about one withdrawal."""
    return Policy(
        open_to=open_to,
        own=leaving("own", with_party=with_party),
        foreign=leaving("foreign", with_party=with_party),
        method=method,
    )


POLICIES = {
    "alliances:withdrawals": deal(INSIDE),
    "alliances:note_application": deal(LEADER, "post"),
    "alliances:leave": part(INSIDE),
    "alliances:withdrawal": withdrawal(INSIDE),
    "alliances:plan_withdrawal": withdrawal(LEADER, "post"),
    "alliances:send_withdrawal": withdrawal(LEADER, "post"),
    "alliances:answer_withdrawal": withdrawal(LEADER, "post"),
    # Who announced it; the others inside read whose place it is.
    "alliances:cancel_withdrawal": withdrawal(INSIDE, "post"),
    "alliances:take_share_over": withdrawal(PARTY, with_party=True),
}
