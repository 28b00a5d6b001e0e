"""Campaigns: what a network asks and reads (RULE-38). Neither another network, nor another
structure, nor a buyer, a company or the team of a programme opens any of it."""

from collections.abc import Callable
from typing import Any

from cordee.members.roles import May, roles_that
from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy
from tests.access.policies.opportunities import IN_NETWORK
from tests.access.world import World

RELAYERS = frozenset(roles_that(May.ACT_FOR_NETWORK))

type Arguments = Callable[[World], dict[str, Any]]


def draft(side: str) -> Arguments:
    return lambda world: {"pk": getattr(world.campaigns, f"{side}_draft").pk}


def campaign(side: str) -> Arguments:
    return lambda world: {"pk": getattr(world.campaigns, side).pk}


def recipient(side: str) -> Arguments:
    def arguments(world: World) -> dict[str, Any]:
        found = getattr(world.campaigns, side)
        return {"pk": found.pk, "recipient_pk": world.campaigns.recipient(found).pk}

    return arguments


def heard(side: str) -> Arguments:
    def arguments(world: World) -> dict[str, Any]:
        found = getattr(world.campaigns, side)
        by = world.campaigns.foreign_delegate
        return {"pk": found.pk, "recipient_pk": world.campaigns.heard(found, by).pk}

    return arguments


def link(side: str) -> Arguments:
    def arguments(world: World) -> dict[str, Any]:
        token = world.campaigns.link(world.campaigns.own)
        return {
            "token": token if side == "own" else token[:-1] + ("a" if token[-1] != "a" else "b")
        }

    return arguments


POLICIES = {
    "campaigns:home": Policy(open_to=SIGNED_IN),
    # Counts and lots, of what each may see: no structure, no network.
    "campaigns:abandoned": Policy(open_to=SIGNED_IN),
    "campaigns:start": Policy(open_to=RELAYERS),
    "campaigns:all_calls": Policy(open_to=RELAYERS),
    "campaigns:panel": Policy(
        open_to=IN_NETWORK,
        own=lambda world: {"opportunity_pk": world.own_need.pk},
        foreign=lambda world: {"opportunity_pk": world.foreign_need.pk},
    ),
    # A link is its own key, for whoever holds it; one that we did not sign opens nothing.
    "campaigns:answer": Policy(open_to=EVERYBODY, own=link("own"), foreign=link("foreign")),
    "campaigns:ask": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.campaigns.ask(world.campaigns.own).pk},
        foreign=lambda world: {"pk": world.campaigns.ask(world.campaigns.foreign).pk},
    ),
    "campaigns:heard": Policy(open_to=RELAYERS, own=recipient("own"), foreign=recipient("foreign")),
    "campaigns:phone": Policy(
        open_to=RELAYERS, own=recipient("own"), foreign=recipient("foreign"), method="post"
    ),
    "campaigns:take_back": Policy(
        open_to=RELAYERS, own=heard("own"), foreign=heard("foreign"), method="post"
    ),
}
POLICIES |= {
    f"campaigns:{name}": Policy(open_to=RELAYERS, own=draft("own"), foreign=draft("foreign"))
    for name in ("draft", "preview", "drop")
}
POLICIES |= {
    f"campaigns:{name}": Policy(open_to=RELAYERS, own=campaign("own"), foreign=campaign("foreign"))
    for name in ("campaign", "calls", "export", "stop")
}
