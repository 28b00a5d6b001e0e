"""Amounts as documents say them: whole cents, and "unknown" as soon as a part is unknown."""

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
    match party.vat:
        case VatRegime.STANDARD:
            return vat.with_standard_vat_cents(amount_ht_cents, on=on)
        case VatRegime.EXEMPT | VatRegime.REVERSE_CHARGE:
            return amount_ht_cents
    return None


def comes_for(terms: Terms, member: Party) -> tuple[Party, ...]:
    """The subcontractors of a member, in the order of the table."""
    return tuple(p for p in terms.behind(member.key) if p.role is PartyRole.SUBCONTRACTOR)
