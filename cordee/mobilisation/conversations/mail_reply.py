"""Answers by mail to conversations: who may send one, and where it goes."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations.access import people_of, side_of, threads_for
from cordee.mobilisation.models import Message, Thread

MARK = "fil"


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
    return actions.write(
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
