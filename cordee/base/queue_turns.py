"""Whether what waits in a queue is being served, and what passes before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cordee.base.queue import Row, worker_of
from cordee.base.queue_models import WorkerBeat

# A worker gives a sign every five seconds, and looks three times a second for what waits.
SILENCE = timedelta(seconds=30)


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
