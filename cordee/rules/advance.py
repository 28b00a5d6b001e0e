"""The advance on a public contract: whether it is due, how much at least, when it is paid back."""

from datetime import date
from decimal import Decimal

from cordee.rules import parameters
from cordee.rules.procedure import PublicBuyer, is_large_buyer


def advance_is_due(amount_ht_cents: int | None, months: int | None, *, on: date) -> bool | None:
    """Tell whether an advance is due of right, whatever the contract says; None where unknown.

    A subcontractor that the buyer pays directly has a right to one too.

    Source: Code de la commande publique R2191-3 (own reading: both figures are to be passed).
    Not covered: an advance that the buyer gives without having to; a holder that refuses it.
    """
    least_cents, least_months = due_above(on=on)
    if amount_ht_cents is not None and amount_ht_cents <= least_cents:
        return False
    if months is not None and months <= least_months:
        return False
    return None if amount_ht_cents is None or months is None else True


def due_above(*, on: date) -> tuple[int, int]:
    """Give the amount in cents without tax, and the months, above which an advance is due of right.

    Source: Code de la commande publique R2191-3.
    """
    return (
        parameters.amount("advance.due_above_cents", on=on),
        parameters.amount("advance.due_above_months", on=on),
    )


def sme_least_rate(
    buyer: PublicBuyer | str | None,
    *,
    running_costs_cents: int | None,
    is_sme: bool | None,
    on: date,
) -> Decimal | None:
    """Give the least advance of an SME, or of an SME that subcontracts and is paid directly.

    None where it is not known: the other rates were not read again.

    Source: Code de la commande publique R2191-7, since décret 2024-1251.
    Not covered: buyers other than the State and the larger ones, holders that are no SME.
    """
    if buyer is None or not is_sme:
        return None
    if PublicBuyer(buyer) is PublicBuyer.STATE:
        return parameters.rate("advance.sme_rate_state", on=on)
    if is_large_buyer(buyer, running_costs_cents, on=on):
        return parameters.rate("advance.sme_rate_large_buyers", on=on)
    return None


def paid_back_from(advance_share: Decimal, *, on: date) -> Decimal | None:
    """Give the share of the work done from which an advance is paid back; None where not known.

    Source: Code de la commande publique R2191-11, since 1 January 2026.
    Not covered: an advance above 30 %, what the contract writes itself.
    """
    if advance_share > parameters.rate("advance.low_share", on=on):
        return None
    return parameters.rate("advance.paid_back_from_share", on=on)
