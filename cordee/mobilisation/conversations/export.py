"""A thread to keep elsewhere: text, CSV or JSON, for those who take part."""

import json
from collections.abc import Iterable

from django.utils import timezone

from cordee.base.tables.writing import Column
from cordee.mobilisation.conversations.pages import who_wrote
from cordee.mobilisation.models import Message, Thread


def words_of(message: Message) -> str:
    """The text, or what became of it."""
    if message.erased_at is not None:
        return "(message effacé avec le compte de son auteur)"
    if message.withdrawn_at is not None:
        return "(message retiré)"
    if message.hidden_at is not None:
        return f"(message masqué par un réseau\u00a0: {message.hidden_reason})"
    return message.text


def as_text(thread: Thread, messages: Iterable[Message]) -> str:
    lines = [
        f"{_when(message)}, {who_wrote(message)}\n{words_of(message)}\n" for message in messages
    ]
    between = f"Conversation entre {thread.structure} et {thread.counterpart_words}\n"
    return "\n".join([thread.opportunity.title, between, *lines])


def as_json(thread: Thread, messages: Iterable[Message]) -> str:
    content = {
        "opportunite": thread.opportunity.title,
        "structure": str(thread.structure),
        "avec": thread.counterpart_words,
        "messages": [
            {"le": _when(message), "qui": who_wrote(message), "message": words_of(message)}
            for message in messages
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _when(message: Message) -> str:
    return f"{timezone.localtime(message.at):%Y-%m-%d %H:%M}"


COLUMNS: list[Column] = [
    Column("Le", _when),
    Column("Qui", who_wrote),
    Column("Message", words_of),
]
