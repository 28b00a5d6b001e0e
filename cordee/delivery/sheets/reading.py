"""A time sheet, read line by line: sums by lot, way and month stay, and nothing else of it.

Names and all other cells are dropped while reading. A message quotes no cell but one shaped like
hours or a month; columns are told by their letter and sheets by their number, as either may be
called after somebody.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO

from cordee.agreement.insertion import Way
from cordee.base import tables
from cordee.base.search.words import fold
from cordee.base.tables import HeadError, TableError
from cordee.base.ui import french, months
from cordee.base.ui.fields import read_decimal
from cordee.members.list_columns import ListFields, guess_columns, missing

# Nobody works more in a month.
MOST_HOURS = 400
WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
SHEET = ListFields(WORDS["labels"], WORDS["columns"], needed=[[["month"]], [["hours"]]])
APART = re.compile(rf"\b({'|'.join(WORDS['apart']['status'])})")
TOTAL = re.compile(r"(sous[- ])?tota(l|ux)\b", re.IGNORECASE)
# A heading has none: a row that does is somebody's line.
FIGURES = re.compile(r"[\d\s.,:/-]+|(.*\d){8}.*")
# Hours or a month. Neither a name nor the number of anybody.
PLAIN = re.compile(r"(?!(?:\D*\d){9})[-\d\s.,:/h\u2212]{1,12}")
CLOCK = re.compile(r"(?:(\d+) days?, )?(\d{1,3})\s*[:h]\s*(\d\d)?(?::\d\d)?")
# Months, once folded.
ISO, FRENCH_DATE = re.compile(r"(\d{4}) (\d\d?)(?: .*)?"), re.compile(r"(?:\d\d? )?(\d\d?) (\d{4})")
NAMED = re.compile(r"([a-z]{3,9}) ((?:20)?\d\d)")


@dataclass(frozen=True)
class SheetRead:
    """`minutes` by (lot, way, month). `left_out`: how many lines, by why they count nothing.
    `sheets`: how many the file has, of which the first is read."""

    minutes: dict[tuple[int, Way, int], int]
    left_out: Counter[str]
    faults: list[str]
    sheets: int


@dataclass(frozen=True, kw_only=True)
class Expected:
    """`lots`: a folded name → a lot. `lot` and `way`: of a line that says none. `months`: the first
    and the last that may be said."""

    lots: Mapping[str, int]
    lot: int | None
    way: Way
    months: tuple[int, int]


class _Fault(Exception):
    """A cell that cannot be read: what it says, its text where it may be shown, its cure."""


def read_sheet(file: IO[bytes], expected: Expected) -> SheetRead:
    """Add up the first sheet of a file. TableError where it is no table with named columns."""
    table = _open_table(file)
    guessed = guess_columns(table.header, SHEET)
    if lacking := missing(guessed, SHEET):
        told = f"Il manque la colonne\u00a0: {', '.join(lacking)}."
        raise TableError(f"{told} Écrivez ce mot au-dessus, puis choisissez de nouveau le relevé.")
    names = {said: name for name, said in guessed.items() if said}
    letters = {said: _letter(table.header.index(name)) for said, name in names.items()}
    hours: defaultdict[tuple[int, Way, int], Decimal] = defaultdict(Decimal)
    left_out: Counter[str] = Counter()
    faults = []
    for row in table.rows:
        cells = {said: row.values[name] for said, name in names.items()}
        try:
            if any(map(TOTAL.match, row.values.values())):
                left_out["de total"] += 1
            elif row.fault:
                raise _Fault("", "", "Une case ne se lit pas. Écrivez sa valeur.")
            elif not _counts(cells):
                left_out["de personnes qui ne sont pas en insertion"] += 1
            elif not cells["hours"]:
                left_out["sans heures"] += 1
            else:
                key = _lot(cells, expected), _way(cells, expected), _month(cells, expected)
                hours[key] += _hours(cells)
        except _Fault as fault:
            said, text, cure = fault.args
            where = f"Feuille 1, ligne {row.number}"
            where += f", colonne {letters[said]}" if said in letters else ""
            # A cell may have slipped from another column: it is shown where it can be no name.
            quoted = f"«\u00a0{text}\u00a0»\u00a0: " if PLAIN.fullmatch(text) else ""
            faults.append(f"{where}. {quoted}{cure}")
    # With a fault, nothing of it counts.
    minutes = {} if faults else {key: round(each * 60) for key, each in hours.items()}
    sheets = len(table.sheets) if isinstance(table, tables.ExcelTable) else 1
    return SheetRead(minutes, left_out, faults, sheets)


def _open_table(file: IO[bytes]) -> tables.CsvTable | tables.ExcelTable:
    try:
        table = tables.open_table(file, is_head=_is_head)
    except HeadError:
        cure = "Nommez chaque colonne une fois, en ligne 1\u00a0: mois, heures, lot."
        raise TableError(cure) from None
    if any(FIGURES.fullmatch(name) for name in table.header):
        cure = "La première ligne doit nommer les colonnes\u00a0: mois, heures, lot. Ajoutez-la."
        raise TableError(cure)
    return table


def _is_head(cells: list[str]) -> bool:
    return not missing(guess_columns(cells, SHEET), SHEET)


def _letter(at: int) -> str:
    """The letter of a column, as spreadsheets call it; the first is at 0."""
    first, last = divmod(at, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _counts(cells: Mapping[str, str]) -> bool:
    if cells.get("status") and APART.search(fold(cells["status"])):
        return False
    if "counts" not in cells:
        return True
    said = fold(cells["counts"])
    if said not in ("oui", "non", "o", "n"):
        raise _Fault("counts", "", "Écrivez oui ou non.")
    return said[0] == "o"


def lot_name(text: str) -> str:
    """ "Lot n° 2" → "2", as `Expected.lots` has it."""
    return " ".join(word for word in fold(text).split() if word not in ("lot", "n", "no"))


def _lot(cells: Mapping[str, str], expected: Expected) -> int:
    # A contract that is one whole has no lot to name.
    name = lot_name(cells.get("lot", "")) if expected.lots else ""
    found = expected.lots.get(name) if name else expected.lot
    if found is None:
        known = french.series(list(expected.lots))
        raise _Fault("lot", "", f"Ce lot n’est pas du marché. Écrivez l’un d’eux\u00a0: {known}.")
    return found


def _way(cells: Mapping[str, str], expected: Expected) -> Way:
    if not cells.get("way"):
        return expected.way
    words = set(fold(cells["way"]).split())
    for way in Way:
        if words.intersection(WORDS["ways"][way]):
            return way
    raise _Fault("way", "", "Écrivez embauche, mise à disposition, ou travail confié.")


def _month(cells: Mapping[str, str], expected: Expected) -> int:
    text, (first, last) = cells["month"], expected.months
    month = month_of(text)
    if month is None:
        raise _Fault("month", text, "Écrivez un mois sur chaque ligne, par exemple 03/2027.")
    if not first <= month <= last:
        span = months.span(first, last - first + 1)
        raise _Fault("month", text, f"Ce mois ne se compte pas. Écrivez un mois {span}.")
    return month


def _hours(cells: Mapping[str, str]) -> Decimal:
    found = hours_of(cells["hours"])
    if found is None:
        raise _Fault("hours", cells["hours"], "Écrivez des heures, par exemple 7,5 ou 7:30.")
    if not 0 <= found <= MOST_HOURS:
        raise _Fault("hours", cells["hours"], f"Écrivez de 0 à {MOST_HOURS} heures sur une ligne.")
    return found


def month_of(text: str) -> int | None:
    """The month that a cell says, as year × 12 + month − 1; None where it says none."""
    plain = fold(text)
    if found := ISO.fullmatch(plain):
        year, number = int(found[1]), int(found[2])
    elif found := FRENCH_DATE.fullmatch(plain):
        year, number = int(found[2]), int(found[1])
    elif found := NAMED.fullmatch(plain):
        begun = [n for n, name in enumerate(french.MONTHS, 1) if fold(name).startswith(found[1])]
        year, number = 2000 + int(found[2]) % 100, begun[0] if len(begun) == 1 else 0
    else:
        return None
    return year * 12 + number - 1 if 1 <= number <= 12 else None


def hours_of(text: str) -> Decimal | None:
    """The hours that a cell says, "7,5" or "7:30"; None where it says none."""
    if found := CLOCK.fullmatch(text.lower()):
        days, whole, minutes = (int(part or 0) for part in found.groups())
        return Decimal(days * 24 + whole) + Decimal(minutes) / 60 if minutes < 60 else None
    try:
        return read_decimal(text, "h")
    except ValueError:
        return None
