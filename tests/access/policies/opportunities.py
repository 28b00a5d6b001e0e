"""Published notices are everybody's who is signed in; a private need is of one network."""

from collections.abc import Callable
from typing import Any

from cordee.members.roles import Scope, roles_held_in
from tests.access.matrix import SEATED, SIGNED_IN, Policy
from tests.access.world import World

# Who is among the people of the own network: by a seat in it, or in a structure that is a member.
IN_NETWORK = frozenset(roles_held_in(Scope.NETWORK, Scope.STRUCTURE))


def need(side: str, **more: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    """Arguments of an address below the private need of a side."""
    return lambda world: {
        "pk": getattr(world, f"{side}_need").pk,
        **{name: read(world) for name, read in more.items()},
    }


def of_need(method: str = "get", **values: Any) -> Policy:
    return Policy(
        open_to=IN_NETWORK, own=need("own"), foreign=need("foreign"), method=method, **values
    )  # type: ignore[arg-type]


POLICIES = {
    f"opportunities:{name}": Policy(open_to=SIGNED_IN)
    for name in ("list", "for_you", "export", "soon", "export_soon", "sources")
} | {
    "opportunities:detail": of_need(),
    "opportunities:lots": of_need(),
    "opportunities:notice": of_need(),
    "opportunities:questions": of_need(),
    "opportunities:version": Policy(
        open_to=IN_NETWORK,
        own=need("own", version_pk=lambda world: world.version_of(world.own_need).pk),
        foreign=need("foreign", version_pk=lambda world: world.version_of(world.foreign_need).pk),
    ),
    # Anyone who holds a seat corrects what they may open.
    "opportunities:correct": Policy(
        open_to=IN_NETWORK,
        own=need("own", fact=lambda world: "deadline"),
        foreign=need("foreign", fact=lambda world: "deadline"),
        method="post",
    ),
    "opportunities:settle_correction": Policy(
        open_to=IN_NETWORK,
        own=need("own", correction_pk=lambda world: world.proposed(world.own_need).pk),
        foreign=need("foreign", correction_pk=lambda world: world.proposed(world.foreign_need).pk),
    ),
    "opportunities:withdraw_correction": Policy(
        open_to=IN_NETWORK,
        own=need("own", correction_pk=lambda world: world.corrected(world.own_need).pk),
        foreign=need("foreign", correction_pk=lambda world: world.corrected(world.foreign_need).pk),
        method="post",
    ),
    "opportunities:mark_questions": of_need(method="post"),
    "opportunities:unmark_questions": Policy(
        open_to=IN_NETWORK,
        own=need("own", sent_pk=lambda world: world.asked(world.own_need).pk),
        foreign=need("foreign", sent_pk=lambda world: world.asked(world.foreign_need).pk),
        method="post",
    ),
    # Of published notices only, which nobody owns; they may know that they exist.
    "opportunities:join": Policy(
        open_to=SEATED,
        own=lambda world: {"pk": world.notice.pk},
        foreign=need("foreign"),
        closed_as={403, 404},
    ),
    "opportunities:split": Policy(
        open_to=SEATED,
        own=lambda world: {
            "pk": world.notice.pk,
            "publication_pk": world.notice.publications.order_by("pk").last().pk,
        },
        foreign=lambda world: {
            "pk": world.foreign_need.pk,
            "publication_pk": world.foreign_need.publications.get().pk,
        },
        method="post",
        closed_as={403, 404},
    ),
    # The staff of a network without a parent sorts what was misread, in notices that are public.
    "opportunities:misreadings": Policy(open_to={"network_staff"}, closed_as={403}),
    "opportunities:misreading": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.misreading.pk},
        closed_as={403},
    ),
    "opportunities:export_labels": Policy(
        open_to={"network_staff"}, own=lambda world: {"kind": "metiers"}, closed_as={403}
    ),
}
