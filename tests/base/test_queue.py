"""The queue worker: what a kill, a lost base or a full disk left is run again, and said once."""

import errno
import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.conf import settings as settings_of_use
from django.core.management import call_command
from django.db import OperationalError
from django.db.utils import InterfaceError
from django.tasks import TaskContext, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base import outages, queue
from cordee.base.models import WorkerBeat

pytestmark = pytest.mark.django_db

calls: list[int] = []
in_task: list[Callable[[], None]] = []


@task
def noted(number: int) -> None:
    if in_task:
        in_task.pop(0)()
    calls.append(number)


@task(takes_context=True, queue_name="mail")
def with_context(context: TaskContext) -> None:
    calls.append(context.attempt)


@pytest.fixture(autouse=True)
def real_queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # In the transaction of a test, a connection that is closed is lost.
    monkeypatch.setattr(outages, "close_old_connections", lambda: None)
    settings.TASKS = {
        "default": {
            "BACKEND": "django_tasks_db.DatabaseBackend",
            "QUEUES": ["default", "imports", "mail"],
        }
    }
    calls.clear()
    in_task.clear()


def only() -> DBTaskResult:
    row: DBTaskResult = DBTaskResult.objects.get()
    return row


def fail(error: Exception) -> Callable[[], None]:
    def now() -> None:
        raise error

    return now


def sqlite_error(code: int, words: str) -> OperationalError:
    inner = sqlite3.OperationalError(words)
    inner.sqlite_errorcode = code
    outer = OperationalError(words)
    outer.__cause__ = inner
    return outer


def postgres_error(inner: psycopg.Error) -> OperationalError:
    outer = OperationalError(str(inner))
    outer.__cause__ = inner
    return outer


def test_a_task_is_run_once_and_noted() -> None:
    noted.enqueue(7)
    runner = queue.Runner("default", "a")
    assert (runner.step(), runner.step()) == (0.0, queue.IDLE_SECONDS)
    assert calls == [7]
    assert (only().status, only().worker_ids) == ("SUCCESSFUL", ["a"])


def test_each_queue_has_its_own_hands() -> None:
    noted.enqueue(7)
    with_context.enqueue()
    queue.Runner("mail", "a").step()
    assert calls == [1]


def test_our_own_fault_fails_the_task(caplog: pytest.LogCaptureFixture) -> None:
    noted.enqueue(7)
    in_task.append(fail(ValueError("trop tôt")))
    with caplog.at_level(logging.ERROR):
        queue.Runner("default", "a").step()
    assert (only().status, only().exception_class_path) == ("FAILED", "builtins.ValueError")
    assert "ValueError: trop tôt" in caplog.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY, "database is locked"), outages.BASE_BUSY),
        (sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), outages.DISK_FULL),
        (sqlite_error(sqlite3.SQLITE_IOERR | 3 << 8, "disk I/O error"), outages.BASE_LOST),
        (sqlite_error(sqlite3.SQLITE_ERROR, "no such table: x"), ""),
        (postgres_error(psycopg.errors.DiskFull()), outages.DISK_FULL),
        (postgres_error(psycopg.errors.AdminShutdown()), outages.BASE_LOST),
        (postgres_error(psycopg.OperationalError("connection refused")), outages.BASE_LOST),
        (postgres_error(psycopg.errors.DeadlockDetected()), outages.BASE_BUSY),
        (postgres_error(psycopg.errors.QueryCanceled()), ""),
        (InterfaceError("connection already closed"), outages.BASE_LOST),
        (OSError(errno.ENOSPC, "No space left on device"), outages.DISK_FULL),
        (OSError(errno.EACCES, "Permission denied"), ""),
        (ValueError("trop tôt"), ""),
    ],
)
def test_what_stops_the_machine_is_told_from_our_faults(error: Exception, words: str) -> None:
    assert outages.outage_of(error) == words


def test_a_full_disk_makes_no_whole_of_a_lost_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "LEAST_FREE_BYTES", 2**80)
    error = sqlite_error(sqlite3.SQLITE_IOERR, "disk I/O error")
    assert outages.outage_of(error) == outages.DISK_FULL


