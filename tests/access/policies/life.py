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
    "alliances:messages": deal(INSIDE),
    "alliances:message_pace": deal(INSIDE, "post"),
    # Who wrote it.
    "alliances:take_message_back": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign")
    ),
    # Whoever did not.
    "alliances:report_message": Policy(
        open_to=PARTY, own=message("own"), foreign=message("foreign")
    ),
    "alliances:reports": Policy(open_to=READERS),
    "alliances:report": Policy(open_to=READERS, own=report("own"), foreign=report("foreign")),
    "alliances:moderate_message": Policy(
        open_to=LEADER, own=message("own"), foreign=message("foreign"), method="post"
    ),
    "alliances:coordinators": deal(LEADER),
    "alliances:take_lead": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.own_unled.pk},
        foreign=lambda world: {"pk": world.foreign_unled.pk},
    ),
    "alliances:remove_coordinator": Policy(
        open_to=LEADER, own=coordinator("own"), foreign=coordinator("foreign"), method="post"
    ),
    "alliances:files": deal(INSIDE),
    "alliances:file": Policy(open_to=INSIDE, own=kept_file("own"), foreign=kept_file("foreign")),
    # Who coordinates, or who brought it.
    "alliances:remove_file": Policy(
        open_to=LEADER, own=kept_file("own"), foreign=kept_file("foreign")
    ),
    "alliances:remember": part(PARTY, "post"),
    "alliances:work_again": Policy(
        open_to=PARTY, own=partner("own"), foreign=partner("foreign"), method="post"
    ),
    "alliances:signatories": deal(INSIDE),
    "alliances:signatory": part(PARTY),
    "alliances:approvals": deal(INSIDE),
    "alliances:proof": deal(INSIDE),
    "alliances:approved_paper": deal(INSIDE),
    "alliances:approved_text": Policy(
        open_to=INSIDE, own=approved("own"), foreign=approved("foreign")
    ),
    "alliances:approved_file": Policy(
        open_to=INSIDE, own=approved("own", "docx"), foreign=approved("foreign", "docx")
    ),
    "alliances:ask_signature": deal(LEADER, "post"),
    "alliances:fetch_signature": deal(LEADER, "post"),
    "alliances:approve": part(PARTY),
    "alliances:take_back_approval": part(PARTY, "post"),
    "alliances:filing": deal(INSIDE),
    "alliances:receipt": Policy(open_to=INSIDE, own=filed("own"), foreign=filed("foreign")),
    "alliances:result": deal(INSIDE),
    "alliances:note_signature": deal(LEADER, "post"),
    "alliances:hand_over": deal(LEADER, "post"),
    "alliances:withdrawals": deal(INSIDE),
    "alliances:leave": part(INSIDE),
    "alliances:withdrawal": withdrawal(INSIDE),
    "alliances:plan_withdrawal": withdrawal(LEADER, "post"),
    "alliances:send_withdrawal": withdrawal(LEADER, "post"),
    "alliances:answer_withdrawal": withdrawal(LEADER, "post"),
    # Who announced it; the others inside read whose place it is.
    "alliances:cancel_withdrawal": withdrawal(INSIDE, "post"),
    "alliances:take_share_over": withdrawal(PARTY, with_party=True),
}
