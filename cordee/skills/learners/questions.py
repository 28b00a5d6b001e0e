"""What rooms above ask of her on her own page, and what they add up before she is erased.

Each question is hers to answer, each time, and to answer otherwise later.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.http import Http404

from cordee.base.found import number
from cordee.skills.models import Learner


@dataclass(frozen=True, slots=True)
class Question:
    """`key`: whose question it is, for its room. `answer`: what she said, None before she did."""

    key: int
    words: str
    answer: bool | None
    said_on: date | None
    shown: tuple[str, ...] = ()


class Room(NamedTuple):
    """`settle` takes the learner, the key, her yes or no, the numbers of the attestations that may
    be shown, and the day; another's key raises Http404."""

    ask: Callable[[Learner], Iterable[Question]]
    settle: Callable[[Learner, int, bool, list[str], date], None]
    before_erasure: Callable[[Learner], None]


rooms: dict[str, Room] = {}


def questions_of(learner: Learner) -> list[tuple[str, Question]]:
    """Each with the name of its room."""
    return [(name, each) for name, room in rooms.items() for each in room.ask(learner)]


def settle(learner: Learner, name: str, *, is_yes: bool, shown: list[str], on: date) -> None:
    """Her answer to a question, named by its room and its key; or Http404."""
    room, _, key = name.partition("-")
    if room not in rooms:
        raise Http404(room)
    rooms[room].settle(learner, number(key) or 0, is_yes, shown, on)