def test_a_task_that_meets_a_full_disk_is_run_again_however_long_it_lasts() -> None:
    noted.enqueue(7)
    runner = queue.Runner("default", "a")
    for _ in range(2 * queue.MOST_WORKERS):
        in_task.append(fail(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OSError, match="No space left"):
            runner.step()
    assert only().status == "RUNNING"
    runner.step()
    assert (only().status, calls) == ("SUCCESSFUL", [7])


def test_a_base_that_is_locked_as_a_task_is_taken_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The transaction begins outside of `try` in the worker of the package, which then exits."""
    noted.enqueue(7)
    stop, said = threading.Event(), list[str]()
    runner = queue.Runner("default", "a")
    locked = [sqlite_error(sqlite3.SQLITE_BUSY, "database is locked") for _ in range(3)]
    begin = queue.exclusive_transaction

    def begin_or_not(using: str) -> Any:
        if locked:
            raise locked.pop()
        return begin(using)

    def step() -> float:
        wait = runner.step()
        if calls:
            stop.set()
        return wait

    monkeypatch.setattr(queue, "exclusive_transaction", begin_or_not)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 10:
            stop.set()

    monkeypatch.setattr(stop, "wait", wait)
    outages.run_through_outages(step, stop=stop, report=said.append)
    assert calls == [7]
    assert waits == [1.0, 2.0, 4.0, 0.0]
    assert said == [
        "La base est occupée. Nouvel essai toutes les quelques secondes.",
        "Tout fonctionne de nouveau.",
    ]


def test_pauses_grow_no_longer_than_a_person_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, waits = threading.Event(), list[float]()

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 7:
            stop.set()
        return True

    monkeypatch.setattr(stop, "wait", wait)
    outages.run_through_outages(
        fail(OSError(errno.ENOSPC, "")),  # type: ignore[arg-type]
        stop=stop,
        report=lambda words: None,
    )
    assert waits == [1, 2, 4, 8, 15, 15, 15]


def _left_by(worker: str) -> None:
    noted.enqueue(7)
    only().claim(worker)


def test_what_a_killed_worker_had_in_hand_is_taken_up_once_it_gives_no_sign() -> None:
    _left_by("dead")
    WorkerBeat.objects.create(worker_id="dead", beats=4, seen_at=timezone.now())
    said: list[str] = []
    watch = queue.Watch("alive", said.append)
    for _ in range(queue.MOST_MISSES):
        watch.step()
        assert only().status == "RUNNING"
    watch.step()
    assert only().status == "READY"
    assert said == ["Tâches interrompues par un arrêt, et reprises : 1."]
    assert [beat.worker_id for beat in WorkerBeat.objects.all()] == ["alive"]
    queue.Runner("default", "alive").step()
    assert (calls, only().worker_ids) == ([7], ["dead", "alive"])


def test_one_that_another_machine_is_still_at_is_left_alone() -> None:
    """Two machines on one base: each gives its signs, whatever their clocks say."""
    _left_by("other")
    here, there = queue.Watch("here", print), queue.Watch("other", print)
    for _ in range(3 * queue.MOST_MISSES):
        here.step()
        there.step()
    assert only().status == "RUNNING"


def test_while_the_base_was_away_nobody_is_thought_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    _left_by("other")
    watch = queue.Watch("here", print)
    for _ in range(queue.MOST_MISSES):
        watch.step()
    with monkeypatch.context() as away:
        away.setattr(watch, "_beat", fail(OperationalError("gone")))
        with pytest.raises(OperationalError):
            watch.step()
    watch.step()
    assert only().status == "RUNNING"


def test_a_task_in_which_worker_after_worker_dies_is_given_up() -> None:
    noted.enqueue(7)
    for number in range(queue.MOST_WORKERS):
        row = only()
        assert row.status == "READY"
        row.claim(f"w{number}")
        queue.put_back([only()])
    assert only().status == "FAILED"
    assert only().exception_class_path == "cordee.base.queue.WorkerEnded"


def test_the_command_works_at_each_queue_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of 100,000 lines, or a mail server that hangs, keeps no search waiting."""
    from cordee.base.management.commands import work

    steps: list[Any] = []
    monkeypatch.setattr(work.signal, "signal", lambda *_: None)
    monkeypatch.setattr(work.serving, "hold", lambda: None)
    monkeypatch.setattr(work.connections, "close_all", lambda: None)
    monkeypatch.setattr(
        work,
        "run_through_outages",
        lambda step, **_: steps.append((step.__self__, threading.get_ident())),
    )
    call_command("work")
    runners = {each.queue: thread for each, thread in steps if isinstance(each, queue.Runner)}
    assert set(runners) == set(settings_of_use.TASK_QUEUES) == {"default", "imports", "mail"}
    assert threading.get_ident() not in runners.values()


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_at_a_signal_and_puts_back_what_it_had_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cordee.base.management.commands import work

    done, handlers = threading.Event(), list[Callable[[], None]]()
    monkeypatch.setattr(work.signal, "signal", lambda number, handler: handlers.append(handler))
    monkeypatch.setattr(work, "GRACE_SECONDS", 0.2)
    exits: list[int] = []
    monkeypatch.setattr(work.os, "_exit", exits.append)

    def hang() -> None:
        handlers[0]()
        done.wait(10)

    in_task.append(hang)
    noted.enqueue(7)
    call_command("work")
    assert (exits, only().status, WorkerBeat.objects.count()) == ([0], "READY", 0)
    done.set()
    for thread in threading.enumerate():
        if thread.name.startswith("file "):
            thread.join(10)
