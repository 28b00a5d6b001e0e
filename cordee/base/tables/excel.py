"""XLSX in: one sheet as text, row by row. What would exhaust the machine is refused unread.

Only values: a formula gives the one it last had, a date its ISO form, a whole number its digits.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from cordee.base.files.sorts import declares_a_type
from cordee.base.tables.reading import HeadError, IsHead, Row, TableError, head_of, refuse_doubled

MAGIC = b"PK\x03\x04"
# A list of all the structures of France weighs a few megabytes once unpacked.
MOST_UNPACKED_BYTES = 120_000_000
MOST_PARTS = 500
# Real sheets shrink five to twenty times; a bomb a thousand times.
MOST_RATIO = 200
SMALL_PART_BYTES = 1_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELL_LETTERS = 5_000
NO_EXCEL = (
    "Ce classeur ne se lit pas. Enregistrez-le au format Excel (.xlsx) ou CSV, puis recommencez."
)
ERRORS = re.compile(r"#(REF|N/A|NAME\?|VALUE|DIV/0|NULL|NUM|SPILL|CALC)!?")

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')


@dataclass(frozen=True, slots=True)
class ExcelTable:
    """An open sheet: read `rows` once, from first to last. `sheets` names all of the workbook.

    `merged` finds the ranges of merged cells ("A2:A3"): all of one but its first cell is empty.
    `head`: the number of its head.
    """

    header: list[str]
    rows: Iterator[Row]
    sheet: str
    sheets: list[str]
    merged: Callable[[], list[str]]
    head: int


def is_excel(file: IO[bytes]) -> bool:
    """Whether it begins as an XLSX does; comes back to its beginning."""
    file.seek(0)
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC


def open_xlsx(file: IO[bytes], sheet: str = "", is_head: IsHead | None = None) -> ExcelTable:
    """Open one sheet of a workbook, the first where none is named.

    Raises TableError for what is no workbook, for one too large or built to be, for a sheet that
    is not there, or one without a head.
    """
    # Read at the first use: each start would be a twentieth longer for it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bombs(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (
        *(InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError),
        *(TypeError, AttributeError, IndexError, SyntaxError),
    ) as wrong:
        raise TableError(NO_EXCEL) from wrong
    names = [name for name in book.sheetnames if hasattr(book[name], "iter_rows")]
    if not names:
        raise TableError("Ce classeur n’a aucune feuille de cases.")
    chosen = _chosen(sheet, names)
    found = book[chosen]
    # The size a sheet announces may be false, either way.
    found.reset_dimensions()
    head, header, records = head_of(_records(found), _texts, is_head)
    while header and not header[-1]:
        header.pop()
    if not any(header):
        raise HeadError(f"La feuille «\u00a0{chosen}\u00a0» ne nomme pas ses colonnes en ligne 1.")
    refuse_doubled(header, head)

    def merged() -> list[str]:
        # What is read row by row says nothing of merged cells: its part of the archive does.
        part = book._archive.read(found._worksheet_path)
        return [cells.decode() for cells in MERGED.findall(part)]

    return ExcelTable(header, _rows(header, records), chosen, names, merged, head)


def _chosen(asked: str, names: list[str]) -> str:
    if not asked.strip():
        return names[0]
    wanted = asked.strip().casefold()
    found = next((name for name in names if name.strip().casefold() == wanted), None)
    if found is None:
        listed = ", ".join(names[:10])
        raise TableError(
            f"Aucune feuille ne s’appelle «\u00a0{asked}\u00a0». Il y a\u00a0: {listed}."
        )
    return found


def _refuse_bombs(file: IO[bytes]) -> None:
    """The sizes that the archive announces bind: a part that goes on past its own is cut."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED_BYTES:
                raise TableError(
                    "Ce classeur est trop grand une fois ouvert. Gardez une seule feuille, "
                    "puis recommencez."
                )
            for part in parts:
                is_dense = part.file_size > MOST_RATIO * max(part.compress_size, 1)
                if is_dense and part.file_size > SMALL_PART_BYTES:
                    raise TableError("Ce classeur est anormalement compressé\u00a0: il est refusé.")
            if declares_a_type(archive):
                raise TableError(
                    "Ce classeur contient des déclarations inhabituelles\u00a0: il est refusé."
                )
            if "[Content_Types].xml" not in archive.namelist():
                raise TableError(NO_EXCEL)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as wrong:
        raise TableError(NO_EXCEL) from wrong


def _records(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(number of the row as the spreadsheet shows it, its values); a fault ends in TableError."""
    try:
        for number, values in enumerate(
            sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1
        ):
            if number > MOST_ROWS:
                raise TableError(
                    f"Cette feuille a plus de {MOST_ROWS} lignes. Coupez-la, puis recommencez."
                )
            yield number, values
    except TableError:
        raise
    except (*(ValueError, KeyError, OSError, TypeError, zipfile.BadZipFile), SyntaxError) as wrong:
        raise TableError(NO_EXCEL) from wrong


def _rows(header: list[str], records: Iterator[tuple[int, tuple[Any, ...]]]) -> Iterator[Row]:
    for number, values in records:
        if all(value is None or not str(value).strip() for value in values):
            continue
        kept: dict[str, str] = {}
        faults = []
        for position, name in enumerate(header):
            text, fault = _text(values[position] if position < len(values) else None)
            if fault:
                faults.append(f"case «\u00a0{name or position + 1}\u00a0»\u00a0: {fault}")
            if name:
                kept[name] = text
        yield Row(number, kept, ", ".join(faults))


def _texts(record: tuple[int, tuple[Any, ...]]) -> list[str]:
    return [_text(value)[0] for value in record[1]]


def _text(value: Any) -> tuple[str, str]:
    """(a value as one would have typed it, what is wrong with it)."""
    match value:
        case None:
            return "", ""
        case bool():
            return ("oui" if value else "non"), ""
        case int():
            return str(value), ""
        case float() | Decimal():
            return _number(float(value)), ""
        case datetime():
            is_day = value.time() == time.min
            return (f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M}"), ""
        case date() | time():
            return value.isoformat(), ""
        case _:
            text = " ".join(str(value).split())
            if ERRORS.fullmatch(text):
                return "", f"la formule donne {text}"
            return text[:MOST_CELL_LETTERS], ""


def _number(value: float) -> str:
    """12345678901234.0 as its fourteen digits, never 1.23E+13; 45.5 as 45.5."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
