"""What the pages of conversations show, and a thread to keep elsewhere.

People appear by function and side, never by address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.tables.writing import Column
from cordee.members.models import Structure
from cordee.mobilisation.conversations.access import takes_part, threads_for
from cordee.mobilisation.models import Message, Thread, ThreadReading

Side = Message.Side
READ_WITH = ("thread__structure", "thread__network", "thread__programme", "thread__opportunity")


@dataclass(frozen=True, slots=True)
class ShownMessage:
    message: Message
    who: str
    is_mine: bool
    is_own_side: bool
    is_unread: bool
    may_take_back: bool
    may_report: bool


@dataclass(frozen=True, slots=True)
class ShownThread:
    thread: Thread
    other: str
    unread: int


def who_wrote(message: Message) -> str:
    """The side and the function: "Les Jardins du Val (direction)", never a name nor an address."""
    thread = message.thread
    if message.side == Side.STRUCTURE:
        return f"{thread.structure} (direction)"
    return f"{thread.network} (équipe)" if thread.network is not None else thread.counterpart_words


def shown_messages(
    messages: Iterable[Message], *, person: User, side: str, last_read: int
) -> list[ShownMessage]:
    return [
        ShownMessage(
            message=message,
            who=who_wrote(message),
            is_mine=message.by_id == person.pk,
            is_own_side=message.side == side,
            is_unread=message.side != side and message.pk > last_read,
            may_take_back=message.by_id == person.pk and message.is_readable,
            may_report=message.side != side and message.is_readable,
        )
        for message in messages
    ]


def with_unread(threads: QuerySet[Thread], person: User) -> QuerySet[Any]:
    """Each thread with how many messages of the other side this person has not read."""
    reading = ThreadReading.objects.filter(thread=OuterRef("pk"), person=person)
    own_side = Q(structure__in=Structure.objects.directed_by(person))
    threads = threads.annotate(last_read=Coalesce(Subquery(reading.values("last_read")[:1]), 0))
    newer = Q(messages__pk__gt=F("last_read"))
    return threads.annotate(
        unread=Count(
            "messages",
            filter=newer
            & (
                (own_side & Q(messages__side=Side.COUNTERPART))
                | (~own_side & Q(messages__side=Side.STRUCTURE))
            ),
        ),
        is_structure=Count("pk", filter=own_side),
    )


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the home says of the user's conversations: whether there are some, how many to read."""

    has_threads: bool
    unread: int


def inbox_of(person: User, *, on: date) -> Inbox | None:
    """None for who has no part in conversations; at most four queries."""
    threads = threads_for(person, on=on)
    unread = with_unread(threads, person).filter(Q(unread__gt=0)).count()
    has_threads = unread > 0 or threads.exists()
    if not has_threads and not takes_part(person):
        return None
    return Inbox(has_threads, unread)


def shown_threads(threads: Iterable[Thread]) -> list[ShownThread]:
    """Rows of `with_unread`, each with who is in front."""
    return [
        ShownThread(
            thread,
            thread.counterpart_words if thread.is_structure else str(thread.structure),  # type: ignore[attr-defined]
            thread.unread,  # type: ignore[attr-defined]
        )
        for thread in threads
    ]


def words_of(message: Message) -> str:
    """The text, or what became of it."""
    if message.erased_at is not None:
        return "(message effacé avec le compte de son auteur)"
    if message.withdrawn_at is not None:
        return "(message retiré)"
    if message.hidden_at is not None:
        return f"(message masqué par un réseau\u00a0: {message.hidden_reason})"
    return message.text


def _when(message: Message) -> str:
    return f"{timezone.localtime(message.at):%Y-%m-%d %H:%M}"


COLUMNS: list[Column] = [
    Column("Le", _when),
    Column("Qui", who_wrote),
    Column("Message", words_of),
]
