"""The part of conversations when a person closes their account or has it erased."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from cordee.accounts.models import User
from cordee.mobilisation.actions.conversations import erase_words_of


def hindrances(person: User) -> Sequence[str]:
    """None: whoever is in front reads that nobody reads any more."""
    return ()


def leave(*, person: User, by: User | None, now: datetime, even_if_last: bool) -> None:
    """Nothing to do: a thread is open to seats, and theirs are gone."""


def erase(*, person: User) -> None:
    """The user's words go, in the threads and in the mails that carried them; the lines stay
    unsigned.
    """
    erase_words_of(person, now=timezone.now())
