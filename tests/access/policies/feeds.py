"""Addresses of feeds are their owner's; a feed itself is open to whoever holds its address."""

from cordee.accounts.models import User
from cordee.mobilisation.feeds.access import token_of
from cordee.mobilisation.models import FeedKey
from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy
from tests.access.world import World


def own_key(world: World) -> FeedKey:
    person = world.person("director")
    assert isinstance(person, User)
    return FeedKey.objects.get_or_create(
        person=person, kind="calendar", structure=world.own_structure
    )[0]


def foreign_key(world: World) -> FeedKey:
    return FeedKey.objects.get_or_create(
        person=world.foreign_director, kind="atom", structure=world.foreign_structure
    )[0]


def own(world: World) -> dict[str, object]:
    return {"pk": own_key(world).pk}


def foreign(world: World) -> dict[str, object]:
    return {"pk": foreign_key(world).pk}


POLICIES = {
    "feeds:feeds": Policy(SIGNED_IN),
    "feeds:panel": Policy(SIGNED_IN),
    "feeds:renew": Policy({"director"}, own, foreign),
    "feeds:revoke": Policy({"director"}, own, foreign),
    # Readers have no session: the signature is the key.
    "feeds:feed": Policy(
        EVERYBODY,
        lambda world: {"token": token_of(own_key(world))},
        lambda world: {"token": token_of(foreign_key(world))},
        EVERYBODY,
    ),
}
