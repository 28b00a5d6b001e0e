"""What follows a contract: immersions, jobs, exits. Of the structure that keeps them."""

from typing import Any, Literal

from cordee.members.models import Structure
from cordee.members.roles import May, roles_that
from cordee.opportunities.models import Opportunity
from cordee.rules.exits import ExitCategory
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.policies.delivery import REPORT, of_contract
from tests.bridge.immersions import make_immersion
from tests.bridge.makers import leave

type Method = Literal["get", "post"]
KEEPING = frozenset(roles_that(May.TEACH)) | {"director"}


def of_structure(**more: Any) -> Policy:
    return Policy(
        open_to=KEEPING,
        own=lambda world: {"pk": world.own_structure.pk, **more},
        foreign=lambda world: {"pk": world.foreign_structure.pk, **more},
    )


def _exit(structure: Structure) -> dict[str, int]:
    return {"pk": structure.pk, "key": leave(structure, ExitCategory.AUTRE_SORTIE).pk}


def of_exit(method: Method = "get") -> Policy:
    return Policy(
        open_to=KEEPING,
        own=lambda world: _exit(world.own_structure),
        foreign=lambda world: _exit(world.foreign_structure),
        method=method,
    )


def of_immersion(method: Method = "get") -> Policy:
    """Of somebody whom the direction does not read."""

    def arguments(structure: Structure) -> dict[str, Any]:
        found = structure.immersions.first() or make_immersion(structure)
        return {"pk": structure.pk, "key": found.pk}

    return Policy(
        open_to=KEEPING,
        own=lambda world: arguments(world.own_structure),
        foreign=lambda world: arguments(world.foreign_structure),
        method=method,
    )


def _hosted(need: Opportunity, structure: Structure) -> dict[str, Any]:
    """Prepared for the post that a company of that side published, of the other side's learner."""
    found = need.immersions.first() or make_immersion(structure, opportunity=need)
    return {"key": found.pk}


POLICIES = {
    "bridge:immersions": of_structure(),
    **{
        f"bridge:{name}": of_structure()
        for name in (
            *("exits", "add_exit", "exits_file", "exits_workbook"),
            "basin",
        )
    },
    "bridge:edit_exit": of_exit(),
    "bridge:follow_up": of_exit(),
    "bridge:remove_exit": of_exit("post"),
    "bridge:restore_exit": of_exit("post"),
    "bridge:add_immersion": of_structure(),
    "bridge:immersion": of_immersion(),
    "bridge:edit_immersion": of_immersion(),
    "bridge:renew_immersion": of_immersion(),
    "bridge:end_immersion": of_immersion("post"),
    "bridge:remove_immersion": of_immersion("post"),
    "bridge:restore_immersion": of_immersion("post"),
    "bridge:jobs": of_structure(),
    # Those that one's own company takes; empty for whoever takes none.
    "bridge:hosted": Policy(open_to=SIGNED_IN),
    "bridge:hosted_end": Policy(
        open_to={"company"},
        own=lambda world: _hosted(world.own_posted_need, world.foreign_structure),
        foreign=lambda world: _hosted(world.foreign_posted_need, world.own_structure),
        method="post",
    ),
    # Of a contract: whoever carries it out, its facilitator and its buyer.
    "bridge:contract": of_contract(REPORT),
}
