"""A search that nobody takes says so within a minute; once somebody is back, it goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base import queue
from cordee.base.models import WorkerBeat
from cordee.composing import tasks
from cordee.composing.models import Composition

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
NOBODY = "Personne ne prend cette recherche pour l’instant"


@pytest.fixture(autouse=True)
def real_queue(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    settings.TASKS = {
        "default": {
            "BACKEND": "django_tasks_db.DatabaseBackend",
            "QUEUES": ["default", "imports", "mail"],
        }
    }


@pytest.fixture
def search(valley: Any, tell: Any, django_capture_on_commit_callbacks: Any) -> Composition:
    """One whose short try was not enough, and which waits in the queue."""
    tell()
    with django_capture_on_commit_callbacks(execute=True):
        composition: Composition = valley.compose("berges")
    assert composition.state == Composition.State.QUEUED
    return composition


def row() -> DBTaskResult:
    found: DBTaskResult = DBTaskResult.objects.get(task_path=tasks.compose_longer.module_path)
    return found


def asked(seconds: int) -> None:
    DBTaskResult.objects.update(enqueued_at=NOON - timedelta(seconds=seconds))


def beat(seconds_ago: int, worker: str = "one") -> None:
    WorkerBeat.objects.update_or_create(
        worker_id=worker, defaults={"seen_at": NOON - timedelta(seconds=seconds_ago)}
    )


def another(**values: Any) -> None:
    given: dict[str, Any] = {
        "args_kwargs": {"args": ["x"], "kwargs": {}},
        "task_path": tasks.compose_longer.module_path,
        "backend_name": "default",
        "run_after": NOON,
        **values,
    }
    made = DBTaskResult.objects.create(**given)
    DBTaskResult.objects.filter(pk=made.pk).update(enqueued_at=NOON - timedelta(minutes=5))


def turn(search: Composition) -> queue.Turn:
    found = queue.turn_of(tasks.compose_longer, str(search.pk), NOON)
    assert found is not None
    return found


RUNNING = {"status": TaskResultStatus.RUNNING, "worker_ids": ["one"]}


def test_nobody_is_there(search: Composition, person: Any, signed_in_client: Any) -> None:
    reader = signed_in_client(person("reseau"))
    asked(20)
    page = reader.get(f"/alliances/{search.pk}/").content.decode()
    assert NOBODY not in page, "a worker may be starting"
    assert "C’est bientôt votre tour." in page
    asked(31)
    assert not turn(search).is_served
    for address in (f"/alliances/{search.pk}/", f"/alliances/{search.pk}/avancement/"):
        page = reader.get(address).content.decode()
        assert NOBODY in page
        assert "Votre demande est gardée" in page
        assert "passent avant" not in page
    assert "Abandonner la recherche" in reader.get(f"/alliances/{search.pk}/").content.decode()


def test_others_pass_before(search: Composition, person: Any, signed_in_client: Any) -> None:
    asked(240)
    beat(3)
    another(**RUNNING, started_at=NOON - timedelta(minutes=4))
    another()
    another(priority=-10)
    another(queue_name="mail")
    assert turn(search) == queue.Turn(is_waiting=True, before=2, is_served=True)
    reader = signed_in_client(person("reseau"))
    page = reader.get(f"/alliances/{search.pk}/").content.decode()
    assert "2\u202fcalculs passent avant le vôtre." in page


def test_a_worker_that_is_dead_serves_nobody_whatever_it_had_in_hand(search: Composition) -> None:
    asked(240)
    another(**RUNNING, started_at=NOON - timedelta(seconds=50))
    beat(45)
    assert not turn(search).is_served
    beat(-3_600)
    assert not turn(search).is_served, "its clock was set back since"


def test_a_worker_that_lives_and_takes_nothing_serves_nobody(search: Composition) -> None:
    asked(240)
    beat(2)
    assert not turn(search).is_served
    another(status=TaskResultStatus.SUCCESSFUL, finished_at=NOON - timedelta(seconds=10))
    assert turn(search).is_served


def test_a_search_whose_worker_died_says_so_and_goes_on_with_the_next_one(
    search: Composition, person: Any, signed_in_client: Any, tell: Any
) -> None:
    runner = queue.Runner("default", "one")
    claimed = runner._claimed()
    assert claimed is not None
    Composition.objects.update(state=Composition.State.RUNNING)
    beat(2)
    assert turn(search) == queue.Turn(is_waiting=False, before=0, is_served=True)
    beat(40)
    reader = signed_in_client(person("reseau"))
    assert NOBODY in reader.get(f"/alliances/{search.pk}/").content.decode()
    queue.put_back(queue.in_hand_of("one"))
    queue.Runner("default", "two").step()
    search.refresh_from_db()
    assert search.state == Composition.State.DONE


def test_what_stands_in_the_queue_is_not_called_lost(
    search: Composition, person: Any, signed_in_client: Any
) -> None:
    asked(3_600)
    Composition.objects.update(made_at=NOON - timedelta(hours=1))
    reader = signed_in_client(person("reseau"))
    assert NOBODY in reader.get(f"/alliances/{search.pk}/").content.decode()
    assert "HX-Refresh" not in reader.get(f"/alliances/{search.pk}/avancement/").headers
    row().delete()
    page = reader.get(f"/alliances/{search.pk}/").content.decode()
    assert "Relancer la recherche" in page
