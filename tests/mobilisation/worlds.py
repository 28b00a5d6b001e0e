"""Worlds that differ by one thing, and what a page says in each, but for chance."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from tests.strict_client import StrictClient

# Numbers of rows and proofs of forms: they tell nothing, and differ from world to world.
_CHANCE = re.compile(
    r"/\d+/|value=\"\d+\"|(?:id|for)=\"r\d+\"|csrfmiddlewaretoken\" value=\"\w+"
    r"|X-CSRFToken\": \"\w+|-\d+\.csv"
)


def read(client: StrictClient, address: str) -> str:
    answer = client.get(address, follow=True)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return _CHANCE.sub("…", body.decode())


def worlds(*writes: Callable[[], Any]) -> Iterator[None]:
    """Each world in turn, of which nothing stays."""
    for write in writes:
        with transaction.atomic():
            write()
            yield
            transaction.set_rollback(True)
