"""What follows a contract: immersions, jobs, exits. Of the structure that keeps them."""

from typing import Any

from cordee.members.roles import May, roles_that
from tests.access.matrix import Policy

KEEPING = frozenset(roles_that(May.TEACH)) | {"director"}


def of_structure(**more: Any) -> Policy:
    return Policy(
        open_to=KEEPING,
        own=lambda world: {"pk": world.own_structure.pk, **more},
        foreign=lambda world: {"pk": world.foreign_structure.pk, **more},
    )


POLICIES = {"bridge:immersions": of_structure()}
