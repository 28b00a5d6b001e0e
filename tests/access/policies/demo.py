"""Served in the demo alone: whoever reaches it enters as any of its invented people."""

from tests.access.matrix import EVERYBODY, Policy

POLICIES = {
    "demo:sign_in_as": Policy(
        open_to=EVERYBODY,
        method="post",
        data=lambda world: {"email": world.person_of_the_demo.email},
    ),
}
