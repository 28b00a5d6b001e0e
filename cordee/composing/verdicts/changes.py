"""What changes a verdict: a line of the journal about a structure, a notice cut anew."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save

from cordee.accounts.models import JournalEntry
from cordee.composing.verdicts import turns
from cordee.members.models import Chantier, Structure
from cordee.opportunities.models import Breakdown

# Every write on a sheet leaves its line, were it of many rows at once: the journal tells them all.
READ_BY = {
    Structure._meta.label_lower: lambda pk: Structure.objects.filter(pk=pk),
    Chantier._meta.label_lower: lambda pk: Structure.objects.filter(chantiers=pk),
}


def watch() -> None:
    """Listen, once at the start of the process."""
    post_save.connect(_written, sender=JournalEntry, dispatch_uid="verdicts-journal")
    post_save.connect(_cut, sender=Breakdown, dispatch_uid="verdicts-breakdown")


def _written(sender: type[Model], instance: JournalEntry, created: bool, **more: Any) -> None:
    reader = READ_BY.get(instance.target_kind)
    if not created or reader is None:
        return
    for pk in reader(instance.target_id).values_list("pk", flat=True):
        turns.sheet_changed(pk)


def _cut(sender: type[Model], instance: Breakdown, created: bool, **more: Any) -> None:
    if created:
        turns.notice_changed()
