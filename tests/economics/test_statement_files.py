"""Files of accounts: what is read, what is told of a bad one, and that nothing is half-imported."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from cordee.base.tables import TableError
from cordee.economics.models import YearStatement
from cordee.economics.statements.files import read_accounts
from tests.economics.test_stating import client_of, say, structure

__all__ = ["client_of", "structure"]

BALANCE = "Compte;Libellé;Débit;Crédit\n"
GOOD = (
    "101000;Capital;;5000\n606100;Eau;1 000,00;\n609000;Rabais;;100\n"
    "641000;Salaires;200 000,50 €;\n"
    "706000;Prestations;;60 000\n740000;Aide;;150000\n752000;Loyers;;300\nTotaux;;1;1\n"
)


def read(text, year="2026"):
    return read_accounts(BytesIO(text.encode()), year)


def workbook(rows, merge=""):
    book = Workbook()
    sheet = book.active
    sheet.title = "Comptes"
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    content = BytesIO()
    book.save(content)
    return content


def test_a_balance_is_added_up_by_line():
    found = read(BALANCE + GOOD)
    assert found.faults == []
    assert found.amounts == {
        "ACHATS": 90_000,
        "PERSONNEL": 20_000_050,
        "VENTES": 6_000_000,
        "SUBVENTIONS": 15_000_000,
        "LOYERS": 30_000,
    }


@pytest.mark.parametrize("sign", ["", "-"])
def test_one_column_of_balances_is_read_with_or_without_sign(sign):
    found = read(f"N° compte;Solde\n641000;200\n706000;{sign}60\n709000;{'' if sign else '-'}10\n")
    assert found.faults == []
    assert found.amounts == {"PERSONNEL": 20_000, "VENTES": 5_000}


HEAD = "Exercice;Poste;Montant\n"


@pytest.mark.parametrize(
    ("text", "where", "cure"),
    [
        (BALANCE + "606100;Eau;mille;\n", "Ligne 2, colonne «\u00a0Débit\u00a0»", "« mille »"),
        (BALANCE + "606100;Eau;1.234;\n", "Ligne 2", "Écrivez un montant"),
        (BALANCE + "606100;Eau;;50\n", "Ligne 2", "charge négative"),
        (BALANCE + "6X1;Eau;50;\n", "colonne «\u00a0Compte\u00a0»", "Compte inconnu"),
        (BALANCE + "606100;Eau;1;\n606100;Eau;2;\n", "Ligne 3", "Déjà à la ligne 2"),
        (BALANCE + "606100;Eau;1;\n641000;Sal", "Ligne 3", "semble coupé ici"),
        (BALANCE + "60;Achats;1;\n606100;Eau;1;\n", "Ligne 2", "sous-total"),
        (HEAD + "2025;Ventes;1\n", "colonne «\u00a0Exercice\u00a0»", "Un exercice par feuille"),
        (HEAD + "2026;Ventes;1\n", "", "peut-être coupé"),
        (HEAD + "2026;Ventes;1\nventes;2;3\n", "", "« ventes »"),
        (HEAD + "2026;Ventes;-1\n", "Ligne 2", "n’est pas négatif"),
        (
            HEAD + "2026;Ventes;1\n2026;Total des charges;0\n2026;Total des produits;2\n",
            "Total des produits",
            "en additionnant",
        ),
    ],
)
def test_a_bad_file_is_told_with_place_value_and_cure(text, where, cure):
    told = " ".join(read(text).faults).replace("\u00a0", " ")
    assert where.replace("\u00a0", " ") in told
    assert cure in told


def test_merged_cells_are_told_with_sheet_and_cell():
    rows = [["Compte", "Débit", "Crédit"], ["606100", 1, None], ["606200", 2, None]]
    (fault,) = read_accounts(workbook(rows, "A2:A3"), "2026").faults
    assert fault.startswith("Feuille «\u00a0Comptes\u00a0», case A3.")
    assert "sans fusionner" in fault


def test_a_workbook_cut_short_and_columns_that_say_nothing_are_refused_whole():
    whole = workbook([["Compte", "Débit", "Crédit"]]).getvalue()
    with pytest.raises(TableError, match="ne se lit pas"):
        read_accounts(BytesIO(whole[: len(whole) // 2]), "2026")
    with pytest.raises(TableError, match="Débit 2025, Débit 2026"):
        read("Compte;Débit 2025;Débit 2026\n606100;1;2\n")


@pytest.mark.django_db
def test_a_file_is_read_before_anything_is_written_and_what_goes_out_comes_in(structure, client_of):
    year = timezone.localdate().year
    url = reverse("economics:from_file", args=[structure.pk])

    def send(content):
        return client_of.post(url, {"annee": year, "fichier": SimpleUploadedFile("a.csv", content)})

    bad = send((BALANCE + "606100;Eau;mille;\n").encode())
    assert bad.status_code == 422
    assert "mille" in bad.text
    page = send((BALANCE + GOOD).encode())
    assert "Ce que ce fichier change" in page.text
    assert "Salaires et cotisations" in page.text
    assert not YearStatement.objects.exists()
    answer = {"LOYERS-compte": "non", "LOYERS-raison": "Salle louée."}
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value()}
    euros = {key: value / 100 for key, value in values.items() if isinstance(value, int)}
    say(client_of, structure, "detail", **{**values, **euros, **answer})
    stated = YearStatement.objects.get()
    assert stated.figures == (20_090_050, 6_000_000)
    out = reverse("economics:as_file", args=[structure.pk]) + f"?exercice={year * 12}"
    content = b"".join(client_of.get(out).streaming_content)
    assert "Ce fichier ne change rien" in send(content).text
    assert YearStatement.objects.count() == 1
