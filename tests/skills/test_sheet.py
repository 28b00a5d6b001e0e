"""The sheet on paper, typed in later: everybody at once, each case once, nothing half-written."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Structure
from cordee.skills.models import Learner, Observation
from tests.members.makers import make_structure
from tests.skills.makers import make_framework, make_learner, see, teacher_of

pytestmark = pytest.mark.django_db
TASK = "espaces-verts:c:tondre"
TOMORROW = timezone.localdate() + timedelta(days=1)
ADDRESS = f"/terrain/feuille/?quoi={TASK}"


@pytest.fixture
def structure() -> Structure:
    made = make_structure("Les Jardins")
    make_framework(made)
    return made


@pytest.fixture
def basile(structure: Structure) -> User:
    return teacher_of(structure)


@pytest.fixture
def people(structure: Structure) -> list[Learner]:
    return [make_learner(structure, name) for name in ("Hana", "Ilan")]


def typed(page: Any, cells: dict[tuple[Learner, str], str], **values: Any) -> dict[str, Any]:
    """What the form of a page sends, with these cells filled in."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in ("number", "newest", "seen_on")}
    return (
        sent | {f"critere-{who.pk}-{code}": level for (who, code), level in cells.items()} | values
    )


def test_each_task_has_its_sheet_on_paper(
    basile: User, people: list[Learner], structure: Structure, signed_in_client: Any
) -> None:
    make_learner(structure, "Partie", left_on=timezone.localdate())
    desk = signed_in_client(basile)
    choices = desk.get(reverse("field:sheet")).text
    assert f"quoi={TASK.replace(':', '%3A')}" in choices
    page = desk.get(ADDRESS)
    for words in ("Hana", "Ilan", "Je tonds droit.", "<small>pas vu</small>", "Vu par"):
        assert words in page.text
    assert "Partie" not in page.text
    assert page.text.count("☐") == 4 * 3
    # One order everywhere.
    told = re.findall(r"<small>([^<]+)", page.text)
    assert told == ["acquis", "en cours", "pas vu"] * 2
    offered = [label for _, label in list(page.context["form"].fields.values())[-1].choices]
    assert offered == ["–", *told[:3]]


def test_what_is_typed_is_kept_once_for_all_of_the_sheet(
    basile: User, people: list[Learner], signed_in_client: Any
) -> None:
    desk = signed_in_client(basile)
    day = timezone.localdate() - timedelta(days=3)
    hana, ilan = people
    cells = {(hana, "tondre-droit"): "acquired", (ilan, "tondre-hauteur"): "not_seen"}
    sent = typed(desk.get(ADDRESS), cells, seen_on=str(day))
    for _ in range(2):
        answer = desk.post(ADDRESS, sent, follow=True)
        assert "cases sont notées." in answer.text
    kept = Observation.objects.order_by("learner")
    assert [(row.learner, row.criterion, row.level, row.seen_on) for row in kept] == [
        (hana, "tondre-droit", "acquired", day),
        (ilan, "tondre-hauteur", "not_seen", day),
    ]
    assert JournalEntry.objects.filter(verb="skills.note_observations").count() == 1


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"seen_on": "hier"}, "«\u00a0hier\u00a0» n’est pas une date."),
        ({"seen_on": f"{TOMORROW}"}, "ce jour n’est pas encore venu"),
        ({"seen_on": "0026-05-01"}, "L’année 0026 est trop loin. Écrivez-en une de"),
    ],
)
def test_a_fault_keeps_what_was_typed_and_writes_nothing(
    basile: User,
    people: list[Learner],
    signed_in_client: Any,
    values: dict[str, str],
    told: str,
) -> None:
    desk = signed_in_client(basile)
    sent = typed(desk.get(ADDRESS), {(people[0], "tondre-droit"): "acquired"}, **values)
    answer = desk.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert '<option value="acquired" selected>' in answer.text
    assert not Observation.objects.exists()


def test_an_empty_sheet_and_another_level_are_told(
    basile: User, people: list[Learner], signed_in_client: Any
) -> None:
    desk = signed_in_client(basile)
    page = desk.get(ADDRESS)
    assert "Dites au moins un critère" in desk.post(ADDRESS, typed(page, {})).text
    wrong = desk.post(ADDRESS, typed(page, {(people[0], "tondre-droit"): "génial"}))
    assert "«\u00a0génial\u00a0» n’est pas dans la liste" in wrong.text


def test_what_somebody_else_noted_meanwhile_is_told_and_both_stand(
    basile: User, people: list[Learner], structure: Structure, signed_in_client: Any
) -> None:
    cecile = teacher_of(structure, "cecile@exemple.fr")
    desk = signed_in_client(basile)
    hana, ilan = people
    # What stood before the page was read contradicts nothing.
    see(ilan, cecile, level="not_seen")
    page = desk.get(ADDRESS)
    see(hana, cecile, level="in_progress")
    cells = {(hana, "tondre-droit"): "acquired", (ilan, "tondre-droit"): "acquired"}
    refused = desk.post(ADDRESS, typed(page, cells, number=str(uuid4())))
    assert refused.status_code == 422
    assert "a noté «\u00a0en cours\u00a0»" in refused.text
    assert Observation.objects.count() == 2
    desk.post(ADDRESS, typed(refused, cells))
    assert Observation.objects.count() == 4


def test_queries_do_not_grow(
    basile: User, structure: Structure, signed_in_client: Any, django_assert_num_queries: Any
) -> None:
    people = [make_learner(structure, f"P{number}") for number in range(30)]
    desk = signed_in_client(basile)
    desk.get(ADDRESS)
    with django_assert_num_queries(PAGE_QUERIES):
        page = desk.get(ADDRESS)
    sent = typed(page, {(who, "tondre-droit"): "acquired" for who in people})
    with django_assert_num_queries(SEND_QUERIES):
        desk.post(ADDRESS, sent)
    assert Observation.objects.count() == 30


PAGE_QUERIES, SEND_QUERIES = 8, 18


def test_without_a_learner_it_says_what_to_do(basile: User, signed_in_client: Any) -> None:
    assert "Ajoutez une personne" in signed_in_client(basile).get(ADDRESS).text
