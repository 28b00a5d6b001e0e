"""Figures: rounding to the cent, and how messages write them in French."""

import re
from decimal import ROUND_HALF_UP, Decimal

NARROW_SPACE = "\u202f"
PLAIN_LOT_ID = re.compile(r"(?:LOT-)?(\d+)", re.ASCII)


def nearest(exact: Decimal) -> int:
    """To the nearest whole number (a cent, an hour, a hundredth), halves going away from zero."""
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def euros(amount_cents: int) -> str:
    """Write an amount in euros: "1 234,56 €" with narrow no-break spaces."""
    sign = "-" if amount_cents < 0 else ""
    whole = f"{abs(amount_cents) // 100:,}".replace(",", NARROW_SPACE)
    return f"{sign}{whole},{abs(amount_cents) % 100:02d}{NARROW_SPACE}€"


def whole(value: int) -> str:
    """Write a whole number: "1 500" with narrow no-break spaces."""
    return f"{value:,}".replace(",", NARROW_SPACE)


def percent(rate: Decimal) -> str:
    """Write a rate as a percentage with all its decimals: "29,5 %"."""
    return f"{number(rate * 100)}{NARROW_SPACE}%"


def number(value: Decimal) -> str:
    """Write a number with a decimal comma and no trailing zero."""
    return f"{value.normalize():f}".replace(".", ",")


def lot_name(lot_id: str) -> str:
    """ "Lot 1" for "1", "01" or the "LOT-0001" of eForms; else as the buyer wrote it."""
    lot_id = lot_id.strip(" -–:.") or lot_id
    plain = PLAIN_LOT_ID.fullmatch(lot_id)
    return f"Lot {int(plain[1]) if plain else lot_id}"
