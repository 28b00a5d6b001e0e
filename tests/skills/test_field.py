"""Observations that come from the field: each once, none lost, nobody else's."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Structure
from cordee.members.roles import Role
from cordee.skills.models import Learner, Observation
from tests.members.makers import make_person, make_structure
from tests.skills.makers import make_framework, make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure() -> Structure:
    made = make_structure("Les Jardins")
    make_framework(made)
    return made


@pytest.fixture
def basile(structure: Structure) -> User:
    return make_person("basile@exemple.fr", role=Role.SUPERVISOR, structure=structure)


@pytest.fixture
def nour(structure: Structure) -> Learner:
    return make_learner(structure, came_on=date(2026, 1, 5))


def noted(learner: Learner, **values: Any) -> dict[str, Any]:
    return {
        "number": str(uuid4()),
        "learner": learner.pk,
        "criterion": "espaces-verts/tondre-droit",
        "situation": "espaces-verts/square",
        "level": "acquired",
        "seen_on": str(timezone.localdate()),
        "known": None,
    } | values


def sent(user: User, *rows: dict[str, Any], query: str = "") -> Any:
    client = Client()
    client.force_login(user)
    return client.post(
        reverse("field:send") + query,
        json.dumps({"observations": rows}),
        content_type="application/json",
    )


def test_what_is_sent_twice_is_kept_once(basile: User, nour: Learner) -> None:
    row = noted(nour)
    for _ in range(2):
        assert sent(basile, row).json()["results"][row["number"]] == {"state": "kept"}
    kept = Observation.objects.get()
    assert (kept.sentence, kept.competence, kept.situation) == (
        "Je tonds droit.",
        "Tondre",
        "square",
    )
    assert kept.seen_by == basile
    lines = JournalEntry.objects.filter(verb="skills.note_observations")
    assert [line.after for line in lines] == [{"count": 1}]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"criterion": "espaces-verts/voler"}, "Ce critère n’est plus dans vos référentiels"),
        ({"criterion": "autre/tondre-droit"}, "Ce critère n’est plus dans vos référentiels"),
        ({"seen_on": "2999-01-01"}, "ce jour n’est pas encore venu"),
        # A telephone whose clock was lost.
        ({"seen_on": "1970-01-01"}, "L’année 1970 est trop loin"),
        ({"seen_on": "2025-12-31"}, "Nour est là depuis le 5"),
        ({"learner": 0}, "Cette personne n’est plus suivie ici."),
    ],
)
def test_a_bad_one_is_told_and_the_others_are_kept(
    basile: User, nour: Learner, values: dict[str, Any], told: str
) -> None:
    bad, good = noted(nour) | values, noted(nour, criterion="espaces-verts/tondre-hauteur")
    results = sent(basile, bad, good).json()["results"]
    assert results[bad["number"]]["state"] == "refused"
    assert told in results[bad["number"]]["fault"]
    assert results[good["number"]] == {"state": "kept"}
    assert Observation.objects.get().criterion == "tondre-hauteur"


def test_what_changed_meanwhile_is_shown_and_nothing_is_lost(
    structure: Structure, basile: User, nour: Learner
) -> None:
    cecile = make_person("cecile@exemple.fr", role=Role.COUNSELLOR, structure=structure)
    sent(cecile, noted(nour, level="in_progress"))
    theirs = Observation.objects.get()
    mine = noted(nour)
    answer = sent(basile, mine).json()["results"][mine["number"]]
    assert answer["state"] == "contradicted"
    assert (answer["now"]["id"], answer["now"]["level"]) == (theirs.pk, "in_progress")
    # Having seen both, he keeps both; one that says the same contradicts nothing.
    assert sent(basile, mine | {"known": theirs.pk}).json()["results"][mine["number"]] == {
        "state": "kept"
    }
    same = noted(nour)
    assert sent(cecile, same).json()["results"][same["number"]] == {"state": "kept"}
    assert Observation.objects.count() == 3


def test_a_number_of_another_structure_tells_nothing(nour: Learner, basile: User) -> None:
    """Whoever draws a number again does not learn that it exists elsewhere."""
    elsewhere = make_structure("Ailleurs")
    make_framework(elsewhere)
    other = make_person("o@exemple.fr", role=Role.SUPERVISOR, structure=elsewhere)
    row = noted(nour)
    sent(basile, row)
    answer = sent(other, row).json()["results"][row["number"]]
    assert answer == {"state": "refused", "fault": "Cette personne n’est plus suivie ici."}


def test_a_number_that_is_taken_elsewhere_stops_no_other(nour: Learner, basile: User) -> None:
    elsewhere = make_structure("Ailleurs")
    make_framework(elsewhere)
    other = make_person("o@exemple.fr", role=Role.SUPERVISOR, structure=elsewhere)
    theirs = noted(make_learner(elsewhere, "Ali"))
    sent(other, theirs)
    taken, mine = noted(nour, number=theirs["number"]), noted(nour)
    results = sent(basile, taken, mine).json()["results"]
    assert results[taken["number"]]["fault"].startswith("Cette note porte un numéro déjà pris.")
    assert results[mine["number"]] == {"state": "kept"}
    assert Observation.objects.count() == 2


def test_a_seat_that_ended_sends_nothing(basile: User, nour: Learner) -> None:
    basile.seats.all().delete()
    assert sent(basile, noted(nour)).status_code == 404
    assert not Observation.objects.exists()


def test_what_is_no_observation_is_refused_whole(basile: User, nour: Learner) -> None:
    answer = sent(basile, noted(nour), noted(nour, level="génial"))
    assert answer.status_code == 400
    assert "observations.1.level" in answer.json()["faults"][0]
    assert not Observation.objects.exists()


def test_queries_do_not_grow(
    basile: User, structure: Structure, django_assert_num_queries: Any
) -> None:
    people = [make_learner(structure, f"P{number}") for number in range(60)]
    client = Client()
    client.force_login(basile)
    client.get(reverse("field:field"))
    with django_assert_num_queries(PAGE_QUERIES):
        page = client.get(reverse("field:field"))
    assert len(page.context["data"]["learners"]) == 60
    yesterday = str(timezone.localdate() - timedelta(days=1))
    rows = [noted(each, seen_on=yesterday) for each in people]
    with django_assert_num_queries(SEND_QUERIES):
        client.post(
            reverse("field:send"),
            json.dumps({"observations": rows}),
            content_type="application/json",
        )
    assert Observation.objects.count() == 60


PAGE_QUERIES, SEND_QUERIES = 8, 13


def test_the_script_and_its_worker_are_light() -> None:
    files = [Path(str(finders.find(f"skills/{name}.js"))) for name in ("field", "field-worker")]
    assert sum(file.stat().st_size for file in files) < 20_000
