"""What the cells of the table show, one measure at a time, and how each is typed; the lines as
columns, and what stands at their foot: shared, asked, missing."""

from dataclasses import dataclass
from decimal import Decimal

from cordee.agreement.model import Cell, Line
from cordee.agreement.terms import Terms
from cordee.base.ui import french, months
from cordee.base.ui.fields import read_decimal, significant_decimals
from cordee.rules import crafts

MOST = 10**12
# The longest line of the engine, so of a cell.
MOST_MONTHS = 240
# Of what cannot be read, its beginning is enough to find it.
MOST_QUOTED = 30


class NotANumber(ValueError):
    """What was typed is no amount of this measure; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One field of the cells: its name in addresses, its title, how it is called in a sentence, how
    many of it make one unit."""

    slug: str
    title: str
    called: str
    field: str
    unit: str
    scale: int
    unit_mark: str = ""

    def value(self, cell: Cell) -> int | None:
        """What a cell says."""
        found: int | None = getattr(cell, self.field)
        return found

    def shown(self, value: int | None) -> str:
        """As one reads it and may type it again."""
        if value is None:
            return ""
        if self.scale == 1:
            return french.number(value)
        if self.field == "cents":
            return french.euros_number(value)
        return french.fte_number(value)

    def in_words(self, value: int | None) -> str:
        """With its unit, or that nothing is said."""
        if value is None:
            return "rien"
        return french.with_unit(self.shown(value), self.unit)

    def read(self, text: str) -> int | None:
        """What was typed, in the smallest unit; None for nothing. Raises `NotANumber`."""
        if not text.strip():
            return None
        quoted = text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"
        try:
            typed = read_decimal(text, self.unit_mark)
        except ValueError:
            raise NotANumber(f"«\u00a0{quoted}\u00a0» n’est pas un nombre.") from None
        number = typed * self.scale
        if significant_decimals(typed) > len(str(self.scale)) - 1:
            decimals = "deux décimales au plus" if self.scale == 100 else "un nombre entier"
            raise NotANumber(f"«\u00a0{quoted}\u00a0»\u00a0: écrivez {decimals}.")
        if self.field == "months" and not 1 <= number <= MOST_MONTHS:
            raise NotANumber(
                f"«\u00a0{quoted}\u00a0»\u00a0: écrivez un nombre de mois, par exemple 6."
            )
        if number < 0:
            raise NotANumber(
                f"«\u00a0{quoted}\u00a0»\u00a0: écrivez un nombre qui n’est pas négatif."
            )
        if number > MOST:
            raise NotANumber(f"«\u00a0{quoted}\u00a0»\u00a0: c’est trop grand.")
        return int(Decimal(number))


EUROS = Measure("euros", "Euros HT", "montant", "cents", "€", 100, "€")
FTE = Measure("etp", "ETP", "ETP", "cfte", "ETP", 100)
HOURS = Measure(
    "heures", "Heures d’insertion", "heures d’insertion", "insertion_hours", "h", 1, "h"
)
CREWS = Measure("equipes", "Équipes", "équipes", "crews", "équipes", 1)
# How long a cell lasts, where it is not as long as its line; it adds up to nothing.
MONTHS = Measure("mois", "Mois", "nombre de mois", "months", "mois", 1)
MEASURES = (EUROS, FTE, HOURS, CREWS, MONTHS)
BY_SLUG = {measure.slug: measure for measure in MEASURES}


@dataclass(frozen=True, slots=True)
class Column:
    """One line of the table, as a column."""

    line: Line
    short: str
    trade: str
    when: str


@dataclass(frozen=True, slots=True)
class Total:
    """One line at the foot: what is shared out, what is asked, what is missing."""

    column: Column
    shared: str
    asked: str
    price: str
    gap: str
    kind: str
    fault: str = ""
    was: str = ""


def columns_of(terms: Terms) -> list[Column]:
    """The lines, numbered as people say them."""
    return [
        Column(
            line,
            str(number),
            crafts.label_of(line.trade),
            months.span(line.first_month, line.months),
        )
        for number, line in enumerate(terms.lines, start=1)
    ]


def total_of(terms: Terms, column: Column, measure: Measure) -> Total:
    line = column.line
    if measure is MONTHS:
        return Total(column, "", MONTHS.in_words(line.months), "", "", "")
    shared = _shared(terms, line.key, measure)
    wanted = _wanted(line, measure)
    return Total(
        column,
        measure.in_words(shared),
        "non dit" if wanted is None else measure.in_words(wanted),
        EUROS.shown(line.price_cents),
        *_gap(shared, wanted, measure),
    )


def _shared(terms: Terms, line: str, measure: Measure) -> int:
    """Of members alone: what is done for a member is in its own amount."""
    cells = [terms.cell(member.key, line) for member in terms.members]
    return sum(measure.value(cell) or 0 for cell in cells)


def _wanted(line: Line, measure: Measure) -> int | None:
    field = {EUROS: "price_cents", FTE: "need_cfte", HOURS: "insertion_hours"}.get(measure, "")
    wanted: int | None = getattr(line, field, None)
    return wanted


def _gap(shared: int, wanted: int | None, measure: Measure) -> tuple[str, str]:
    if wanted is None:
        return "", ""
    if shared == wanted or (measure is HOURS and shared > wanted):
        return "tient", "sur"
    over = measure.in_words(abs(shared - wanted))
    return (f"{over} de trop", "bloque") if shared > wanted else (f"manque {over}", "bloque")


def sums_of(terms: Terms, measure: Measure) -> tuple[str, str, str]:
    if measure is MONTHS:
        return "", "", ""
    shared = sum(_shared(terms, line.key, measure) for line in terms.lines)
    wanted = [_wanted(line, measure) for line in terms.lines]
    known = [each for each in wanted if each is not None]
    if len(known) < len(wanted):
        return measure.in_words(shared), "non dit", ""
    return (
        measure.in_words(shared),
        measure.in_words(sum(known)),
        _gap(shared, sum(known), measure)[0],
    )
