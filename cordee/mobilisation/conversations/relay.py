"""Messages go out by mail, once they may not be changed any more; answers come back.

A thread writes at most a few mails an hour; what comes in between waits and leaves together.
"""

from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.mobilisation.actions.conversations import write as add
from cordee.mobilisation.conversations.access import people_of, side_of, threads_for
from cordee.mobilisation.conversations.pages import READ_WITH, who_wrote
from cordee.mobilisation.conversations.reply_routes import reply_address
from cordee.mobilisation.models import Message, Thread

KIND = "conversation"
# Of the addresses that answer these mails.
MARK = "fil"


def run(now: datetime) -> int:
    """Mail what waits; returns how many messages left. Run twice, it sends nothing twice."""
    how_many = 0
    rows = Message.objects.to_be_mailed(now).select_related(*READ_WITH)
    waiting = sorted(rows, key=lambda message: (message.thread_id, message.pk))
    for _, messages in groupby(waiting, key=lambda message: message.thread_id):
        how_many += _mail_thread(list(messages), now)
    return how_many


@transaction.atomic
def _mail_thread(messages: list[Message], now: datetime) -> int:
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=messages[0].thread_id)
    if thread.messages.fill_the_hour(now):
        return 0
    # Another process may have mailed them, or their author taken one back, since they were read.
    still = set(thread.messages.to_be_mailed(now).values_list("pk", flat=True))
    messages = [message for message in messages if message.pk in still]
    for side in Message.Side.values:
        others = [message for message in messages if message.side != side]
        if others:
            _write(messages[0].thread, side, others)
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(mailed_at=now)
    return len(messages)


def _write(thread: Thread, side: str, messages: list[Message]) -> None:
    for person in people_of(thread, side):
        address = reply_address(MARK, thread.pk, person.pk)
        mailing.write_to(
            person,
            kind=KIND,
            template="mobilisation/mail/conversation",
            context={
                "thread": thread,
                "messages": [(who_wrote(message), message.text) for message in messages],
                "from_words": who_wrote(messages[0]),
                "may_answer": bool(address),
            },
            key=f"conversation:{thread.pk}:{messages[-1].pk}:{person.pk}",
            reply_to=address,
        )


# --- Answers by mail: who may send one, and where it goes (`reply_routes`)


def open_to(person: User, thread: str, *, now: datetime) -> Thread | None:
    """The thread, where the user is one of the people of its sides today."""
    if not thread.isdecimal() or len(thread) > 12:
        return None
    found = threads_for(person, on=timezone.localdate(now)).filter(pk=int(thread)).first()
    if found is None or not people_of(found, side_of(person, found)).contains(person):
        return None
    return found


def write(thread: Thread, *, text: str, by: User, now: datetime) -> Message:
    """Add a message on the user's side."""
    return add(
        thread=thread,
        side=side_of(by, thread),
        text=text,
        by=by,
        now=now,
        origin=Message.Origin.MAIL,
    )


def title_of(thread: Thread) -> str:
    """The opportunity that it is about."""
    return str(thread.opportunity.title)


def url_of(thread: Thread) -> str:
    """The page of the conversation."""
    return reverse("conversations:thread", args=[thread.pk])
