"""Where answers by mail go: one route for each sort of thread, under the mark of its addresses.

Rooms name theirs when the application starts: `reply_routes.register("fil", route)`.
"""

from datetime import datetime
from typing import Any, Protocol

from cordee.accounts.models import User
from cordee.mobilisation.models import Message


class ReplyRoute(Protocol):
    def open_to(self, person: User, thread: str, *, now: datetime) -> Any | None:
        """The thread that an address names, where the user takes part in it at that moment."""

    def write(self, thread: Any, *, text: str, by: User, now: datetime) -> Message | None:
        """Add what the user wrote. Raises ValidationError where it may not be.

        Returns the message of a conversation, that the mail is tied to; None of another sort.
        """

    def title_of(self, thread: Any) -> str:
        """What it is about, in the subject of a refusal."""

    def url_of(self, thread: Any) -> str:
        """Its page, where one answers without mail."""


_routes: dict[str, ReplyRoute] = {}


def register(mark: str, route: ReplyRoute) -> None:
    _routes[mark] = route


def route_of(mark: str) -> ReplyRoute | None:
    """None for a sort of thread that no room names any more."""
    return _routes.get(mark)
