"""Files of accounts: what is read, what is told of a bad one, and that nothing is half-imported."""

import re
from io import BytesIO
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from openpyxl import Workbook

from cordee.accounts.models import JournalEntry
from cordee.base.tables import TableError
from cordee.economics.models import AccountingYear, YearStatement
from cordee.economics.statements import files
from cordee.economics.statements.files import TEMPLATE, template_rows
from cordee.members.models import ListMapping
from cordee.rules import accounts
from tests.economics.test_stating import client_of, say, structure, year
from tests.members.makers import make_network

__all__ = ["client_of", "structure", "year"]

HEAD = "Exercice;Poste;Montant\n"
BALANCE = "Compte;Libellé;Débit;Crédit\n"
GOOD = (
    "101000;Capital;;5000\n606100;Eau;1 000,00;\n609000;Rabais;;100\n"
    "641000;Salaires;200 000,50 €;\n"
    "706000;Prestations;;60 000\n740000;Aide;;150000\n752000;Loyers;;300\nTotaux;;1;1\n"
)


def read_accounts(file, year, **values):
    return files.AccountsRead(files.open_accounts(file), year, **values)


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


ABOVE = "Balance générale, classes 6 et 7\n\nDossier;Les Jardins, Verdoire\n"


@pytest.mark.parametrize(
    "text",
    [
        ABOVE + BALANCE + GOOD,
        "Balance générale ; 2026\n" + BALANCE.replace(";", ",") + "641000,Salaires,300,\n",
        "Mes comptes\n" + HEAD + "2026;Ventes;1\n",
    ],
)
def test_the_head_is_found_below_a_title(text):
    opened = files.open_accounts(BytesIO(text.encode()))
    assert opened.header in (BALANCE.strip().split(";"), HEAD.strip().split(";"))
    assert read(text).amounts


def test_rows_below_a_title_keep_their_numbers():
    assert read(ABOVE + BALANCE + GOOD).amounts == read(BALANCE + GOOD).amounts
    (told,) = read(ABOVE + BALANCE + "606100;Eau;mille;\n").faults
    assert told.startswith("Ligne 5, colonne «\u00a0Débit\u00a0»")
    titles = [["Balance"], [], ["Éditée le", "3 mars"], SIDES]
    sheet = workbook([*titles, WATER, ["606200", "Gaz", "mille"]], "A3:D3")
    (told,) = read_accounts(sheet, "2026").faults
    assert "case C6. «\u00a0mille\u00a0»" in told
    # Beyond the first twenty rows, none is looked for.
    with pytest.raises(TableError, match="nommées en ligne 1"):
        read("Balance\n" * 20 + BALANCE + GOOD)


@pytest.mark.parametrize("sign", ["", "-"])
def test_one_column_of_balances_is_read_with_or_without_sign(sign):
    found = read(f"N° compte;Solde\n641000;200\n706000;{sign}60\n709000;{'' if sign else '-'}10\n")
    assert found.faults == []
    assert found.amounts == {"PERSONNEL": 20_000, "VENTES": 5_000}


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


SIDES = ["Compte", "Libellé", "Débit", "Crédit"]
WATER = ["606100", "Eau", 1_000, None]
SHEET = "Feuille «\u00a0Comptes\u00a0», "


