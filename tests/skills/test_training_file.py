"""The file for who funds a course: what it holds, what lacks in it, who reads which words."""

from io import BytesIO

import docx
import pytest
from django.urls import reverse

from cordee.skills.models import Course
from cordee.skills.training.papers import funder_file
from cordee.skills.training.standing import place_of
from tests.members.makers import make_person, make_structure
from tests.skills.courses import TODAY, complete_course, open_course, teacher_of, work

pytestmark = pytest.mark.django_db


def paper_of(course, *, shows_words=True):
    place = place_of(Course.objects.with_events().get(pk=course.pk), TODAY)
    return funder_file(place, shows_words=shows_words)


def test_it_holds_protocol_attendance_and_evaluations():
    document = paper_of(complete_course(make_structure("Les Jardins")))
    text = document.plain_text()
    for words in (
        "Les Jardins",
        "Hana",
        "Tondre seule (",
        "Basile Granit (",
        "Espaces verts",
        "Séquence",
    ):
        assert words in text
    assert "2\u202fh\u202f00 de travail, 0\u202fh\u202f30 de séquences" in text
    assert "La bande est courbe. Décidé\u00a0: Refaire avec un repère." in text
    assert "AFEST complète depuis le" in text
    assert "Elle tond seule." in text
    assert "pas encore une AFEST" not in text
    assert [gap.words for gap in document.gaps] == ["à signer"]


def test_what_lacks_is_framed_and_said_first():
    course = open_course(make_structure("Les Jardins"), need="", need_on=None, trainer_name="")
    document = paper_of(course)
    assert "Entraînement au poste, pas encore une AFEST" in document.plain_text()
    assert "une mise en situation choisie au protocole" in document.plain_text()
    told = [gap.what for gap in document.gaps]
    assert told == ["le besoin", "qui forme", "les présences", "les évaluations"]


def test_only_what_counts_is_signed():
    course = open_course(make_structure("Les Jardins"))
    work(course, code="taille", title="Tailler")
    assert "Tailler" not in paper_of(course).plain_text()


def test_both_formats_leave_and_who_directs_takes_no_word_that_is_not_open(signed_in_client):
    structure = make_structure("Les Jardins")
    course = complete_course(structure)
    url = reverse("skills:course_file", args=[structure.pk, course.pk])
    answer = signed_in_client(teacher_of(structure)).get(url)
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "private, no-store"
    director = make_person("d@exemple.fr", role="director", structure=structure)
    content = signed_in_client(director).get(url, {"format": "docx"}).content
    cells = [cell.text for table in docx.Document(BytesIO(content)).tables for cell in table._cells]
    assert "Elle tond seule." not in cells
    assert "à compléter par qui encadre" in cells
    assert not any("La bande est courbe" in each for each in cells)
