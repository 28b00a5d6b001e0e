"""What of conversations goes: with an account that is closed or erased, and with age."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from cordee.accounts.models import User
from cordee.mobilisation.actions.conversations import erase_words_of, forget_old

MONTH = timedelta(days=30.44)


def hindrances(person: User) -> Sequence[str]:
    """None: whoever is in front reads that nobody reads any more."""
    return ()


def leave(*, person: User, by: User | None, now: datetime, even_if_last: bool) -> None:
    """Nothing to do: a thread is open to seats, and theirs are gone."""


def erase(*, person: User) -> None:
    """The words go, in threads and in the mails that carried them; the lines stay unsigned."""
    erase_words_of(person, now=timezone.now())


def forget(now: datetime) -> int:
    """RULE-34: conversations in which nobody has written for so long are deleted."""
    return forget_old(before=now - settings.KEEP_CONVERSATION_MONTHS * MONTH)
