"""What others did: read by who may open the page it stands on; here, that of a ceiling."""

from tests.access.matrix import Policy
from tests.access.policies.practices_reuse import DIRECTING

POLICIES = {
    "practices:others": Policy(
        open_to=DIRECTING,
        own=lambda world: {"slot": "ceiling_months", "key": str(world.own_structure.pk)},
        foreign=lambda world: {"slot": "ceiling_months", "key": str(world.foreign_structure.pk)},
    ),
}
