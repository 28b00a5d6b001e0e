"""Work for the queue: idempotent, called with identifiers."""

from django.tasks import task

from cordee.members.actions import imports


@task(queue_name="imports")
def import_list(pk: int) -> None:
    """Read or import a list, from where it stopped; nothing where that is over."""
    imports.run_list(pk)
