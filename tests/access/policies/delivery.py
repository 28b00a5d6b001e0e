"""A contract that is carried out: who keeps it, who takes part, its facilitator, its buyer."""

from typing import Any, Literal

from cordee.delivery.models import AwardLetter, Delivery, LetterName, MoneyKind, MoneyLine
from cordee.members.models import Network, RoleSeat, Structure
from cordee.opportunities.models import AwardedContract
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.policies.filing import INSIDE, LEADER, deal
from tests.access.policies.networks import DESK
from tests.access.world import NOW, World
from tests.delivery.makers import hours, make_open_site, make_order

KEEPER = frozenset({"director"})
FACILITATOR = frozenset({"facilitator"})
WITH_FACILITATOR = KEEPER | {"facilitator"}
REPORT = WITH_FACILITATOR | {"buyer"}


def of_contract(
    open_to: frozenset[str], method: Literal["get", "post"] = "get", **more: Any
) -> Policy:
    """Of the contract that the own structure keeps; `more`: what the address says besides, a value
    or what gives it of the contract."""

    def arguments(world: World, side: str) -> dict[str, Any]:
        row = getattr(world, f"{side}_delivery")
        given = {name: v(row) if callable(v) else v for name, v in more.items()}
        return {"pk": row.pk} | given

    return Policy(
        open_to=open_to,
        own=lambda world: arguments(world, "own"),
        foreign=lambda world: arguments(world, "foreign"),
        method=method,
    )


def noted_money(row: Delivery) -> int:
    """An amount of the contract."""
    said = {"kind": MoneyKind.WORK, "label": "Facture", "amount_cents": 100}
    return MoneyLine.objects.create(partner=row.partners.get(), **said).pk


def _letter(network: Network) -> AwardLetter:
    """About an award of the department of the world's delegate."""
    award, is_new = AwardedContract.objects.get_or_create(
        source="decp", source_id=f"L{network.pk}", department="38", title="Les haies"
    )
    if is_new:
        award.holders.create(name="Haies et Clôtures")
    letter, _ = AwardLetter.objects.get_or_create(
        network=network, award=award, title="Les haies", holder="Haies et Clôtures"
    )
    return letter


def letter(network: Network) -> dict[str, Any]:
    return {"slug": network.slug, "award": _letter(network).award_id}


def letter_name(network: Network, structure: Structure) -> dict[str, Any]:
    name, _ = LetterName.objects.get_or_create(
        letter=_letter(network), structure=structure, defaults={"asked_at": NOW}
    )
    return {"key": name.pk}


def _near_site(world: Any) -> dict[str, Any]:
    """In the department of the company."""
    RoleSeat.objects.filter(role=RoleSeat.Role.COMPANY).update(department="38")
    return {"key": make_open_site(world.own_delivery).pk}


def of_open_site() -> Policy:
    """Open to companies of its department, and to nobody else."""
    return Policy(
        open_to={"company"},
        own=_near_site,
        method="post",
    )


POLICIES = {
    "delivery:award_letter": Policy(
        open_to=DESK,
        own=lambda world: letter(world.own_network),
        foreign=lambda world: letter(world.foreign_network),
    ),
    "delivery:letter_name": Policy(
        open_to=KEEPER,
        own=lambda world: letter_name(world.own_network, world.own_structure),
        foreign=lambda world: letter_name(world.foreign_network, world.foreign_structure),
    ),
    "delivery:list": Policy(open_to=SIGNED_IN),
    # Who directs no structure follows nothing by hand.
    "delivery:add": Policy(open_to=KEEPER),
    "delivery:follow_award": Policy(
        open_to=KEEPER,
        own=lambda world: {"award": world.own_award.pk},
        foreign=lambda world: {"award": world.foreign_award.pk},
        method="post",
    ),
    "delivery:follow_alliance": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.own_delivered.pk},
        foreign=lambda world: {"pk": world.foreign_alliance.pk},
        method="post",
    ),
    "delivery:of_alliance": deal(INSIDE),
    "delivery:contract": of_contract(KEEPER),
    "delivery:edit": of_contract(KEEPER),
    "delivery:edit_lot": of_contract(KEEPER, key=lambda row: row.lots.get().pk),
    "delivery:add_partner": of_contract(KEEPER),
    "delivery:sheet": of_contract(KEEPER),
    "delivery:edit_partner": of_contract(KEEPER, key=lambda row: row.partners.get().pk),
    "delivery:remove_partner": of_contract(KEEPER, "post", key=lambda row: row.partners.get().pk),
    "delivery:money": of_contract(KEEPER),
    "delivery:note_money": of_contract(KEEPER),
    "delivery:note_fee": of_contract(KEEPER),
    "delivery:note_cost": of_contract(KEEPER),
    "delivery:pay_transfer": of_contract(KEEPER, "post"),
    "delivery:money_line": of_contract(KEEPER, key=noted_money),
    "delivery:delivery": of_contract(WITH_FACILITATOR),
    "delivery:hours": of_contract(WITH_FACILITATOR),
    "delivery:hours_row": of_contract(WITH_FACILITATOR, key=lambda row: hours(row).pk),
    "delivery:remove_proof": of_contract(
        KEEPER,
        "post",
        key=lambda row: hours(row).pk,
        proof=lambda row: hours(row).proofs.get().pk,
    ),
    "delivery:accept_hours": of_contract(frozenset({"facilitator"}), "post"),
    # Nobody else is named by any contract: theirs is an empty list.
    "delivery:facilitated": Policy(open_to=SIGNED_IN),
    "delivery:write_reference": of_contract(KEEPER, "post", key=lambda row: row.partners.get().pk),
    "delivery:calendar": of_contract(KEEPER),
    "delivery:add_event": of_contract(KEEPER),
    "delivery:book_event": of_contract(KEEPER, "post", key=lambda row: make_order(row).pk),
    "delivery:keep_event": of_contract(KEEPER, "post", key=lambda row: make_order(row).pk),
    "delivery:open_site": of_contract(KEEPER),
    "delivery:keep_site": of_contract(
        KEEPER, "post", pk=lambda row: make_open_site(row).delivery_id
    ),
    "delivery:open_sites": Policy(open_to={"company"}),
    "delivery:come": of_open_site(),
    "delivery:leave_post": of_open_site(),
    "delivery:plan": of_contract(KEEPER),
    "delivery:plan_alliance": of_contract(KEEPER, "post"),
    "delivery:plan_need": of_contract(KEEPER, "post"),
    "delivery:report": of_contract(REPORT),
    "delivery:export": of_contract(FACILITATOR),
    "delivery:export_columns": of_contract(FACILITATOR),
}
