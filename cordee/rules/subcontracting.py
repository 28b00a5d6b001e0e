"""Subcontracting of a public contract (RULE-22)."""

from datetime import date

from cordee.rules import parameters


def is_paid_directly(*, rank: int, accepted: bool, amount_ttc_cents: int, on: date) -> bool:
    """Tell whether the buyer pays the subcontractor directly.

    A first-rank subcontractor, accepted by the buyer, for 600 € or more with tax.

    Source: Code de la commande publique L2193-11, R2193-10; RULE-22.
    Not covered: work done before acceptance (never paid directly); private contracts, which
    follow title III of the law of 31 December 1975.
    """
    threshold = parameters.amount("subcontracting.direct_payment_from_cents", on=on)
    return rank == 1 and accepted and amount_ttc_cents >= threshold
