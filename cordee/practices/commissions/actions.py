"""Writes of commissions, their meetings and what they give."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts.models import User
from cordee.base import files
from cordee.base.ui import french
from cordee.members.actions.undoable import find_resubmitted, keep_row, record_row
from cordee.members.models import Network, Structure
from cordee.members.models.undoable import Undoable
from cordee.practices.commissions.finding import index_minutes
from cordee.practices.models import Commission, CommissionFile, Meeting, Session, Sheet

MOST_FILES = 100


@transaction.atomic
def write_row[Row: Undoable](*, row: Row, network: Network, by: User, of: str = "") -> Row:
    """Keep a commission, a session or a part of one, new or corrected; noted twice, it is one.

    `of`: what the verb of the journal ends with. Raises ValidationError.
    """
    if same := find_resubmitted(row, network):
        return same
    if row.pk is None:
        row.noted_by = by
    row.full_clean()
    row.save()
    if isinstance(row, Meeting):
        index_minutes(row)
    record_row(f"write_{of or row._meta.model_name}", network, row, by)
    return row


@transaction.atomic
def publish_minutes(*, meeting: Meeting, is_published: bool, by: User, now: datetime) -> None:
    """Show the minutes to the members, or make a draft of them again; twice is once. Raises
    ValidationError for those that say nothing."""
    said: Any = {"is_kept": not is_published, "of": "draft_minutes", "at": "published_at"}
    keep_row(row=meeting, owner=meeting.commission.network, by=by, now=now, **said)
    index_minutes(meeting)


@transaction.atomic
def add_file(
    *, commission: Commission, name: str, content: bytes, words: str, by: User, now: datetime
) -> CommissionFile:
    """Bring a file to who sits in a commission; the same bytes twice are one file.

    Raises `ValidationError` for a sort or a size that is not accepted.
    """
    commission = Commission.objects.select_for_update(of=("self",)).get(pk=commission.pk)
    if commission.files.in_force().count() >= MOST_FILES:
        raise ValidationError(f"Une commission garde {MOST_FILES} fichiers au plus. Retirez-en.")
    stored = files.store(name=name, content=content, now=now)
    kept = commission.files.in_force().filter(stored__sha256=stored.sha256).first()
    if kept is not None:
        files.erase(stored, now=now)
        stored.delete()
        return kept
    row = CommissionFile(commission=commission, stored=stored, words=words.strip())
    return write_row(row=row, network=commission.network, by=by)


@transaction.atomic
def answer_session(
    *, session: Session, structure: Structure, people: int, by: User, now: datetime
) -> None:
    """Say how many people of a structure come; nobody, below 1. Said again, it replaces.

    Raises ValidationError where so many places are not left, or once it began.
    """
    # Under our hand: two that take the last place are read one after the other.
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.begins_at <= now or session.taken_back_at:
        raise ValidationError("Cette session a commencé, ou n’a plus lieu.")
    others = session.answers.filter(is_coming=True).exclude(structure=structure)
    left = session.places - sum(others.values_list("people", flat=True))
    if people > left:
        cure = f"Écrivez {left} au plus." if left > 0 else "Demandez au réseau d’en refaire une."
        told = french.count(max(left, 0), "place libre", "places libres")
        raise ValidationError({"people": f"{people}\u00a0: il reste {told}. {cure}"})
    said = {"is_coming": people > 0, "people": max(people, 1), "by": by, "at": now}
    kept, _ = session.answers.update_or_create(structure=structure, defaults=said)
    record_row("answer_session", session.network, kept, by)


@transaction.atomic
def tell_outcome(
    *, session: Session, structure: Structure, sheet: Sheet | None, by: User, now: datetime
) -> None:
    """Say which sheet came of a session to which the structure came, or that none did. Said again,
    it replaces."""
    answer = session.answers.get(structure=structure, is_coming=True)
    answer.sheet, answer.told_at = sheet, now
    answer.save(update_fields=["sheet", "told_at"])
    record_row("tell_outcome", session.network, answer, by)
