"""Self-positionings and visits: of who directs; a network reads bands, and proposes pairs."""

from typing import Any, Literal

from django.utils import timezone

from cordee.members.models import Network
from cordee.practices.models import PlannedAction, Positioning, PositioningGrid, Visit
from tests.access.matrix import SIGNED_IN, Policy
from tests.members.makers import join, make_structure
from tests.practices.positioning_makers import make_grid, make_positioning, make_visit

type Method = Literal["get", "post"]
DIRECTION = frozenset({"director"})
DESK = frozenset({"network_staff", "delegate"})


def of_structure(method: Method = "get") -> Policy:
    return Policy(
        open_to=DIRECTION,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
        method=method,
    )


def of_positioning(method: Method = "get", **more: Any) -> Policy:
    def arguments(structure: Any) -> dict[str, Any]:
        found = Positioning.objects.filter(structure=structure).first()
        return {"pk": structure.pk, "key": (found or make_positioning(structure)).pk, **more}

    return Policy(
        open_to=DIRECTION,
        own=lambda world: arguments(world.own_structure),
        foreign=lambda world: arguments(world.foreign_structure),
        method=method,
    )


def _action(structure: Any) -> dict[str, Any]:
    row = PlannedAction.objects.create(
        positioning=make_positioning(structure), rank=1, words="Écrire", due_on=timezone.localdate()
    )
    return {"pk": structure.pk, "key": row.pk}


def of_action() -> Policy:
    return Policy(
        open_to=DIRECTION,
        own=lambda world: _action(world.own_structure),
        foreign=lambda world: _action(world.foreign_structure),
        method="post",
    )


def of_visit(side: str, method: Method = "get", *, state: str = "agreed", **more: Any) -> Policy:
    """Of one `side`, visited or visiting; the other one is nobody's here."""

    def arguments(structure: Any) -> dict[str, Any]:
        other = "visiting" if side == "visited" else "visited"
        rows = Visit.objects.filter(**{side: structure})
        found = rows.last() or make_visit(state, **{side: structure, other: make_structure("Loin")})
        return {"pk": structure.pk, "key": found.pk, **more}

    return Policy(
        open_to=DIRECTION,
        own=lambda world: arguments(world.own_structure),
        foreign=lambda world: arguments(world.foreign_structure),
        method=method,
    )


def of_network(who: frozenset[str] = DESK) -> Policy:
    return Policy(
        open_to=who,
        own=lambda world: {"slug": world.own_network.slug},
        foreign=lambda world: {"slug": world.foreign_network.slug},
    )


def of_proposal() -> Policy:
    def arguments(network: Network) -> dict[str, Any]:
        one, other = (make_structure(name, department_id="38") for name in ("Près", "Loin"))
        join(one, network)
        values = {"on": None, "notes": {}, "proposed_by": network}
        row = make_visit("asked", visiting=one, visited=other, **values)
        return {"slug": network.slug, "key": row.pk}

    return Policy(
        open_to=DESK,
        own=lambda world: arguments(world.own_network),
        foreign=lambda world: arguments(world.foreign_network),
        method="post",
    )


def of_grid() -> Policy:
    def arguments(network: Network) -> dict[str, Any]:
        found = PositioningGrid.objects.filter(network=network).last()
        return {"slug": network.slug, "key": (found or make_grid(network)).pk}

    return Policy(
        open_to={"network_staff"},
        own=lambda world: arguments(world.own_network),
        foreign=lambda world: arguments(world.foreign_network),
        method="post",
    )


POLICIES = {
    "practices:positionings": of_structure(),
    "practices:begin_positioning": of_structure("post"),
    "practices:positioning": of_positioning(),
    "practices:positioning_step": of_positioning(function="formation"),
    "practices:plan_action": of_positioning(),
    "practices:remove_action": of_action(),
    "practices:do_action": of_action(),
    "practices:reopen_action": of_action(),
    "practices:positioning_annex": of_positioning(),
    # What a structure published is read by whoever is signed in; all others, by its direction.
    "practices:visits": Policy(
        open_to=SIGNED_IN,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
        foreign_open_to=SIGNED_IN,
    ),
    "practices:ask_visit": of_structure(),
    "practices:visit": of_visit("visited"),
    "practices:plan_visit": of_visit("visiting"),
    "practices:accept_visit": of_visit("visited", "post"),
    "practices:refuse_visit": of_visit("visited", "post"),
    "practices:visit_report": of_visit("visiting", function="formation"),
    "practices:send_visit": of_visit("visiting", "post"),
    "practices:publish_visit": of_visit("visited", "post", state="sent"),
    "practices:withdraw_visit": of_visit("visited", "post", state="sent"),
    "practices:remove_visit": of_visit("visiting", "post"),
    "practices:restore_visit": of_visit("visiting", "post"),
    "practices:network_positionings": of_network(),
    "practices:visit_pairs": of_network(),
    "practices:withdraw_proposal": of_proposal(),
    "practices:network_grid": of_network(frozenset({"network_staff"})),
    "practices:network_grid_file": of_network(frozenset({"network_staff"})),
    "practices:remove_grid": of_grid(),
    "practices:restore_grid": of_grid(),
}
