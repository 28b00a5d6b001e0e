"""Mutual aid: read by the people of a network, written and answered by directors."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cordee.members.roles import May, roles_that
from cordee.mobilisation.models import MutualOffer, MutualReply, UrgentCall, UrgentCallReach
from tests.access.matrix import SEATED, Policy
from tests.access.world import World
from tests.members.makers import join, make_structure

DIRECTOR = frozenset(roles_that(May.DIRECT_STRUCTURE))
OF_THE_NETWORK = SEATED - {"programme_team", "buyer", "facilitator", "company"}


def network(side: str) -> Any:
    return lambda world: {"slug": getattr(world, f"{side}_network").slug}


def neighbour(world: World) -> Any:
    """Another member of the own network, directed by somebody else."""
    if not hasattr(world, "mutual_neighbour"):
        made = make_structure("Voisine", commune_id="38002", department_id="38")
        join(made, world.own_network)
        world.mutual_neighbour = made  # type: ignore[attr-defined]
    return world.mutual_neighbour  # type: ignore[attr-defined]


def offer(world: World, structure: Any, side: str = "own") -> MutualOffer:
    return MutualOffer.objects.get_or_create(
        network=getattr(world, f"{side}_network"),
        structure=structure,
        title="Une tondeuse",
        defaults={
            "way": "offer",
            "kind": "equipment",
            "terms": "free",
            "at": timezone.now(),
            "shown_until": timezone.localdate() + timedelta(days=9),
        },
    )[0]


def reply(world: World, found: MutualOffer, structure: Any) -> MutualReply:
    return MutualReply.objects.get_or_create(
        offer=found, structure=structure, defaults={"words": "Oui", "at": timezone.now()}
    )[0]


def call(world: World, structure: Any, reached: Any = None) -> UrgentCall:
    made: UrgentCall = UrgentCall.objects.get_or_create(
        network=world.own_network,
        structure=structure,
        defaults={
            "trade": "espaces-verts",
            "title": "Tailler",
            "question": "Comment\u202f?",
            "needed_by": timezone.localdate() + timedelta(days=3),
            "at": timezone.now(),
        },
    )[0]
    if reached is not None:
        UrgentCallReach.objects.get_or_create(
            call=made, structure=reached, defaults={"why": "trade", "at": timezone.now()}
        )
    return made


def at(slug: str, **more: int) -> dict[str, Any]:
    return {"slug": slug, **more}


def own_offer(world: World) -> dict[str, Any]:
    return at(world.own_network.slug, pk=offer(world, world.own_structure).pk)


def neighbour_offer(world: World) -> dict[str, Any]:
    return at(world.own_network.slug, pk=offer(world, neighbour(world)).pk)


def foreign_offer(world: World) -> dict[str, Any]:
    found = offer(world, world.foreign_structure, "foreign")
    return at(world.foreign_network.slug, pk=found.pk)


def own_call(world: World) -> dict[str, Any]:
    world.own_structure  # noqa: B018 - the director sits in it
    return at(world.own_network.slug, pk=call(world, world.own_structure).pk)


def reaching_call(world: World) -> dict[str, Any]:
    return at(world.own_network.slug, pk=call(world, neighbour(world), world.own_structure).pk)


def elsewhere_call(world: World) -> dict[str, Any]:
    """A call of the own network that reaches nobody of the own structure."""
    other = make_structure("Plus loin", commune_id="38002", department_id="38")
    join(other, world.own_network)
    return at(world.own_network.slug, pk=call(world, other).pk)


def own_reply(world: World) -> dict[str, Any]:
    found = offer(world, world.own_structure)
    return own_offer(world) | {"reply_pk": reply(world, found, neighbour(world)).pk}


def neighbour_reply(world: World) -> dict[str, Any]:
    """What they answered to another: theirs to read, not to decide on."""
    found = offer(world, neighbour(world))
    return neighbour_offer(world) | {"reply_pk": reply(world, found, world.own_structure).pk}


def words(world: World) -> dict[str, Any]:
    return {"structure": world.own_structure.pk, "words": "Nous pouvons mardi"}


POLICIES = {
    name: Policy(open_to=OF_THE_NETWORK, own=network("own"), foreign=network("foreign"))
    for name in ("mutual:board", "mutual:panel")
} | {
    **{
        name: Policy(open_to=DIRECTOR, own=network("own"), foreign=network("foreign"))
        for name in ("mutual:write_offer", "mutual:write_request", "mutual:call_create")
    },
    "mutual:offer": Policy(open_to=OF_THE_NETWORK, own=neighbour_offer, foreign=foreign_offer),
    "mutual:reply": Policy(
        open_to=DIRECTOR, own=neighbour_offer, foreign=foreign_offer, method="post", data=words
    ),
    "mutual:decide": Policy(
        open_to=DIRECTOR, own=own_reply, foreign=neighbour_reply, method="post"
    ),
    "mutual:close": Policy(open_to=DIRECTOR, own=own_offer, foreign=neighbour_offer, method="post"),
    "mutual:reopen": Policy(
        open_to=DIRECTOR, own=own_offer, foreign=neighbour_offer, method="post"
    ),
    "mutual:call": Policy(open_to=DIRECTOR, own=reaching_call, foreign=elsewhere_call),
    "mutual:answer": Policy(
        open_to=DIRECTOR, own=reaching_call, foreign=own_call, method="post", data=words
    ),
    "mutual:call_close": Policy(
        open_to=DIRECTOR, own=own_call, foreign=reaching_call, method="post"
    ),
}
