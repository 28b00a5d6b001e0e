"""Thresholds of a public contract, what may be held back of its price, days to give reasons."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from cordee.rules import parameters


class ContractKind(StrEnum):
    """What is bought; the thresholds differ."""

    SUPPLIES = "SUPPLIES"
    SERVICES = "SERVICES"
    WORKS = "WORKS"


class BuyerType(StrEnum):
    """Who buys: the State, another contracting authority, or a contracting entity (networks)."""

    STATE = "STATE"
    AUTHORITY = "AUTHORITY"
    ENTITY = "ENTITY"


class PublicBuyer(StrEnum):
    """Whose size decides what it holds back and advances: the State, its public establishments
    (hospitals apart), local authorities; none of these."""

    STATE = "STATE"
    STATE_BODY = "STATE_BODY"
    LOCAL = "LOCAL"
    OTHER = "OTHER"


def formal_from_cents(kind: ContractKind | str, buyer: BuyerType | str, *, on: date) -> int:
    """Give the amount from which a formal procedure is due (the European threshold).

    Source: European thresholds, published every two years.
    Not covered: social services, which never need one.
    """
    if ContractKind(kind) is ContractKind.WORKS:
        return parameters.amount("procedure.formal_works_cents", on=on)
    return parameters.amount(f"procedure.formal_{BuyerType(buyer).lower()}_cents", on=on)


def is_large_buyer(
    buyer: PublicBuyer | str | None, running_costs_cents: int | None, *, on: date
) -> bool | None:
    """Tell whether a public establishment or a local authority passes the size that binds it more.

    None where its kind or its size is unknown; the State has no such size, and is not large here.

    Source: Code de la commande publique R2191-7 and R2191-33, since décret 2024-1251.
    """
    if buyer is None:
        return None
    if PublicBuyer(buyer) not in (PublicBuyer.STATE_BODY, PublicBuyer.LOCAL):
        return False
    if running_costs_cents is None:
        return None
    return running_costs_cents > parameters.amount("procedure.large_buyer_cents", on=on)


def retention_shares(
    buyer: PublicBuyer | str | None,
    *,
    running_costs_cents: int | None,
    holder_is_sme: bool | None,
    on: date,
) -> tuple[Decimal, ...]:
    """Give the most that may be held back of a contract as a guarantee: one share, or the two that
    are possible where something that decides is unknown.

    The lower one is for a holder that is an SME, with the State and with its public establishments
    and local authorities of more than 60 million euros of yearly running costs.

    Source: Code de la commande publique R2191-33, since décret 2024-1251.
    Not covered: before 2025; a group, whose members are not all SMEs.
    """
    low = parameters.rate("procedure.sme_retention_max_share", on=on)
    high = parameters.rate("procedure.retention_max_share", on=on)
    is_state = buyer == PublicBuyer.STATE
    is_concerned = is_state or is_large_buyer(buyer, running_costs_cents, on=on)
    if is_concerned is False or holder_is_sme is False:
        return (high,)
    return (low,) if is_concerned and holder_is_sme else (low, high)


def reasons_days(*, on: date) -> int:
    """Give in how many days a buyer tells a loser why, from the day it receives the request.

    Source: Code de la commande publique R2181-2 and R2181-4.
    """
    return parameters.amount("procedure.reasons_answer_days", on=on)
