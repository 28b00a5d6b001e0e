"""Sheets and monographs: what is published is everybody's; who writes reads drafts."""

from typing import Any

from cordee.practices.models import Sheet
from cordee.practices.models.sheets import SheetKind
from cordee.practices.sheets import actions
from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy
from tests.access.world import World
from tests.practices.sheet_makers import NOW, publish, start

NETWORK = frozenset({"network_staff", "delegate"})
WRITING = NETWORK | {"director"}


def _draft(world: World, *, is_own: bool) -> Sheet:
    structure = world.own_structure if is_own else world.foreign_structure
    network = world.own_network if is_own else world.foreign_network
    return start(structure, network=network)


def _published(world: World, *, is_own: bool, kind: str = SheetKind.CARD) -> Sheet:
    structure = world.own_structure if is_own else world.foreign_structure
    network = world.own_network if is_own else world.foreign_network
    return publish(structure, network=network, kind=kind).sheet


def of_draft(method: Any = "get") -> Policy:
    return Policy(
        open_to=WRITING,
        own=lambda world: {"pk": _draft(world, is_own=True).pk},
        foreign=lambda world: {"pk": _draft(world, is_own=False).pk},
        method=method,
    )


def public(**more: Any) -> Policy:
    return Policy(
        open_to=EVERYBODY,
        own=lambda world: {"pk": _published(world, is_own=False).pk, **more},
    )


def of_author(method: Any = "get", open_to: Any = WRITING) -> Policy:
    def arguments(world: World, *, is_own: bool) -> dict[str, Any]:
        sheet = _draft(world, is_own=is_own)
        return {"pk": sheet.pk, "key": sheet.authors.get().pk}

    return Policy(
        open_to=open_to,
        own=lambda world: arguments(world, is_own=True),
        foreign=lambda world: arguments(world, is_own=False),
        method=method,
    )


def _comment(world: World, *, is_own: bool, of: str = "") -> dict[str, Any]:
    sheet = _published(world, is_own=is_own)
    by = world.person(of) if of else world.foreign_director
    comment = actions.propose(sheet=sheet, text="Dites le coût.", by=by, now=NOW)
    return {"pk": sheet.pk, "key": comment.pk}


def of_own_comment() -> Policy:
    """Whoever proposed it, here a director of the own side."""
    return Policy(
        open_to={"director"},
        own=lambda world: _comment(world, is_own=True, of="director"),
        foreign=lambda world: _comment(world, is_own=True),
        method="post",
    )


def _review(world: World, *, is_own: bool, **more: Any) -> dict[str, Any]:
    """Of a monograph of the other side, asked of a structure of this one."""
    version = publish(
        world.foreign_structure if is_own else world.own_structure, kind=SheetKind.MONOGRAPH
    )
    reader = world.own_structure if is_own else world.foreign_structure
    by = world.foreign_director
    return {
        "key": actions.ask_review(version=version, structure=reader, by=by, now=NOW).pk,
        **more,
    }


def of_review(method: Any = "get", **more: Any) -> Policy:
    return Policy(
        open_to={"director"},
        own=lambda world: _review(world, is_own=True, **more),
        foreign=lambda world: _review(world, is_own=False, **more),
        method=method,
    )


def _files() -> Policy:
    return Policy(
        open_to=WRITING - {"director"},
        own=lambda world: {"slug": world.own_network.slug},
        foreign=lambda world: {"slug": world.foreign_network.slug},
    )


POLICIES = {
    "practices:feed": Policy(open_to=EVERYBODY),
    "practices:files": _files(),
    "practices:archive": _files(),
    "practices:as_json": _files(),
    "practices:sheets": Policy(open_to=EVERYBODY),
    "practices:start": Policy(open_to=WRITING),
    # A draft, on both sides: whoever writes it.
    "practices:sheet": of_draft(),
    "practices:version": public(number=1),
    "practices:version_file": public(number=1, extension="pdf"),
    **{f"practices:{name}": of_draft() for name in ("write", "draft", "context", "authors")},
    **{
        f"practices:{name}": of_draft("post")
        for name in ("remove_sheet", "restore_sheet", "status")
    },
    "practices:remove_author": of_author("post"),
    "practices:naming": of_author(open_to={"director"}),
    "practices:comments": Policy(
        open_to=SIGNED_IN, own=lambda world: {"pk": _published(world, is_own=False).pk}
    ),
    "practices:answer_comment": Policy(
        open_to=WRITING,
        own=lambda world: _comment(world, is_own=True),
        foreign=lambda world: _comment(world, is_own=False),
    ),
    "practices:remove_comment": of_own_comment(),
    "practices:restore_comment": of_own_comment(),
    "practices:reviews": Policy(
        open_to=WRITING,
        own=lambda world: {"pk": _published(world, is_own=True, kind=SheetKind.MONOGRAPH).pk},
        foreign=lambda world: {"pk": _published(world, is_own=False, kind=SheetKind.MONOGRAPH).pk},
    ),
    "practices:review": of_review(),
    "practices:settle_review": of_review("post", what="refuser"),
}
