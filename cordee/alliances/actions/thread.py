"""Writes of the thread of an alliance. The journal keeps who did what, never the words."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.actions.revisions import locked
from cordee.alliances.life import mails
from cordee.alliances.models import Alliance, AllianceMessage
from cordee.base.mail import outbox

MOST_AN_HOUR = 30


@transaction.atomic
def write(*, alliance: Alliance, text: str, side: str, by: User, now: datetime) -> AllianceMessage:
    """Write to those inside; they are told by mail that there is something to read.

    The same words twice within a minute are one message: a double click. Raises `ValidationError`
    where it is empty or too long, or where she wrote too much within the hour.
    """
    alliance = locked(alliance)
    said = text.strip()
    mine = AllianceMessage.objects.filter(alliance=alliance, by=by)
    same: AllianceMessage | None = mine.filter(
        text=said, at__gte=now - timedelta(minutes=1)
    ).first()
    if same is not None and said:
        return same
    if mine.filter(at__gte=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError("Vous avez beaucoup écrit en une heure. Reprenez un peu plus tard.")
    message = AllianceMessage(alliance=alliance, text=said, side=side[:200], by=by, at=now)
    message.full_clean(exclude=["by"])
    message.save(force_insert=True)
    mails.tell_message(message)
    journal.record(by=by, verb="alliances.write_message", target=alliance)
    return message


@transaction.atomic
def take_back(*, message: AllianceMessage, by: User, now: datetime) -> None:
    """Take one's message back: its line stays, its words go. Twice is once."""
    locked(message.alliance)
    row = AllianceMessage.objects.get(pk=message.pk)
    if row.withdrawn_at is None:
        row.text, row.withdrawn_at = "", now
        row.save(update_fields=["text", "withdrawn_at"])
        journal.record(by=by, verb="alliances.take_message_back", target=row.alliance)


@transaction.atomic
def hide(*, message: AllianceMessage, reason: str, by: User, now: datetime) -> None:
    """Hide a message, with the reason that all read. Raises `ValidationError` without one."""
    locked(message.alliance)
    row = AllianceMessage.objects.get(pk=message.pk)
    if not reason.strip():
        raise ValidationError("Dites pourquoi vous masquez ce message.")
    if row.hidden_at is None:
        row.hidden_at, row.hidden_reason = now, reason.strip()[:300]
        row.save(update_fields=["hidden_at", "hidden_reason"])
        journal.record(by=by, verb="alliances.hide_message", target=row.alliance)


@transaction.atomic
def restore(*, message: AllianceMessage, by: User) -> None:
    """Show a hidden message again."""
    locked(message.alliance)
    row = AllianceMessage.objects.get(pk=message.pk)
    if row.hidden_at is not None:
        row.hidden_at, row.hidden_reason = None, ""
        row.save(update_fields=["hidden_at", "hidden_reason"])
        journal.record(by=by, verb="alliances.restore_message", target=row.alliance)


def erase_words_of(person: User, *, now: datetime) -> None:
    """Part of erasing an account: the words of her messages go, the lines stay unsigned."""
    hers = AllianceMessage.objects.filter(by=person, erased_at=None)
    for pk in hers.order_by().values_list("pk", flat=True):
        outbox.empty_texts(key_prefix=f"alliance-message:{pk}:")
    hers.update(text="", erased_at=now)
