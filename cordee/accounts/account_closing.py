"""What happens in each room when a person closes their account, or has it erased.

Rooms name their part when the application starts: `account_closing.parts["members"] = part`. A
part first says what would be left without anybody; then it lets the person go.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cordee.accounts.models import User


class ClosingPart(Protocol):
    def hindrances(self, person: User) -> Sequence[str]:
        """Why the user cannot leave yet, each with its way out; nothing where the user can."""

    def leave(self, *, person: User, by: User | None, now: datetime, even_if_last: bool) -> None:
        """Let the user go, in the caller's transaction. Raises ValidationError where the user
        cannot.
        """

    def erase(self, *, person: User) -> None:
        """Erase what names the user outside their own row, in the caller's transaction."""


# By the name of the room.
parts: dict[str, ClosingPart] = {}


def in_order() -> list[ClosingPart]:
    """The last named first: upper rooms look at the seats that lower ones end."""
    return list(reversed(parts.values()))


def hindrances(person: User) -> list[str]:
    return [hindrance for part in in_order() for hindrance in part.hindrances(person)]
