"""Sheets in and out: files read line by line, imported once, and given back as they came."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Network, Structure
from cordee.practices.models import Sheet, SheetVersion
from cordee.practices.models.sheets import Places, SheetKind
from cordee.practices.sheets import actions
from cordee.practices.sheets.exchange import importing
from cordee.practices.sheets.exchange.files import UnreadableFile, read_file, written
from cordee.practices.sheets.exchange.importing import Fate, Told, import_sheets, read_all
from cordee.rules.practices import PracticeStatus
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.practices.reuse_makers import take_up
from tests.practices.sheet_makers import NOW, director_of, publish

TEXTS = sorted((Path(__file__).parents[2] / "demo" / "practices").rglob("*.md"))

TEXT = """---
titre: Le tableau du lundi: qui part où
type: fiche
statut: expérimentée
métiers: espaces-verts
places: 12
auteurs: Les Terrasses du Haut
depuis: 2026-01
---

# Problème

Chacun attend dans la cour.

# Étapes

1. Écrire.
2. Lire à voix haute.

# Limites et ce qui n’a pas marché

Le mardi, on oublie.
"""


def refusals(text: str) -> str:
    with pytest.raises(UnreadableFile) as found:
        read_file(text)
    return " ".join(found.value.sentences)


def packed(files: Mapping[str, str | bytes]) -> io.BytesIO:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_file_is_written_as_it_was_read(path: Path) -> None:
    text = written(read_file(path.read_text(encoding="utf-8")))
    assert written(read_file(text)) == text
    assert read_file(text).sections == read_file(path.read_text(encoding="utf-8")).sections


def test_a_file_is_read_with_its_bands_and_months() -> None:
    read = read_file(TEXT)
    assert read.title == "Le tableau du lundi: qui part où"
    assert (read.kind, read.status, read.trades) == (SheetKind.CARD, "TRIED", ("espaces-verts",))
    assert read.context["places"] == Places.UP_TO_20
    assert read.context["in_use_since"] == date(2026, 1, 1)
    assert list(read.sections) == ["problem", "steps", "limits"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("type: fiche", "type: note", "Ligne 3 : type, « note » : écrivez l’un de ceux-ci : fiche"),
        ("places: 12", "places: zéro", "Ligne 6 : places, « zéro »"),
        ("2026-01", "2026-13", "Ligne 8 : depuis, « 2026-13 » : écrivez un mois"),
        ("espaces-verts", "espaces", "Ligne 5 : métiers, « espaces » : « espaces » n’est pas"),
        ("titre: ", "titre2: ", "Le titre manque."),
        ("statut: expérimentée", "type: fiche", "Ligne 4 : « type » est dit deux fois."),
        ("# Étapes", "# Étape", "Ligne 15 : « Étape » n’est pas une rubrique."),
        ("# Étapes", "# Problème", "Ligne 15 : la rubrique « Problème » est là deux fois."),
        ("2. Lire", "2. <i>Lire</i>", "Ligne 18 : « <i> » est du HTML"),
        ("\n# Problème\n", "\nDeux mots.\n# Problème\n", "est hors de toute rubrique"),
    ],
)
def test_a_file_is_refused_with_line_and_cure(before: str, after: str, told: str) -> None:
    assert told in refusals(TEXT.replace(before, after, 1)).replace("\u00a0", " ")


def test_a_file_without_head_says_how_it_begins() -> None:
    assert refusals("# Problème").startswith("Ligne 1")


# --- Archives and tables -----------------------------------------------------------------------


def test_an_archive_gives_each_file_or_why_not() -> None:
    files: dict[str, str | bytes] = {"a/lundi.md": TEXT, "notes.txt": "x", "b/lundi.md": TEXT}
    files |= {"latin.md": "é".encode("latin-1"), "__MACOSX/lundi.md": b"\x00"}
    read = read_all(packed(files))
    assert [name for name, _ in read] == ["lundi", "notes.txt", "b/lundi.md", "latin.md"]
    assert [isinstance(said, UnreadableFile) for _, said in read] == [False, True, True, True]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and no more",
        b"",
        packed({"readme.txt": "rien"} | {"[Content_Types].xml": "<a/>"}).getvalue(),
        packed({f"{n}.md": TEXT for n in range(importing.MOST_FILES + 1)}).getvalue(),
        packed({f"{n}.md": b"a" * 299_000 for n in range(2)}).getvalue(),
        b"a" * (importing.MOST_BYTES + 1),
        b"titre;type;couleur\nUn;fiche;bleu\n",
    ],
    ids=["cut", "empty", "workbook", "many", "bomb", "heavy", "columns"],
)
def test_what_is_no_list_of_sheets_is_refused_whole(content: bytes) -> None:
    with pytest.raises(ValidationError):
        read_all(io.BytesIO(content))


def test_a_file_that_swells_is_not_read_further() -> None:
    name, said = read_all(packed({"gros.md": b"a" * 40_000_000}))[0]
    assert (name, isinstance(said, UnreadableFile)) == ("gros.md", True)
    assert "Ko" in str(said)


def test_a_table_holds_one_sheet_a_line() -> None:
    table = "fichier;titre;type;Problème;Limites et ce qui n'a pas marché\n"
    table += 'lundi;Le tableau;fiche;"On attend.\n\nLongtemps.";Le mardi.\n;Sans type;note;a;b\n'
    (name, said), (other, refused) = read_all(io.BytesIO(table.encode()))
    assert not isinstance(said, UnreadableFile)
    assert (name, said.sections["problem"]) == ("lundi", "On attend.\n\nLongtemps.")
    assert (other, isinstance(refused, UnreadableFile)) == ("sans-type", True)


# --- Written -----------------------------------------------------------------------------------


@pytest.fixture
def network(db: Any) -> Network:
    make_valley()
    found = make_network("Les Encordés")
    join(make_structure("Les Terrasses du Haut"), found)
    return found


@pytest.fixture
def staff(network: Network) -> User:
    return make_person("equipe@pratiques.example", role="network_staff", network=network)


def send(network: Network, by: User, *, is_published: bool = True, **files: str) -> list[Told]:
    read = read_all(packed({f"{name}.md": text for name, text in files.items()}))
    return import_sheets(read, network=network, is_published=is_published, by=by, now=NOW)


def test_the_same_import_twice_changes_nothing(network: Network, staff: User) -> None:
    (first,) = send(network, staff, lundi=TEXT)
    assert (first.fate, first.sentences) == (Fate.CREATED, [])
    sheet = Sheet.objects.get()
    assert (sheet.latest_number, sheet.status) == (1, PracticeStatus.TRIED)
    assert sheet.authors.get().shown_name == "une structure"
    lines = JournalEntry.objects.count()
    assert [told.fate for told in send(network, staff, lundi=TEXT)] == [Fate.SAME]
    # Under another name, its text is known again.
    assert [told.fate for told in send(network, staff, mardi=TEXT)] == [Fate.SAME]
    assert (Sheet.objects.count(), SheetVersion.objects.count()) == (1, 1)
    assert JournalEntry.objects.count() == lines


def test_what_is_there_already_is_written_on_a_screen(network: Network, staff: User) -> None:
    send(network, staff, lundi=TEXT)
    sheet = Sheet.objects.get()
    (told,) = send(network, staff, lundi=TEXT.replace("on oublie", "on se trompe"))
    assert (told.fate, "avec un autre texte" in told.sentences[0]) == (Fate.REFUSED, True)
    assert sheet.versions.count() == 1
    # Nor is what somebody writes on from it.
    said = {"problem": "Autre chose.", "limits": "Aussi."}
    actions.save_draft(sheet=sheet, title="Le tableau", sections=said, by=staff, now=NOW)
    assert send(network, staff, lundi=TEXT)[0].fate is Fate.REFUSED
    assert sheet.draft.sections == said


def test_drafts_are_published_by_sending_them_again(network: Network, staff: User) -> None:
    send(network, staff, is_published=False, lundi=TEXT)
    assert not Sheet.objects.get().is_published
    assert send(network, staff, is_published=False, lundi=TEXT)[0].fate is Fate.SAME
    assert send(network, staff, lundi=TEXT)[0].fate is Fate.PUBLISHED
    assert Sheet.objects.get().is_published


def test_each_file_stands_alone(network: Network, staff: User) -> None:
    unknown = TEXT.replace("Les Terrasses du Haut", "Inconnue du Bas").replace("lundi", "mardi")
    naming = TEXT.replace("on oublie", "Les Terrasses du Haut oublient").replace("lundi", "jeudi")
    told = send(network, staff, a=unknown, b=TEXT, c=naming, d="rien")
    fates = [each.fate for each in told]
    assert fates == [Fate.REFUSED, Fate.CREATED, Fate.REFUSED, Fate.REFUSED]
    assert "n’est pas un membre" in told[0].sentences[0]
    assert told[2].sentences[0].startswith("Ligne 21")
    assert Sheet.objects.count() == 1


def test_a_status_that_its_gate_refuses_waits_below(network: Network, staff: User) -> None:
    wanted = TEXT.replace("expérimentée", "transférée").replace("2026-01", "2024-01")
    (told,) = send(network, staff, lundi=wanted)
    assert (told.fate, Sheet.objects.get().status) == (Fate.CREATED, PracticeStatus.STABLE)
    assert "gardée comme" in told.sentences[0]
    # A file lowers nothing.
    assert send(network, staff, lundi=wanted.replace("transférée", "idée"))[0].fate is Fate.SAME


def test_a_withdrawn_sheet_does_not_come_back_by_a_file(network: Network, staff: User) -> None:
    send(network, staff, lundi=TEXT)
    actions.keep_sheet(sheet=Sheet.objects.get(), is_kept=False, by=staff, now=NOW)
    (told,) = send(network, staff, lundi=TEXT)
    assert (told.fate, "Remettez-la" in told.sentences[0]) == (Fate.REFUSED, True)


def test_another_network_has_its_own_sheets(network: Network, staff: User) -> None:
    send(network, staff, lundi=TEXT)
    other = make_network("Une autre cordée")
    join(Structure.objects.get(name="Les Terrasses du Haut"), other)
    assert send(other, staff, lundi=TEXT)[0].fate is Fate.CREATED
    assert Sheet.objects.count() == 2


# --- Out ---------------------------------------------------------------------------------------


def test_what_goes_out_comes_in_again_and_changes_nothing(
    network: Network, staff: User, client: Client
) -> None:
    send(network, staff, lundi=TEXT, mardi=TEXT.replace("lundi", "mardi").replace("Chacun", "On"))
    client.force_login(staff)
    sent = client.get(reverse("practices:archive", args=[network.slug]))
    told = import_sheets(
        read_all(io.BytesIO(sent.content)), network=network, is_published=True, by=staff, now=NOW
    )
    assert [each.fate for each in told] == [Fate.SAME, Fate.SAME]
    assert sent.content == client.get(reverse("practices:archive", args=[network.slug])).content


def test_nothing_that_goes_out_names_who_did_not_agree(
    network: Network, staff: User, client: Client
) -> None:
    send(network, staff, lundi=TEXT)
    client.force_login(staff)

    def outside() -> str:
        archive = client.get(reverse("practices:archive", args=[network.slug])).content
        text = zipfile.ZipFile(io.BytesIO(archive)).read("lundi.md").decode()
        found = client.get(reverse("practices:as_json", args=[network.slug])).content.decode()
        return text + found + client.get(reverse("practices:feed")).text

    assert "Terrasses" not in outside()
    row = Sheet.objects.get().authors.get()
    actions.answer_naming(row=row, is_yes=True, by=staff, now=NOW)
    assert outside().count("Les Terrasses du Haut") == 3
    actions.answer_naming(row=row, is_yes=False, by=staff, now=NOW)
    assert "Terrasses" not in outside()


def test_what_others_said_goes_out_without_who_proposed(
    network: Network, staff: User, client: Client
) -> None:
    reader, author = make_structure("Moulins du Bas"), make_structure("Val Mirel")
    version = publish(author, kind=SheetKind.MONOGRAPH, network=network)
    sheet, by = version.sheet, director_of(reader)
    first = actions.propose(sheet=sheet, text="Dites le coût.", by=by, now=NOW)
    actions.answer_comment(comment=first, answer="Il y est.", by=staff, now=NOW)
    review = actions.ask_review(version=version, structure=reader, by=staff, now=NOW)
    said = {"report": "Solide.", "reservations": "Un seul hiver."}
    actions.deliver_review(review=review, is_published=False, by=by, now=NOW, **said)
    take_up(sheet, make_structure("Atelier des Rives"), why="Le froid.")
    client.force_login(staff)

    def taken() -> tuple[dict[str, Any], str]:
        found = client.get(reverse("practices:as_json", args=[network.slug])).json()
        archive = client.get(reverse("practices:archive", args=[network.slug])).content
        inside = zipfile.ZipFile(io.BytesIO(archive)).read("pratiques.json")
        assert json.loads(inside) == found
        return found["pratiques"][0], inside.decode()

    told, text = taken()
    assert told["versions"][0]["relectures"] == []
    assert [each["réponse"] for each in told["commentaires"]] == ["Il y est."]
    assert told["reprises"][0]["pourquoi"] == "Le froid."
    names = ("Moulins", "Mirel", "Rives", by.email, by.display_name)
    assert not [name for name in names if name and name in text]
    actions.agree_to_report(review=review, is_yes=True, by=by, now=NOW)
    assert taken()[0]["versions"][0]["relectures"][0]["réserves"] == "Un seul hiver."


def test_a_file_is_sent_and_each_sheet_told(network: Network, staff: User, client: Client) -> None:
    client.force_login(staff)
    address = reverse("practices:files", args=[network.slug])
    assert client.get(address).status_code == 200
    content = packed({"lundi.md": TEXT, "vide.md": ""}).getvalue()
    file = SimpleUploadedFile("fiches.zip", content)
    page = client.post(address, {"file": file, "is_published": "on"}).text
    assert "créée" in page
    assert "refusée" in page
    wrong = client.post(address, {"file": SimpleUploadedFile("fiches.zip", b"PK no")})
    assert wrong.status_code == 422


@pytest.mark.django_db
def test_the_feed_says_what_a_sheet_is_about(client: Client) -> None:
    publish(said={"problem": "Le camion part à moitié vide."})
    assert (
        '<summary type="html">Le camion part à moitié vide.</summary>'
        in client.get(reverse("practices:feed")).text
    )
