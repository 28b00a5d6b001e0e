"""Writes of the frameworks that a structure makes its own."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.skills.frameworks.values import Framework, parse
from cordee.skills.models import OwnFramework


@transaction.atomic
def write_framework(*, own: OwnFramework, framework: Framework, by: User, mark: str) -> None:
    """Keep what somebody made of a framework, of ours too: the structure then has its own.

    `mark`: that of the row as the page that was filled in knew it. Raises ValidationError.
    """
    own.code, own.name, own.content = framework.code, framework.name, framework.as_content()
    parse(own.content)
    if own.pk and OwnFramework.objects.select_for_update().get(pk=own.pk).mark != mark:
        raise ValidationError(
            "Quelqu’un a changé ce référentiel avant vous. Ouvrez-le à nouveau, puis recommencez."
        )
    _save(own, by, "skills.write_framework")


@transaction.atomic
def keep_framework(*, own: OwnFramework, is_kept: bool, by: User, now: datetime) -> None:
    """Take a framework out of the list, or put it back; twice is once. What was seen keeps its
    words. Raises ValidationError where another of its code stands."""
    if (own.removed_at is None) != is_kept:
        own.removed_at = None if is_kept else now
        _save(own, by, "skills.restore_framework" if is_kept else "skills.remove_framework")


def _save(own: OwnFramework, by: User, verb: str) -> None:
    own.changed_by = by
    own.full_clean(exclude=["changed_by"])
    own.save()
    journal.record(verb, own.structure, by=by, after={"framework": own.pk})
