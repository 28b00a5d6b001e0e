"""The table as a list for a spreadsheet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cordee.agreement.model import Cell, Line, Party
from cordee.agreement.terms import Terms
from cordee.alliances.table.measures import AMOUNTS, EUROS, Measure
from cordee.base.tables.writing import Column, euros_cell


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell that is not empty, with its line and its party."""

    line: Line
    party: Party
    cell: Cell
    name: str
    role: str
    of: str


def rows_of(terms: Terms, names: Mapping[str, str]) -> Iterator[CellRow]:
    """Every cell that says something, line by line."""
    for line in terms.lines:
        for party in terms.parties:
            cell = terms.cell(party.key, line.key)
            if not cell.is_empty:
                place, of = terms.place_of(party.key), names.get(party.of or "", "")
                yield CellRow(line, party, cell, names[party.key], place, of)


def _first(row: CellRow) -> str:
    number, _ = row.line.span(row.cell)
    return f"{number // 12}-{number % 12 + 1:02d}"


def _figure(measure: Measure) -> Callable[[CellRow], Decimal | int | None]:
    def read(row: CellRow) -> Decimal | int | None:
        value = measure.value(row.cell)
        return value if value is None or measure.scale == 1 else Decimal(value) / measure.scale

    return read


COLUMNS = (
    Column("Lot", lambda row: row.line.lot),
    Column("Prestation", lambda row: row.line.label),
    Column("Prix de la prestation HT", lambda row: euros_cell(row.line.price_cents)),
    Column("Structure", lambda row: row.name),
    Column("Rôle", lambda row: row.role),
    Column("Pour", lambda row: row.of),
    Column("TVA", lambda row: row.party.vat_due.label),
    Column("Montant HT", lambda row: euros_cell(row.cell.cents)),
    *(Column(measure.title, _figure(measure)) for measure in AMOUNTS if measure is not EUROS),
    Column("Premier mois", _first),
    Column("Mois", lambda row: row.line.span(row.cell)[1]),
    Column("Ce qu’elle y fait", lambda row: row.cell.work or ""),
    Column("Épinglée", lambda row: row.cell.pinned),
)
