"""The lines of the table as columns, and what stands at their foot: shared, asked, missing."""

from dataclasses import dataclass

from cordee.agreement.model import Line
from cordee.agreement.terms import Terms
from cordee.alliances.table.measures import EUROS, FTE, HOURS, MONTHS, Measure
from cordee.base.ui import months
from cordee.rules.trades import TRADES


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
            TRADES[line.trade].short_label if line.trade in TRADES else line.trade,
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
