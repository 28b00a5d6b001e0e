"""What is counted of a structure where it is kept already, so that nobody types it again.

As in `open_work`: asked here, counted by the rooms above, each in its `apps.py`. A counter that
knows nothing answers None, which is told as unknown and never as zero.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cordee.members.models import Structure


@dataclass(frozen=True, slots=True)
class Proof:
    """A figure with its unit ("214 heures"), what follows it, and the page that keeps it."""

    figure: str
    words: str
    url: str

    def __str__(self) -> str:
        return f"{self.figure} {self.words}"


@dataclass(frozen=True, slots=True)
class Counter:
    """`label`: what it counts, for who writes a grid."""

    label: str
    count: Callable[[Structure, date], Proof | None]


# By name, "room.thing".
counters: dict[str, Counter] = {}


def first_counted(on: date) -> date:
    """What is counted begins with the year before: in January too there is a whole one."""
    return date(on.year - 1, 1, 1)


def since(on: date) -> str:
    return f"depuis janvier {on.year - 1}"


def pick_up(names: Iterable[str], structure: Structure, on: date) -> Mapping[str, Proof | None]:
    """Each counter once; one that no room fills any more knows nothing."""
    return {
        name: counters[name].count(structure, on) if name in counters else None
        for name in dict.fromkeys(names)
    }
