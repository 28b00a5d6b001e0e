"""Writes of commissions, their meetings and what they give."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts.models import User
from cordee.base import files
from cordee.base.ui import french
from cordee.members.actions.undoable import find_resubmitted, record_row
from cordee.members.models import Network, Structure
from cordee.members.models.undoable import Undoable
from cordee.practices.commissions.finding import index_minutes
from cordee.practices.models import (
    Commission,
    CommissionFile,
    CommissionSeat,
    Meeting,
    MeetingTask,
    Session,
    SessionAnswer,
    Sheet,
)

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
    """Show the minutes to the members, or make a draft of them again. Raises ValidationError for
    those that say nothing."""
    if is_published and not meeting.has_minutes:
        cure = "Écrivez ce qui est décidé, appris, ou prévu la prochaine fois."
        raise ValidationError(f"Ce compte rendu est vide. {cure}")
    if bool(meeting.published_at) != is_published:
        meeting.published_at = now if is_published else None
        meeting.save(update_fields=["published_at", "changed_at"])
        index_minutes(meeting)
        verb = "publish_minutes" if is_published else "unpublish_minutes"
        record_row(verb, meeting.commission.network, meeting, by)


@transaction.atomic
def set_done(
    *, task: MeetingTask, network: Network, is_done: bool, by: User, now: datetime
) -> None:
    """Say that something is done, or is still to do; twice is once."""
    if bool(task.done_at) != is_done:
        task.done_at = now if is_done else None
        task.save(update_fields=["done_at"])
        record_row("finish_task" if is_done else "reopen_task", network, task, by)


@transaction.atomic
def take_seat(*, seat: CommissionSeat, network: Network, is_me: bool, by: User) -> None:
    """Say that one sits there oneself, or does no more."""
    person = by if is_me else None
    if seat.person != person:
        seat.person = person
        seat.save(update_fields=["person"])
        record_row("take_seat" if is_me else "leave_seat", network, seat, by)


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
def tell_outcome(*, answer: SessionAnswer, sheet: Sheet | None, by: User, now: datetime) -> None:
    """Say which sheet came of a session, or that none did. Said again, it replaces."""
    answer.sheet, answer.told_at = sheet, now
    answer.save(update_fields=["sheet", "told_at"])
    record_row("tell_outcome", answer.session.network, answer, by)
