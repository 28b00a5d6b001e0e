"""Finding many short phrases in French text at once, whatever the articles, plurals and accents.

A phrase is a list of word stems; `word*` is any word that begins so, `~` up to four other words.
Words are looked up in a trie, so that the time depends on the length of the text, not on the
number of phrases.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cordee.notices.text import fold

MAX_GAP = 4
"""Words that `~` may skip."""

_WORD = re.compile(r"[a-z0-9]+")
_STUCK = re.compile(r"[A-ZÉÈÀ](?:(?<=[a-zéè]{2}.)|(?<=\d.))(?=[a-zé]{2})")


def bag(words: str) -> frozenset[str]:
    """A set of words, written as a text."""
    return frozenset(words.split())


_EMPTY = bag(
    "a au aux avec c ce ces cet cette d dans de des du e en entre et l la le les leur leurs lot "
    "n ne no notamment nos notre ou par pour qu que qui s sa se ses son sur un une y"
)
"""Words without meaning of their own: neither phrases nor texts keep them."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem, and where it stands in the text."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PhraseMatch[T]:
    """A phrase in a list of words: `at` are the positions of its own words, gaps left out."""

    value: T
    at: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.at[0]

    @property
    def last(self) -> int:
        return self.at[-1]


def stem(word: str) -> str:
    """A folded word without its plural; "œuvre" is written in one way, even without its "œ"."""
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    return "oeuvre" if word in ("euvre", "uvre") else word


def words_of(text: str) -> list[Word]:
    """The words of a text that mean something, in order."""
    folded = fold(text)
    stuck = [mark.start() for mark in _STUCK.finditer(text)]
    return [
        Word(stem(word), start, end)
        for found in _WORD.finditer(folded)
        for start, end in _parts(found.start(), found.end(), stuck)
        if (word := folded[start:end]) not in _EMPTY
    ]


def _parts(start: int, end: int, stuck: Sequence[int]) -> Iterable[tuple[int, int]]:
    """A word, cut where a capital is stuck to what stands before: "état des lieuxDiagnostic"."""
    if not stuck:
        return ((start, end),)
    cuts = [start, *(place for place in stuck if start < place < end), end]
    return pairwise(cuts)


class _Node[T]:
    """One step of the trie: next stems, next beginnings of words, a gap, and what ends here."""

    __slots__ = ("beginnings", "gap", "next", "values")

    def __init__(self) -> None:
        self.next: dict[str, _Node[T]] = {}
        self.beginnings: dict[str, _Node[T]] = {}
        self.gap: _Node[T] | None = None
        self.values: list[T] = []

    def after(self, part: str) -> "_Node[T]":
        if part == "~":
            self.gap = self.gap or _Node()
            return self.gap
        if part.endswith("*"):
            return self.beginnings.setdefault(part[:-1], _Node())
        return self.next.setdefault(stem(part), _Node())


class Phrases[T]:
    """Phrases with what each stands for; one phrase may stand for several values."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._root: _Node[T] = _Node()
        for phrase, value in phrases:
            parts = [part for part in phrase.split() if part not in _EMPTY]
            if not parts or parts[0] == "~" or parts[-1] == "~":
                raise ValueError(f"phrase is {phrase!r}: it needs a word at both ends.")
            node = self._root
            for part in parts:
                node = node.after(part)
            node.values.append(value)

    def find(self, words: Sequence[Word]) -> list[PhraseMatch[T]]:
        """Every phrase in these words, without those whose words all belong to a longer one."""
        found: list[PhraseMatch[T]] = []
        for start in range(len(words)):
            begun: list[PhraseMatch[T]] = []
            self._from(self._root, words, start, (), begun)
            found += _nearest(begun)
        return _without_hidden(found)

    def _from(
        self,
        node: _Node[T],
        words: Sequence[Word],
        here: int,
        at: tuple[int, ...],
        found: list[PhraseMatch[T]],
    ) -> None:
        found.extend(PhraseMatch(value, at) for value in node.values)
        if here < len(words):
            word = words[here].stem
            if (after := node.next.get(word)) is not None:
                self._from(after, words, here + 1, (*at, here), found)
            for beginning, after in node.beginnings.items():
                if word.startswith(beginning):
                    self._from(after, words, here + 1, (*at, here), found)
        if node.gap is not None:
            for skipped in range(here, min(here + MAX_GAP + 1, len(words))):
                self._from(node.gap, words, skipped, at, found)


def _nearest[T](begun: list[PhraseMatch[T]]) -> list[PhraseMatch[T]]:
    """Of phrases that begin at one word and skip others, those that end the soonest."""
    skipping = [item for item in begun if item.last - item.first >= len(item.at)]
    if not skipping:
        return begun
    whole = [item.last for item in begun if len(item.at) > 1 and item not in skipping]
    nearest = min([item.last for item in skipping] + whole)
    return [item for item in begun if item not in skipping or item.last <= nearest]


def _without_hidden[T](found: list[PhraseMatch[T]]) -> list[PhraseMatch[T]]:
    """Without the phrases whose words all belong to one longer phrase."""
    longer: dict[int, list[frozenset[int]]] = {}
    for item in found:
        if len(item.at) > 1:
            own = frozenset(item.at)
            for position in item.at:
                longer.setdefault(position, []).append(own)
    kept = dict.fromkeys(
        item
        for item in found
        if not any(
            len(other) > len(item.at) and other.issuperset(item.at)
            for other in longer.get(item.at[0], ())
        )
    )
    return list(kept)
