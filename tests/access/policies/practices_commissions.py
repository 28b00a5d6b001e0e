"""Commissions of a network: read by its people, written by who acts for it."""

from typing import Any, Literal

from django.utils import timezone

from cordee.base import files
from cordee.members.models import Network, Structure
from cordee.members.roles import May, roles_that
from cordee.practices.commissions.letters import LINKS
from cordee.practices.models import (
    Commission,
    CommissionFile,
    GivenHours,
    LetterRecipient,
    Meeting,
)
from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy
from tests.access.policies.mutual import OF_THE_NETWORK
from tests.access.world import World
from tests.practices.makers import (
    make_commission,
    make_letter,
    make_meeting,
    make_session,
    make_task,
)

type Method = Literal["get", "post"]
WRITING = frozenset(roles_that(May.ACT_FOR_NETWORK))
DIRECTING = frozenset(roles_that(May.DIRECT_STRUCTURE))


def sides(world: World, side: str) -> tuple[Network, Structure]:
    return getattr(world, f"{side}_network"), getattr(world, f"{side}_structure")


def commission_of(world: World, side: str) -> Commission:
    """One in which a structure of that side sits."""
    network, structure = sides(world, side)
    return network.commissions.first() or make_commission(network, structure)


def meeting_of(world: World, side: str) -> Meeting:
    made = commission_of(world, side)
    return made.meetings.first() or make_meeting(made, decided="Une trame commune.")


def network(side: str) -> Any:
    return lambda world: {"slug": sides(world, side)[0].slug}


def of_network(open_to: Any) -> Policy:
    return Policy(open_to=open_to, own=network("own"), foreign=network("foreign"))


def of_commission(open_to: Any, method: Method = "get", key: Any = None, **more: Any) -> Policy:
    """`key`: what the address names, from the world and the side; else the commission, as `pk`."""

    def arguments(side: str) -> Any:
        def found(world: World) -> dict[str, Any]:
            made = commission_of(world, side)
            named = {"key": key(world, side)} if key else {"pk": made.pk}
            return {"slug": made.network.slug, **named, **more}

        return found

    own, foreign = arguments("own"), arguments("foreign")
    return Policy(open_to=open_to, own=own, foreign=foreign, method=method)


def adding(side: str) -> Any:
    def found(world: World) -> dict[str, Any]:
        made = commission_of(world, side)
        return {"slug": made.network.slug, "sort": "heures", "of": made.pk}

    return found


def meeting(world: World, side: str) -> int:
    return meeting_of(world, side).pk


def task(world: World, side: str) -> int:
    made = meeting_of(world, side)
    Meeting.objects.filter(pk=made.pk).update(published_at=made.begins_at)
    return make_task(made, sides(world, side)[1]).pk


def hours(world: World, side: str) -> int:
    said = {"on": commission_of(world, side).starts_on, "people": 2, "hours": 7}
    made = commission_of(world, side)
    return GivenHours.objects.create(commission=made, structure=sides(world, side)[1], **said).pk


def file(world: World, side: str) -> int:
    stored = files.store(name="ordre-du-jour.txt", content=b"Lire.", now=timezone.now())
    return CommissionFile.objects.create(commission=commission_of(world, side), stored=stored).pk


def of_session(open_to: Any, method: Method = "get") -> Policy:
    def arguments(side: str) -> Any:
        def found(world: World) -> dict[str, Any]:
            made = sides(world, side)[0]
            return {"slug": made.slug, "pk": (made.sessions.first() or make_session(made)).pk}

        return found

    own, foreign = arguments("own"), arguments("foreign")
    return Policy(open_to=open_to, own=own, foreign=foreign, method=method)


def asked(world: World, side: str) -> LetterRecipient:
    """What was written to the structure of that side, with dates."""
    network, structure = sides(world, side)
    letter = network.letters.first() or make_letter(network, structure)
    return letter.recipients.get()


def letter(side: str) -> Any:
    def found(world: World) -> dict[str, Any]:
        row = asked(world, side)
        return {"slug": row.letter.network.slug, "pk": row.letter_id}

    return found


def spoken(side: str) -> Any:
    return lambda world: letter(side)(world) | {"key": asked(world, side).pk}


def link(world: World) -> dict[str, Any]:
    return {"token": LINKS.token_for(asked(world, "own").pk, world.person("director").pk)}


POLICIES = {
    "practices:letters": of_network(WRITING),
    "practices:write_letter": of_network(WRITING),
    "practices:letter": Policy(open_to=WRITING, own=letter("own"), foreign=letter("foreign")),
    **{
        f"practices:{verb}_letter": Policy(
            open_to=WRITING, own=letter("own"), foreign=letter("foreign"), method="post"
        )
        for verb in ("remove", "restore")
    },
    "practices:letter_heard": Policy(open_to=WRITING, own=spoken("own"), foreign=spoken("foreign")),
    # Signed: whoever holds it.
    "practices:letter_answer": Policy(open_to=EVERYBODY, own=link),
    # The way to the user's own network, or to the list of networks.
    "practices:own_commissions": Policy(open_to=SIGNED_IN),
    # What minutes say of a question: of the user's own networks, perhaps none.
    "practices:minutes_found": Policy(open_to=SIGNED_IN),
    "practices:sessions": of_network(OF_THE_NETWORK),
    "practices:add_session": of_network(WRITING),
    "practices:session": of_session(OF_THE_NETWORK),
    "practices:commissions": of_network(OF_THE_NETWORK),
    "practices:commissions_panel": of_network(OF_THE_NETWORK),
    "practices:add_commission": of_network(WRITING),
    "practices:commission": of_commission(OF_THE_NETWORK),
    "practices:add_commission_file": of_commission(WRITING),
    "practices:commission_file": of_commission(OF_THE_NETWORK, key=file),
    "practices:add_part": Policy(
        open_to=WRITING | DIRECTING, own=adding("own"), foreign=adding("foreign")
    ),
    "practices:meeting": of_commission(OF_THE_NETWORK, key=meeting),
    "practices:publish_minutes": of_commission(WRITING, "post", key=meeting),
    "practices:finish_task": of_commission(WRITING | DIRECTING, "post", key=task),
    "practices:edit_part": of_commission(WRITING | DIRECTING, key=hours, sort="heures"),
    "practices:remove_part": of_commission(WRITING | DIRECTING, "post", key=hours, sort="heures"),
    "practices:restore_part": of_commission(WRITING | DIRECTING, "post", key=hours, sort="heures"),
}
