"""The journal of actions: called by every `actions.py`, inside the same transaction."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from cordee.accounts.journal_kinds import vocabulary
from cordee.accounts.models import JournalEntry, User
from cordee.rules.months import add_months


def record(
    verb: str,
    target: models.Model,
    *,
    by: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write one line. `verb` is a dotted sentence ("members.import_structures").

    `before` and `after` hold JSON values of the target, never personal fields.
    """
    # The target is written by kind and key, not as a relation: the line outlives what it is about.
    return JournalEntry.objects.create(
        by=by,
        verb=verb,
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        before=before or {},
        after=after or {},
    )


def forget_old(now: datetime) -> int:
    """What the schedule does each day: everyday lines go after some months, proofs stay (RULE-34).

    A room says which of its verbs prove something in the `KEPT` of its `journal_words.py`.
    """
    # Whole days of Paris: what goes does not depend on the hour at which the schedule runs.
    day = add_months(timezone.localdate(now), -settings.KEEP_JOURNAL_MONTHS)
    old = JournalEntry.objects.filter(at__lt=timezone.make_aware(datetime.combine(day, time.min)))
    return old.exclude(verb__in=vocabulary().kept).delete()[0]
