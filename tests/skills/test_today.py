"""What waits for who teaches: an erasure asked for, a locked card, a situation to come."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.members.roles import Role
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.skills.learners.actions import print_card
from cordee.skills.models import Course, Enactment
from cordee.skills.models.learners import MOST_FAILURES
from cordee.skills.today import lines
from tests.members.makers import make_person, make_structure
from tests.skills.makers import make_learner

pytestmark = pytest.mark.django_db


def waiting(person: User) -> list[str]:
    return [
        each.what
        for each in lines_of([lines], Viewer.of(person, timezone.localdate()), timezone.now())
    ]


@pytest.fixture
def structure() -> Structure:
    return make_structure("Les Jardins")


def test_who_teaches_reads_what_waits_and_nobody_else(structure: Structure) -> None:
    basile = make_person("basile@exemple.fr", role=Role.SUPERVISOR, structure=structure)
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
    elsewhere = make_person(
        "ailleurs@exemple.fr", role=Role.COUNSELLOR, structure=make_structure("Ailleurs")
    )
    learner = make_learner(structure, asked_erasure_at=timezone.now())
    course = Course.objects.create(learner=learner, framework="espaces-verts", title="Tondre")
    today = timezone.localdate()
    for code, days in (("square", 3), ("talus", 30)):
        course.situations.create(
            code=code, title=f"Le {code}", planned_on=today + timedelta(days=days)
        )
    erasure = "Nour demande que tout soit effacé"
    assert waiting(basile) == [erasure, "Le square, avec Nour"]
    assert (waiting(zoe), waiting(elsewhere)) == ([], [])
    late = course.situations.create(code="haie", title="La haie", planned_on=today.replace(day=1))
    (line,) = (
        each
        for each in lines_of([lines], Viewer.of(basile, today), timezone.now())
        if late.title in each.what
    )
    assert line.fact.startswith("Prévue le 1er\u202f")
    assert "code=haie" in line.url
    late.delete()
    # Once enacted it waits no more; taken back, it does again.
    done = Enactment.objects.create(
        course=course, code="square", title="Le square", starts_at=timezone.now(), minutes=60
    )
    assert waiting(basile) == [erasure]
    done.taken_back_at = timezone.now()
    done.save()
    assert waiting(basile) == [erasure, "Le square, avec Nour"]


def test_a_locked_card_waits_until_another_one_is_printed(structure: Structure) -> None:
    basile = make_person("basile@exemple.fr", role=Role.SUPERVISOR, structure=structure)
    learner = make_learner(structure, failures=MOST_FAILURES)
    make_learner(structure, "Ilan", failures=MOST_FAILURES - 1)
    (line,) = lines_of([lines], Viewer.of(basile, timezone.localdate()), timezone.now())
    assert (line.what, line.verb) == (
        "La carte de Nour est bloquée",
        "Imprimer une autre carte",
    )
    assert line.url.endswith(f"/apprendre/personnes/{learner.pk}/#carte")
    print_card(learner=learner, by=basile, now=timezone.now())
    assert waiting(basile) == []


def test_queries_do_not_grow(structure: Structure, django_assert_num_queries: Any) -> None:
    basile = make_person("basile@exemple.fr", role=Role.SUPERVISOR, structure=structure)
    for number in range(30):
        make_learner(structure, f"P{number}", asked_erasure_at=timezone.now())
    viewer = Viewer.of(basile, timezone.localdate())
    with django_assert_num_queries(3):
        assert len(lines_of([lines], viewer, timezone.now())) == 20
