"""Tables in and out: CSV as French spreadsheets write and expect it, and XLSX."""

from typing import IO

from cordee.base.tables.excel import ExcelTable, is_excel, open_xlsx
from cordee.base.tables.reading import CsvTable, HeadError, IsHead, Row, TableError, open_csv
from cordee.base.tables.writing import Column, csv_response, csv_text, xlsx_response


def open_table(
    file: IO[bytes], sheet: str = "", is_head: IsHead | None = None
) -> CsvTable | ExcelTable:
    """Open a list, CSV or XLSX, by what it holds and not by its name.

    `sheet` names one of a workbook; the first where it is empty. `is_head` finds the head below a
    title; else it is the first row.
    """
    return open_xlsx(file, sheet, is_head) if is_excel(file) else open_csv(file, is_head)
