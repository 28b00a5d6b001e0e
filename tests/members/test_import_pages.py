"""Importing from the browser: nothing is written before one agrees, and only staff may."""

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from cordee.accounts.models import JournalEntry
from cordee.members import list_columns
from cordee.members.actions import imports
from cordee.members.import_parts import whole_report
from cordee.members.models import (
    ListMapping,
    Membership,
    Organisation,
    Structure,
    StructureImport,
)
from tests.members.makers import (
    make_network,
    make_person,
    make_structure,
    make_valley,
    valid_siret,
)

pytestmark = pytest.mark.django_db
URL = "/annuaire/imports/"
HEADER = "siret;kind;name;postcode;city;department;lat;lon"
CITY = "Saint-Aubin-sur-Verdoire"
GOOD = f"{valid_siret(801)};ACI;Les Jardins;38100;Saint-Aubin-sur-Verdoire;38;45,0;5,5"
BAD = f"{valid_siret(802)};SIAE;Autre;38100;Saint-Aubin-sur-Verdoire;38;45,0;5,5"


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    """What is asked of the queue is done at once."""
    monkeypatch.setattr(imports.transaction, "on_commit", lambda leave: leave())


@pytest.fixture
def network():
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network, signed_in_client):
    return signed_in_client(make_person("r@exemple.fr", role="network_staff", network=network))


def send(client, *lines: str, **data: str):
    file = SimpleUploadedFile("liste.csv", "\n".join([HEADER, *lines]).encode())
    return client.post(URL, {"file": file, "are_members": "on"} | data, follow=True)


def on_one_line(response) -> str:
    """The page, wherever its template breaks a line."""
    return re.sub(r"[ \n]+", " ", response.text)


def test_nothing_is_written_before_one_agrees(staff):
    response = send(staff, GOOD, BAD)
    assert "Rien n’est encore écrit" in response.text
    assert "1\u202fstructure à créer, 1\u202fligne rejetée" in response.text
    assert "Créée" not in response.text
    # The rejected line is not among them.
    assert "Acceptées (1)" in response.text
    assert "seront membres du réseau" in on_one_line(response)
    # No count of nothing; an hour of the day may be 0.
    assert not re.search("\\b0\u202f(?!h)", response.text)
    assert "Cette sorte de structure n’est pas connue." in response.text
    assert not Structure.objects.exists()
    assert not Organisation.objects.exists()


def test_agreeing_does_what_was_announced_once(staff, network):
    send(staff, GOOD, BAD)
    kept = StructureImport.objects.get()
    announced = whole_report(kept)
    for _ in range(2):
        response = staff.post(f"{URL}{kept.pk}/accord/", follow=True)
        assert "1\u202fstructure créée, 1\u202fligne rejetée" in response.text
        assert f'href="/reseaux/{network.slug}/adherents/"' in response.text
    kept.refresh_from_db()
    assert whole_report(kept) == announced
    # What somebody sent is not kept once it is in.
    assert kept.file.erased_at is not None
    assert Structure.objects.count() == Membership.objects.filter(network=network).count() == 1
    assert JournalEntry.objects.about(kept).count() == 1


def test_rejected_lines_come_before_doubts_and_missing_points_are_counted_only(staff):
    nowhere = GOOD.replace(CITY, "Nulle-Part").replace("45,0;5,5", ";").replace("38100", "ABC")
    no_point = GOOD.replace("45,0;5,5", ";").replace(valid_siret(801), valid_siret(803))
    page = send(staff, nowhere, no_point, BAD).text
    assert page.index("n’est pas connue") < page.index("Aucune commune ne porte ce nom")
    # What there is to read again is counted before the lines, and told one by one after them.
    order = [page.index(f'id="{place}"') for place in ("rejetees", "relire", "lignes", "remarques")]
    assert order == sorted(order)
    assert "1\u202fligne\u00a0: sans coordonnées (pour mémoire)" in page
    report = whole_report(StructureImport.objects.get())
    assert [(r.line, r.severity) for r in report.about("no_point")] == [
        (2, "douteuse"),
        (3, "pour mémoire"),
    ]
    assert report.doubtful == 1


def test_each_list_shows_its_state(staff):
    send(staff, GOOD)
    assert "à accepter" in staff.get(URL).text
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    assert "importée" in staff.get(URL).text


def test_the_page_of_columns_says_beforehand_which_lack(staff):
    file = SimpleUploadedFile("liste.csv", b"siret;cotisation\n1;2\n")
    page = staff.post(URL, {"file": file}, follow=True).text
    assert "Dites quelle colonne donne\u00a0: sorte, nom." in page


