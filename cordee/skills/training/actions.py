"""Writes of AFEST courses. Each holds the structure: of two at once, the second reads the first."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.actions.undoable import find_resubmitted, record_row
from cordee.rules import afest
from cordee.rules.findings import Finding
from cordee.skills.models import Course, Enactment, Evaluation, ReflexiveSequence
from cordee.skills.training.standing import value_of

type Event = Enactment | ReflexiveSequence | Evaluation
# What the rule says of an event that is refused, not only told.
REFUSED: Mapping[type[models.Model], frozenset[str]] = {
    Enactment: frozenset(
        {"ENACTMENT_BEFORE_PROTOCOL", "TRAINER_MISSING", "TRAINER_LATE", "SEQUENCE_AT_WORK"}
    ),
    ReflexiveSequence: frozenset({"SEQUENCE_AT_WORK"}),
    Evaluation: frozenset({"EVALUATION_EARLY"}),
}
# Refused even where it was so before.
ALWAYS = {"TRAINER_MISSING"}


@transaction.atomic
def write_course(
    *,
    course: Course,
    fields: Sequence[str],
    by: User,
    chosen: Mapping[str, tuple[str, date]] | None = None,
) -> Course:
    """Open a course, or write some fields of it; the same opened twice is one.

    `chosen`: the situations of its protocol, code to title and day.
    """
    owner, is_new = course.learner.structure, course.pk is None
    if same := find_resubmitted(course, owner):
        return same
    if is_new:
        course.noted_by = by
    course.save(update_fields=None if is_new else fields)
    if chosen is not None:
        course.situations.exclude(code__in=chosen).delete()
        for code, (title, day) in chosen.items():
            said = {"planned_on": day, "title": title}
            course.situations.update_or_create(code=code, defaults=said)
    record_row("write_course", owner, course, by)
    return course


@transaction.atomic
def write_event(
    *, course: Course, row: Event, by: User, parts: Mapping[int, Mapping[str, str]] | None = None
) -> None:
    """Note an event of a course, or correct it; the same noted twice is one.

    `parts`: what a sequence says of each enactment, by key: gaps and decisions. Raises
    ValidationError with what the rule says, and its cure.
    """
    owner, is_new = course.learner.structure, row.pk is None
    row = find_resubmitted(row, owner) or row
    if is_new:
        row.noted_by = by
    before = _findings(course, parts)
    row.full_clean(exclude=["noted_by"])
    row.save()
    if isinstance(row, ReflexiveSequence) and parts:
        if not is_new:
            row.parts.exclude(enactment__in=parts).delete()
        for key, said in parts.items():
            row.parts.update_or_create(enactment_id=key, defaults=said)
    wrong = [
        f"{each.sentence} {each.cure}"
        for each in _findings(course, parts)
        if each.code in REFUSED[type(row)] and (each not in before or each.code in ALWAYS)
    ]
    if wrong:
        raise ValidationError({"on" if isinstance(row, Evaluation) else "starts_at": wrong})
    record_row("write_event", owner, row, by)


def _findings(course: Course, parts: Mapping[int, object] | None) -> list[Finding]:
    """What the rule says of a course, and of all on which a sequence comes back."""
    touched = models.Q(pk=course.pk) | models.Q(enactments__in=parts or {})
    rows = Course.objects.filter(touched).with_events().distinct()
    on = timezone.localdate()
    return [each for row in rows for each in afest.standing(value_of(row), on=on).findings]
