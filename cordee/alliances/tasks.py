"""Work for the queue: idempotent, called with identifiers."""

from django.conf import settings
from django.tasks import task

from cordee.alliances import actions
from cordee.alliances.models import Composition


@task
def compose_longer(composition_id: str) -> None:
    """Give a composition the longer time of the queue; nothing where it is over already."""
    composition = Composition.objects.filter(pk=composition_id).first()
    if composition is None or composition.is_over:
        return
    composition.state = Composition.State.RUNNING
    composition.save(update_fields=["state"])
    actions.run_composition(
        composition=composition, time_limit_s=settings.COMPOSE_QUEUE_SECONDS, is_last=True
    )
