"""Writes of immersions."""

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import TruncYear
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.base.ui import french
from cordee.bridge.models import Immersion
from cordee.bridge.models.immersions import Ending
from cordee.members.actions.undoable import find_resubmitted, record_row
from cordee.rules.immersion import Purpose
from cordee.skills.access import ABSENT, badges_in_force
from cordee.skills.learners.questions import Question
from cordee.skills.models import Learner

# What the person said yes to: otherwise, she is asked again.
AGREED_ON = ("learner_id", "company", "purpose", "first_on", "last_on")


@transaction.atomic
def write_immersion(*, row: Immersion, by: User) -> Immersion:
    """Keep an immersion or its renewal, new or corrected; the same noted twice is one.

    Who has a card is asked on her page. Raises ValidationError.
    """
    if same := find_resubmitted(row, row.structure):
        return same
    before = Immersion.objects.filter(pk=row.pk).values(*AGREED_ON).first()
    if before is None:
        row.noted_by = by
    if row.learner and before != {name: getattr(row, name) for name in AGREED_ON}:
        row.is_yes, row.said_on, row.shown = None, None, []
    row.full_clean()
    row.save()
    record_row("write_immersion", row.structure, row, by)
    return row


@transaction.atomic
def say_ending(*, row: Immersion, ending: str, of_company: bool, by: User) -> None:
    """Say how it ended: the structure, or the employer. Raises ValidationError before her yes, and
    before its last day unless it was stopped."""
    field, on = "company_ending" if of_company else "ending", timezone.localdate()
    # As it stands now, until this write is done.
    row = Immersion.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if ending not in Ending.values:
        raise ValidationError("Dites comment elle a fini\u00a0: choisissez une des réponses.")
    if not row.is_yes:
        raise ValidationError("Il manque son accord pour cette immersion. Demandez-le d’abord.")
    if on < row.first_on or (on < row.last_on and ending != Ending.STOPPED):
        cure = f"Revenez ce jour-là, ou choisissez «\u00a0{Ending.STOPPED.label}\u00a0»."
        raise ValidationError(f"L’immersion finit le {french.day(row.last_on, on)}. {cure}")
    if getattr(row, field) != ending:
        setattr(row, field, ending)
        row.save(update_fields=[field])
        record_row("say_ending", row.structure, row, by)


def questions_of(learner: Learner) -> Iterator[Question]:
    """What is asked of her, of immersions that have not ended. One query."""
    on = timezone.localdate()
    for row in learner.immersions.standing().filter(last_on__gte=on, ending=""):
        words = (
            f"Je vais chez {row.company} du {french.day(row.first_on, on)} au "
            f"{french.day(row.last_on, on)}, pour {Purpose(row.purpose).label}."
        )
        yield Question(row.pk, words, row.is_yes, row.said_on, tuple(row.shown))


@transaction.atomic
def settle(learner: Learner, key: int, is_yes: bool, shown: list[str], on: date) -> None:
    """What she says herself, and which of her attestations the employer may read; or Http404."""
    rows = learner.immersions.standing().select_for_update(of=("self",))
    row = first_or_404(rows.filter(pk=key, last_on__gte=on, ending=""), ABSENT)
    own = {str(badge.number) for badge in badges_in_force(learner)}
    row.is_yes, row.said_on, row.shown = is_yes, on, sorted(own & set(shown)) if is_yes else []
    row.save(update_fields=["is_yes", "said_on", "shown"])
    record_row("answer_immersion", row.structure, row, None)


def forget(learner: Learner) -> None:
    """Before she is erased: of what was done, a total of nobody stays; of the rest, nothing."""
    done = learner.immersions.standing().filter(is_yes=True, first_on__lte=timezone.localdate())
    kept = [row.pk for row in done]
    learner.immersions.exclude(pk__in=kept).delete()
    year = TruncYear("first_on")
    empty = dict.fromkeys(("company", "siren", "convention", "company_ending"), "")
    nobody = dict.fromkeys(("learner", "opportunity", "said_on", "noted_by"))
    rows = Immersion.objects.filter(pk__in=kept)
    rows.update(first_on=year, last_on=year, shown=[], **empty, **nobody)
