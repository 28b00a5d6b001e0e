"""What is due runs once, whoever asks; what fails is kept and tried again."""

import errno
import logging
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import InterfaceError
from django.utils import timezone

from cordee.base import schedule
from cordee.base.schedule_models import ScheduledRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def none_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_jobs", {})


def test_a_job_runs_when_its_time_has_come_and_not_before() -> None:
    asked: list[datetime] = []

    def run(now: datetime) -> int:
        asked.append(now)
        return len(asked)

    schedule.register("relances", run, every_minutes=30)
    now = timezone.now()
    [ran] = schedule.tick(now=now)
    assert (ran.outcome, ran.count, ran.running_until) == ("done", 1, None)
    assert schedule.tick(now=now + timedelta(minutes=29)) == []
    [again] = schedule.tick(now=now + timedelta(minutes=30))
    assert again.count == 2
    assert asked == [now, now + timedelta(minutes=30)]


def test_a_failure_is_logged_kept_and_tried_again_at_the_next_tick(
    caplog: pytest.LogCaptureFixture,
) -> None:
    others: list[datetime] = []

    def fail(now: datetime) -> None:
        raise ValueError("trop tôt")

    schedule.register("a", fail, every_minutes=600)
    schedule.register("b", others.append, every_minutes=600)
    now = timezone.now()
    with caplog.at_level(logging.ERROR):
        first, second = schedule.tick(now=now)
    assert "a failed" in caplog.text
    assert (first.outcome, first.error) == ("failed", "ValueError : trop tôt")
    assert (second.outcome, second.count, others) == ("done", None, [now])
    schedule.register("a", lambda now: None, every_minutes=600)
    [again] = schedule.tick(now=now + timedelta(minutes=1))
    assert (again.name, again.outcome, again.error) == ("a", "done", "")


def test_what_one_process_runs_another_leaves_alone_until_it_is_thought_dead() -> None:
    now = timezone.now()
    inner: list[list[ScheduledRun]] = []

    def run(at: datetime) -> None:
        # Another process ticks while this one is still at it.
        if not inner:
            inner.append([])
            inner[0] = schedule.tick(now=now + timedelta(minutes=59))
            inner.append(schedule.tick(now=now + timedelta(minutes=61)))

    schedule.register("longue", run, every_minutes=1)
    schedule.tick(now=now)
    assert inner[0] == []
    [taken_over] = inner[1]
    row = ScheduledRun.objects.get(name="longue")
    # The slow one does not write over the run of who took over.
    assert row.started_at == taken_over.started_at == now + timedelta(minutes=61)


def test_a_process_that_is_stopped_gives_its_claim_back() -> None:
    def stop(now: datetime) -> None:
        raise KeyboardInterrupt

    schedule.register("arrêtée", stop, every_minutes=600)
    now = timezone.now()
    with pytest.raises(KeyboardInterrupt):
        schedule.tick(now=now)
    row = ScheduledRun.objects.get(name="arrêtée")
    assert (row.running_until, row.error) == (None, "arrêté avant la fin")
    schedule.register("arrêtée", lambda now: None, every_minutes=600)
    assert len(schedule.tick(now=now + timedelta(minutes=1))) == 1


def test_the_command_says_what_it_did() -> None:
    said, wrong = StringIO(), StringIO()
    schedule.register("relances", lambda now: 3, every_minutes=30)
    call_command("tick", stdout=said, stderr=wrong)
    call_command("tick", stdout=said, stderr=wrong)
    assert said.getvalue() == "relances : fait (3).\nRien à faire maintenant.\n"
    assert wrong.getvalue() == ""


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=365)])
def test_a_clock_that_is_set_back_does_not_stop_the_schedule(
    ahead: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    """Once it ran ahead, what it wrote lies in the future: nothing would be due until then."""
    done: list[datetime] = []
    schedule.register("relances", done.append, every_minutes=30)
    now = timezone.now()
    schedule.tick(now=now + ahead)
    with caplog.at_level(logging.WARNING):
        [ran] = schedule.tick(now=now)
    assert (ran.started_at, len(done)) == (now, 2)
    assert "relances began at" in caplog.text


def test_a_run_that_was_killed_ahead_of_time_is_begun_again() -> None:
    now = timezone.now()
    ahead = now + timedelta(hours=3)
    ScheduledRun.objects.create(
        name="relances", started_at=ahead, running_until=ahead + timedelta(hours=1)
    )
    schedule.register("relances", lambda at: 1, every_minutes=30)
    assert len(schedule.tick(now=now)) == 1


def test_clocks_that_differ_by_little_change_nothing() -> None:
    schedule.register("relances", lambda at: 1, every_minutes=30)
    now = timezone.now()
    schedule.tick(now=now + timedelta(minutes=2))
    assert schedule.tick(now=now) == []


def test_a_job_that_is_not_set_up_says_so_and_is_not_failed() -> None:
    def ask(now: datetime) -> int:
        raise schedule.NotSetUp("CORDEE_SIRENE_URL n’est pas réglée.")

    schedule.register("sirene", ask, every_minutes=600)
    now = timezone.now()
    [ran] = schedule.tick(now=now)
    assert (ran.outcome, ran.error) == ("not_set", "CORDEE_SIRENE_URL n’est pas réglée.")
    assert (ran.running_until, ran.count) == (None, None)
    assert schedule.tick(now=now + timedelta(minutes=1)) == []


def test_a_full_disk_is_told_once_and_stops_no_job_for_good() -> None:
    """No other job would do better: the round ends, and begins again after a pause."""
    others: list[datetime] = []

    def fail(now: datetime) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    schedule.register("a", fail, every_minutes=600)
    schedule.register("b", others.append, every_minutes=600)
    now = timezone.now()
    with pytest.raises(OSError, match="No space left"):
        schedule.tick(now=now)
    row = ScheduledRun.objects.get(name="a")
    assert (row.outcome, row.error, row.running_until) == ("failed", "Le disque est plein", None)
    schedule.register("a", lambda now: None, every_minutes=600)
    assert len(schedule.tick(now=now + timedelta(minutes=1))) == 2


def test_the_loop_outlives_a_base_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []

    def tick(*, now: datetime) -> list[ScheduledRun]:
        asked.append(now)
        if len(asked) < 3:
            raise InterfaceError("connection already closed")
        raise KeyboardInterrupt

    monkeypatch.setattr(schedule, "tick", tick)
    monkeypatch.setattr("signal.signal", lambda *args: None)
    monkeypatch.setattr("threading.Event.wait", lambda self, seconds=None: True)
    monkeypatch.setattr("cordee.base.trouble.close_old_connections", lambda: None)
    said = StringIO()
    call_command("tick", "--loop", stderr=said)
    assert len(asked) == 3
    assert said.getvalue() == (
        "La base ne répond pas. Nouvel essai toutes les quelques secondes.\n"
    )
