"""Writes of the thread of an alliance. The journal keeps who did what, never the words."""

from datetime import datetime
from typing import Any

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AllianceMessage, AllianceParty
from cordee.alliances.revisions import locked
from cordee.base.mail import outbox


@transaction.atomic
def write(
    *,
    alliance: Alliance,
    text: str,
    side: str,
    by: User,
    now: datetime,
    about: AllianceParty | None = None,
    origin: AllianceMessage.Origin = AllianceMessage.Origin.PAGE,
) -> AllianceMessage:
    """Write to those who read the table; a moment later they get it by mail (`messages/relay.py`).

    `about`: the subcontractor that reads it too, or that writes it.

    The same words twice within a minute are one message: a double click. Raises `ValidationError`
    where it is empty or too long, or where its author wrote too much within the hour.
    """
    alliance = locked(alliance)
    written = text.strip()
    mine = AllianceMessage.objects.filter(alliance=alliance, by=by)
    if (same := mine.said_just_now(written, now, about=about)) is not None:
        return same
    message = AllianceMessage(
        alliance=alliance,
        about=about,
        text=written,
        side=side[:200],
        by=by,
        at=now,
        origin=origin,
    )
    message.full_clean(exclude=["by"])
    message.save(force_insert=True)
    journal.record("alliances.write_message", alliance, by=by, after={"origin": origin.value})
    return message


def _held(message: AllianceMessage) -> AllianceMessage:
    """The message read again, under the lock of its alliance."""
    locked(message.alliance)
    return AllianceMessage.objects.get(pk=message.pk)


def _change(held: AllianceMessage, verb: str, *, by: User, **values: Any) -> None:
    for name, value in values.items():
        setattr(held, name, value)
    held.validate_constraints()
    held.save(update_fields=list(values))
    journal.record(verb, held.alliance, by=by)


@transaction.atomic
def take_back(*, message: AllianceMessage, by: User, now: datetime) -> None:
    """Take one's message back: its line stays, its words go. Twice is once."""
    held = _held(message)
    if held.withdrawn_at is None:
        _change(held, "alliances.take_message_back", by=by, text="", withdrawn_at=now)


@transaction.atomic
def hide(*, message: AllianceMessage, reason: str, by: User, now: datetime) -> None:
    """Hide a message, with the reason that all read. Raises `ValidationError` without one."""
    held = _held(message)
    if held.hidden_at is None:
        why = reason.strip()[:300]
        _change(held, "alliances.hide_message", by=by, hidden_at=now, hidden_reason=why)


@transaction.atomic
def restore(*, message: AllianceMessage, by: User) -> None:
    """Show a hidden message again."""
    held = _held(message)
    if held.hidden_at is not None:
        _change(held, "alliances.restore_message", by=by, hidden_at=None, hidden_reason="")


def erase_words_of(person: User, *, now: datetime) -> None:
    """Part of erasing an account: the words of its messages go, the lines stay unsigned."""
    own = AllianceMessage.objects.filter(by=person, erased_at=None)
    # A mail may carry the words of several: what one of them said is not worth keeping those of
    # the person erased.
    for pk in own.order_by().values_list("alliance", flat=True).distinct():
        outbox.empty_texts(key_prefix=f"alliance-message:{pk}:")
    own.update(text="", erased_at=now)
