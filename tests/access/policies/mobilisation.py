"""Who could answer an opportunity: for whoever may open it."""

from tests.access.matrix import Policy
from tests.access.policies.opportunities import IN_NETWORK

POLICIES = {
    "mobilisation:ranking": Policy(
        open_to=IN_NETWORK,
        own=lambda world: {"opportunity_pk": world.own_need.pk},
        foreign=lambda world: {"opportunity_pk": world.foreign_need.pk},
    )
}
