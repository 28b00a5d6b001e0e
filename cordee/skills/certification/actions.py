"""Writes of the CQP. Taking back and putting back is `keep_row`."""

from collections.abc import Iterable

from django.db import transaction

from cordee.accounts.models import User
from cordee.members.actions.undoable import find_resubmitted, record_row
from cordee.members.models import Structure
from cordee.skills.models import Candidate, Cohort, JuryMinutes, Learner


@transaction.atomic
def write[Row: (Cohort, Candidate, JuryMinutes)](
    *, row: Row, owner: Structure, learners: Iterable[Learner] = (), by: User
) -> Row:
    """Keep a row, new or corrected; the same sent twice is one. `learners`: who joins a group.

    Raises ValidationError.
    """
    is_new, row = row.pk is None, find_resubmitted(row, owner) or row
    if is_new:
        row.noted_by = by
    row.full_clean(exclude=["noted_by"])
    row.save()
    for learner in learners:
        Candidate.objects.update_or_create(
            cohort_id=row.pk,
            learner=learner,
            defaults={"taken_back_at": None},
            create_defaults={"noted_by": by},
        )
    record_row("write_cqp", owner, row, by)
    return row
