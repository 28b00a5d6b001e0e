"""What tax adds to an amount invoiced at the standard rate."""

from datetime import date

from cordee.rules import parameters
from cordee.rules.figures import nearest


def with_standard_vat_cents(amount_ht_cents: int, *, on: date) -> int:
    """Give the amount with tax at the standard rate, to the nearest cent.

    Source: Code général des impôts, art. 278.
    Not covered: reduced rates, those of Corsica and overseas; who is exempt; reverse charge.
    """
    rate = parameters.rate("vat.standard_rate", on=on)
    return amount_ht_cents + nearest(amount_ht_cents * rate)