def test_a_list_of_non_members_makes_nobody_a_member(staff):
    send(staff, GOOD, are_members="")
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    assert Structure.objects.count() == 1
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\x00\x01\x02", "texte"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(staff, content, said):
    response = staff.post(URL, {"file": SimpleUploadedFile("x.csv", content)})
    assert said in response.text
    assert not StructureImport.objects.exists()


def test_remarks_are_exported(staff):
    send(staff, BAD)
    response = staff.get(f"{URL}{StructureImport.objects.get().pk}/rapport/")
    text = b"".join(response.streaming_content).decode()
    assert "2;rejetée;sorte;SIAE;" in text


def test_only_staff_of_a_network_imports(network, signed_in_client):
    people = [
        make_person("x@exemple.fr"),
        make_person("g@exemple.fr", role="delegate", network=network),
        make_person("d@exemple.fr", role="director", structure=make_structure("Autre")),
    ]
    for person in people:
        visitor = signed_in_client(person)
        assert visitor.get(URL).status_code == 403
        assert send(visitor, GOOD).status_code == 403


def test_a_report_is_read_by_whoever_made_it_only(staff, network, signed_in_client):
    send(staff, GOOD)
    pk = StructureImport.objects.get().pk
    other = signed_in_client(make_person("o@exemple.fr", role="network_staff", network=network))
    assert staff.get(f"{URL}{pk}/").status_code == 200
    for url in (f"{URL}{pk}/", f"{URL}{pk}/rapport/"):
        assert other.get(url).status_code == 404
    assert other.post(f"{URL}{pk}/accord/").status_code == 404
    assert not Structure.objects.exists()


def test_the_directory_leads_staff_there_and_nobody_else(staff, network, signed_in_client):
    delegate = signed_in_client(make_person("g@exemple.fr", role="delegate", network=network))
    assert f'href="{URL}"' in staff.get("/annuaire/").text
    assert f'href="{URL}"' not in delegate.get("/annuaire/").text


# --- Workbooks, columns of one's own, line by line ------------------------------------------------

OWN_HEADER = ["N° SIRET", "Type", "Raison sociale", "CP", "Commune", "Membre depuis"]


def workbook(*rows):
    book = Workbook()
    for row in (OWN_HEADER, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("adherents.xlsx", file.getvalue())


def own_row(number, name="Les Jardins", siret=None):
    # As a spreadsheet keeps them: numbers, which lost their zeros, and a date.
    siret = siret or int(valid_siret(number))
    return [siret, "ACI", name, 38100, "Saint-Aubin-sur-Verdoire", date(2024, 1, 1)]


def columns_of(staff, pk):
    return {
        f"colonne-{n}": field
        for n, field in enumerate(["siret", "kind", "name", "postcode", "city", ""])
    }


def test_a_workbook_with_names_of_its_own_is_asked_about_once(staff, network):
    first = staff.post(URL, {"file": workbook(own_row(801)), "are_members": "on"}, follow=True)
    kept = StructureImport.objects.get()
    columns = f"{URL}{kept.pk}/colonnes/"
    assert first.redirect_chain[-1][0] == columns
    page = first.text
    assert "Par exemple\u00a0: Les Jardins" in page
    assert '<option value="siret" selected>' in page
    # Nothing can be agreed before the columns are chosen.
    staff.post(f"{URL}{kept.pk}/accord/")
    assert not Structure.objects.exists()
    staff.post(columns, columns_of(staff, kept.pk))
    staff.post(f"{URL}{kept.pk}/accord/")
    structure = Structure.objects.get()
    assert (structure.siret, structure.postcode) == (valid_siret(801), "38100")
    assert ListMapping.objects.get().network == network

    second = staff.post(URL, {"file": workbook(own_row(802)), "are_members": "on"})
    assert second["Location"] == f"{URL}{StructureImport.objects.first().pk}/"
    assert ListMapping.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colonne-2": ""}, "Dites quelle colonne donne\u00a0: nom."),
        ({"colonne-5": "name"}, "Deux colonnes donnent la même chose\u00a0: nom."),
    ],
)
def test_columns_that_cannot_be_are_refused(staff, changes, said):
    staff.post(URL, {"file": workbook(own_row(801))})
    kept = StructureImport.objects.get()
    page = staff.post(f"{URL}{kept.pk}/colonnes/", columns_of(staff, kept.pk) | changes)
    assert said in page.text
    assert not ListMapping.objects.exists()


