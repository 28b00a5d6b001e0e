"""Work for the queue: idempotent, called with identifiers."""

from typing import Any

from django.conf import settings
from django.tasks import TaskContext, task
from django.utils import timezone

from cordee.composing import actions
from cordee.composing.verdicts import turns

MOST_ATTEMPTS = 2


@task(takes_context=True)
def compose_longer(context: "TaskContext[Any, Any]", composition_id: str) -> None:
    """Give a composition the longer time of the queue; nothing where it is over already.

    One in which two workers died is ended with a code: it may be what kills them.
    """
    if context.attempt > MOST_ATTEMPTS:
        actions.give_up(composition_id)
        return
    composition = actions.take_up(composition_id, is_retry=context.attempt > 1)
    if composition is not None:
        actions.run_composition(
            composition=composition, time_limit_s=settings.COMPOSE_QUEUE_SECONDS, is_last=True
        )


# Whoever waits for a first answer goes before whoever reads one already.
@task(priority=-10, takes_context=True)
def study_answer(context: "TaskContext[Any, Any]", composition_id: str) -> None:
    """Study an answer; nothing where that is done, or nobody waits."""
    study = actions.take_up_study(composition_id, is_retry=context.attempt > 1)
    if study is not None:
        actions.run_study(study=study)


# Whoever waits for an answer goes before whoever may come to read a list.
@task(priority=-20)
def refresh_verdicts(structure_pk: int) -> None:
    """Compute the verdicts of a structure whose sheet changed, or near which work was published."""
    turns.refresh(structure_pk, timezone.now())


@task(priority=-20)
def follow_notices() -> None:
    """Ask for the verdicts of the structures around work that was cut since they were computed."""
    turns.ask_around_new_work(timezone.now())
