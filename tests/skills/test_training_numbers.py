"""What a structure tells of its year: hours that count, people, criteria; masked under five."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.base.documents.model import plain
from cordee.skills.models import Enactment, ErasedLearners, Observation
from cordee.skills.training import numbers
from tests.members.makers import make_person, make_structure
from tests.skills.courses import (
    BEGUN,
    TODAY,
    complete_course,
    evaluate,
    learner_of,
    look_back,
    open_course,
    teacher_of,
    work,
)

pytestmark = pytest.mark.django_db
NOTHING = numbers.Totals()
FIRST, LAST = date(BEGUN.year, 1, 1), date(TODAY.year, 12, 31)


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


def see(learner, criterion="ev-tondre-bandes", level="acquired", on=TODAY, **values) -> None:
    Observation.objects.create(
        learner=learner,
        framework="espaces-verts",
        criterion=criterion,
        competence="Tondre droit",
        sentence="Mes bandes se touchent.",
        level=level,
        seen_on=on,
        **values,
    )


def test_hours_are_those_of_what_counts_in_courses_that_lack_nothing(structure):
    complete_course(structure)
    work(open_course(structure, "Ilan"))
    totals = numbers.of_structure(structure, FIRST, LAST)
    # The others are hours of training at work, told apart.
    assert totals == (2, 120, 30, 120, 0, 0)
    assert (totals.hours, totals.training_hours) == (2, 2)
    assert numbers.of_structure(structure, date(2020, 1, 1), date(2020, 12, 31)) == NOTHING


def test_hours_of_training_hold_all_that_was_done_in_a_course_that_lacks_something(structure):
    course = open_course(structure)
    look_back(course, work(course))
    # Outside the protocol, then taken back.
    work(course, day=2, code="taille", title="Tailler", minutes=60)
    Enactment.objects.filter(pk=work(course, day=3).pk).update(taken_back_at=timezone.now())
    assert numbers.of_structure(structure, FIRST, LAST) == (1, 0, 0, 210, 0, 0)
    evaluate(course)
    assert numbers.of_structure(structure, FIRST, LAST) == (1, 120, 30, 0, 0, 0)


def test_a_criterion_counts_once_the_first_time(structure):
    hana = learner_of(structure)
    see(hana)
    see(hana)
    see(hana, "ev-tondre-pente", "in_progress")
    see(hana, "ev-tondre-terrain", taken_back_at="2026-01-01T08:00Z")
    see(learner_of(structure, "Ilan"), "ev-tondre-bandes", on=date(2020, 5, 1))
    assert numbers.of_structure(structure, FIRST, LAST) == (1, 0, 0, 0, 1, 0)


def test_who_was_erased_still_counts_in_whole_years(structure):
    ErasedLearners.objects.create(
        structure=structure,
        year=2024,
        learners=4,
        work_minutes=600,
        reflexive_minutes=60,
        training_minutes=90,
        units=3,
    )
    whole = numbers.of_structure(structure, date(2024, 1, 1), date(2024, 12, 31))
    assert whole == (4, 600, 60, 90, 0, 3)
    for first, last in ((2, 12), (1, 11)):
        part = numbers.of_structure(structure, date(2024, first, 1), date(2024, last, 30))
        assert part == NOTHING


def test_the_dialogue_tells_them_from_five_people_on(structure):
    assert numbers.section(structure, FIRST, LAST) == []
    for n in range(3):
        see(learner_of(structure, f"H{n}"))
    # Who trains and is not there yet counts among them.
    work(open_course(structure, "H4"))
    ((label, told),) = numbers.section(structure, FIRST, LAST)
    assert label == "Formations"
    assert "moins de 5 personnes" in plain(told)
    complete_course(structure, "H5")
    ((_, told),) = numbers.section(structure, FIRST, LAST)
    assert "5\u202fpersonnes ont appris" in plain(told)
    assert "AFEST\u00a0: 2\u202fheures. Entraînement au poste" in plain(told)
    assert "pas encore une AFEST\u00a0: 2\u202fheures." in plain(told)
    assert "à compléter" in plain(told), "other trainings stay to be told"


def test_who_directs_reads_them_on_the_tab_and_in_the_file(structure, signed_in_client):
    complete_course(structure)
    client = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    tab = reverse("skills:courses", args=[structure.pk])
    page = client.get(tab).text
    assert "heures d’AFEST complètes" not in page
    assert "Moins de cinq personnes ont appris" in page
    assert "heures d’AFEST complètes" in signed_in_client(teacher_of(structure)).get(tab).text
    for n in range(4):
        see(learner_of(structure, f"H{n}"))
    assert "heures d’AFEST complètes" in client.get(tab).text
    file = client.get(reverse("economics:dialogue", args=[structure.pk]))
    assert file.status_code == 200
