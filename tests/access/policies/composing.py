"""A composition is of the network for which it was made, or of who asked for it alone."""

from cordee.members.roles import May, roles_that
from tests.access.matrix import Policy
from tests.access.policies.opportunities import IN_NETWORK

# Who acts for a network: their seat makes them its eyes. Others read its compositions nowhere.
FOR_NETWORK = frozenset(roles_that(May.ACT_FOR_NETWORK))

POLICIES = {
    "composing:start": Policy(
        open_to=IN_NETWORK,
        own=lambda world: {"opportunity_pk": world.own_need.pk},
        foreign=lambda world: {"opportunity_pk": world.foreign_need.pk},
    )
}
POLICIES |= {
    f"composing:{name}": Policy(
        open_to=FOR_NETWORK,
        own=lambda world: {"pk": world.own_composition.pk},
        foreign=lambda world: {"pk": world.foreign_composition.pk},
        method=method,
    )
    for name, method in (
        *(("detail", "get"), ("proof", "get"), ("progress", "get"), ("study_part", "get")),
        *(("stop", "post"), ("cancel", "post"), ("keep", "post")),
        *(("wish", "post"), ("study", "post")),
    )
}
POLICIES |= {
    "composing:withdraw": Policy(
        open_to=FOR_NETWORK,
        own=lambda world: {"pk": world.kept_from(world.own_composition).pk},
        foreign=lambda world: {"pk": world.kept_from(world.foreign_composition).pk},
        method="post",
    )
}
