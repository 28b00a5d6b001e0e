"""CSV in: `;` or `,`, UTF-8 or what Windows wrote, row by row and never all at once."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO

from cordee.base.tables.writing import is_dangerous

PIECE_BYTES = 64 * 1024
# Rows looked at for the one that names the columns, where a title may stand above.
MOST_ABOVE = 20
UTF8 = "UTF-8"
# What French spreadsheets write when they do not write UTF-8; latin-1 is a part of it.
WINDOWS = "Windows-1252"


# Whether the cells of a row name columns that the reader knows.
type IsHead = Callable[[list[str]], bool]


class TableError(ValueError):
    """The file cannot be read as a table; the message says which row, and what to do."""


class HeadError(TableError):
    """Its columns are not named as they must be; the message quotes a name of the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` is the one a spreadsheet shows: the first row is 1.

    `fault` says in French what is wrong with its shape; its values are then those that fit.
    """

    number: int
    values: dict[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """An open table: read `rows` once, from first to last. `head`: the number of its head."""

    header: list[str]
    rows: Iterator[Row]
    encoding: str
    delimiter: str
    head: int


def head_of[R](
    records: Iterator[R], cells_of: Callable[[R], list[str]], is_head: IsHead | None
) -> tuple[int, list[str], Iterator[R]]:
    """(number of the head, its cells, the records below): the first row without `is_head`, or
    where none of the first rows is one.
    """
    above = list(islice(records, MOST_ABOVE if is_head else 1))
    rows = [cells_of(record) for record in above]
    at = next((at for at, cells in enumerate(rows) if is_head and is_head(cells)), 0)
    return at + 1, rows[at] if rows else [], chain(above[at + 1 :], records)


def open_csv(file: IO[bytes], is_head: IsHead | None = None) -> CsvTable:
    """Open a seekable binary file. TableError when it holds no head, or cannot be CSV."""
    encoding = _encoding(file)
    start = file.read(PIECE_BYTES)
    file.seek(0)
    if b"\x00" in start:
        raise TableError(
            "Ce fichier n’est pas du texte. Enregistrez la feuille au format CSV, puis recommencez."
        )
    codec = "utf-8-sig" if encoding == UTF8 else "cp1252"
    delimiter = _delimiter(start.decode(codec, errors="replace"), is_head)
    reader = csv.reader(_lines(file, codec), delimiter=delimiter, strict=True)
    head, header, records = head_of(_records(reader), _stripped, is_head)
    if not any(header):
        raise TableError("Ce fichier est vide. Sa première ligne doit nommer les colonnes.")
    refuse_doubled(header, head)
    rows = _rows(header, enumerate(records, start=head + 1))
    return CsvTable(header, rows, encoding, delimiter, head)


def _stripped(record: list[str]) -> list[str]:
    return [cell.strip() for cell in record]


def refuse_doubled(header: list[str], head: int) -> None:
    """Raises HeadError where two columns have one name."""
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise HeadError(
            f"La colonne «\u00a0{doubled[0]}\u00a0» est nommée deux fois en ligne {head}. "
            "Renommez l’une des deux."
        )


def _lines(file: IO[bytes], codec: str) -> Iterator[str]:
    """The lines, whatever ends them. Not a TextIOWrapper, which would close the caller's file."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(codec)(errors="replace"), translate=True
    )
    rest = ""
    while piece := file.read(PIECE_BYTES):
        *lines, rest = (rest + decoder.decode(piece)).split("\n")
        yield from (f"{line}\n" for line in lines)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


def _encoding(file: IO[bytes]) -> str:
    """Reads the whole file once, piece by piece, and comes back to its beginning."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(PIECE_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WINDOWS
    finally:
        file.seek(0)
    return UTF8


def _delimiter(start: str, is_head: IsHead | None) -> str:
    """The one that parts the head, quoted names left aside; `;` where neither does."""
    lines = start.splitlines()
    for delimiter in ";,":
        above = csv.reader(lines[:MOST_ABOVE], delimiter=delimiter)
        if is_head and any(is_head(_stripped(record)) for record in above):
            return delimiter
    head = next((line for line in lines if line.strip()), "")
    outside = "".join(head.split('"')[::2])
    return "," if outside.count(",") > outside.count(";") else ";"


def _records(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(
                f"La ligne {number} ne se lit pas ({error}). Vérifiez ses guillemets."
            ) from None
        yield record


def _rows(header: list[str], records: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for number, record in records:
        if not any(cell.strip() for cell in record):
            continue
        fault = ""
        if len(record) != len(header):
            fault = f"{len(record)} cases au lieu de {len(header)}"
            record = [*record[: len(header)], *[""] * (len(header) - len(record))]
        values = {name: _cell(cell) for name, cell in zip(header, record, strict=True) if name}
        yield Row(number, values, fault)


def _cell(cell: str) -> str:
    """The text of a cell, without the guard our own export writes."""
    stripped = cell.strip()
    is_guarded = stripped.startswith("'") and is_dangerous(stripped[1:])
    return stripped[1:] if is_guarded else stripped
