"""Finding the words of a fact in what the buyer wrote, and cutting the text around them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cordee.notices.text import fold

MIN_LETTERS = 12
"""Shorter words are looked for only where the reader says it read them: "34" is everywhere."""

LONGEST_WAIT = 300
"""A note waits for the end of the sentence of its words, but not longer than so many letters."""

_SENTENCE_END = re.compile(r"\n|[.;!?…][»\")\]]*(?=\s|$)")
_CLOSING = re.compile(r"[.;:!?…»)\]]+")
_ELLIPSIS = re.compile(r"^(?:\.\.\.|…)\s*|(?<!\s)\s*+(?:\.\.\.|…)$")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a text hold the words of the fact named `key`."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, covered by the same facts from end to end; `ending` are those that end."""

    text: str
    keys: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()


@dataclass(slots=True)
class Searched:
    """A text that is searched many times: folded once, when first needed."""

    text: str
    _folded: str | None = field(default=None, repr=False)

    @property
    def folded(self) -> str:
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    def find(self, words: str) -> tuple[int, int] | None:
        """Where the words stand: as written, else folded, else with other spaces; or None."""
        words = _ELLIPSIS.sub("", words.strip())
        if not words:
            return None
        start = _occurrence(self.text, words)
        if start < 0:
            start = _occurrence(self.folded, fold(words))
        if start >= 0:
            return self._whole(start, start + len(words))
        if len(parts := fold(words).split()) < 2:
            return None
        found = re.search(r"\s+".join(map(re.escape, parts)), self.folded)
        return self._whole(found.start(), found.end()) if found else None

    def _whole(self, start: int, end: int) -> tuple[int, int]:
        """With the rest of a word cut in two (a long sentence is kept short), and its full stop."""
        while start > 0 and _joined(self.text[start - 1 : start + 1]):
            start -= 1
        while _joined(self.text[end - 1 : end + 1]):
            end += 1
        found = _CLOSING.match(self.text, end)
        return start, found.end() if found else end


def _occurrence(text: str, words: str) -> int:
    """Where the words stand by themselves; else inside others ("taille" in "détaille"); or -1."""
    first = start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (_joined(text[start - 1 : start + 1]) or _joined(text[end - 1 : end + 1])):
            return start
        start = text.find(words, start + 1)
    return first


def _joined(pair: str) -> bool:
    """Whether two neighbours are of one word."""
    return len(pair) == 2 and pair.isalnum()


def locate(
    words: str, where: str, texts: Sequence[tuple[str, Searched]]
) -> tuple[int, int, int] | None:
    """(number of the text, start, end) of the words, first where the reader says it read them.

    `texts` are (where, text). Elsewhere only words long enough to be no accident are looked for.
    """
    first = [number for number, (place, _) in enumerate(texts) if place == where]
    others = [number for number in range(len(texts)) if number not in first]
    if not first and (len(words) < MIN_LETTERS or " " not in words.strip()):
        return None
    for number in (*first, *others):
        if span := texts[number][1].find(words):
            return number, *span
    return None


def cut(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The text in pieces, each under the same facts; spans may touch, nest and overlap."""
    held = [
        Span(max(0, s.start), min(len(text), s.end), s.key)
        for s in spans
        if max(0, s.start) < min(len(text), s.end)
    ]
    edges = sorted({0, len(text), *(s.start for s in held), *(s.end for s in held)})
    pieces = []
    for start, end in pairwise(edges):
        over = [s for s in held if s.start <= start and s.end >= end]
        keys = tuple(dict.fromkeys(s.key for s in over))
        ending = tuple(dict.fromkeys(s.key for s in over if s.end == end))
        pieces.append(Piece(text[start:end], keys, ending))
    return pieces


def by_sentence(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces in groups; after each a note may stand without cutting a sentence in two.

    A piece without marks is parted where the sentence of the marks before it ends.
    """
    groups: list[list[Piece]] = []
    group: list[Piece] = []
    is_waiting = False
    for piece in pieces:
        if piece.keys:
            group.append(piece)
            is_waiting = True
            is_over = set(piece.keys) == set(piece.ending)
            if is_over and _SENTENCE_END.search(piece.text, max(0, len(piece.text) - 2)):
                groups.append(group)
                group, is_waiting = [], False
            continue
        end = _end_of_sentence(piece.text) if is_waiting else None
        if end is None:
            group.append(piece)
            continue
        groups.append([*group, Piece(piece.text[:end])])
        group, is_waiting = [Piece(piece.text[end:])] if piece.text[end:] else [], False
    return [*groups, group] if group else groups


def _end_of_sentence(text: str) -> int | None:
    """Where the sentence that goes on in this text ends; None where it goes on beyond it."""
    if found := _SENTENCE_END.search(text, 0, LONGEST_WAIT + 2):
        return found.end()
    if len(text) <= LONGEST_WAIT:
        return None
    return text.rfind(" ", 0, LONGEST_WAIT) + 1 or LONGEST_WAIT
