"""What happened to a thing is for those concerned; what one did, for oneself."""

from cordee.members.roles import Scope, roles_held_in
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.policies.opportunities import IN_NETWORK
from tests.access.world import World


def structure(side: str) -> object:
    def arguments(world: World) -> dict[str, str]:
        return {"slug": "structure", "pk": str(getattr(world, f"{side}_structure").pk)}

    return arguments


def need(side: str) -> object:
    def arguments(world: World) -> dict[str, str]:
        return {"slug": "opportunite", "pk": str(getattr(world, f"{side}_need").pk)}

    return arguments


POLICIES = {
    "own_journal": Policy(open_to=SIGNED_IN),
    "own_journal_export": Policy(open_to=SIGNED_IN),
    # Whoever holds a seat in it; each other sort is tried in tests/accounts/test_journal.py.
    "journal": Policy(
        open_to=roles_held_in(Scope.STRUCTURE),
        own=structure("own"),  # type: ignore[arg-type]
        foreign=structure("foreign"),  # type: ignore[arg-type]
    ),
    "journal_export": Policy(
        open_to=IN_NETWORK,
        own=need("own"),  # type: ignore[arg-type]
        foreign=need("foreign"),  # type: ignore[arg-type]
    ),
}
