"""What is done again and again: rooms register it, `./go run -- tick` runs what is due.

    schedule.register("reminders", reminders.run, every_minutes=30)

`run` is idempotent: a machine that dies in the middle begins it again. Two processes never run the
same thing at once: who starts it claims its row by a conditional update, which a database gives to
one of them only (`select_for_update` would do nothing on SQLite).

A moment in the future by more than clocks differ was written before the clock was set back: it is
forgotten, else the schedule would stop until then.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from cordee.base.clock import CLOCKS_DIFFER
from cordee.base.schedule_models import ScheduledRun
from cordee.base.trouble import BASE_LOST, DISK_FULL, trouble_of

type Run = Callable[[datetime], int | None]

logger = logging.getLogger(__name__)


class NotSetUp(Exception):
    """A job cannot do anything here. Its text, in French, names the setting that lacks."""


@dataclass(frozen=True, slots=True)
class Job:
    """`at_most`: past it, a run is thought dead and another may start. `label`: for a screen."""

    name: str
    label: str
    run: Run
    every: timedelta
    at_most: timedelta


_jobs: dict[str, Job] = {}


def register(
    name: str, run: Run, *, every_minutes: int, at_most_minutes: int = 60, label: str = ""
) -> None:
    """Have `run(now)` done every so many minutes; it returns how much it did, or None.

    It raises `NotSetUp` where a setting lacks.
    """
    every, at_most = timedelta(minutes=every_minutes), timedelta(minutes=at_most_minutes)
    _jobs[name] = Job(name, label or name, run, every, at_most)


def jobs() -> list[Job]:
    return [_jobs[name] for name in sorted(_jobs)]


def tick(*, now: datetime) -> list[ScheduledRun]:
    """Run what is due and nobody runs; the rows of what ran, well or not.

    Raises where the machine is in trouble (see `trouble`): no job would do better.
    """
    _forget_the_future(now)
    return [ran for job in jobs() if (ran := _run_if_due(job, now)) is not None]


def _run_if_due(job: Job, now: datetime) -> ScheduledRun | None:
    if not _claim(job, now):
        return None
    outcome, error, count = ScheduledRun.Outcome.FAILED, "arrêté avant la fin", None
    try:
        count = job.run(now)
        outcome, error = ScheduledRun.Outcome.DONE, ""
    except NotSetUp as missing:
        outcome, error = ScheduledRun.Outcome.NOT_SET, str(missing)[:300]
    except Exception as failure:
        error = trouble_of(failure)
        if error in {DISK_FULL, BASE_LOST}:
            raise
        # One job that fails must not keep the others from running.
        logger.exception("%s failed; it is tried again at the next tick", job.name)
        error = error or f"{type(failure).__name__} : {failure}"[:300]
    finally:
        # Also where the process is told to stop: the next one begins it again at once.
        _mine(job, now).update(
            running_until=None, ended_at=timezone.now(), outcome=outcome, error=error, count=count
        )
    return ScheduledRun.objects.filter(name=job.name).first()


def _forget_the_future(now: datetime) -> None:
    latest = now + CLOCKS_DIFFER
    for row in ScheduledRun.objects.filter(started_at__gt=latest):
        logger.warning(
            "%s began at %s, which is still to come: it is run again. Was the clock set back?",
            row.name,
            row.started_at,
        )
        ScheduledRun.objects.filter(pk=row.pk, started_at=row.started_at).update(
            started_at=None, running_until=None
        )


def _claim(job: Job, now: datetime) -> bool:
    ScheduledRun.objects.get_or_create(name=job.name)
    is_due = (
        Q(started_at=None)
        | Q(started_at__lte=now - job.every)
        | Q(outcome=ScheduledRun.Outcome.FAILED)
    )
    is_free = Q(running_until=None) | Q(running_until__lte=now)
    claimed = ScheduledRun.objects.filter(is_due, is_free, name=job.name).update(
        started_at=now, running_until=now + job.at_most
    )
    return claimed == 1


def _mine(job: Job, now: datetime) -> QuerySet[ScheduledRun]:
    """The row while it is still ours: another may have taken over a run thought dead."""
    return ScheduledRun.objects.filter(name=job.name, started_at=now)
