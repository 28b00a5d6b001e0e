"""Improvements proposed by readers, and answers of who writes."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts.models import User
from cordee.members.actions.undoable import record_row
from cordee.practices.models import Sheet, SheetComment
from cordee.practices.sheets import mails


@transaction.atomic
def propose(*, sheet: Sheet, text: str, by: User, now: datetime) -> SheetComment:
    """Propose an improvement of what is published; the same sent twice is one."""
    said = text.strip()
    if same := sheet.comments.open().filter(noted_by=by, text=said).first():
        return same
    comment = SheetComment(
        sheet=sheet, number=sheet.latest_number, text=said, noted_by=by, noted_at=now
    )
    comment.full_clean()
    comment.save()
    record_row("propose_improvement", sheet, comment, by)
    return comment


@transaction.atomic
def answer_comment(*, comment: SheetComment, answer: str, by: User, now: datetime) -> None:
    """Say why it does not enter, or what else was done. Raises ValidationError."""
    fresh = SheetComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if fresh.is_settled or fresh.taken_back_at:
        raise ValidationError("Cette proposition a déjà sa réponse, ou a été retirée.")
    fresh.answer, fresh.answered_by, fresh.answered_at = answer.strip(), by, now
    fresh.full_clean()
    fresh.save()
    record_row("answer_improvement", fresh.sheet, fresh, by)
    mails.tell_settled(fresh)
