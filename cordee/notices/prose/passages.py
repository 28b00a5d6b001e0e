"""A passage folded once for the readers of prose, and where a figure stands in its sentence."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from cordee.notices.clauses.figures import lots_of
from cordee.notices.clauses.numbers import mentions
from cordee.notices.notice import Evidence
from cordee.notices.text import extract, folded_once

EACH = "*"
"""The lots of a figure that is said of each of them."""

# A stop before a letter ends a sentence even where the space is lost; "1.9.2021", "min.: 5" do not.
# "pour le lot 2." ends one; "Lot 2. Espaces verts" opens what is said of a lot.
# Each branch starts with a character of its own, so that the search skips from one to the next.
_END = re.compile(
    r"\n(?<![:,]\n)|! |\? "
    r"|\.(?:(?<=[a-z)€%\d]{2}\.)|(?<=\b(?:le|du|au) lot \d\.)|(?<=\b(?:le|du|au) lot n°\d\.))"
    r"(?<!\bart\.)(?<!\bmax\.)(?<!\bmin\.) ?(?=\s|[a-z-])"
)
_EACH = re.compile(
    r"\b(?:par|chaque|pour chacun des?|pour chacun de ces|chacun des) lots?\b(?! ?\d)"
)
_ALL = re.compile(
    r"\b(?:ensemble|totalite|tous|toutes?) (?:de |des |les )?lots\b|\btous lots confondus"
)


@dataclass(slots=True, eq=False)
class FoldedPassage:
    """Words of a notice, and the same folded, each letter at its place.

    `lot` is the number of the lot whose passage it is, or "".
    """

    where: str
    words: str
    folded: str
    lot: str = ""
    _ends: list[int] = field(default_factory=list)

    def sentence(self, at: int) -> tuple[int, int]:
        """Where the sentence around a position begins and ends."""
        ends = self._ends
        if not ends:
            ends += [0, *(found.end() for found in _END.finditer(self.folded)), len(self.folded)]
        after = bisect_right(ends, at, 0, len(ends) - 1)
        return ends[after - 1], ends[after]

    def lots_at(self, start: int, end: int) -> tuple[str, ...]:
        """The lots that a figure is said of: () the whole, EACH all of them one by one."""
        begin, stop = self.sentence(start)
        around = self.folded[begin:stop]
        own = (self.lot,) if self.lot else ()
        if "lot" not in around or _ALL.search(around):
            return own
        named = mentions(around)
        if not named and not own and _EACH.search(around):
            return (EACH,)
        lots = lots_of(named, around, start - begin, end - begin)
        # A sentence that the buyer copied into each lot may speak of others.
        return lots if lots and self.lot not in lots else own or lots

    def quoted(self, at: int) -> Evidence:
        """The sentence around a position, as evidence."""
        begin, end = self.sentence(at)
        return extract(Evidence(self.where, self.words[begin:end].strip()), at - begin)


def folded_passages(told: Sequence[tuple[str, str | None, str]]) -> list[FoldedPassage]:
    """Passages of (where, words, lot) that say something."""
    return [
        FoldedPassage(where, words, folded_once(words), lot) for where, words, lot in told if words
    ]


def tail(text: str, most: int) -> str:
    """The last characters of a text, from the start of a word."""
    return text if len(text) <= most else text[-most:].partition(" ")[2]
