"""What follows a contract: immersions, jobs, exits. Of the structure that keeps them."""

from typing import Any, Literal

from cordee.members.models import Structure
from cordee.members.roles import May, roles_that
from cordee.rules.exits import ExitCategory
from tests.access.matrix import Policy
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
}
