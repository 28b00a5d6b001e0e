"""What others did with a practice: read by everybody, said by the direction of each structure."""

from typing import Any

from cordee.delivery.models import Delivery
from cordee.members.roles import May, roles_that
from cordee.practices.models import Reuse
from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy
from tests.access.policies.practices_sheets import WRITING
from tests.access.world import World
from tests.delivery.makers import make_delivery
from tests.practices.reuse_makers import take_up
from tests.practices.sheet_makers import publish

DIRECTING = frozenset(roles_that(May.DIRECT_STRUCTURE))


def published(world: World) -> dict[str, Any]:
    return {"pk": publish(world.foreign_structure).sheet_id}


def _reuse(world: World, side: str) -> dict[str, Any]:
    """What a structure of that side says of a sheet of the other."""
    structure = getattr(world, f"{side}_structure")
    author = world.foreign_structure if side == "own" else world.own_structure
    row = Reuse.objects.filter(structure=structure).first()
    row = row or take_up(publish(author).sheet, structure)
    return {"pk": row.sheet_id, "key": row.pk}


def _of_reuse(method: Any = "post") -> Policy:
    return Policy(
        open_to=DIRECTING,
        own=lambda world: _reuse(world, "own"),
        foreign=lambda world: _reuse(world, "foreign"),
        method=method,
    )


def _record(world: World, side: str) -> dict[str, Any]:
    """A contract of that side, finished."""
    structure = getattr(world, f"{side}_structure")
    contract = Delivery.objects.filter(structure=structure).first()
    if contract is None:
        contract = make_delivery(structure)
        contract.first_month -= contract.months
        contract.save()
    return {"kind": "marche", "key": str(contract.pk)}


def _written(world: World, side: str) -> dict[str, Any]:
    structure, network = (getattr(world, f"{side}_{each}") for each in ("structure", "network"))
    return {"pk": publish(structure, network=network).sheet_id}


POLICIES = {
    "practices:reuses": Policy(open_to=EVERYBODY, own=published),
    "practices:say_reuse": Policy(open_to=DIRECTING, own=published),
    "practices:edit_reuse": _of_reuse("get"),
    "practices:remove_reuse": _of_reuse(),
    "practices:restore_reuse": _of_reuse(),
    "practices:from_record": Policy(
        open_to=DIRECTING,
        own=lambda world: _record(world, "own"),
        foreign=lambda world: _record(world, "foreign"),
    ),
    # It says to anybody who may tell what was done, and nothing else of it.
    "practices:record_panel": Policy(
        open_to=SIGNED_IN,
        own=lambda world: _record(world, "own"),
        foreign=lambda world: _record(world, "foreign"),
        foreign_open_to=SIGNED_IN,
    ),
    "practices:confirm": Policy(
        open_to=WRITING,
        own=lambda world: _written(world, "own"),
        foreign=lambda world: _written(world, "foreign"),
        method="post",
    ),
}
