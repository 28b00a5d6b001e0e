"""Which procedure a public buyer must follow, and what it may ask (RULE-13)."""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import floor

from cordee.rules import parameters


class Procedure(StrEnum):
    """How the buyer puts the contract out to competition."""

    DISPENSE = "DISPENSE"
    MAPA = "MAPA"
    MAPA_PUB_BOAMP_JAL = "MAPA_PUB_BOAMP_JAL"
    FORMALISEE = "FORMALISEE"


class ContractKind(StrEnum):
    """What is bought; the thresholds differ."""

    SUPPLIES = "SUPPLIES"
    SERVICES = "SERVICES"
    WORKS = "WORKS"
    SOCIAL_SERVICES = "SOCIAL_SERVICES"


class BuyerType(StrEnum):
    """Who buys: the State, another contracting authority, or a contracting entity (networks)."""

    STATE = "STATE"
    AUTHORITY = "AUTHORITY"
    ENTITY = "ENTITY"


LABELS = {
    Procedure.DISPENSE: "Sans publicité ni mise en concurrence",
    Procedure.MAPA: "Procédure adaptée",
    Procedure.MAPA_PUB_BOAMP_JAL: "Procédure adaptée, annoncée au BOAMP ou dans un journal",
    Procedure.FORMALISEE: "Procédure formalisée",
}


def procedure(
    amount_ht_cents: int, kind: ContractKind | str, buyer: BuyerType | str, *, on: date
) -> Procedure:
    """Give the lightest procedure that the law allows for this amount.

    The amount is without tax, over the whole duration with options and renewals; ``on`` is the
    day the consultation is launched. A threshold that is reached applies.

    Source: Code de la commande publique R2122-8, R2123-1, R2131-12, L2124-1; RULE-13.
    Not covered: concessions, defence, urgent cases, small lots (``is_small_lot_*``), the
    publicity of buyers other than the State and local authorities.
    """
    kind, buyer = ContractKind(kind), BuyerType(buyer)
    if amount_ht_cents < dispense_below_cents(kind, on=on):
        return Procedure.DISPENSE
    # Social services follow an adapted procedure at any amount (R2123-1, 3°): before the European
    # thresholds are looked at.
    if kind is ContractKind.SOCIAL_SERVICES:
        return Procedure.MAPA
    if amount_ht_cents >= formal_from_cents(kind, buyer, on=on):
        return Procedure.FORMALISEE
    # The duty to advertise in the BOAMP or a legal journal binds the State and local authorities.
    if buyer is BuyerType.ENTITY:
        return Procedure.MAPA
    if amount_ht_cents >= parameters.amount("procedure.advert_cents", on=on):
        return Procedure.MAPA_PUB_BOAMP_JAL
    return Procedure.MAPA


def dispense_below_cents(kind: ContractKind | str, *, on: date) -> int:
    """Give the amount below which neither publicity nor competition is due.

    The buyer must still choose a relevant offer, spend well and not always use the same supplier.

    Source: Code de la commande publique R2122-8.
    """
    works = ContractKind(kind) is ContractKind.WORKS
    name = "dispense_works_cents" if works else "dispense_supplies_services_cents"
    return parameters.amount(f"procedure.{name}", on=on)


def formal_from_cents(kind: ContractKind | str, buyer: BuyerType | str, *, on: date) -> int:
    """Give the amount from which a formal procedure is due (the European threshold).

    Source: European thresholds, published every two years.
    Not covered: social services, which never need one.
    """
    if ContractKind(kind) is ContractKind.WORKS:
        return parameters.amount("procedure.formal_works_cents", on=on)
    return parameters.amount(f"procedure.formal_{BuyerType(buyer).lower()}_cents", on=on)


def needs_eu_notice(
    amount_ht_cents: int, kind: ContractKind | str, buyer: BuyerType | str, *, on: date
) -> bool:
    """Tell whether a notice must appear in the Official Journal of the European Union.

    Source: Code de la commande publique R2131-16 and following; R2123-1, 3° for social services.
    """
    if ContractKind(kind) is ContractKind.SOCIAL_SERVICES:
        return amount_ht_cents >= parameters.amount(
            "procedure.social_services_eu_notice_cents", on=on
        )
    return amount_ht_cents >= formal_from_cents(kind, buyer, on=on)


def needs_buyer_profile(amount_ht_cents: int, *, on: date) -> bool:
    """Tell whether the documents must be free on the buyer's profile, once a notice is published.

    Source: Code de la commande publique R2132-2.
    """
    return amount_ht_cents >= parameters.amount("procedure.buyer_profile_cents", on=on)


def is_small_lot_without_competition(
    lot_cents: int,
    *,
    small_lots_cents: int,
    all_lots_cents: int,
    kind: ContractKind | str,
    on: date,
) -> bool:
    """Tell whether a small lot needs neither publicity nor competition.

    ``small_lots_cents`` is the sum of all lots treated so: 20 % of all lots at most.

    Source: Code de la commande publique R2122-8.
    """
    name = _by_kind("small_lot", kind)
    below = lot_cents < parameters.amount(name, on=on)
    share = parameters.rate("procedure.small_lots_max_share", on=on)
    return below and small_lots_cents <= Fraction(share) * all_lots_cents


def is_small_lot_adapted(
    lot_cents: int,
    *,
    small_lots_cents: int,
    all_lots_cents: int,
    kind: ContractKind | str,
    on: date,
) -> bool:
    """Tell whether a small lot may follow an adapted procedure inside a formal contract.

    Source: Code de la commande publique R2123-1, 2°.
    """
    name = _by_kind("adapted_lot", kind)
    below = lot_cents < parameters.amount(name, on=on)
    share = parameters.rate("procedure.adapted_lots_max_share", on=on)
    return below and small_lots_cents <= Fraction(share) * all_lots_cents


def max_required_turnover_cents(estimated_cents: int, *, on: date) -> int:
    """Give the highest yearly turnover that the buyer may ask of a candidate.

    Source: Code de la commande publique R2142-7.
    Not covered: the exceptions that a buyer may justify.
    """
    ratio = parameters.rate("procedure.max_turnover_ratio", on=on)
    # Rounded down, and in exact fractions: a ceiling set by law is never passed by a rounding.
    return floor(Fraction(ratio) * estimated_cents)


def max_sme_retention_cents(contract_cents: int, *, on: date) -> int:
    """Give the highest sum that the buyer may hold back from an SME as a guarantee.

    Source: décret 2024-1251.
    """
    share = parameters.rate("procedure.sme_retention_max_share", on=on)
    return floor(Fraction(share) * contract_cents)


def gives_enough_to_smes(sme_cents: int, contract_cents: int, *, on: date) -> bool:
    """Tell whether a global contract leaves enough to SMEs and craftspeople.

    Source: décret 2024-1251.
    """
    share = parameters.rate("procedure.sme_share_of_global_contracts", on=on)
    return sme_cents >= Fraction(share) * contract_cents


def reasons_days(*, on: date) -> int:
    """Give in how many days a buyer tells a loser why, from the day it receives the request.

    Source: Code de la commande publique R2181-2 and R2181-4.
    """
    return parameters.amount("procedure.reasons_answer_days", on=on)


def _by_kind(prefix: str, kind: ContractKind | str) -> str:
    works = ContractKind(kind) is ContractKind.WORKS
    return f"procedure.{prefix}_{'works' if works else 'supplies_services'}_cents"
