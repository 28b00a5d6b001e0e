"""A standing team is of who keeps it, and of the directors of the structures in it."""

from collections.abc import Callable
from typing import Any

from cordee.members.roles import May, roles_that
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.world import World

KEEPER = frozenset(roles_that(May.ACT_FOR_NETWORK))
MEMBER = frozenset(roles_that(May.DIRECT_STRUCTURE))


def team(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": getattr(world, f"{side}_standing").team_id}


def member(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_standing")
        return {"pk": row.team_id, "member_pk": row.pk}

    return arguments


def whole(open_to: Any, method: Any = "get") -> Policy:
    return Policy(open_to=open_to, own=team("own"), foreign=team("foreign"), method=method)


def one(open_to: Any, method: Any = "get") -> Policy:
    return Policy(open_to=open_to, own=member("own"), foreign=member("foreign"), method=method)


POLICIES = {
    "ready_teams:list": Policy(open_to=SIGNED_IN),
    "ready_teams:create": Policy(open_to=KEEPER | MEMBER),
    "ready_teams:detail": whole(KEEPER | MEMBER),
    "ready_teams:close": whole(KEEPER),
    "ready_teams:framework": whole(KEEPER | MEMBER),
    "ready_teams:set_framework": whole(KEEPER, "post"),
    "ready_teams:answer": one(MEMBER, "post"),
    "ready_teams:remove": one(KEEPER, "post"),
    "ready_teams:get_ready": one(MEMBER),
}
