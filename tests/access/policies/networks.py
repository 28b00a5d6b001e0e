"""A network is no secret; its home, its members and its desk are for its own people."""

from typing import Any

from cordee.members.roles import May, roles_that
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.world import World

DESK = frozenset(roles_that(May.ACT_FOR_NETWORK))
STAFF = frozenset(roles_that(May.RUN_NETWORK))


def own(world: World) -> dict[str, Any]:
    return {"slug": world.own_network.slug}


def foreign(world: World) -> dict[str, Any]:
    return {"slug": world.foreign_network.slug}


def own_membership(world: World) -> dict[str, Any]:
    return own(world) | {"pk": world.own_membership.pk}


def foreign_membership(world: World) -> dict[str, Any]:
    return foreign(world) | {"pk": world.foreign_membership.pk}


def own_tie(world: World) -> dict[str, Any]:
    return own(world) | {"pk": world.own_structure.pk}


def foreign_tie(world: World) -> dict[str, Any]:
    return foreign(world) | {"pk": world.foreign_structure.pk}


POLICIES = {
    # Whoever invites directors (decision 16): its staff, and delegates in their territory.
    "networks:invite": Policy(open_to=DESK, own=own, foreign=foreign),
    "networks:index": Policy(open_to=SIGNED_IN),
    "networks:page": Policy(open_to=SIGNED_IN, own=own, foreign=foreign, foreign_open_to=SIGNED_IN),
    "networks:home": Policy(open_to=DESK, own=own, foreign=foreign),
    "networks:members": Policy(open_to=DESK, own=own, foreign=foreign),
    "networks:export": Policy(open_to=DESK, own=own, foreign=foreign),
    "networks:add": Policy(open_to=DESK, own=own, foreign=foreign),
    "networks:membership": Policy(open_to=DESK, own=own_membership, foreign=foreign_membership),
    "networks:end": Policy(
        open_to=DESK, own=own_membership, foreign=foreign_membership, method="post"
    ),
    "networks:agreements": Policy(open_to=DESK, own=own, foreign=foreign),
    "networks:ask_sharing": Policy(open_to=DESK, own=own_tie, foreign=foreign_tie),
    "networks:edit": Policy(open_to=STAFF, own=own, foreign=foreign),
    "networks:open_delegation": Policy(open_to=STAFF, own=own, foreign=foreign),
    "networks:answer": Policy(
        open_to=DESK,
        own=lambda world: own(world) | {"pk": world.own_membership_request.pk},
        foreign=lambda world: foreign(world) | {"pk": world.foreign_membership_request.pk},
        method="post",
        data=lambda world: {"answer": "oui"},
    ),
    # Any structure asks any network.
    "networks:ask": Policy(
        open_to={"director"},
        own=own,
        foreign=foreign,
        foreign_open_to={"director"},
        method="post",
        data=lambda world: {"structure": world.own_structure.pk},
    ),
    "networks:withdraw": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.own_membership_request.pk},
        foreign=lambda world: {"pk": world.foreign_membership_request.pk},
        method="post",
    ),
    "networks:sharing": Policy(open_to={"director"}, own=own_tie, foreign=foreign_tie),
    "networks:leave": Policy(open_to={"director"}, own=own_tie, foreign=foreign_tie, method="post"),
    "networks:close_all": Policy(
        open_to={"director"}, own=own_tie, foreign=foreign_tie, method="post"
    ),
    "networks:answer_sharing": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.own_sharing_request.pk},
        foreign=lambda world: {"pk": world.foreign_sharing_request.pk},
        method="post",
        data=lambda world: {"choice": "rien"},
    ),
    # Panels of the home: for those of its desk.
    **{
        name: Policy(open_to=DESK, own=own, foreign=foreign)
        for name in (
            *(
                "watch:deadlines",
                "watch:together",
                "watch:silences",
                "watch:coverage",
                "network_economics:headroom",
                "network_learning:numbers",
                "bridge:network_basin",
                "bridge:network_exits",
                "delivery:awards",
            ),
        )
    },
}
