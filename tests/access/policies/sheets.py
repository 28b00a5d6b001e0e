"""Who takes over a sheet, and who corrects it: its director, and nobody else."""

from collections.abc import Callable
from datetime import date
from typing import Any

from cordee.members.models import Convention, Structure
from cordee.members.roles import May, roles_that
from tests.access.matrix import Policy
from tests.access.world import World

DIRECTOR = frozenset(roles_that(May.DIRECT_STRUCTURE))


def _under(
    name: str, called: str
) -> tuple[Callable[[World], dict[str, Any]], Callable[[World], dict[str, Any]]]:
    """(arguments for our object, for the same one of another structure under their address)."""

    def own(world: World) -> dict[str, Any]:
        part = getattr(world, f"own_{name}")
        return {"pk": world.own_structure.pk, called: part.pk}

    def foreign(world: World) -> dict[str, Any]:
        part = getattr(world, f"foreign_{name}")
        return {"pk": world.foreign_structure.pk, called: part.pk}

    return own, foreign


def _policy(method: str = "get", part: str = "", called: str = "", **more: Any) -> Policy:
    own, foreign = (
        _under(part, called or part)
        if part
        else (
            lambda world: {"pk": world.own_structure.pk},
            lambda world: {"pk": world.foreign_structure.pk},
        )
    )
    return Policy(open_to=DIRECTOR, own=own, foreign=foreign, method=method, **more)


def _step(world: World, structure: str) -> dict[str, Any]:
    return {"pk": getattr(world, structure).pk, "step": "metiers"}


def _annex(structure: Structure) -> dict[str, Any]:
    row, _ = Convention.objects.get_or_create(
        structure=structure,
        number=f"ACI{structure.pk}A0M0",
        defaults={
            "state": "VALIDE",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 12, 31),
            "posts_cfte": 1_000,
        },
    )
    return {"pk": structure.pk, "annex": row.pk}


POLICIES = {
    "members:claim": _policy(),
    "members:claim_step": Policy(
        open_to=DIRECTOR,
        own=lambda world: _step(world, "own_structure"),
        foreign=lambda world: _step(world, "foreign_structure"),
    ),
    "members:claim_done": _policy(),
    "members:claim_finish": _policy("post"),
    "members:sheet": _policy(),
    "members:sheet_close": _policy(),
    "members:sheet_undo": _policy("post"),
    "members:sheet_identity": _policy(),
    "members:sheet_place": _policy(),
    "members:sheet_paper_add": _policy(),
    "members:sheet_paper": _policy(part="paper"),
    "members:sheet_paper_remove": _policy("post", part="paper", called="row"),
    "members:sheet_annex_add": _policy(),
    "members:sheet_annex": Policy(
        open_to=DIRECTOR,
        own=lambda world: _annex(world.own_structure),
        foreign=lambda world: _annex(world.foreign_structure),
    ),
    "members:sheet_trades": _policy(part="chantier"),
    "members:sheet_crew_add": _policy(part="chantier"),
    "members:sheet_fte": _policy(part="chantier"),
    "members:sheet_season": _policy(part="chantier"),
    "members:sheet_exception_add": _policy(part="chantier"),
    "members:sheet_exception_remove": _policy("post", part="exception", called="row"),
    "members:sheet_crew": _policy(part="crew"),
    "members:sheet_crew_remove": _policy("post", part="crew", called="row"),
    # Its network knows as well as its director does whether it still exists.
    **{
        name: Policy(
            open_to={"director", "network_staff", "delegate"},
            own=lambda world: {"pk": world.own_structure.pk},
            foreign=lambda world: {"pk": world.foreign_structure.pk},
            method="post",
            data=lambda world: {"reponse": "ouverte"},
        )
        for name in ("members:sheet_reopen", "members:closure_answer")
    },
}
