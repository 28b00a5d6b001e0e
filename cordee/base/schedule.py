"""What is done again and again: rooms register it, `./go run -- tick` runs what is due.

    schedule.register("reminders", reminders.run, every_minutes=30)

`run` is idempotent: one that is killed in the middle is begun again. Two processes never run the
same thing at once: who starts it claims its row by a conditional update, which a database gives to
one of them only (`select_for_update` would do nothing on SQLite). The claim is short, and a thread
renews it while the job runs, so that the claim of a process that was killed soon ends. It is timed
by the clock of the database, one for all machines.

What fails is tried again after a minute, then two, four… up to its own period or an hour.

A start in the future was written before the clock was set back: it is forgotten, else the schedule
would stop until then. A clock that leaps ahead erases nothing for a day, in which it may be put
right: what only age makes erasable would else go at the first tick.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from cordee.base import future_moments
from cordee.base.models import ScheduledRun
from cordee.base.outages import BASE_LOST, DISK_FULL, outage_of

type Run = Callable[[datetime], int | None]

logger = logging.getLogger(__name__)
# A claim that nobody renewed for so long is of a process that died.
CLAIM = timedelta(seconds=45)
RENEWED_EVERY_S = 10.0
# Not with the others, which a job of the schedule puts right: that job would not be due either.
STARTED = future_moments.WatchedColumn(ScheduledRun, "started_at", emptied=("running_until",))
LONGEST_WAIT = timedelta(hours=1)
# No tick for so long: Cordée was stopped, or its clock leapt; nothing tells which.
LEAP = timedelta(days=2)
# Failures in a row, past which a wait grows no more.
MOST_COUNTED = 100


class NotSetUp(Exception):
    """A job cannot do anything here. Its text, in French, names the setting that lacks."""


@dataclass(frozen=True, slots=True)
class Job:
    """`at_most`: past it, a run hangs and another may start. `label`: for a screen.

    `erases`: for ever, and for its age alone.
    """

    name: str
    label: str
    run: Run
    every: timedelta
    at_most: timedelta
    erases: bool = False


# Filled by the `apps.py` of each room at start, and only read afterwards.
_jobs: dict[str, Job] = {}


def register(
    name: str,
    run: Run,
    every_minutes: int,
    label: str = "",
    *,
    at_most_minutes: int = 60,
    erases: bool = False,
) -> None:
    """Have `run(now)` done every so many minutes; it returns how much it did, or None.

    It raises `NotSetUp` where a setting lacks.
    """
    every, at_most = timedelta(minutes=every_minutes), timedelta(minutes=at_most_minutes)
    _jobs[name] = Job(name, label or name, run, every, at_most, erases)


def jobs() -> list[Job]:
    return [_jobs[name] for name in sorted(_jobs)]


def tick(*, now: datetime) -> list[ScheduledRun]:
    """Run what is due and nobody runs; the rows of what ran, well or not.

    Raises where the machine is in trouble (see `outages`): no job would do better.
    """
    future_moments.put_right(STARTED, now)
    _put_off_erasing(now)
    return [ran for job in jobs() if (ran := _run_if_due(job, now)) is not None]


def _put_off_erasing(now: datetime) -> None:
    """After a leap, have what erases wait as if it had just run."""
    last = ScheduledRun.objects.aggregate(at=Max("started_at"))["at"]
    if last is None or now - last < LEAP:
        return
    erasing = [job.name for job in jobs() if job.erases]
    ScheduledRun.objects.filter(name__in=erasing, running_until=None).update(started_at=now)
    logger.warning("No tick for %s days: nothing is erased before tomorrow.", (now - last).days)


def wait_after(failures: int, job: Job) -> timedelta:
    """How long after the start of its last run a job is tried again that failed so many times."""
    if not failures:
        return timedelta(0)
    # Exponential back-off: a source that is down is not asked a thousand times a night.
    return min(timedelta(minutes=2 ** min(failures - 1, 6)), job.every, LONGEST_WAIT)


def _run_if_due(job: Job, now: datetime) -> ScheduledRun | None:
    before = _claimed(job, now)
    if before is None:
        return None
    outcome, error, count = ScheduledRun.Outcome.FAILED, "arrêté avant la fin", None
    failures = before.failures
    try:
        with _renewed(job, now):
            count = job.run(now)
        outcome, error, failures = ScheduledRun.Outcome.DONE, "", 0
    except NotSetUp as missing:
        outcome, error, failures = ScheduledRun.Outcome.NOT_SET, str(missing)[:300], 0
    except Exception as failure:
        error = outage_of(failure)
        # Every other job would fail the same way, and note it where nothing can be noted.
        if error in {DISK_FULL, BASE_LOST}:
            raise
        # One job that fails must not keep the others from running.
        error = error or f"{type(failure).__name__} : {failure}"[:300]
        failures = min(failures + 1, MOST_COUNTED)
        # The same failure again and again fills no log: it was written the first time.
        if (before.outcome, before.error) != (outcome, error):
            logger.exception("%s failed; it is tried again, less and less often", job.name)
    finally:
        # Also where the process is told to stop: the next one begins it again at once.
        _mine(job, now).update(
            running_until=None,
            ended_at=timezone.now(),
            outcome=outcome,
            error=error,
            count=count,
            failures=failures,
        )
    return ScheduledRun.objects.filter(name=job.name).first()


def _claimed(job: Job, now: datetime) -> ScheduledRun | None:
    """What was known of a job that is ours to run now; None where it is not due or not free."""
    before, _ = ScheduledRun.objects.get_or_create(name=job.name)
    # A claim that has ended by itself is of a run that was killed, or hangs.
    was_cut = before.running_until is not None
    wait = job.every
    if was_cut or before.outcome == ScheduledRun.Outcome.FAILED:
        wait = wait_after(before.failures, job)
    if before.started_at is not None and now < before.started_at + wait:
        return None
    if was_cut:
        # It may be the job that kills.
        before.failures = min(before.failures + 1, MOST_COUNTED)
    is_free = Q(running_until=None) | Q(running_until__lte=Now())
    # As it was read: who was first has changed it.
    same = ScheduledRun.objects.filter(is_free, pk=before.pk, started_at=before.started_at)
    claimed = same.filter(running_until=before.running_until).update(
        started_at=now, running_until=Now() + CLAIM, failures=before.failures
    )
    if not claimed:
        return None
    if was_cut:
        logger.warning("%s was cut before its end: it is run again", job.name)
    return before


@contextmanager
def _renewed(job: Job, now: datetime) -> Iterator[None]:
    """Keep the claim while the job runs, at most as long as it may."""
    is_over = threading.Event()

    def renew() -> None:
        # It stops by itself: a job that hangs must lose its claim one day.
        for _ in range(int(job.at_most.total_seconds() / RENEWED_EVERY_S)):
            if is_over.wait(RENEWED_EVERY_S):
                break
            # A base that is away comes back, or nobody else can take the claim either.
            with suppress(DatabaseError, InterfaceError):
                _mine(job, now).filter(running_until__isnull=False).update(
                    running_until=Now() + CLAIM
                )
        # Connections belong to threads: this one's would stay open for ever.
        connections.close_all()

    threading.Thread(target=renew, name=f"claim of {job.name}", daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _mine(job: Job, now: datetime) -> QuerySet[ScheduledRun]:
    """The row while it is still ours: another may have taken over a run thought dead."""
    return ScheduledRun.objects.filter(name=job.name, started_at=now)
