"""What a structure keeps of those who learn: its supervisor, its counsellor, and who directs it."""

from cordee.members.roles import May, roles_that
from tests.access.matrix import Policy

TEACHING = frozenset(roles_that(May.TEACH))
READING = TEACHING | {"director"}


def _of_structure(open_to: frozenset[str]) -> Policy:
    return Policy(
        open_to=open_to,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
    )


POLICIES = {"skills:home": _of_structure(READING)}
