"""What a structure keeps of those who learn: its supervisor, its counsellor, and who directs it."""

from cordee.members.roles import May, roles_that
from tests.access.matrix import SIGNED_IN, Policy

TEACHING = frozenset(roles_that(May.TEACH))
READING = TEACHING | {"director"}


def _of_structure(open_to: frozenset[str]) -> Policy:
    return Policy(
        open_to=open_to,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
    )


# No address names a structure: without asking, it is the first where one teaches.
FIELD = Policy(open_to=TEACHING)

POLICIES = {
    "skills:home": _of_structure(READING),
    "field:field": FIELD,
    "field:state": FIELD,
    "field:send": Policy(
        open_to=TEACHING,
        method="post",
        data=lambda world: {"observations": []},
        is_json=True,
    ),
    # What a browser asks for an application of its own: it holds nothing of anybody.
    "field:worker": Policy(open_to=SIGNED_IN),
    "field:manifest": Policy(open_to=SIGNED_IN),
}
