"""The queue worker: runs tasks of a queue, and takes up those that a killed worker had in hand.

Tasks are idempotent and called with identifiers, so that running one again is always right. One
that is run again knows it by its context (`attempt`), where what it had begun must be taken over.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.tasks.base import Task, TaskContext, TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from cordee.base.models import WorkerBeat
from cordee.base.outages import outage_of

type Row = DBTaskResult[..., Any]

logger = logging.getLogger(__name__)
# Seconds: between two looks at an empty queue, and between two signs of life.
IDLE_SECONDS, BEAT_SECONDS = 0.3, 5.0
# A worker that gave no sign between so many looks of another is dead.
MOST_MISSES = 6
# A task in which so many workers died is given up: it may be what kills them.
MOST_WORKERS = 5
# How long one can still read what became of a task.
KEPT = timedelta(days=14)
BACKEND = "default"
# A worker gives a sign every five seconds, and looks three times a second for what waits.
SILENCE = timedelta(seconds=30)


class WorkerEnded(Exception):
    """Every worker that ran a task died before its end."""


class Runner:
    """Runs the tasks of one queue, one after the other, in a thread of its own."""

    def __init__(self, queue: str, worker_id: str) -> None:
        self.queue, self.worker_id = queue, worker_id
        self._has_loose_end = False

    def step(self) -> float:
        """Run one task; gives the seconds to wait before the next.

        Raises where the machine is in trouble: the task in hand is then run again.
        """
        if self._has_loose_end:
            put_back(row for row in in_hand_of(self.worker_id) if row.queue_name == self.queue)
            self._has_loose_end = False
        row = self._claimed()
        if row is None:
            return IDLE_SECONDS
        self._has_loose_end = True
        _run(row)
        self._has_loose_end = False
        return 0.0

    def _claimed(self) -> Row | None:
        # Oldest and most urgent first, as the backend orders them.
        ready = DBTaskResult.objects.ready().filter(backend_name=BACKEND, queue_name=self.queue)
        # An empty queue, many times a second, must not take SQLite's only write.
        if not ready.exists():
            return None
        self._has_loose_end = True
        # PostgreSQL skips a row that another worker holds; SQLite lets one worker in at a time.
        with exclusive_transaction(ready.db):
            row: Row | None = ready.get_locked()
            if row is not None:
                row.claim(self.worker_id)
        self._has_loose_end = False
        return row


def _run(row: Row) -> None:
    try:
        task, result = row.task, row.task_result
        context: list[TaskContext[..., Any]] = (
            [TaskContext(task_result=result)] if task.takes_context else []
        )
        value = task.call(*context, *result.args, **result.kwargs)
        row.set_successful(value)
    # BaseException too: a task that calls for an exit fails, and does not end its worker.
    except BaseException as error:
        if outage_of(error):
            raise
        logger.exception("Task %s of %s failed", row.pk, row.task_path)
        row.set_failed(error)


class Watch:
    """Gives signs of life, and puts back what workers had in hand that give none any more."""

    def __init__(self, worker_id: str, report: Callable[[str], None]) -> None:
        self.worker_id, self._report = worker_id, report
        self._misses: dict[str, tuple[int | None, int]] = {}

    def step(self) -> float:
        try:
            self._beat()
            self._look()
        except Exception:
            # While the base was away nobody could give a sign.
            self._misses.clear()
            raise
        return BEAT_SECONDS

    def _beat(self) -> None:
        now = timezone.now()
        mine = WorkerBeat.objects.filter(worker_id=self.worker_id)
        if not mine.update(beats=F("beats") + 1, seen_at=now):
            WorkerBeat.objects.create(worker_id=self.worker_id, seen_at=now)

    def _look(self) -> None:
        beats = dict(WorkerBeat.objects.values_list("worker_id", "beats"))
        at_work = {worker_of(row) for row in DBTaskResult.objects.running()}
        others = (at_work | set(beats)) - {self.worker_id}
        self._misses = {who: self._missed(who, beats.get(who)) for who in sorted(others)}
        for who in [who for who, (_, times) in self._misses.items() if times >= MOST_MISSES]:
            count = put_back(in_hand_of(who))
            # With the number that was read: one that woke up meanwhile keeps its row.
            WorkerBeat.objects.filter(worker_id=who, beats=beats.get(who, 0)).delete()
            if count:
                self._report(f"Tâches interrompues par un arrêt, et reprises : {count}.")

    def _missed(self, who: str, beats: int | None) -> tuple[int | None, int]:
        """The last sign of a worker, and for how many looks it has been the same."""
        # Counted in our own looks and not in hours: machines may disagree on the time.
        known, times = self._misses.get(who, (None, -1))
        return beats, times + 1 if known == beats else 0


def in_hand_of(worker_id: str) -> list[Row]:
    """The tasks that a worker has begun and not ended."""
    return [row for row in DBTaskResult.objects.running() if worker_of(row) == worker_id]


def put_back(rows: Iterable[Row]) -> int:
    """Let begun tasks be run again, save those in which too many workers died; gives how many."""
    count = 0
    for row in rows:
        if len(set(row.worker_ids)) >= MOST_WORKERS:
            words = f"{len(set(row.worker_ids))} workers died in it: {row.worker_ids}"
            logger.error("Task %s of %s is given up: %s", row.pk, row.task_path, words)
            row.set_failed(WorkerEnded(words))
            continue
        # That one worker could not end it, for a disk that was full, says nothing against it.
        known = list(dict.fromkeys(row.worker_ids))
        count += DBTaskResult.objects.filter(
            pk=row.pk,
            status=TaskResultStatus.RUNNING,
            started_at=row.started_at,
            # `started_at` tells this run from a later one: what was taken up since is left alone.
        ).update(status=TaskResultStatus.READY, worker_ids=known)
    return count


def forget_old(now: datetime) -> int:
    """What the schedule does each day: rows of tasks that ended long ago go. Gives how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()[0]


