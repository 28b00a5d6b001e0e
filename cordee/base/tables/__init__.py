"""Tables in and out: CSV as French spreadsheets write and expect it."""

from cordee.base.tables.reading import CsvTable, Row, TableError, open_csv
from cordee.base.tables.writing import Column, csv_response, csv_text

__all__ = ["Column", "CsvTable", "Row", "TableError", "csv_response", "csv_text", "open_csv"]
