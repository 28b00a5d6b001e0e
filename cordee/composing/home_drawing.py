"""The drawing of the public home: the contract of the example below, and who carries it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cordee.composing.problem.team_table import TeamRow

# The places of the knots on the rope, in the units of the drawing, from the valley up.
_PLACES = ((84, 292), (196, 240), (308, 188), (420, 136))
_SMALL_WORDS = re.compile(r"^(?:(?:les?|la|une?|du|des?)\s+|[ld][’'])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DrawnKnot:
    """One structure on the rope, its labels below; no name where the drawing is of nobody."""

    x: int
    y: int
    name: str
    cents: int


def first_name(name: str) -> str:
    """The word that names a structure: « Jardins » of « Les Jardins de la Verdoire »."""
    return _SMALL_WORDS.sub("", name).split(" ")[0] or name


def drawn_knots(rows: Sequence[TeamRow]) -> list[DrawnKnot]:
    """The team on the rope; bare knots where there is none, or one of more than the rope holds."""
    if not 0 < len(rows) <= len(_PLACES):
        return [DrawnKnot(x, y, "", 0) for x, y in _PLACES]
    return [
        DrawnKnot(x, y, first_name(row.name), row.cents)
        for (x, y), row in zip(_PLACES, rows, strict=False)
    ]
