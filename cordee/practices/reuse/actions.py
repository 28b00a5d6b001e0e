"""Writes of reuses, and of the day by which a sheet is to be said again to hold."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.undoable import keep_row, record_row
from cordee.practices.models import Reuse, Sheet
from cordee.practices.reuse import mails
from cordee.practices.sheets.actions import answer_naming, note_reuses
from cordee.practices.sheets.actions.writing import locked
from cordee.practices.sheets.texts import check_nameless
from cordee.rules.practices import review_due


@transaction.atomic
def write_reuse(*, row: Reuse, is_named: bool, by: User | None, now: datetime) -> Reuse:
    """Keep what the direction of a structure says of a practice; its authors are told once.

    `is_named`: it may be named beside, as who directs it says. Raises ValidationError by field.
    """
    sheet = locked(row.sheet)
    is_new = row.pk is None
    _check(sheet, row)
    row.noted_by, row.noted_at = by, now
    row.full_clean(exclude=["noted_by", "agreed_by"])
    row.save()
    record_row("write_reuse", row.structure, row, by)
    if by is not None and is_named != row.is_named:
        answer_naming(row=row, is_yes=is_named, by=by, now=now)
        row.refresh_from_db()
    _count(sheet, now)
    if is_new:
        mails.tell_reuse(row)
    return row


@transaction.atomic
def keep_reuse(*, row: Reuse, is_kept: bool, by: User, now: datetime) -> None:
    """Take it back, so that it counts no more, or put it back. Raises ValidationError."""
    sheet = locked(row.sheet)
    if is_kept:
        _check(sheet, row)
    keep_row(row=row, owner=row.structure, is_kept=is_kept, by=by, now=now)
    _count(sheet, now)


@transaction.atomic
def confirm_sheet(*, sheet: Sheet, by: User, now: datetime) -> None:
    """Say that what is published still holds: it comes forward, until its next date."""
    sheet = locked(sheet)
    if not sheet.is_published:
        raise ValidationError("Cette fiche n’est pas publiée\u00a0: il n’y a rien à confirmer.")
    before = sheet.review_due
    sheet.review_due = review_due(timezone.localdate(now))
    if sheet.review_due != before:
        sheet.save(update_fields=["review_due"])
        journal.record("practices.confirm_sheet", sheet, by=by, before={"due": str(before)})


def _check(sheet: Sheet, row: Reuse) -> None:
    """Refuse a reuse by an author, of what is not published, and names in its text."""
    if not sheet.is_published:
        raise ValidationError("Cette fiche n’est pas publiée\u00a0: rien n’en est encore à lire.")
    authors = [each.structure for each in sheet.authors.select_related("structure__organisation")]
    if row.structure in authors:
        raise ValidationError(
            {
                "structure": f"{row.structure} est autrice de cette fiche. Une reprise est "
                "ailleurs\u00a0: écrivez plutôt une nouvelle version."
            }
        )
    check_nameless({"changed": row.changed, "why": row.why}, [row.structure, *authors])


def _count(sheet: Sheet, now: datetime) -> None:
    note_reuses(sheet=sheet, reused_by=sheet.reuses.elsewhere().worked().count(), now=now)