@pytest.mark.parametrize(
    ("rows", "merge", "told"),
    [
        (
            [WATER, ["", "Gaz", 2, None]],
            "A2:A3",
            "cases A2:A3. «\u00a0606100\u00a0»\u00a0: défaites",
        ),
        ([WATER, ["606200", "Gaz"]], "C2:C3", "cases C2:C3. «\u00a01000\u00a0»\u00a0: défaites la"),
        (
            [["606100", "Eau", "mille"]],
            "",
            "case C2. «\u00a0mille\u00a0»\u00a0: Écrivez un montant",
        ),
        (
            [["606100", "Eau", "1.234"]],
            "",
            "case C2. «\u00a01.234\u00a0»\u00a0: Écrivez un montant",
        ),
        (
            [["606100", "Eau", None, 50]],
            "",
            "case C2. «\u00a0−50,00\u202f€\u00a0»\u00a0: Une charge nég",
        ),
        ([["6X1", "Eau", 50, None]], "", "case A2. «\u00a06X1\u00a0»\u00a0: Compte inconnu."),
        ([WATER, WATER], "", "case A3. «\u00a0606100\u00a0»\u00a0: Déjà à la ligne 2."),
        (
            [WATER, ["60", "Achats", 1_000]],
            "",
            "case A3. «\u00a060\u00a0»\u00a0: Ce compte contient",
        ),
        ([["606100", "Eau", "#REF!"]], "", "ligne 2. Case «\u00a0Débit\u00a0»\u00a0: la formule"),
    ],
)
def test_a_bad_balance_is_told_with_sheet_cell_value_and_cure(rows, merge, told):
    found = read_accounts(workbook([SIDES, *rows], merge), "2026")
    (fault,) = found.faults
    assert fault.startswith(SHEET + told)


def test_two_years_in_a_sheet_are_told():
    rows = [[*SIDES, "Exercice"], [*WATER, 2026], ["606200", "Gaz", 2, None, 2025]]
    (fault,) = read_accounts(workbook(rows), "2026").faults
    assert fault.startswith(
        f"{SHEET}case E3. «\u00a02025\u00a0»\u00a0: Cette feuille est lue pour 2026."
    )
    assert read_accounts(workbook(rows[:2]), "2026-2027").faults == []


def test_merged_cells_beside_what_is_read_are_no_fault():
    rows = [[*SIDES, "Notes"], [*WATER, "vu"], ["606200", "Gaz", 2, None, ""]]
    assert read_accounts(workbook(rows, "E2:E3"), "2026").amounts == {"ACHATS": 100_200}


@pytest.mark.parametrize("text", ["1 234,56 €", "1\u202f234,56\u00a0€", "1234.56", "1.234,56"])
def test_an_amount_typed_as_text_is_an_amount(text):
    found = read_accounts(workbook([SIDES, ["606100", "Eau", text]]), "2026")
    assert (found.faults, found.amounts) == ([], {"ACHATS": 123_456})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "est vide"),
        (workbook([]).getvalue(), "«\u00a0Comptes\u00a0» ne nomme pas ses colonnes"),
        (workbook([SIDES]).getvalue(), "aucun montant"),
        (b"%PDF-1.7\n%\x00\x01", "n’est pas du texte"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "n’est pas du texte"),
        (b"PK\x03\x04 no archive", "ne se lit pas"),
        (b"Bonjour\n\nVoici nos comptes de 2026.\n", "deux colonnes"),
        (b"Madame, Monsieur,\nGrenoble, le 12 mars 2026\nNos comptes, enfin\n", "montants"),
    ],
)
def test_an_empty_file_or_one_of_another_kind_is_refused_with_a_cure(content, told):
    with pytest.raises(TableError, match=told):
        read_accounts(BytesIO(content), "2026")


def test_a_template_read_as_something_else_is_told():
    text = "Exercice;Nature;Poste;Montant\n2026;comptes arrêtés;Ventes;1\n"
    found = read_accounts(BytesIO(text.encode()), "2026", basis=YearStatement.Basis.BUDGET)
    assert found.faults[0].startswith(
        "Ligne 2, colonne «\u00a0Nature\u00a0». «\u00a0comptes arrêtés"
    )


def test_whoever_fills_the_empty_template_adds_nothing_up():
    rows = template_rows(None, "2026")
    head = ";".join(column.label for column in TEMPLATE)
    filled = [
        ";".join(
            "12,50" if n == 4 and row[2] == "Impôts et taxes" else str(v or "")
            for n, v in enumerate(row)
        )
        for row in rows
    ]
    found = read("\n".join([head, *filled]))
    assert (found.faults, found.amounts) == ([], {"IMPOTS": 1_250})
    assert [row[2] for row in rows[:-2]] == [line.label for line in accounts.posts().values()]


