"""A draft published as a version written once; the steps of RULE-37."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.documents import canonical_text, text_sha256
from cordee.practices.models import Sheet, SheetComment, SheetDraft, SheetVersion
from cordee.practices.sheets import mails
from cordee.practices.sheets.actions.writing import locked
from cordee.practices.sheets.finding.search import index_sheets
from cordee.practices.sheets.standing import settle_status
from cordee.practices.sheets.texts import nameless_document, refusals_of
from cordee.rules.practices import PracticeStatus, missing_for, review_due


@transaction.atomic
def publish(
    *,
    sheet: Sheet,
    by: User | None,
    now: datetime,
    changes: str = "",
    improvements: Collection[SheetComment] = (),
) -> SheetVersion:
    """Make the draft the next version, which everybody reads; `improvements` become part of it.

    Raises ValidationError, by section, for what may not be published.
    """
    sheet = locked(sheet)
    draft = SheetDraft.objects.filter(sheet=sheet).first()
    if draft is None:
        raise ValidationError("Il n’y a pas de brouillon à publier. Écrivez-en un d’abord.")
    if sheet.removed_at:
        raise ValidationError("Cette fiche est retirée. Remettez-la, puis publiez.")
    number = sheet.latest_number + 1
    document = nameless_document(sheet, draft.title, draft.sections, number=number)
    if refused := refusals_of(sheet, document):
        raise ValidationError(refused)
    text = canonical_text(document)
    version = SheetVersion(
        sheet=sheet,
        number=number,
        title=draft.title,
        sections=draft.sections,
        text=text,
        sha256=text_sha256(text),
        changes=changes.strip(),
        published_by=by,
        published_at=now,
    )
    version.full_clean(exclude=["published_by"])
    version.save()
    draft.delete()
    sheet.title, sheet.latest_number = version.title, number
    sheet.review_due = review_due(timezone.localdate(now))
    settle_status(sheet, now=now)
    sheet.full_clean(exclude=["created_by"])
    sheet.save()
    index_sheets([sheet.pk])
    for comment in improvements:
        if comment.sheet_id != sheet.pk or comment.is_settled:
            raise ValidationError("Cette proposition a déjà sa réponse, ou n’est pas d’ici.")
        comment.taken_into = version
        comment.save(update_fields=["taken_into"])
        mails.tell_settled(comment)
    journal.record("practices.publish_sheet", sheet, by=by, after={"version": number})
    return version


@transaction.atomic
def set_status(*, sheet: Sheet, status: str, by: User | None, now: datetime) -> None:
    """Say how far a practice has come. Raises ValidationError, with what a gate lacks."""
    sheet = locked(sheet)
    if status not in list(PracticeStatus):
        raise ValidationError(
            {"status": f"«\u00a0{status}\u00a0» n’est pas un des quatre statuts."}
        )
    wanted, before = PracticeStatus(status), sheet.status
    if missing := missing_for(wanted, sheet.use, on=timezone.localdate(now)):
        said = f"Pas encore «\u00a0{wanted.label.lower()}\u00a0»."
        raise ValidationError({"status": [f"{said} {' '.join(missing)}"]})
    if wanted != before:
        sheet.status = wanted
        sheet.full_clean(exclude=["created_by"])
        sheet.save(update_fields=["status"])
        journal.record(
            "practices.set_status",
            sheet,
            by=by,
            before={"status": before},
            after={"status": wanted},
        )


@transaction.atomic
def note_reuses(*, sheet: Sheet, reused_by: int, now: datetime) -> None:
    """Write how many other structures documented that they took it over: of the room that keeps
    them, with a line of its own. The status steps back where that leaves its gate."""
    sheet = locked(sheet)
    sheet.reused_by = reused_by
    settle_status(sheet, now=now)
    sheet.full_clean(exclude=["created_by"])
    sheet.save(update_fields=["reused_by", "status"])
