"""CSV as it comes, CSV as it goes."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cordee.base.tables import (
    Column,
    Row,
    TableError,
    csv_response,
    csv_text,
    open_csv,
    open_table,
    xlsx_response,
)
from cordee.base.tables.writing import cell, euros_cell


def table(text: str, encoding: str = "utf-8") -> Any:
    return open_csv(io.BytesIO(text.encode(encoding)))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("nom;ville\nA;B\n", ";"),
        ("nom,ville\nA,B\n", ","),
        ('"nom, usuel";ville\nA;B\n', ";"),
        ("nom\nA\n", ";"),
        ("nom;ville\rA;B\r", ";"),
        ("\ufeffnom;ville\r\nA;B\r\n", ";"),
    ],
)
def test_the_delimiter_is_that_of_the_head(text: str, delimiter: str) -> None:
    opened = table(text)
    assert opened.delimiter == delimiter
    assert opened.encoding == "UTF-8"
    assert next(opened.rows).values[opened.header[0]] == "A"


def test_windows_text_is_read_and_reported() -> None:
    opened = table("nom;ville\nŒuvre à 3 €;Nîmes\n", "cp1252")
    assert opened.encoding == "Windows-1252"
    assert next(opened.rows).values == {"nom": "Œuvre à 3 €", "ville": "Nîmes"}


def test_a_late_accent_decides_the_encoding_of_the_whole() -> None:
    """A wrong byte after the sniffed part still counts."""
    opened = open_csv(io.BytesIO(b"nom\n" + b"abcdefgh\n" * 20_000 + "é\n".encode("cp1252")))
    assert opened.encoding == "Windows-1252"
    assert [row.values["nom"] for row in opened.rows][-1] == "é"


def test_rows_are_numbered_as_in_a_spreadsheet() -> None:
    rows = list(table('nom;note\nA;"deux\nlignes"\n\nB;x\n').rows)
    assert rows == [
        Row(2, {"nom": "A", "note": "deux\nlignes"}),
        Row(4, {"nom": "B", "note": "x"}),
    ]


def test_a_row_of_another_shape_is_kept_with_its_fault() -> None:
    short, long = table("a;b;c\n1;2\n1;2;3;4\n").rows
    assert short == Row(2, {"a": "1", "b": "2", "c": ""}, "2 cases au lieu de 3")
    assert long == Row(3, {"a": "1", "b": "2", "c": "3"}, "4 cases au lieu de 3")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\n\n", "vide"),
        (b"PK\x03\x04\x00\x00", "format CSV"),
        (b"nom;nom\n1;2\n", "nomm\u00e9e deux fois"),
    ],
)
def test_what_is_no_table_is_refused_with_a_cure(content: bytes, said: str) -> None:
    with pytest.raises(TableError, match=said):
        open_csv(io.BytesIO(content))


def test_a_broken_quote_names_its_row() -> None:
    with pytest.raises(TableError, match="ligne 3"):
        list(table('nom\nA\n"B" x\n').rows)


def test_an_uploaded_file_is_read_and_stays_open() -> None:
    upload = SimpleUploadedFile("liste.csv", b"nom;ville\nA;B\n")
    opened = open_csv(upload)
    assert [row.values for row in opened.rows] == [{"nom": "A", "ville": "B"}]
    del opened
    upload.seek(0)
    assert upload.read(3) == b"nom"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "oui"),
        (1234, "1234"),
        (-5, "-5"),
        (Decimal("-1234.50"), "-1234,50"),
        (12.5, "12,5"),
        (date(2026, 12, 17), "2026-12-17"),
        (datetime(2026, 12, 17, 11, tzinfo=UTC), "2026-12-17 12:00"),
        (["a", "b"], "a, b"),
        ("=1+1", "'=1+1"),
        ("+33 4", "'+33 4"),
        ("-x", "'-x"),
        ("@cmd", "'@cmd"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\r@SUM(A1)", "'\r@SUM(A1)"),
        ("\n=1", "'\n=1"),
        ("\xa0=1", "'\xa0=1"),
        ("\u202f+1", "'\u202f+1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff-1", "'\ufeff-1"),
        ("\u2060 \u3000@x", "'\u2060 \u3000@x"),
        ("\x00=1", "'\x00=1"),
        ("\u0301=1", "'\u0301=1"),
        ("＝1+1", "'＝1+1"),
        ("＋33", "'＋33"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("\u200b＝1", "'\u200b＝1"),
        ("﹢1", "'﹢1"),
        ("– un tiret", "– un tiret"),
        ("É = 1", "É = 1"),
        ("A-1", "A-1"),
    ],
)
def test_cells_are_french_and_harmless(value: Any, written: str) -> None:
    assert cell(value) == written


def test_a_whole_file() -> None:
    columns = [
        Column("Nom", lambda row: row["name"]),
        Column("Charges", lambda row: euros_cell(row["cents"])),
    ]
    rows = [{"name": 'A;"b"', "cents": 123_456}, {"name": "B", "cents": None}]
    response = csv_response("structures", columns, rows)
    assert response["Content-Disposition"] == 'attachment; filename="structures.csv"'
    assert b"".join(response) == ('\ufeffNom;Charges\r\n"A;""b""";1234,56\r\nB;\r\n'.encode())


def test_a_download_with_a_wild_name_is_refused() -> None:
    with pytest.raises(ValueError, match="lower-case"):
        csv_response('x".csv\r\nSet-Cookie: a=b', [], [])


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["C", "Z"])), min_size=1))
def test_what_we_write_we_read_back(texts: list[str]) -> None:
    """Dangerous beginnings included; a cell that itself begins with the guard is the exception."""
    kept = [text for text in texts if text and not text.startswith("'")]
    written = "".join(csv_text([Column("mot", lambda text: text)], kept))
    assert [row.values["mot"] for row in table(written).rows] == kept


def test_a_workbook_holds_numbers_and_texts_and_no_formula() -> None:
    rows = [("=1+1", Decimal("1234.5"), True, None), ("a\x0bb", 7, False, "")]
    columns = [Column(name, lambda row, at=at: row[at]) for at, name in enumerate("ABCD")]
    content = xlsx_response("essai", columns, rows, sheet="Feuille").content
    cells = load_workbook(io.BytesIO(content))["Feuille"]
    assert [cell.value for cell in cells[2]] == ["=1+1", 1234.5, "oui", None]
    assert cells["A2"].data_type == "s"
    assert [cell.value for cell in cells[3]] == ["ab", 7, "non", None]
    opened = open_table(io.BytesIO(content))
    assert [row.values["A"] for row in opened.rows] == ["=1+1", "ab"]
