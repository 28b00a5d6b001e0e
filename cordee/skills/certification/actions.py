"""Writes of the CQP. Taking back and putting back is `training.actions.keep`."""

from collections.abc import Iterable

from django.db import transaction

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.skills.models import Candidate, Cohort, JuryMinutes, Learner
from cordee.skills.training.actions import held_same, note


@transaction.atomic
def write[Row: (Cohort, Candidate, JuryMinutes)](
    *, row: Row, owner: Structure, learners: Iterable[Learner] = (), by: User
) -> Row:
    """Keep a row, new or corrected; the same sent twice is one. `learners`: who joins a group.

    Raises ValidationError.
    """
    is_new, row = row.pk is None, held_same(row, owner) or row
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
    note("write_cqp", owner, row, by)
    return row
