"""Her page in her language: a file for each, told before it is kept; nothing that is stale."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from cordee.accounts.models import JournalEntry, User
from cordee.base.files import StoredFile, sound_of
from cordee.members.models import Structure
from cordee.skills.languages.sentences import FILE, LANGUAGES, flat, sentences_of
from cordee.skills.learners import card
from cordee.skills.models import OwnFramework, Recording, Translation
from tests.members.makers import make_structure
from tests.skills.makers import SOUND, make_framework, make_learner, open_card, see, teacher_of

pytestmark = pytest.mark.django_db
HEAD = "Code;Phrase;Traduction\n"
DROIT = "espaces-verts/tondre-droit;Je tonds droit.;{}\n"
ARABIC = "أجز العشب باستقامة"
TWO = f"{HEAD}{DROIT.format(ARABIC)}page/sais;Je sais;أعرف\n"
CARD = Path("cordee/skills/templates/skills/card")


@pytest.fixture
def structure() -> Structure:
    made = make_structure("Les Jardins")
    make_framework(made)
    return made


@pytest.fixture
def teacher(structure: Structure) -> User:
    return teacher_of(structure)


@pytest.fixture
def address(structure: Structure) -> str:
    return reverse("skills:language", args=[structure.pk, "ar"])


def sent(desk: Any, address: str, text: str | bytes) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return desk.post(address, {"file": SimpleUploadedFile("phrases.csv", content)})


def keep(desk: Any, address: str, text: str) -> Any:
    told = sent(desk, address, text)
    return desk.post(address, {"text": told.context["text"]}, follow=True)


def test_a_file_is_told_then_kept_and_twice_is_once(
    teacher: User, address: str, signed_in_client: Any
) -> None:
    desk = signed_in_client(teacher)
    empty = b"".join(desk.get(f"{address}?format=csv").streaming_content).decode("utf-8-sig")
    assert "espaces-verts/tondre-droit;Je tonds droit.;" in empty
    assert "page/sais;Je sais;" in empty
    told = sent(desk, address, empty.replace("Je tonds droit.;", f"Je tonds droit.;{ARABIC}"))
    assert f'<span class="d-block" lang="ar" dir="rtl">{ARABIC}</span>' in told.text
    assert "Rien n’est encore gardé." in told.text
    assert not Translation.objects.exists()
    for _ in range(2):
        desk.post(address, {"text": told.context["text"]})
    assert [(row.code, row.words) for row in Translation.objects.all()] == [
        ("espaces-verts/tondre-droit", ARABIC)
    ]
    assert JournalEntry.objects.filter(verb="skills.write_translations").count() == 1
    assert "Ce fichier ne change rien" in sent(desk, address, HEAD + DROIT.format(ARABIC)).text
    # A line that is not there changes nothing; an empty cell takes its translation away.
    keep(desk, address, HEAD + "page/sais;Je sais;أعرف\n")
    assert Translation.objects.count() == 2
    assert "Traduction retirée." in sent(desk, address, HEAD + DROIT.format("")).text
    keep(desk, address, HEAD + DROIT.format(""))
    assert Translation.objects.get().code == "page/sais"


def test_a_workbook_is_read_too(teacher: User, address: str, signed_in_client: Any) -> None:
    book = Workbook()
    book.active.append(["Code", "Phrase", "Traduction"])
    book.active.append(["espaces-verts/tondre-droit", "Je tonds  droit.", ARABIC])
    content = io.BytesIO()
    book.save(content)
    assert ARABIC in sent(signed_in_client(teacher), address, content.getvalue()).text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Code;Phrase\na;b\n", "Il manque une colonne en ligne 1\u00a0: Traduction."),
        (HEAD + "page/voler;Je vole;x\n", "Ligne 2, «\u00a0page/voler\u00a0»\u00a0: ce code n’est"),
        (HEAD + DROIT.format("x") * 2, "Ligne 3, «\u00a0espaces-verts/tondre-droit\u00a0»"),
        (HEAD + "page/sais;Je savais;x\n", "la phrase est maintenant «\u00a0Je sais\u00a0»."),
        (HEAD + DROIT.format("x" * 401), "400 lettres au plus."),
        (HEAD + DROIT.format("???? ???"), "des lettres sont perdues."),
        ("", "est un fichier vide"),
    ],
)
def test_a_fault_has_its_line_and_its_cure(
    teacher: User, address: str, signed_in_client: Any, text: str, told: str
) -> None:
    answer = sent(signed_in_client(teacher), address, text)
    assert answer.status_code == 422
    assert told in answer.text
    assert not Translation.objects.exists()


def test_she_reads_her_page_in_her_language(
    client: Any, structure: Structure, teacher: User, address: str, signed_in_client: Any
) -> None:
    learner = make_learner(structure)
    see(learner, teacher)
    page = open_card(client, learner, teacher)
    # A language in which nothing is said is not offered.
    assert 'name="langue"' not in client.get(page).text
    keep(signed_in_client(teacher), address, TWO)
    french = client.get(page).text
    assert 'name="langue" value="ar" lang="ar"' in french
    assert ARABIC not in french
    answer = client.post(page, {"langue": "ar"})
    cookie = answer.cookies[card.LANGUAGE_COOKIE]
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == (page, 15 * 60, "Strict")
    hers = client.get(page).text
    assert "Je tonds droit." in hers
    assert f'lang="ar" dir="rtl">{ARABIC}</span>' in hers
    assert 'dir="rtl">أعرف</span>' in hers
    client.post(page, {"langue": "klingon"})
    assert ARABIC not in client.get(page).text
    client.post(page, {"langue": "ar"})
    assert client.post(page, {"geste": "sortir"}).cookies[card.LANGUAGE_COOKIE]["max-age"] == 0


def test_what_was_translated_from_another_sentence_is_told_and_not_shown(
    client: Any, structure: Structure, teacher: User, address: str, signed_in_client: Any
) -> None:
    desk = signed_in_client(teacher)
    keep(desk, address, HEAD + DROIT.format(ARABIC))
    own = OwnFramework.objects.get(code="espaces-verts")
    own.content["competences"][0]["criteria"][1]["sentence"] = "Je tonds bien droit."
    own.save()
    told = desk.get(address).text
    assert "À traduire à nouveau" in told
    assert "Avant\u00a0: «\u00a0Je tonds droit.\u00a0»" in told
    out = b"".join(desk.get(f"{address}?format=csv").streaming_content).decode()
    assert "Je tonds bien droit.;\r\n" in out
    learner = make_learner(structure)
    see(learner, teacher)
    learner.observations.update(sentence="Je tonds bien droit.")
    page = open_card(client, learner, teacher)
    client.post(page, {"langue": "ar"})
    assert ARABIC not in client.get(page).text


def test_each_fixed_sentence_of_her_page_is_in_the_file() -> None:
    said = {
        words
        for name in ("frame", "page", "known", "units", "level", "leave", "disagree")
        for words in re.findall(r'{% said "([^"]+)"', (CARD / f"{name}.html").read_text())
    }
    assert said <= set(FILE["page"].values())
    assert (
        not set(FILE["page"].values())
        - said
        - {
            "Ce que je sais faire",
            "Je ne suis pas d’accord",
        }
    )


def test_the_languages_of_the_list_are_named_in_themselves() -> None:
    assert 16 <= len(LANGUAGES) <= 20
    assert {each.direction for each in LANGUAGES.values()} == {"ltr", "rtl"}
    assert LANGUAGES["ar"].direction == "rtl"


def test_the_pages_ask_the_same_queries(
    teacher: User, structure: Structure, address: str, signed_in_client: Any, count_queries: Any
) -> None:
    desk = signed_in_client(teacher)
    listing = reverse("skills:languages", args=[structure.pk])

    def queries() -> list[int]:
        return [count_queries(each, teacher) for each in (listing, address)]

    before = queries()
    assert "Tout est encore en français" in desk.get(listing).text
    keep(desk, address, TWO)
    assert queries() == before
    told = desk.get(listing).text
    assert "1\u202flangue commencée" in told
    assert f"2\u202fphrases sur {len(flat(sentences_of(structure)))}" in told


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"ID3" + bytes(20), "audio/mpeg"),
        (b"\xff\xfb" + bytes(20), "audio/mpeg"),
        (b"OggS" + bytes(20), "audio/ogg"),
        (b"\0\0\0\x20ftypM4A " + bytes(20), "audio/mp4"),
        (b"\x1a\x45\xdf\xa3" + bytes(20), "audio/webm"),
    ],
)
def test_a_sound_is_known_by_what_it_holds(content: bytes, kind: str) -> None:
    assert sound_of("x", content).content_type == kind


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\0\0\0\x20ftypisom" + bytes(20) + b"vmhd", "Ce n’est pas un son."),
        (b"%PDF-1.7", "Ce n’est pas un son."),
        (b"", "Ce n’est pas un son."),
        (b"OggS" + bytes(2_000_000), "Ce son dépasse 2 Mo."),
    ],
)
def test_what_is_no_short_sound_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        sound_of("x", content)


def test_the_team_reads_a_sentence_aloud_and_she_hears_it(
    client: Any, structure: Structure, teacher: User, signed_in_client: Any
) -> None:
    desk = signed_in_client(teacher)
    record = reverse("skills:record", args=[structure.pk, "fr"])
    code = "espaces-verts/tondre-droit"

    def send(content: bytes, **more: str) -> str:
        sound = SimpleUploadedFile("phrase.ogg", content)
        return desk.post(record, {"code": code, "file": sound} | more, follow=True).text

    assert "Ce n’est pas un son." in send(b"<html>")
    assert "Choisissez une phrase et un son." in send(SOUND, code="page/voler")
    assert "Choisissez une phrase et un son." in desk.post(record, {"code": code}, follow=True).text
    assert not Recording.objects.exists()
    assert "C’est gardé." in send(SOUND)
    first = Recording.objects.get()
    send(SOUND + b"x")
    row = Recording.objects.get()
    assert StoredFile.objects.get(pk=first.stored_id).erased_at is not None
    learner = make_learner(structure)
    see(learner, teacher)
    page = open_card(client, learner, teacher)
    heard = f"{page}sons/{row.pk}/"
    assert f'src="{heard}"' in client.get(page).text
    whole = client.get(heard)
    assert (whole.content, whole["Content-Type"]) == (SOUND + b"x", "audio/ogg")
    part = client.get(heard, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, b"Og")
    assert part["Content-Range"] == f"bytes 0-1/{row.stored.size}"
    for useless in ("bytes=999-", "bytes=2-1"):
        whole = client.get(heard, headers={"Range": useless})
        assert (whole.status_code, len(whole.content)) == (200, row.stored.size)
    # Taken out, it is heard no more; put back, it is.
    keys = [structure.pk, row.pk]
    desk.post(reverse("skills:remove_recording", args=keys))
    assert client.get(heard).status_code == 404
    assert "<audio" not in client.get(page).text
    assert "Remettre le son" in desk.get(reverse("skills:language", args=[structure.pk, "fr"])).text
    desk.post(reverse("skills:restore_recording", args=keys))
    assert client.get(heard).status_code == 200
    # Another sentence stands there now: it is told, and what was read is not heard beside it.
    own = OwnFramework.objects.get(code="espaces-verts")
    own.content["competences"][0]["criteria"][1]["sentence"] = "Je tonds bien droit."
    own.save()
    told = desk.get(reverse("skills:language", args=[structure.pk, "fr"])).text
    assert "À enregistrer à nouveau" in told
    learner.observations.update(sentence="Je tonds bien droit.")
    assert "<audio" not in client.get(page).text
