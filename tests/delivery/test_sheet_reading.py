"""Time sheets: what is added up, what is told of a bad cell, and that no name is in any of it."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from cordee.agreement.insertion import Way
from cordee.base.tables import TableError
from cordee.delivery.sheets.reading import Expected, hours_of, month_of, read_sheet

MARCH = 2027 * 12 + 2
NAME, NIR = "Zoulikha Mirabelle", "285057800608436"
EXPECTED = Expected(lots={"1": 7, "2": 8}, lot=7, way=Way.SIAE, months=(MARCH - 2, MARCH + 9))


def read(text):
    return read_sheet(text if isinstance(text, BytesIO) else BytesIO(text.encode()), EXPECTED)


def workbook(*rows):
    book = Workbook()
    book.active.title = NAME
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content


def test_hours_are_added_up_by_lot_way_and_month():
    found = read(
        "Nom;NIR;Mois;Lot;Comment;Heures\n"
        f"{NAME};{NIR};03/2027;Lot 1;;70\nAutre;;mars 2027;1;SIAE;30,5\n"
        "Encore;;2027-03-31;n° 2;mise à disposition;7:30\nEncore;;avril 2027;;embauche;2h15\n"
    )
    assert found.faults == []
    assert found.minutes == {
        (7, Way.SIAE, MARCH): 6_030,
        (8, Way.STAFF, MARCH): 450,
        (7, Way.HIRE, MARCH + 1): 135,
    }
    assert NAME not in repr(found)


def test_a_workbook_is_read_below_its_title():
    found = read(
        workbook(
            [f"Relevé de {NAME}"],
            ["Salarié", "Date", "Nombre d’heures"],
            [NAME, date(2027, 3, 1), 7.5],
            [NAME, date(2027, 3, 2), timedelta(hours=31)],
        )
    )
    assert (found.minutes, found.faults) == ({(7, Way.SIAE, MARCH): 38 * 60 + 30}, [])


def test_who_is_not_in_insertion_does_not_count():
    found = read(
        "Mois;Heures;Statut;En insertion\n03/2027;10;CDDI;oui\n"
        "03/2027;150;Encadrant technique;oui\n"
        "03/2027;90;CDI permanente;non\n03/2027;80;CDD;non\n03/2027;;CDDI;oui\nTotal;330;;\n"
    )
    assert found.minutes == {(7, Way.SIAE, MARCH): 600}
    apart = "de personnes qui ne sont pas en insertion"
    assert found.left_out == {apart: 3, "sans heures": 1, "de total": 1}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"{NAME};1;10", "colonne A. Écrivez un mois sur chaque ligne, par exemple 03/2027."),
        ("13/2027;1;10", "colonne A. «\u00a013/2027\u00a0»\u00a0: Écrivez un mois"),
        ("02/2026;1;10", "Ce mois ne se compte pas. Écrivez un mois de janvier à décembre 2027."),
        (f"03/2027;{NAME};10", "colonne B. Ce lot n’est pas du marché. Écrivez l’un d’eux\u00a0: "),
        (f"03/2027;1;{NAME}", "colonne C. Écrivez des heures, par exemple 7,5 ou 7:30."),
        (f"03/2027;1;{NIR}", "colonne C. Écrivez de 0 à 400 heures"),
        ("03/2027;1;0612345678", "colonne C. Écrivez de 0 à 400 heures"),
        ("03/2027;1;-3", "colonne C. «\u00a0-3\u00a0»\u00a0: Écrivez de 0 à 400 heures"),
        (f"03/2027;1;3;{NAME}", "ligne 2. Une case ne se lit pas. Écrivez sa valeur."),
    ],
)
def test_a_bad_cell_says_where_and_the_cure(line, told):
    found = read(f"Mois;Lot;Heures\n{line}\n")
    assert found.minutes == {}
    (fault,) = found.faults
    assert fault.startswith("Feuille 1, ligne 2")
    assert told in fault
    for part in (*NAME.split(), NIR, "0612345678"):
        assert part not in fault


def test_a_word_that_is_no_way_is_not_shown():
    (fault,) = read(f"Mois;Heures;Comment\n03/2027;10;{NAME}\n").faults
    assert fault == (
        "Feuille 1, ligne 2, colonne C. Écrivez embauche, mise à disposition, ou travail confié."
    )


def test_a_column_that_lacks_is_asked_for_by_its_name():
    for text, names in (
        ("Qui;Quand;Combien\nZ;03/2027;12\n", "mois, heures"),
        (f"Qui;Mois;{NAME}\nZ;03/2027;12\n", "heures"),
    ):
        with pytest.raises(TableError) as refused:
            read(text)
        assert str(refused.value).startswith(f"Il manque la colonne\u00a0: {names}. Écrivez ce mot")


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME};03/2027;70\nAutre;03/2027;30\n",
        f"{NAME};{NIR}\nAutre;30\n",
        f"Mois;{NAME};{NAME}\n03/2027;1;2\n",
        "",
        "\x00\x01",
    ],
)
def test_a_file_without_named_columns_is_refused_without_quoting_it(text):
    with pytest.raises(TableError) as refused:
        read(text)
    assert refused.value.__cause__ is None
    for part in (*NAME.split(), NIR):
        assert part not in str(refused.value)


def test_a_broken_workbook_names_neither_sheet_nor_heading():
    with pytest.raises(TableError) as refused:
        read(workbook([None, None], [NAME, 3]))
    assert "Mirabelle" not in str(refused.value)
    (fault,) = read(workbook(["Mois", "Heures", NAME], ["03/2027", 3, "#REF!"])).faults
    assert fault == "Feuille 1, ligne 2. Une case ne se lit pas. Écrivez sa valeur."


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2027-03", MARCH),
        ("2027-03-15 08:00", MARCH),
        ("15/03/2027", MARCH),
        ("3/2027", MARCH),
        ("Mars 2027", MARCH),
        ("mars-27", MARCH),
        ("févr. 2027", MARCH - 1),
        ("juil. 2027", MARCH + 4),
        ("jui 2027", None),
        ("2027", None),
        ("00/2027", None),
    ],
)
def test_months_are_read_as_people_write_them(text, month):
    assert month_of(text) == month


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("7,5", "7.5"),
        ("7.50 h", "7.5"),
        ("7h30", "7.5"),
        ("7 h", "7"),
        ("07:30:00", "7.5"),
        ("6 days, 7:30:00", "151.5"),
        ("-3", "-3"),
        ("7:75", None),
        ("sept", None),
    ],
)
def test_hours_are_read_as_people_write_them(text, hours):
    assert hours_of(text) == (None if hours is None else Decimal(hours))
