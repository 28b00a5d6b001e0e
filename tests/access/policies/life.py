"""The life of an alliance: who signs, approves, files, notes results, and leaves."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import Policy
from tests.access.policies.conversations import READERS
from tests.access.policies.workspace import INSIDE, LEADER, PARTY, deal, part
from tests.access.world import World


def filed(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": getattr(world, f"{side}_filed").pk}


def approved(side: str, extension: str = "") -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_approved_text")
        found = {"pk": row.alliance_id, "text_pk": row.pk}
        return found | {"extension": extension} if extension else found

    return arguments


def leaving(side: str, *, with_party: bool = False) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_withdrawal")
        found = {"pk": row.alliance_id, "withdrawal_pk": row.pk}
        return found | {"party_pk": row.party_id} if with_party else found

    return arguments


def withdrawal(open_to: Any, method: Any = "get", *, with_party: bool = False) -> Policy:
    """A route about one withdrawal."""
    return Policy(
        open_to=open_to,
        own=leaving("own", with_party=with_party),
        foreign=leaving("foreign", with_party=with_party),
        method=method,
    )


def kept_file(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance_file")
        return {"pk": row.alliance_id, "file_pk": row.pk}

    return arguments


def coordinator(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance").coordinators.get()
        return {"pk": row.alliance_id, "coordinator_pk": row.pk}

    return arguments


def partner(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        party, other = getattr(world, f"{side}_partners")
        return {"pk": party.alliance_id, "party_pk": party.pk, "about_pk": other.pk}

    return arguments


def message(side: str) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        row = getattr(world, f"{side}_alliance_message")
        return {"pk": row.alliance_id, "message_pk": row.pk}

    return arguments


def report(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"report_pk": getattr(world, f"{side}_alliance_report").pk}


POLICIES = {
    "life:thread": deal(INSIDE),
    "life:set_pace": deal(INSIDE, "post"),
    # Who wrote it.
    "life:take_message_back": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign")
    ),
    # Whoever did not.
    "life:report_message": Policy(open_to=PARTY, own=message("own"), foreign=message("foreign")),
    "life:reports": Policy(open_to=READERS),
    "life:report": Policy(open_to=READERS, own=report("own"), foreign=report("foreign")),
    "life:moderate": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign"), method="post"
    ),
    "life:coordinators": deal(LEADER),
    "life:take_lead": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.own_unled.pk},
        foreign=lambda world: {"pk": world.foreign_unled.pk},
    ),
    "life:remove_coordinator": Policy(
        open_to=LEADER, own=coordinator("own"), foreign=coordinator("foreign"), method="post"
    ),
    "life:files": deal(INSIDE),
    "life:file": Policy(open_to=INSIDE, own=kept_file("own"), foreign=kept_file("foreign")),
    # Who coordinates, or who brought it.
    "life:remove_file": Policy(open_to=LEADER, own=kept_file("own"), foreign=kept_file("foreign")),
    "life:remember": part(PARTY, "post"),
    "life:again": Policy(
        open_to=PARTY, own=partner("own"), foreign=partner("foreign"), method="post"
    ),
    "life:signatories": deal(INSIDE),
    "life:signatory": part(PARTY),
    "life:approvals": deal(INSIDE),
    "life:proof": deal(INSIDE),
    "life:paper": deal(INSIDE),
    "life:approved_text": Policy(open_to=INSIDE, own=approved("own"), foreign=approved("foreign")),
    "life:approved_file": Policy(
        open_to=INSIDE, own=approved("own", "docx"), foreign=approved("foreign", "docx")
    ),
    "life:ask_signature": deal(LEADER, "post"),
    "life:fetch_signature": deal(LEADER, "post"),
    "life:approve": part(PARTY),
    "life:take_back": part(PARTY, "post"),
    "life:filing": deal(INSIDE),
    "life:receipt": Policy(open_to=INSIDE, own=filed("own"), foreign=filed("foreign")),
    "life:result": deal(INSIDE),
    "life:sign": deal(LEADER, "post"),
    "life:hand_over": deal(LEADER, "post"),
    "life:withdrawals": deal(INSIDE),
    "life:leave": part(INSIDE),
    "life:withdrawal": withdrawal(INSIDE),
    "life:plan": withdrawal(LEADER, "post"),
    "life:send": withdrawal(LEADER, "post"),
    "life:answer": withdrawal(LEADER, "post"),
    # Who announced it; the others inside read whose place it is.
    "life:cancel": withdrawal(INSIDE, "post"),
    "life:takeover": withdrawal(PARTY, with_party=True),
}
