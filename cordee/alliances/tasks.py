"""Work for the queue: idempotent, called with identifiers."""

from django.conf import settings
from django.tasks import task

from cordee.alliances import actions


@task
def compose_longer(composition_id: str) -> None:
    """Give a composition the longer time of the queue; nothing where it is over already."""
    composition = actions.take_up(composition_id)
    if composition is not None:
        actions.run_composition(
            composition=composition, time_limit_s=settings.COMPOSE_QUEUE_SECONDS, is_last=True
        )