def test_the_mapping_of_another_network_is_not_used(staff):
    header = OWN_HEADER
    other = make_network("Réseau du Large")
    imports.save_list_mapping(owner=other, header=header, columns={"N° SIRET": "siret"}, by=None)
    answer = staff.post(URL, {"file": workbook(own_row(801))}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/colonnes/")


def test_each_line_says_what_would_change_and_can_be_filtered(staff, network):
    send(staff, GOOD)
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    held = make_structure("Chez Nous", siret=valid_siret(803), is_claimed=True)
    renamed = GOOD.replace("Les Jardins", "Les Grands Jardins")
    claimed = f"{held.siret};ACI;Autre nom;;;;45,0;5,5"
    new = GOOD.replace(valid_siret(801), valid_siret(804))
    page = on_one_line(send(staff, renamed, claimed, new))
    assert "Les Jardins → <strong>Les Grands Jardins</strong>" in page
    assert "La liste dirait autre chose" in page
    assert "Nouvelle structure" in page
    pk = StructureImport.objects.first().pk
    only = on_one_line(staff.get(f"{URL}{pk}/?devenir=kept"))
    assert "Chez Nous → <strong>Autre nom</strong>" in only
    assert "Les Grands Jardins" not in only
    text = b"".join(staff.get(f"{URL}{pk}/lignes/").streaming_content).decode()
    assert "2;à modifier;" in text
    assert "nom;Les Jardins;Les Grands Jardins" in text
    held.refresh_from_db()
    assert held.name == "Chez Nous"


def test_a_list_read_again_changes_nothing_line_by_line(staff):
    send(staff, GOOD)
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    send(staff, GOOD)
    lines = whole_report(StructureImport.objects.first()).lines
    assert [(line.outcome, line.changes) for line in lines] == [("inchangée", ())]


SHORT = f"siret;kind;name;phone;address\n{valid_siret(801)};ACI;Les Jardins;;"


def test_empty_cells_erase_by_choice_only_and_the_preview_counts_them(staff):
    send(staff, GOOD)
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    Structure.objects.update(address="2 rue du Lavoir", phone="04 65 71 20 45")

    def preview(**choice):
        file = SimpleUploadedFile("liste.csv", SHORT.encode())
        return staff.post(URL, {"file": file} | choice, follow=True).text

    page = preview()
    assert "Ce que la liste efface" not in page
    staff.post(f"{URL}{StructureImport.objects.first().pk}/accord/")
    assert Structure.objects.get().phone == "04 65 71 20 45"
    page = preview(empty_erases="on")
    assert "Ce que la liste efface" in page
    assert "Adresse\u00a0: 1\u202fstructure" in page
    assert "Téléphone\u00a0: 1\u202fstructure" in page
    staff.post(f"{URL}{StructureImport.objects.first().pk}/accord/")
    structure = Structure.objects.get()
    assert (structure.address, structure.phone, structure.city) == ("", "", CITY)


@pytest.mark.parametrize("choice", [{}, {"empty_erases": "on"}])
def test_a_list_of_four_columns_empties_no_other(staff, choice):
    send(staff, GOOD)
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    told = {"naf": "8130Z", "address": "2 rue du Lavoir", "website": "https://jardins.example"}
    Structure.objects.update(**told)
    before = Structure.objects.values().get()
    bare = f"siret;kind;name;phone\n{valid_siret(801)};ACI;Les Jardins;0465712045"
    file = SimpleUploadedFile("liste.csv", bare.encode())
    page = staff.post(URL, {"file": file} | choice, follow=True).text
    assert "Ce que la liste efface" not in page
    staff.post(f"{URL}{StructureImport.objects.first().pk}/accord/")
    after = Structure.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"phone", "updated_at"}


def test_a_sheet_that_is_not_there_is_named(staff):
    page = staff.post(URL, {"file": workbook(own_row(801)), "sheet": "Autre"}).text
    assert "Aucune feuille ne s’appelle" in page


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("N° SIRET", "siret"),
        ("Raison sociale", "name"),
        ("Code postal", "postcode"),
        ("Site internet", "website"),
        ("nom d'usage", "brand"),
        ("Type de structure", "kind"),
        ("Cotisation", ""),
    ],
)
def test_usual_names_of_columns_are_recognised(name, field):
    assert list_columns.guess_columns([name]) == {name: field}


def test_a_field_is_guessed_once():
    assert list_columns.guess_columns(["Nom", "Raison sociale"]) == {
        "Nom": "name",
        "Raison sociale": "",
    }
