"""Parts of the yearly dialogue that rooms above know: training, exits.

As in `members.open_work`: asked here, answered above, and a gap where nobody answers.
"""

from collections.abc import Callable, Sequence
from datetime import date

from cordee.base.documents import Words
from cordee.members.models import Structure

# (structure, first day, last day) to rows of label and value; a value may be a gap.
type Section = Callable[[Structure, date, date], Sequence[tuple[str, Words]]]

_sections: list[Section] = []


def register(section: Section) -> None:
    """Have a room above fill rows of « Les parcours », after those of the rooms below it."""
    _sections.append(section)


def rows(structure: Structure, first: date, last: date) -> list[tuple[str, Words]]:
    """What rooms above say of the people's paths between two days; empty where none does."""
    return [row for section in _sections for row in section(structure, first, last)]
