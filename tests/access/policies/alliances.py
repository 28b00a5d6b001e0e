"""An alliance is of who leads it, and of the directors of the structures that take part."""

from collections.abc import Callable
from typing import Any

from cordee.alliances.models import Alliance, AllianceParty
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.policies.composing import FOR_NETWORK
from tests.access.policies.opportunities import IN_NETWORK
from tests.access.world import World

LEADER = {"network_staff"}
INSIDE = {"network_staff", "director"}
# Who answers and accepts for a structure.
PARTY = {"director"}


def alliance(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": getattr(world, f"{side}_alliance").pk}


def party(side: str) -> Callable[[World], dict[str, Any]]:
    """The party whose structure somebody of that side directs."""

    def arguments(world: World) -> dict[str, Any]:
        found: Alliance = getattr(world, f"{side}_alliance")
        row: AllianceParty = found.parties.get(structure=getattr(world, f"{side}_structure"))
        return {"pk": found.pk, "party_pk": row.pk}

    return arguments


def deal(open_to: Any, method: Any = "get", **more: Any) -> Policy:
    """A route about a whole alliance."""
    return Policy(
        open_to=open_to,
        own=alliance("own"),
        foreign=alliance("foreign"),
        method=method,
        **more,
    )


def part(open_to: Any, method: Any = "get", **more: Any) -> Policy:
    """A route about one party of an alliance."""
    return Policy(
        open_to=open_to, own=party("own"), foreign=party("foreign"), method=method, **more
    )


POLICIES = {
    # Each person reads their own.
    "alliances:list": Policy(open_to=SIGNED_IN),
    "alliances:open": Policy(
        open_to=IN_NETWORK,
        own=lambda world: {"opportunity_pk": world.own_need.pk},
        foreign=lambda world: {"opportunity_pk": world.foreign_need.pk},
    ),
    "alliances:open_from_proposal": Policy(
        open_to=FOR_NETWORK,
        own=lambda world: {"proposal_pk": world.kept_from(world.own_composition).pk},
        foreign=lambda world: {"proposal_pk": world.kept_from(world.foreign_composition).pk},
    ),
    # Of one's own structure: an alliance that one does not read says nothing there.
    "alliances:ways_out": Policy(
        open_to=PARTY,
        own=lambda world: {"structure_pk": world.own_structure.pk},
        foreign=lambda world: {"structure_pk": world.foreign_structure.pk},
    ),
    "alliances:detail": deal(INSIDE),
    "alliances:team": deal(INSIDE),
    "alliances:dossier": deal(INSIDE),
    "alliances:next": deal(INSIDE),
    "alliances:move": deal(LEADER, "post", data=lambda world: {"etape": "split"}),
    "alliances:abandon": deal(LEADER),
    "alliances:add_party": deal(LEADER),
    "alliances:open_lines": deal(LEADER),
    "alliances:call_in": deal(
        LEADER, "post", data=lambda world: {"structure": str(world.foreign_structure.pk)}
    ),
    "alliances:post_need": deal(
        LEADER, "post", data=lambda world: {"ligne": world.own_alliance.terms.lines[0].key}
    ),
    "alliances:invite": deal(LEADER),
    "alliances:remove_party": part(LEADER),
    "alliances:answer_invitation": part(PARTY, "post", data=lambda world: {"reponse": "oui"}),
    "alliances:share": part(PARTY),
    "alliances:accept": part(PARTY, "post", data=lambda world: {"version": "1"}),
    "alliances:take_back_acceptance": part(PARTY, "post"),
}
