"""The journal of actions: called by every `actions.py`, inside the same transaction."""

from typing import Any

from django.db import models

from cordee.accounts.models import JournalEntry, User


def record(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write one line. `verb` is a dotted sentence ("members.import_structures").

    `before` and `after` hold JSON values of the target, never personal fields.
    """
    return JournalEntry.objects.create(
        by=by,
        verb=verb,
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        before=before or {},
        after=after or {},
    )
