"""What is due runs once, whoever asks; what fails is kept and tried again."""

import errno
import logging
import threading
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import InterfaceError
from django.db.models import F
from django.utils import timezone

from cordee.base import files, future_moments, health, queue, schedule
from cordee.base.mail import outbox
from cordee.base.models import ScheduledRun
from cordee.members.actions import imports

pytestmark = pytest.mark.django_db
# As the rooms gave them.
REGISTERED = {job.run: job.every for job in schedule.jobs()}


@pytest.fixture(autouse=True)
def none_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_jobs", {})


def test_what_a_kill_or_a_clock_leaves_behind_is_looked_for_by_the_schedule() -> None:
    """Each of these does its work where it is called; that somebody calls it is said here."""
    minute, day = timedelta(minutes=1), timedelta(days=1)
    jobs = {
        outbox.send_due: minute,
        health.run: minute,
        imports.resume_unfinished: minute,
        future_moments.run: 10 * minute,
        queue.forget_old: day,
        files.forget_orphans: day,
    }
    assert {run: REGISTERED.get(run) for run in jobs} == jobs


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


def tick_in(minutes: int, since: datetime) -> list[ScheduledRun]:
    return schedule.tick(now=since + timedelta(minutes=minutes))


def test_what_one_process_runs_another_leaves_alone_until_it_is_thought_dead() -> None:
    now = timezone.now()
    inner: list[list[ScheduledRun]] = []

    def run(at: datetime) -> None:
        # Another process ticks while this one is still at it.
        if not inner:
            inner.append([])
            inner[0] = tick_in(2, now)
            give_no_sign("longue")
            inner.append(tick_in(3, now))

    schedule.register("longue", run, every_minutes=1)
    schedule.tick(now=now)
    assert inner[0] == []
    [taken_over] = inner[1]
    row = ScheduledRun.objects.get(name="longue")
    # The slow one does not write over the run of who took over.
    assert row.started_at == taken_over.started_at == now + timedelta(minutes=3)


def give_no_sign(name: str) -> None:
    """As if its process had been killed a minute ago."""
    found = ScheduledRun.objects.filter(name=name)
    assert found.update(running_until=F("running_until") - timedelta(minutes=1)) == 1


def test_a_claim_says_for_less_than_a_minute_that_its_process_lives() -> None:
    """`kill -9` in the middle of a job that may take an hour: nobody waits an hour for it."""
    claims: list[ScheduledRun] = []
    schedule.register(
        "longue", lambda now: claims.append(ScheduledRun.objects.get()), every_minutes=600
    )
    schedule.tick(now=timezone.now())
    assert claims[0].running_until is not None
    assert claims[0].running_until < timezone.now() + timedelta(minutes=1)


def test_a_run_that_was_killed_is_begun_again_long_before_its_next_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now, runs = timezone.now(), list[datetime]()
    schedule.register("nuit", runs.append, every_minutes=600)
    ScheduledRun.objects.create(name="nuit", outcome="done", started_at=now, running_until=now)
    give_no_sign("nuit")
    with caplog.at_level(logging.WARNING):
        [again] = tick_in(1, now)
    assert (again.outcome, again.failures, len(runs)) == ("done", 0, 1)
    assert "nuit was cut before its end" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_renewed_while_its_job_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "RENEWED_EVERY_S", 0.01)
    untils: list[datetime | None] = []

    def run(now: datetime) -> None:
        give_no_sign("longue")
        for _ in range(200):
            untils.append(ScheduledRun.objects.get().running_until)
            if untils[-1] != untils[0]:
                break
            threading.Event().wait(0.01)

    schedule.register("longue", run, every_minutes=600)
    [row] = schedule.tick(now=timezone.now())
    first, last = untils[0], untils[-1]
    assert first is not None
    assert last is not None
    assert last - first > timedelta(seconds=30)
    assert row.running_until is None


def test_two_that_read_the_same_row_run_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has found the job due, and claims it after the first has begun or ended it."""
    runs: list[datetime] = []
    schedule.register("relances", runs.append, every_minutes=30)
    now = timezone.now()
    read = ScheduledRun.objects.create(name="relances")
    schedule.tick(now=now)
    monkeypatch.setattr(ScheduledRun.objects, "get_or_create", lambda name: (read, False))
    assert schedule.tick(now=now + timedelta(seconds=1)) == []
    assert runs == [now]


def test_what_fails_again_and_again_waits_longer_and_logs_its_traceback_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = ["trop tôt"]

    def fail(now: datetime) -> None:
        raise ValueError(words[0])

    schedule.register("a", fail, every_minutes=600)
    now = timezone.now()
    with caplog.at_level(logging.ERROR):
        ran = [minute for minute in range(200) if tick_in(minute, now)]
    assert ran == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert caplog.text.count("Traceback") == 1
    words[0] = "trop tard"
    with caplog.at_level(logging.ERROR):
        [row] = tick_in(243, now)
    assert caplog.text.count("Traceback") == 2
    assert row.error == "ValueError : trop tard"
    schedule.register("a", lambda now: None, every_minutes=600)
    [row] = tick_in(303, now)
    assert (row.outcome, row.failures) == ("done", 0)


def test_what_fails_waits_no_longer_than_its_period() -> None:
    def fail(now: datetime) -> None:
        raise ValueError

    schedule.register("a", fail, every_minutes=3)
    now = timezone.now()
    assert [minute for minute in range(12) if tick_in(minute, now)] == [0, 1, 3, 6, 9]


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
    assert "ScheduledRun.started_at was in the future in 1 rows" in caplog.text


def test_a_clock_that_leaps_ahead_erases_nothing_for_a_day(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What only age makes erasable would else go at the first tick of a false day."""
    done: list[tuple[str, datetime]] = []

    def job(name: str, *, erases: bool) -> None:
        schedule.register(
            name, lambda at: done.append((name, at)), every_minutes=24 * 60, erases=erases
        )

    job("journal ancien", erases=True)
    job("relances", erases=False)
    now = timezone.now()
    schedule.tick(now=now)
    ahead = now + timedelta(days=365)
    with caplog.at_level(logging.WARNING):
        schedule.tick(now=ahead)
    assert done[2:] == [("relances", ahead)]
    assert "No tick for 365 days" in caplog.text
    # Put right within the day, nothing went and nothing waits.
    done.clear()
    schedule.tick(now=now + timedelta(days=1))
    assert {name for name, _ in done} == {"journal ancien", "relances"}


def test_after_days_without_a_tick_what_erases_waits_one_more() -> None:
    """Cordée was stopped, and the clock is right: nothing tells the two apart."""
    done: list[datetime] = []
    schedule.register("journal ancien", done.append, every_minutes=24 * 60, erases=True)
    now = timezone.now()
    schedule.tick(now=now)
    back = now + timedelta(days=10)
    for minutes in range(0, 24 * 60, 60):
        schedule.tick(now=back + timedelta(minutes=minutes))
    assert done == [now]
    schedule.tick(now=back + timedelta(days=1))
    assert done == [now, back + timedelta(days=1)]


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
    monkeypatch.setattr("cordee.base.outages.close_old_connections", lambda: None)
    said = StringIO()
    call_command("tick", "--loop", stderr=said)
    assert len(asked) == 3
    assert said.getvalue() == (
        "La base ne répond pas. Nouvel essai toutes les quelques secondes.\n"
    )