def worker_of(row: Row) -> str:
    """Who has, or had, a task in hand; empty where nobody took it."""
    return str(row.worker_ids[-1]) if row.worker_ids else ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the task for one object stands in its queue.

    `before`: how many tasks run or pass first. `is_served`: whether a worker is there that takes
    tasks of the queue; told false once nothing was taken for half a minute.
    """

    is_waiting: bool
    before: int
    is_served: bool


def turn_of(task: Task[..., Any], argument: str | int, now: datetime) -> Turn | None:
    """The turn of the task that was enqueued with this argument, None where there is none.

    Two or three queries, one of them of all that waits: `limits.refuse_when_full` bounds it.
    """
    in_queue = DBTaskResult.objects.filter(queue_name=task.queue_name)
    ready = TaskResultStatus.READY
    rows = list(in_queue.filter(status__in=[ready, TaskResultStatus.RUNNING]))
    of_task = (each for each in rows if each.task_path == task.module_path)
    row = next((each for each in of_task if argument in each.args_kwargs["args"]), None)
    if row is None:
        return None
    signs = WorkerBeat.objects.filter(seen_at__range=(now - SILENCE, now + SILENCE))
    alive = set(signs.values_list("worker_id", flat=True))
    running = [each for each in rows if each.status != ready and worker_of(each) in alive]
    if row.status != ready:
        return Turn(is_waiting=False, before=0, is_served=row in running)
    passing = [each for each in rows if each.status == ready and _place(each) < _place(row)]
    is_served = bool(running) or now - row.enqueued_at <= SILENCE
    if alive and not is_served:
        recently = (now - SILENCE, now)
        recent = Q(started_at__range=recently) | Q(finished_at__range=recently)
        is_served = in_queue.filter(recent).exists()
    return Turn(is_waiting=True, before=len(running) + len(passing), is_served=is_served)


def _place(row: Row) -> tuple[int, datetime]:
    return -row.priority, row.enqueued_at
