"""The API: the same rights as the pages. Here by session; with keys in `tests/api/test_keys.py`."""

from tests.access.matrix import EVERYBODY, NOBODY, SIGNED_IN, Policy
from tests.access.policies.alliances import INSIDE, PARTY, deal, part
from tests.access.policies.composing import FOR_NETWORK
from tests.access.policies.opportunities import IN_NETWORK, need

POLICIES = {
    # The schema says how to ask, and nothing of anybody.
    "api:openapi-json": Policy(open_to=EVERYBODY),
    # Only there for ninja to know its own address.
    "api:api-root": Policy(open_to=NOBODY),
    "api:me": Policy(open_to=SIGNED_IN),
    "api:opportunities": Policy(open_to=SIGNED_IN),
    "api:compositions": Policy(open_to=SIGNED_IN),
    "api:opportunity": Policy(open_to=IN_NETWORK, own=need("own"), foreign=need("foreign")),
    "api:ranking": Policy(open_to=IN_NETWORK, own=need("own"), foreign=need("foreign")),
    "api:rank": Policy(
        open_to=IN_NETWORK, own=need("own"), foreign=need("foreign"), method="post", is_json=True
    ),
    # The need of others, which a body names: `tests/api/test_compositions.py`.
    "api:compose": Policy(
        open_to=IN_NETWORK,
        method="post",
        data=lambda world: {"opportunity": world.own_need.pk},
        is_json=True,
    ),
    "api:composition": Policy(
        open_to=FOR_NETWORK,
        own=lambda world: {"pk": world.own_composition.pk},
        foreign=lambda world: {"pk": world.foreign_composition.pk},
    ),
}
POLICIES["api:wish"] = Policy(
    open_to=FOR_NETWORK,
    own=lambda world: {"pk": world.own_composition.pk},
    foreign=lambda world: {"pk": world.foreign_composition.pk},
    method="post",
    data=lambda world: {"most_km": 10},
    is_json=True,
)
# The keys of one's own programs.
POLICIES |= {
    "api_keys": Policy(open_to=SIGNED_IN),
    "new_api_key": Policy(open_to=SIGNED_IN),
    "revoke_api_key": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.api_key_of(world.person("director")).pk},
        foreign=lambda world: {"pk": world.api_key_of(world.foreign_director).pk},
        method="post",
    ),
}
# Alliances: as their pages.
POLICIES |= {
    "api:alliances": Policy(open_to=SIGNED_IN),
    "api:alliance": deal(INSIDE),
    "api:answer": part(PARTY, "post", data=lambda world: {"yes": True}, is_json=True),
}