def test_a_workbook_cut_short_and_columns_that_say_nothing_are_refused_whole():
    whole = workbook([["Compte", "Débit", "Crédit"]]).getvalue()
    with pytest.raises(TableError, match="ne se lit pas"):
        read_accounts(BytesIO(whole[: len(whole) // 2]), "2026")
    with pytest.raises(TableError, match="Débit 2025, Débit 2026"):
        read("Compte;Débit 2025;Débit 2026\n606100;1;2\n")


def two_sheets(*names) -> bytes:
    book = Workbook()
    for sheet in (book.active, book.create_sheet()):
        for row in (["Compte", "Solde"], ["606100", 10], ["706000", -20]):
            sheet.append(row)
    book.active.title, book.worksheets[1].title = names
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.django_db
def test_the_sheet_that_is_read_is_named_and_one_of_another_year_told(send, year):
    told = "Feuille lue\u00a0: «\u00a0Balance\u00a0». Non lues\u00a0: «\u00a0Notes\u00a0»."
    assert told in send(two_sheets("Balance", "Notes")).text
    assert told not in send(two_sheets("Notes", "Balance")).text
    page = send(two_sheets("Balance 2019", "Notes"))
    assert page.status_code == 422
    assert f"Vous avez choisi l’exercice {year}" in page.text
    assert send(two_sheets(f"Balance {year}", "Notes")).status_code == 200


@pytest.mark.django_db
def test_a_text_renamed_as_a_workbook_is_refused(structure, client_of, year):
    url = reverse("economics:from_file", args=[structure.pk])
    file = SimpleUploadedFile("balance.xlsx", (BALANCE + GOOD).encode())
    page = client_of.post(url, {"annee": year, "fichier": file})
    assert page.status_code == 422
    assert "Ce classeur ne se lit pas" in page.text


@pytest.fixture
def send(structure, client_of, year):
    """Give a file to « Lire un fichier »."""
    url = reverse("economics:from_file", args=[structure.pk])

    def post(content, **values):
        file = SimpleUploadedFile("a.csv", content)
        return client_of.post(url, {"annee": year, "fichier": file} | values)

    return post


def kept_of(page) -> dict[str, object]:
    """What the form of a preview would send."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value()}
    return values | {k: v / 100 for k, v in values.items() if isinstance(v, int)}


LET = {"LOYERS-compte": "non", "LOYERS-raison": "=Salle louée."}


@pytest.mark.django_db
def test_a_file_is_read_before_anything_is_written(structure, client_of, send):
    bad = send((BALANCE + "606100;Eau;mille;\n").encode())
    assert bad.status_code == 422
    assert "mille" in bad.text
    page = send((BALANCE + GOOD).encode())
    assert "Ce que ce fichier change" in page.text
    assert "Salaires et cotisations" in page.text
    form = page.context["form"]
    assert [field.name for field in form.asked] == ["LOYERS", "LOYERS-compte", "LOYERS-raison"]
    assert not {field.name for _, fields in form.folded for field in fields} & {"LOYERS"}
    assert not YearStatement.objects.exists()
    say(client_of, structure, "detail", **kept_of(page), **LET)
    assert YearStatement.objects.get().figures == (20_090_050, 6_000_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "lacking"),
    [("641000;Salaires;300;\n", ["VENTES"]), ("706000;Prestations;;60\n", ["SANS_DETAIL"])],
)
def test_what_a_year_needs_and_a_file_lacks_is_not_folded(send, rows, lacking):
    page = send((BALANCE + rows).encode())
    form = page.context["form"]
    assert [field.name for field in form.lacking] == lacking
    assert all(field.field.required for field in form.lacking)
    assert not {field.name for _, fields in form.folded for field in fields} & set(lacking)
    shown = page.text.split("<summary>Corriger")[0]
    assert f'name="{lacking[0]}"' in shown
    assert form.lacking[0].help_text in shown


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["as_file", "as_workbook"])
@pytest.mark.parametrize("basis", YearStatement.Basis)
def test_what_goes_out_comes_in_and_changes_nothing(structure, client_of, send, year, route, basis):
    stated = {"nature": basis, "jusque": "2" if basis == "to_date" else ""}
    say(client_of, structure, "detail", **kept_of(send((BALANCE + GOOD).encode(), **stated)), **LET)
    out = reverse(f"economics:{route}", args=[structure.pk])
    file = client_of.get(f"{out}?exercice={year * 12}&nature={basis}")
    content = b"".join(file.streaming_content) if file.streaming else file.content
    for _ in range(2):
        page = send(content, **stated)
        assert "Ce fichier ne change rien" in page.text
        say(client_of, structure, "detail", **kept_of(page))
    assert YearStatement.objects.count() == 1


class Killed(Exception):
    pass


@pytest.mark.django_db
def test_an_import_that_is_killed_at_any_write_leaves_nothing(structure, client_of, send):
    values = kept_of(send((BALANCE + GOOD).encode())) | LET
    own = (YearStatement, AccountingYear, JournalEntry)
    before = [each.objects.count() for each in own]
    writes = 0

    def killing(at):
        def wrapper(execute, sql, *arguments):
            nonlocal writes
            if re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "(economics|accounts_journal)', sql):
                writes += 1
                if writes == at:
                    raise Killed
            return execute(sql, *arguments)

        return wrapper

    for at in count(1):
        writes = 0
        try:
            with connection.execute_wrapper(killing(at)):
                say(client_of, structure, "detail", **values)
        except Killed:
            assert [each.objects.count() for each in own] == before
        else:
            break
    assert at == 4
    assert [each.objects.count() for each in own] == [n + 1 for n in before]


OTHER = "N° de cpte;Intitulé;Mvt D;Mvt C\n606100;Eau;1 000,00;\n706000;Prestations;;60 000\n"
CHOSEN = {"colonne-0": "account", "colonne-1": "", "colonne-2": "debit", "colonne-3": "credit"}


def answers_of(page) -> dict[str, str]:
    """What the page that asks for columns sends back besides them."""
    return dict(page.context["carried"])


@pytest.mark.django_db
def test_columns_are_said_once_for_a_structure(structure, client_of, send):
    page = send(OTHER.encode())
    assert "Que dit chaque colonne" in page.text
    assert "Par exemple\u00a0: 606100" in page.text
    url = reverse("economics:from_file", args=[structure.pk])
    wrong = client_of.post(url, answers_of(page) | CHOSEN | {"colonne-3": ""})
    assert wrong.status_code == 422
    assert "débit et crédit, ou solde" in wrong.text
    assert not ListMapping.objects.exists()
    preview = client_of.post(url, answers_of(wrong) | CHOSEN)
    assert "Ce que ce fichier change" in preview.text
    assert kept_of(preview)["ACHATS"] == "1\u202f000,00\u202f€"
    # The next file of the same head is read at once; nothing but the choice was written.
    assert "Ce que ce fichier change" in send(OTHER.replace("1 000", "2 000").encode()).text
    assert ListMapping.objects.get().structure == structure
    assert not YearStatement.objects.exists()


@pytest.mark.django_db
def test_a_choice_of_columns_is_made_again_where_one_asks(structure, client_of, send):
    page = send((BALANCE + GOOD).encode(), colonnes="on")
    assert [f.value() for f in page.context["form"]] == ["account", "", "debit", "credit"]
    url = reverse("economics:from_file", args=[structure.pk])
    client_of.post(url, answers_of(page) | CHOSEN | {"colonne-2": "credit", "colonne-3": "debit"})
    assert "charge négative" in send((BALANCE + GOOD).encode()).text
    page = send((BALANCE + GOOD).encode(), colonnes="on")
    assert page.context["form"]["colonne-2"].value() == "credit"


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "?", "AAAA", "eJw="])
def test_a_file_that_no_page_of_ours_carried_is_none(structure, client_of, year, content):
    url = reverse("economics:from_file", args=[structure.pk])
    page = client_of.post(url, {"annee": year, "contenu": content} | CHOSEN)
    assert page.status_code == 422
    assert "Il manque votre réponse" in page.text


@pytest.mark.django_db
def test_a_choice_is_of_a_network_or_of_a_structure(structure):
    for owners in ({}, {"network": make_network("Val"), "structure": structure}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ListMapping.objects.create(key="k", columns={}, **owners)
