"""The page of the ceiling opens to all who find the structure: to most it says whose it is."""

from typing import Any, Literal

from cordee.economics.models import Commitment, Resource, YearStatement
from cordee.members.models import Structure
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.policies.sheets import DIRECTOR, _policy
from tests.economics.test_accounts import record


def _statement(structure: Structure) -> dict[str, Any]:
    record(structure)
    return {"pk": structure.pk, "statement": YearStatement.objects.latest("pk").pk}


# Who reads the figures of a structure: who directs it; the network of the world has no agreement.
SEEN = Policy(
    open_to={"director"},
    own=lambda world: {"pk": world.own_structure.pk},
    foreign=lambda world: {"pk": world.foreign_structure.pk},
)


def promised(structure: Structure) -> dict[str, Any]:
    """A contract of a structure, booked by somebody else: its directors alone read it."""
    row, _ = Commitment.objects.get_or_create(
        chantier=structure.chantiers.get(),
        source="alliance:x:1:1",
        defaults={
            "label": "Entretien des berges",
            "first_month": 2027 * 12,
            "months": 12,
            "receipts_cents": 4_200_000,
            "state": Commitment.State.BID,
        },
    )
    return {"pk": structure.pk, "key": row.pk}


def funded(structure: Structure) -> dict[str, Any]:
    row, _ = Resource.objects.get_or_create(
        chantier=structure.chantiers.get(),
        funder="Le département",
        defaults={
            "category": "SUBVENTIONS",
            "amount_cents": 2_000_000,
            "certainty": "PROMIS",
            "first_month": 2027 * 12,
        },
    )
    return {"pk": structure.pk, "key": row.pk}


def own_resource(method: Literal["get", "post"] = "get") -> Policy:
    return Policy(
        open_to={"director"},
        own=lambda world: funded(world.own_structure),
        foreign=lambda world: funded(world.foreign_structure),
        method=method,
    )


def own_contract(method: Literal["get", "post"] = "get") -> Policy:
    return Policy(
        open_to={"director"},
        own=lambda world: promised(world.own_structure),
        foreign=lambda world: promised(world.foreign_structure),
        method=method,
    )


POLICIES = {
    "economics:commitments": SEEN,
    "economics:add_commitment": SEEN,
    "economics:commitment": own_contract(),
    "economics:remove_commitment": own_contract("post"),
    "economics:restore_commitment": own_contract("post"),
    "economics:cash": SEEN,
    "economics:opening": SEEN,
    "economics:resources": SEEN,
    "economics:add_resource": SEEN,
    "economics:resource": own_resource(),
    "economics:remove_resource": own_resource("post"),
    "economics:restore_resource": own_resource("post"),
    "economics:months": SEEN,
    "economics:what_if": SEEN,
    # Its figures are shown to who may see them: tests/economics/test_radar.py.
    "economics:ceiling": Policy(
        open_to=SIGNED_IN,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
        foreign_open_to=SIGNED_IN,
    ),
    "economics:as_seen": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.own_structure.pk, "slug": world.own_network.slug},
        foreign=lambda world: {
            "pk": world.foreign_structure.pk,
            "slug": world.foreign_network.slug,
        },
    ),
    **{
        name: Policy(
            open_to={"director"},
            own=lambda world: {"pk": world.own_structure.pk},
            foreign=lambda world: {"pk": world.foreign_structure.pk},
        )
        for name in ("economics:dossiers", "economics:derogation", "economics:dialogue")
    },
    "economics:accounts": _policy(),
    "economics:state": _policy(),
    "economics:detail": _policy(),
    "economics:terms": _policy(),
    "economics:from_file": _policy(),
    "economics:as_file": _policy(),
    "economics:as_workbook": _policy(),
    "economics:take_back": Policy(
        open_to=DIRECTOR,
        own=lambda world: _statement(world.own_structure),
        foreign=lambda world: _statement(world.foreign_structure),
        method="post",
    ),
}
