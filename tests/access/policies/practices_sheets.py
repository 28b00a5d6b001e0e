"""Sheets and monographs: what is published is everybody's; who writes reads drafts."""

from typing import Any

from tests.access.matrix import EVERYBODY, Policy
from tests.access.world import World
from tests.practices.sheet_makers import publish, start

WRITING = frozenset({"director", "network_staff", "delegate"})


def _published(world: World, **more: Any) -> dict[str, Any]:
    return {"pk": publish(world.foreign_structure).sheet_id, **more}


def _draft(world: World, *, is_own: bool) -> dict[str, Any]:
    structure = world.own_structure if is_own else world.foreign_structure
    network = world.own_network if is_own else world.foreign_network
    return {"pk": start(structure, network=network).pk}


POLICIES = {
    # A draft, on both sides: whoever writes it.
    "practices:sheet": Policy(
        open_to=WRITING,
        own=lambda world: _draft(world, is_own=True),
        foreign=lambda world: _draft(world, is_own=False),
    ),
    "practices:version": Policy(open_to=EVERYBODY, own=lambda world: _published(world, number=1)),
    "practices:version_file": Policy(
        open_to=EVERYBODY, own=lambda world: _published(world, number=1, extension="pdf")
    ),
}
