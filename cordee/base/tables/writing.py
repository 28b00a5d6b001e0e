"""Tables out: CSV as a French spreadsheet opens it (`;`, decimal comma, UTF-8 with its mark,
streamed), or a workbook of one sheet."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

# A text that begins so would be run as a formula by a spreadsheet, whatever stands before it that
# it may skip: spaces of all widths, marks without width, ends of lines. NFKC makes the full-width
# forms of East Asian keyboards the plain ones, as some spreadsheets do.
FORMULA = frozenset("=+-@")
SKIPPED = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs", "Mn", "Cn", "Co", "Cs"})
BOM = "\ufeff"
# Letters: a column of a workbook is no wider for one long text.
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and how to read its value from a row."""

    label: str
    value: Callable[[Any], Any]


def cell(value: Any) -> str:
    """One value as text. Unknown (None) is an empty cell; only text can be dangerous."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int():
            return str(value)
        case float() | Decimal():
            return f"{Decimal(str(value)):f}".replace(".", ",")
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return f"{local:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return cell(", ".join(str(item) for item in value))
        case _:
            text = str(value)
            return f"'{text}" if is_dangerous(text) else text


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula."""
    if text.startswith(("\t", "\r", "\n")):
        return True
    first = next((sign for sign in text if unicodedata.category(sign) not in SKIPPED), "")
    return bool(FORMULA.intersection(unicodedata.normalize("NFKC", first)[:1]))


def euros_cell(amount_cents: int | None) -> Decimal | None:
    """Integer cents as the number of euros a spreadsheet can add up."""
    return None if amount_cents is None else Decimal(amount_cents) / 100


class _Line:
    """A file of one line: what is written is what comes back."""

    def write(self, text: str) -> str:
        return text


def csv_text(columns: Iterable[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The lines of the file, one at a time; the first carries the byte-order mark."""
    columns = list(columns)
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield BOM + writer.writerow([cell(column.label) for column in columns])
    for row in rows:
        yield writer.writerow([cell(column.value(row)) for column in columns])


def csv_response(
    name: str, columns: Iterable[Column], rows: Iterable[Any]
) -> StreamingHttpResponse:
    """A download named `<name>.csv`; give `queryset.iterator()` where rows are many."""
    response = StreamingHttpResponse(
        (line.encode() for line in csv_text(columns, rows)),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = _to_save(name, "csv")
    return response


def xlsx_response(
    name: str, columns: Iterable[Column], rows: Iterable[Any], *, sheet: str
) -> HttpResponse:
    """A download named `<name>.xlsx`: numbers are numbers, and no text is a formula."""
    # Read at the first use, as in `excel`.
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    kept = list(rows)
    book = Workbook()
    table = book.worksheets[0]
    table.title, table.freeze_panes = sheet, "A2"
    # Columns and rows of a sheet count from one.
    for position, column in enumerate(columns, start=1):
        values = [column.label, *(column.value(row) for row in kept)]
        for number, value in enumerate(values, start=1):
            written = table.cell(number, position)
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                written.value = value
                written.number_format = "#,##0.00" if isinstance(value, Decimal) else "0"
            elif text := value if isinstance(value, str) else cell(value):
                written.value = ILLEGAL_CHARACTERS_RE.sub("", text)
                # Said to be text: what begins with "=" would be a formula else.
                written.data_type = "s"
        head = table.cell(1, position)
        head.font = Font(bold=True)
        longest = max(len(str(value)) for value in values)
        table.column_dimensions[head.column_letter].width = min(longest, WIDEST) + 4
    content = BytesIO()
    book.save(content)
    response = HttpResponse(
        content.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = _to_save(name, "xlsx")
    return response


def _to_save(name: str, ending: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"name: {name!r} must be lower-case letters, digits and hyphens.")
    return f'attachment; filename="{name}.{ending}"'
