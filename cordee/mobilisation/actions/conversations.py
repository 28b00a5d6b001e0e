"""Every write of a conversation. The journal keeps who did what, never the words."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.mail import outbox
from cordee.members.models import Network, Structure
from cordee.mobilisation.conversations.access import Counterpart
from cordee.mobilisation.models import Message, MessageReport, ReceivedMail, Thread, ThreadReading
from cordee.opportunities.models import Opportunity

MOST_FIRST_AN_HOUR = 10
CLOSED = "Cette conversation est close. Rouvrez-la pour écrire."
TOO_MANY_FIRST = (
    f"Vous avez écrit en premier à {MOST_FIRST_AN_HOUR} membres en une heure. "
    "Pour en toucher plus, relayez l’opportunité dans une campagne."
)


@transaction.atomic
def ask(
    *,
    opportunity: Opportunity,
    structure: Structure,
    counterpart: Counterpart,
    text: str,
    by: User,
    now: datetime,
) -> Thread:
    """Put a question for a structure, in the thread that is there or in a new one."""
    thread, _ = _thread_with(opportunity, structure, counterpart, by, now)
    write(thread=thread, side=Message.Side.STRUCTURE, text=text, by=by, now=now)
    return thread


@transaction.atomic
def write_first(
    *,
    opportunity: Opportunity,
    structure: Structure,
    network: Network,
    text: str,
    by: User,
    now: datetime,
) -> Thread:
    """Write for a network to one of its members, in the thread that is there or in a new one.

    Raises ValidationError as `write` does, and where the user wrote first to many within the hour:
    to speak to all of them is a campaign, which keeps to the cap of the week.
    """
    # One at a time by person: ten at once are not ten times one.
    User.objects.select_for_update().get(pk=by.pk)
    counterpart = Counterpart(f"reseau-{network.pk}", str(network), network=network)
    thread, is_new = _thread_with(opportunity, structure, counterpart, by, now)
    if is_new and _written_first(by, now) >= MOST_FIRST_AN_HOUR:
        raise ValidationError(TOO_MANY_FIRST)
    write(thread=thread, side=Message.Side.COUNTERPART, text=text, by=by, now=now)
    return thread


def _thread_with(
    opportunity: Opportunity,
    structure: Structure,
    counterpart: Counterpart,
    by: User,
    now: datetime,
) -> tuple[Thread, bool]:
    # A constraint allows one thread for these parties on a need: two who write at once share it.
    thread, is_new = Thread.objects.get_or_create(
        opportunity=opportunity,
        structure=structure,
        network=counterpart.network,
        programme=counterpart.programme,
        is_with_author=counterpart.is_author,
        defaults={"opened_at": now, "last_at": now},
    )
    if is_new:
        journal.record("mobilisation.open_thread", thread, by=by)
    return thread, is_new


def _written_first(by: User, now: datetime) -> int:
    """How many threads opened within the hour have no word of the structure yet."""
    recent = Thread.objects.filter(opened_at__gt=now - timedelta(hours=1))
    own = Message.objects.filter(by=by, side=Message.Side.COUNTERPART).values("thread")
    theirs = Message.objects.filter(side=Message.Side.STRUCTURE).values("thread")
    return recent.filter(pk__in=own).exclude(pk__in=theirs).count()


@transaction.atomic
def write(
    *,
    thread: Thread,
    side: Message.Side,
    text: str,
    by: User,
    now: datetime,
    origin: Message.Origin = Message.Origin.PAGE,
) -> Message:
    """Write in a thread. The same words twice within a minute are one message: a double click.

    Raises ValidationError where the thread is closed, the message empty or too long, or the person
    has written too much within the hour.
    """
    # Messages of a thread are written one after the other: limits and double clicks count on it.
    held = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    if held.closed_at is not None:
        raise ValidationError(CLOSED)
    written = text.strip()
    mine = Message.objects.filter(thread=held, by=by)
    if (same := mine.said_just_now(written, now)) is not None:
        return same
    message = Message(thread=held, side=side, text=written, by=by, at=now, origin=origin)
    message.full_clean(exclude=["thread", "by"])
    message.save()
    held.last_at = now
    held.save(update_fields=["last_at"])
    mark_read(thread=held, person=by, last=message.pk)
    journal.record("mobilisation.write_message", held, by=by, after={"origin": origin.value})
    return message


@transaction.atomic
def take_back(*, message: Message, by: User, now: datetime) -> None:
    """Take a message back: its line stays, its text goes. Twice is once."""
    held = _locked(message)
    if held.withdrawn_at is not None:
        return
    held.text, held.withdrawn_at = "", now
    held.save(update_fields=["text", "withdrawn_at"])
    journal.record("mobilisation.take_message_back", held.thread, by=by)


@transaction.atomic
def set_closed(*, thread: Thread, is_closed: bool, by: User, now: datetime) -> None:
    """Close a thread, or open it again: nobody writes in a closed one. Twice is once."""
    held = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    if (held.closed_at is not None) is is_closed:
        return
    held.closed_at = now if is_closed else None
    held.save(update_fields=["closed_at"])
    verb = "close_thread" if is_closed else "reopen_thread"
    journal.record(f"mobilisation.{verb}", held, by=by)


@transaction.atomic
def mark_read(*, thread: Thread, person: User, last: int | None = None) -> None:
    """Note that a person has read a thread, up to a message or to its end."""
    if last is None:
        last = thread.messages.aggregate(last=Max("pk"))["last"] or 0
    reading, _ = ThreadReading.objects.get_or_create(thread=thread, person=person)
    # Only ever forward: an old page reloaded marks nothing unread.
    ThreadReading.objects.filter(pk=reading.pk, last_read__lt=last).update(last_read=last)


@transaction.atomic
def report(
    *, message: Message, network: Network, words: str, by: User, now: datetime
) -> MessageReport:
    """Ask a network to read one message. Reported already, it is the same report."""
    held = _locked(message)
    known: MessageReport | None = held.reports.filter(outcome=MessageReport.Outcome.OPEN).first()
    if known is not None:
        return known
    made = MessageReport(message=held, network=network, words=words.strip(), by=by, at=now)
    made.full_clean(exclude=["message", "network", "by"])
    made.save()
    journal.record("mobilisation.report_message", held.thread, by=by)
    return made


@transaction.atomic
def decide(*, report: MessageReport, reason: str, by: User, now: datetime) -> None:
    """Hide a reported message, with the reason that both sides read; without one, show it again."""
    held, told = _locked(report.message), reason.strip()
    held.hidden_at, held.hidden_reason = now if told else None, told
    # The text is not checked again: it may have been emptied since.
    held.full_clean(exclude=["thread", "by", "text"])
    held.save(update_fields=["hidden_at", "hidden_reason"])
    outcome = MessageReport.Outcome.HIDDEN if told else MessageReport.Outcome.KEPT
    if report.outcome != outcome:
        report.outcome, report.decided_at, report.decided_by = outcome, now, by
        report.save(update_fields=["outcome", "decided_at", "decided_by"])
        verb = "hide_message" if told else "restore_message"
        journal.record(f"mobilisation.{verb}", report.message.thread, by=by)


def erase_words_of(person: User, *, now: datetime) -> None:
    """Part of erasing an account: the texts of the user's messages go, the lines stay unsigned."""
    own = Message.objects.filter(by=person, erased_at=None)
    # A mail may carry the words of several: what one of them said is not worth keeping theirs.
    for thread in own.order_by().values_list("thread", flat=True).distinct():
        outbox.empty_texts(key_prefix=f"conversation:{thread}:")
    own.update(text="", erased_at=now)
    MessageReport.objects.filter(by=person).update(words="")


@transaction.atomic
def forget_old(*, before: datetime) -> int:
    """Delete threads in which nothing was written since, and what came in by mail before."""
    old = Thread.objects.filter(last_at__lt=before)
    how_many = old.count()
    old.delete()
    ReceivedMail.objects.filter(at__lt=before).delete()
    if how_many:
        # The entry names no thread: they are gone.
        journal.record(
            "mobilisation.forget_threads", Thread(), by=None, after={"threads": how_many}
        )
    return how_many


def _locked(message: Message) -> Message:
    # The thread first, as in `write`: two writers then wait instead of stopping each other.
    Thread.objects.select_for_update(of=("self",)).get(pk=message.thread_id)
    found: Message = Message.objects.select_related("thread").get(pk=message.pk)
    return found
