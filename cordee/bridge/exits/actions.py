"""Writes of exits. The journal holds no day, no hours, no category: only the row."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.bridge.models import PersonExit
from cordee.members.actions.undoable import record_row
from cordee.members.models import Structure

# Two people may leave alike: only what comes so soon is one click too many.
DOUBLE_CLICK = timedelta(seconds=10)


@transaction.atomic
def write_exit(*, row: PersonExit, by: User, what: str = "exit") -> None:
    """Keep an exit or its follow-up (`what`), new or corrected. Raises ValidationError."""
    Structure.objects.select_for_update(no_key=True).get(pk=row.structure_id)
    row.full_clean(exclude=["noted_by"])
    said = ("entered_on", "left_on", "hours", "category", "noted_by")
    same = row.structure.exits.filter(**{name: getattr(row, name) for name in said})
    if row.pk or not same.filter(noted_at__gte=timezone.now() - DOUBLE_CLICK).exists():
        row.save()
        record_row(f"write_{what}", row.structure, row, by)
