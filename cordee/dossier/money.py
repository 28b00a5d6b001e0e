"""Amounts as documents say them: whole cents, "unknown" as soon as a part is unknown, words."""

from collections.abc import Iterable
from datetime import date

from cordee.agreement import Cell, Line, Party, PartyRole, Terms, VatRegime
from cordee.rules import vat


def known_sum(amounts: Iterable[int | None]) -> int | None:
    """The sum, or None where a part is unknown: a sum of what is known would look like a price."""
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def lines_of(terms: Terms, lot: str | None = None) -> tuple[Line, ...]:
    """The lines of a lot, or all."""
    return tuple(line for line in terms.lines if lot is None or line.lot == lot)


def cells_of(terms: Terms, party: Party, lot: str | None = None) -> tuple[Cell, ...]:
    """What a party takes in a lot, or in all."""
    lines = {line.key for line in lines_of(terms, lot)}
    return tuple(cell for cell in terms.cells_of(party.key) if cell.line in lines)


def share(terms: Terms, party: Party, lot: str | None = None) -> int | None:
    """What a party is to get, without tax; 0 where it takes nothing in a lot.

    None where an amount is not said, or where it takes nothing at all yet.
    """
    if not any(terms.cells_of(party.key)):
        return None
    return known_sum(cell.cents for cell in cells_of(terms, party, lot))


def price(terms: Terms, lot: str | None = None) -> int:
    """What the group asks, without tax."""
    return sum(line.price_cents for line in lines_of(terms, lot))


def difference(terms: Terms, lot: str | None = None) -> int | None:
    """How far the shares of members are from the price; 0 is what all wait for."""
    told = known_sum(share(terms, member, lot) for member in terms.members)
    return None if told is None else price(terms, lot) - told


def kept(terms: Terms, member: Party, lot: str | None = None) -> int | None:
    """What a member does itself once those it subcontracts to are paid.

    Staff supplied to it works under it (RULE-40): its price is within.
    """
    own = share(terms, member, lot)
    given = known_sum(share(terms, other, lot) for other in comes_for(terms, member))
    return None if own is None or given is None else own - given


def with_tax(amount_ht_cents: int, party: Party, *, on: date) -> int | None:
    """What is paid to a party with tax; None where its regime does not tell.

    Under the reverse charge, and where no VAT is due, what is paid to it is the amount without tax.
    """
    match party.vat_due:
        case VatRegime.STANDARD:
            return vat.with_standard_vat_cents(amount_ht_cents, on=on)
        case VatRegime.EXEMPT | VatRegime.REVERSE_CHARGE:
            return amount_ht_cents
    return None


def comes_for(terms: Terms, member: Party) -> tuple[Party, ...]:
    """The subcontractors of a member, in the order of the table."""
    return tuple(p for p in terms.behind(member.key) if p.role is PartyRole.SUBCONTRACTOR)


_UNITS = (
    *("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze"),
    *("douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt")


def in_words(amount_cents: int) -> str:
    """ "mille deux cents euros et un centime", as acts of commitment write a price."""
    whole, cents = divmod(amount_cents, 100)
    link = " d’" if whole and whole % 1_000_000 == 0 else " "
    said = f"{number_words(whole)}{link}euro{'s' if whole > 1 else ''}"
    if not cents:
        return said
    return f"{said} et {number_words(cents)} centime{'s' if cents > 1 else ''}"


def number_words(number: int) -> str:
    """A whole number under a thousand million, in French. Raises `ValueError` beyond."""
    if not 0 <= number < 1_000_000_000:
        raise ValueError(f"number is {number}; amounts are written up to a thousand million.")
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1_000)
    parts = []
    if millions:
        parts.append(f"{_below_thousand(millions)} million{'s' if millions > 1 else ''}")
    if thousands:
        # "mille" alone, and neither "cent" nor "vingt" takes its "s" before it.
        parts.append(
            "mille" if thousands == 1 else f"{_below_thousand(thousands, ends=False)} mille"
        )
    if units or not parts:
        parts.append(_below_thousand(units))
    return " ".join(parts)


def _below_thousand(number: int, *, ends: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    said = [] if hundreds < 2 else [_UNITS[hundreds]]
    if hundreds:
        said.append("cents" if hundreds > 1 and not rest and ends else "cent")
    if rest or not hundreds:
        said.append(_below_hundred(rest, ends=ends))
    return " ".join(said)


def _below_hundred(number: int, *, ends: bool) -> str:
    if number == 0:
        return "zéro"
    if number < len(_UNITS):
        return _UNITS[number]
    tens, units = divmod(number, 10)
    if tens in (7, 9):
        tens, units = tens - 1, units + 10
    name = _TENS[tens]
    if not units:
        return f"{name}s" if tens == 8 and ends else name
    return (
        f"{name} et {_UNITS[units]}" if units in (1, 11) and tens < 8 else f"{name}-{_UNITS[units]}"
    )
