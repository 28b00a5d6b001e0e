"""Who may touch the tasks of an alliance. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.accounts.access import Person
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceTask
from cordee.base.found import first_or_404


def task_for(person: Person, pk: uuid.UUID, task_pk: int) -> tuple[AllianceAccess, AllianceTask]:
    """A task, taken out or not, of an alliance whose table the user reads; 404 otherwise."""
    access = alliance_access.inside_for(person, pk)
    return access, _task(access, task_pk)


def ticked_task_for(person: Person, pk: uuid.UUID, task_pk: int) -> AllianceTask:
    """One the user may say done: any of `task_for`, and a subcontractor its own; 404 otherwise."""
    access = alliance_access.taking_part_for(person, pk)
    task = _task(access, task_pk)
    if not access.reads_shares and str(task.owner_id) not in access.own_keys:
        raise Http404("Cette tâche est celle d’une autre structure.")
    return task


def _task(access: AllianceAccess, pk: int) -> AllianceTask:
    return first_or_404(
        access.alliance.tasks.select_related("owner__structure").filter(pk=pk),
        "Cette tâche n’existe pas.",
    )
