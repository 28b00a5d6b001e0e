"""Messages go out by mail: to the other side, once they may not be changed any more.

A thread writes at most a few mails an hour; what comes in between waits and leaves together.
"""

from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from cordee.accounts import mailing
from cordee.mobilisation.actions.conversations import to_be_mailed
from cordee.mobilisation.conversations.access import people_of
from cordee.mobilisation.conversations.addresses import reply_address
from cordee.mobilisation.conversations.mail_reply import MARK
from cordee.mobilisation.conversations.pages import who_wrote
from cordee.mobilisation.models import Message, Thread

KIND = "conversation"
MOST_MAILS_AN_HOUR = 4


def run(now: datetime) -> int:
    """Mail what waits; returns how many messages left. Run twice, it sends nothing twice."""
    how_many = 0
    waiting = sorted(to_be_mailed(now=now), key=lambda message: (message.thread_id, message.pk))
    for _, messages in groupby(waiting, key=lambda message: message.thread_id):
        how_many += _mail_thread(list(messages), now)
    return how_many


@transaction.atomic
def _mail_thread(messages: list[Message], now: datetime) -> int:
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=messages[0].thread_id)
    if _mails_within_the_hour(thread, now) >= MOST_MAILS_AN_HOUR:
        return 0
    # Another process may have mailed them, or their author taken one back, since they were read.
    still = set(to_be_mailed(now=now).filter(thread=thread).values_list("pk", flat=True))
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


def _mails_within_the_hour(thread: Thread, now: datetime) -> int:
    """How many times the thread was mailed: messages that left together were mailed once."""
    recent = Message.objects.filter(thread=thread, mailed_at__gt=now - timedelta(hours=1))
    return recent.order_by().values("mailed_at").distinct().count()
