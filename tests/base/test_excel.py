"""XLSX in: values as one would have typed them, and nothing that exhausts the machine."""

import io
import zipfile
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from cordee.base.files import sort_of
from cordee.base.tables import TableError, excel, open_table, open_xlsx


def workbook(*rows, title="Liste", **others):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, lines in others.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def values(file, sheet=""):
    return [row.values for row in open_xlsx(file, sheet).rows]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (82312345600017, "82312345600017"),
        (12345678901234.0, "12345678901234"),
        ("012345678", "012345678"),
        (45.5, "45.5"),
        (date(2026, 11, 25), "2026-11-25"),
        (datetime(2026, 11, 25, 9, 30), "2026-11-25 09:30"),  # noqa: DTZ001
        (True, "oui"),
        ("  Les\n Jardins ", "Les Jardins"),
        (None, ""),
    ],
)
def test_a_cell_is_read_as_one_would_have_typed_it(typed, read):
    assert values(workbook(["a", "b"], [typed, "x"])) == [{"a": read, "b": "x"}]


def test_a_formula_gives_the_value_it_last_had():
    """A workbook that Excel saved holds both; openpyxl alone cannot write the value."""
    file = workbook(["a", "b"], ["=1+1", "x"])
    fresh = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(fresh, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
                content = content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            new.writestr(name, content)
    assert values(fresh) == [{"a": "2", "b": "x"}]


def test_a_formula_in_error_is_named():
    row = next(open_xlsx(workbook(["siret", "nom"], ["#REF!", "x"])).rows)
    assert "la formule donne #REF!" in row.fault
    assert row.number == 2


def test_rows_are_numbered_as_the_spreadsheet_shows_them_and_empty_ones_skipped():
    file = workbook(["a"], ["1"], [None], ["3"])
    assert [(row.number, row.values["a"]) for row in open_xlsx(file).rows] == [(2, "1"), (4, "3")]


def test_the_first_sheet_or_the_one_that_is_named():
    file = workbook(["a"], ["1"], Membres=[["b"], ["2"]])
    assert values(file) == [{"a": "1"}]
    assert values(file, "membres ") == [{"b": "2"}]
    with pytest.raises(TableError, match="Il y a\u00a0: Liste, Membres"):
        open_xlsx(file, "Autre")


@pytest.mark.parametrize(
    ("rows", "said"),
    [([], "ne nomme pas ses colonnes"), ([["a", "a"]], "nommée deux fois")],
)
def test_a_sheet_without_a_head_is_refused(rows, said):
    with pytest.raises(TableError, match=said):
        open_xlsx(workbook(*rows))


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def test_a_bomb_is_refused_before_it_is_opened(monkeypatch):
    with pytest.raises(TableError, match="anormalement compressé"):
        open_xlsx(packed(**{"xl/a.xml": b"0" * 20_000_000}))
    with pytest.raises(TableError, match="inhabituelles"):
        open_xlsx(packed(**{"xl/a.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'}))
    monkeypatch.setattr(excel, "MOST_UNPACKED_BYTES", 1_000)
    with pytest.raises(TableError, match="trop grand"):
        open_xlsx(workbook(["a"]))


HOSTILE = '<!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/a.xml", f"<!-- {'x' * 5_000} -->{HOSTILE}<a/>".encode()),
        ("xl/a.xml", f"{' ' * 20_000}{HOSTILE}<a/>".encode()),
        ("xl/A.XML", f"{HOSTILE}<a/>".encode()),
        ("xl/media/image1.png", f"{HOSTILE}<a/>".encode()),
        ("xl/a.xml", f"<!doctype a SYSTEM 'file:///etc/passwd'>{HOSTILE}<a/>".encode()),
        ("xl/a.xml", f"{HOSTILE}<a/>".encode("utf-16")),
        ("xl/a.xml", f"{HOSTILE}<a/>".encode("utf-16-le")),
        ("xl/a.xml", f"{HOSTILE}<a/>".encode("utf-32")),
        ("xl/a.xml", b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-'),
        ("xl/a.xml", f'<?xml version="1.0" encoding="cp037"?>{HOSTILE}<a/>'.encode("cp037")),
        ("xl/media/b.png", f'<?xml version="1.0" encoding="cp037"?>{HOSTILE}'.encode("cp037")),
    ],
)
def test_a_document_type_is_refused_wherever_it_hides(name, content):
    """In a table that is read as in a file that is kept."""
    file = workbook(["a"], [1])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    with pytest.raises(TableError, match="inhabituelles"):
        open_xlsx(file)
    with pytest.raises(ValidationError, match="pas lisible"):
        sort_of("liste.xlsx", file.getvalue())


def test_pictures_and_empty_parts_of_an_honest_workbook_are_taken():
    file = workbook(["a"], [1])
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n<!DOCTYPE")
        archive.writestr("xl/printerSettings/one.bin", b"")
        archive.writestr("docProps/other.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<a/>')
    assert values(file) == [{"a": "1"}]
    assert sort_of("liste.xlsx", file.getvalue()).words == "classeur Excel"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    with pytest.raises(TableError, match="plus de 3 lignes"):
        values(workbook(["a"], [1], [2], [3]))


@pytest.mark.parametrize(
    "file", [io.BytesIO(b"PK\x03\x04nonsense"), packed(**{"a.txt": b"x"}), packed()]
)
def test_what_is_no_workbook_is_refused_in_words(file):
    with pytest.raises(TableError, match="ne se lit pas"):
        open_xlsx(file)


def test_a_list_is_opened_by_what_it_holds():
    assert open_table(io.BytesIO(b"a;b\n1;2\n")).header == ["a", "b"]
    assert open_table(workbook(["c"], [1])).header == ["c"]
