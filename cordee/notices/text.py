"""Folding text and cutting it into sentences: what every reader of words stands on."""

import codecs
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cordee.notices.notice import Evidence

MAX_WORDS = 400
"""Length of the extract kept as evidence, in characters."""

MAX_TEXT = 200_000
"""Characters of one passage that are read; no true notice comes near."""


class _Fold(dict[int, str]):
    """Lower case without accents, one character for one: positions stay those of the original."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in "’ʼ´`":
            plain = "'"
        elif character in "œŒæÆ\ufffd":
            plain = "e"
        elif character.isspace() and character != "\n":
            plain = " "
        elif character in "‑–—−":
            plain = "-"
        else:
            plain = unicodedata.normalize("NFD", character)[0].lower()[:1] or " "
        self[code] = plain
        return plain


_FOLD = _Fold()

# Nearly every text fits one of these two encodings, and a table of 256 letters is far quicker than
# to ask letter by letter.
_TABLES = tuple(
    (coding, bytes(range(256)).decode(coding, errors="replace").translate(_FOLD))
    for coding in ("latin-1", "cp1252")
)


def fold(text: str) -> str:
    """Lower case, without accents, same length as the original."""
    for coding, table in _TABLES:
        try:
            return codecs.charmap_decode(text.encode(coding), "strict", table)[0]
        except UnicodeEncodeError:
            continue
    return text.translate(_FOLD)


@lru_cache(maxsize=256)
def folded_once(text: str) -> str:
    """The same of the start of a passage, kept for the next reader of it."""
    return fold(text[:MAX_TEXT])


# A full stop is an end before a capital, not inside "L. 2113-13", "art. 3" or "C.C.A.P."; before
# a small letter too, after a whole word, and before hours. A capital stuck to small letters begins
# a sentence: the BOAMP of 2021 lost the line breaks of its forms. Each branch starts with a
# character of its own, so that the search skips from one to the next.
_END = re.compile(
    r";|! |\? "
    r"|\.(?<!\b[A-Za-z]\.)(?<!\bart\.)(?<!\bno\.)(?<!\bArt\.)(?=[A-ZÉÈÀ]|\s+[A-ZÉÈÀ]|\s*$)"
    r"|\.(?<=[A-Za-zéè]{4}\.)(?= ?\d{1,3} ?\d{1,3} ?h)"
    r"|\.(?:(?<=[a-zéè]{4}\.)|(?<=\)\.)) ?(?=[a-zéèà]{2})(?!(?:fr|com|org|eu|net|gouv)\b)"
)
_STUCK = re.compile(r"[A-ZÉÈÀ](?:(?<=[a-zéè]{3}.)|(?<=\).))(?=[a-zé])")
_NEAR = 8
"""Lines kept after one that holds a stem: a list may follow what announces it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written and folded, with the place of its passage.

    `opening` is the folded start of the paragraph it stands in: "critères d'attribution : …"
    tells what a list that follows it is about. `lot` is the lot whose passage it is, or "".
    """

    where: str
    words: str
    folded: str
    opening: str = ""
    lot: str = ""

    @property
    def evidence(self) -> Evidence:
        """The sentence as evidence, shortened when it is very long."""
        return self.around(0)

    def around(self, start: int) -> Evidence:
        """The same, kept around a position of the sentence."""
        return extract(Evidence(self.where, self.words), start)


def cut(passages: Iterable[Evidence], stems: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """Each passage cut into sentences, folded once for all readers.

    With `stems`, only the lines that hold one of them and the few that follow: most of a notice
    speaks of something else, and looking for a word is far quicker than cutting.
    """
    found = cut_each([(passage, "") for passage in passages], stems)
    return tuple(sentence for sentences_of in found for sentence in sentences_of)


def cut_each(
    passages: Sequence[tuple[Evidence, str]], stems: Sequence[str] = ()
) -> list[tuple[Sentence, ...]]:
    """The same, passage by passage with the lot of each: all are folded and looked at in one go."""
    if not passages:
        return []
    folded = [folded_once(passage.words) for passage, _ in passages]
    near = sorted(_places_of(stems, "\n".join(folded)))
    if stems and not near:
        return [()] * len(passages)
    found: list[tuple[Sentence, ...]] = []
    begin = 0
    for (passage, lot), plain in zip(passages, folded, strict=True):
        end = begin + len(plain)
        inside = [at - begin for at in near[bisect_left(near, begin) : bisect_left(near, end)]]
        if inside or not stems:
            lines = _cut(passage.where, passage.words[:MAX_TEXT], plain, lot, inside)
            found.append(tuple(lines))
        else:
            found.append(())
        begin = end + 1
    return found


def _places_of(stems: Sequence[str], folded: str) -> Iterator[int]:
    """Where each of the stems stands, again and again: a find is far quicker than a pattern."""
    for stem in stems:
        at = folded.find(stem)
        while at >= 0:
            yield at
            at = folded.find(stem, at + 1)


def holds(folded: str, stems: Sequence[str]) -> bool:
    """Whether one of the stems stands in it; without stems everything counts."""
    # A generator would cost more than the search.
    for stem in stems:
        if stem in folded:
            return True
    return not stems


def sentences(passages: Iterable[Evidence]) -> Iterator[Evidence]:
    """Each passage cut into sentences, each with the place of its passage."""
    for sentence in cut(passages):
        yield Evidence(sentence.where, sentence.words)


def _cut(where: str, text: str, folded: str, lot: str, near: Sequence[int]) -> Iterator[Sentence]:
    """The sentences of the lines with one of these places, and of those that follow; else all."""
    begin, kept = 0, 0
    for line in text.split("\n"):
        end = begin + len(line)
        kept -= 1
        if not near or bisect_left(near, begin) < bisect_left(near, end):
            kept = _NEAR + 1
        if kept > 0:
            yield from _cut_line(where, line, folded[begin:end], lot)
        begin = end + 1


def _cut_line(where: str, line: str, folded: str, lot: str) -> Iterator[Sentence]:
    ends = [(found.start(), found.end()) for found in _END.finditer(line)]
    ends += [(found.start(), found.start()) for found in _STUCK.finditer(line)]
    start = 0
    for end, after in (*sorted(ends), (len(line), len(line))):
        part = line[start:end]
        if len(part) > 3 and (bare := part.strip()):
            begin = start + part.index(bare[0])
            yield Sentence(where, bare, folded[begin : begin + len(bare)], folded[:60], lot)
        start = after


def extract(sentence: Evidence, start: int = 0) -> Evidence:
    """The sentence, shortened around a position when it is very long."""
    words = sentence.words
    if len(words) <= MAX_WORDS:
        return sentence
    begin = max(0, min(start - MAX_WORDS // 2, len(words) - MAX_WORDS))
    return Evidence(sentence.where, words[begin : begin + MAX_WORDS].strip())
