"""Reviews of a monograph by structures outside its authors."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts.models import User
from cordee.members.actions.undoable import record_row
from cordee.members.models import Structure
from cordee.practices.models import Review, SheetVersion
from cordee.practices.sheets import mails
from cordee.practices.sheets.actions.writing import locked
from cordee.practices.sheets.texts import check_nameless


@transaction.atomic
def ask_review(*, version: SheetVersion, structure: Structure, by: User, now: datetime) -> Review:
    """Ask a structure that did not write it to review a version. Raises ValidationError."""
    sheet = locked(version.sheet)
    if not sheet.is_monograph:
        raise ValidationError("Seule une monographie se fait relire. Une fiche se commente.")
    if sheet.authors.filter(structure=structure).exists():
        raise ValidationError(
            {
                "structure": f"{structure} est autrice de cette monographie. Choisissez une "
                "structure qui ne l’a pas écrite."
            }
        )
    review = Review(version=version, structure=structure, asked_at=now)
    review.full_clean()
    review.save()
    record_row("ask_review", sheet, review, by)
    return review


@transaction.atomic
def deliver_review(
    *,
    review: Review,
    report: str,
    reservations: str,
    is_published: bool,
    by: User,
    now: datetime,
) -> None:
    """Hand a report over, once; the authors are told.

    `is_published`: its structure agrees that everybody reads it. Raises ValidationError by field.
    """
    fresh = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if fresh.delivered_at or fresh.declined_at:
        raise ValidationError("Cette relecture est déjà remise, ou refusée.")
    sheet = fresh.version.sheet
    structures = [fresh.structure, *(each.structure for each in sheet.authors.all())]
    check_nameless({"report": report, "reservations": reservations}, structures)
    fresh.report, fresh.reservations = report.strip(), reservations.strip()
    fresh.delivered_at, fresh.delivered_by = now, by
    fresh.report_agreed_at = now if is_published else None
    fresh.full_clean()
    fresh.save()
    record_row("deliver_review", sheet, fresh, by)
    mails.tell_review(fresh)


@transaction.atomic
def decline_review(*, review: Review, by: User, now: datetime) -> None:
    """Say that one will not review it; nothing else is told."""
    fresh = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if fresh.delivered_at:
        raise ValidationError("Cette relecture est déjà remise.")
    if fresh.declined_at is None:
        fresh.declined_at = now
        fresh.save(update_fields=["declined_at"])
        record_row("decline_review", fresh.version.sheet, fresh, by)


@transaction.atomic
def agree_to_report(*, review: Review, is_yes: bool, by: User, now: datetime) -> None:
    """Agree that everybody reads a report, or take that back."""
    fresh = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if (fresh.report_agreed_at is not None) == is_yes:
        return
    fresh.report_agreed_at = now if is_yes else None
    fresh.full_clean()
    fresh.save(update_fields=["report_agreed_at"])
    verb = "publish_review" if is_yes else "unpublish_review"
    record_row(verb, fresh.version.sheet, fresh, by)
