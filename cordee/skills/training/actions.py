"""Writes of AFEST courses. Each holds the structure: of two at once, the second reads the first."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.rules import afest
from cordee.rules.findings import Finding
from cordee.skills.models import Course, Enactment, Evaluation, ReflexiveSequence
from cordee.skills.models.training import Undoable
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
    if same := held_same(course, owner):
        return same
    if is_new:
        course.noted_by = by
    course.save(update_fields=None if is_new else fields)
    if chosen is not None:
        course.situations.exclude(code__in=chosen).delete()
        for code, (title, day) in chosen.items():
            said = {"planned_on": day, "title": title}
            course.situations.update_or_create(code=code, defaults=said)
    note("write_course", owner, course, by)
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
    row = held_same(row, owner) or row
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
    note("write_event", owner, row, by)


@transaction.atomic
def keep(
    *, row: Undoable, owner: Structure, is_kept: bool, by: User, now: datetime, of: str = "event"
) -> None:
    """Take what was noted back, so that it counts no more, or put it back; twice is once.

    `of`: what the verb of the journal ends with.
    """
    if (row.taken_back_at is None) != is_kept:
        row.taken_back_at = None if is_kept else now
        if is_kept:
            row.clean()
        row.validate_constraints()
        row.save(update_fields=["taken_back_at"])
        note("restore_" + of if is_kept else "remove_" + of, owner, row, by)


def held_same[Row: models.Model](row: Row, owner: Structure) -> Row | None:
    """What stands already, word for word, of a row that is not kept yet: a double click."""
    Structure.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if row.pk is not None:
        return None
    own = {"id", "noted_by", "noted_at"}
    names = [each.attname for each in row._meta.concrete_fields if each.name not in own]
    said = {name: getattr(row, name) for name in names}
    return type(row)._default_manager.filter(**said).first()


def _findings(course: Course, parts: Mapping[int, object] | None) -> list[Finding]:
    """What the rule says of a course, and of all on which a sequence comes back."""
    touched = models.Q(pk=course.pk) | models.Q(enactments__in=parts or {})
    rows = Course.objects.filter(touched).with_events().distinct()
    on = timezone.localdate()
    return [each for row in rows for each in afest.standing(value_of(row), on=on).findings]


def note(verb: str, owner: Structure, row: models.Model, by: User) -> None:
    """A line of the journal, in the room of the row."""
    sort = str(row._meta.model_name)
    journal.record(f"{row._meta.app_label}.{verb}", owner, by=by, after={sort: row.pk})
