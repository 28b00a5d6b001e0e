"""Folding text and cutting it into sentences: what every reader of words stands on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

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
        elif character in "œŒæÆ":
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


def fold(text: str) -> str:
    """Lower case, without accents, same length as the original."""
    return text.translate(_FOLD)


# A full stop is an end before a capital, not inside "L. 2113-13", "art. 3" or "C.C.A.P."; before
# a small letter too, after a whole word. A small letter stuck to a capital is an end: the BOAMP of
# 2021 lost the line breaks of its forms.
_END = re.compile(
    r"\n|;|[!?] |(?<!\b[A-Za-z])(?<!\bart)(?<!\bno)(?<!\bArt)\.(?=[A-ZÉÈÀ]|\s+[A-ZÉÈÀ]|\s*$)"
    r"|(?<=[A-Za-zéè]{4})\.(?=\d{2,5} ?h)|(?<=[a-zéè]{4})\. ?(?=[a-zéèà]{2})(?!(?:fr|com|org|eu|net|gouv)\b)|(?<=[a-zéè]{3})(?=[A-ZÉÈÀ][a-zé])"
)


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


def cut(passages: Iterable[Evidence], lot: str = "") -> tuple[Sentence, ...]:
    """Each passage (of one lot, where named) cut into sentences, folded once for all readers."""
    return tuple(sentence for passage in passages for sentence in _cut(passage, lot))


def sentences(passages: Iterable[Evidence]) -> Iterator[Evidence]:
    """Each passage cut into sentences, each with the place of its passage."""
    for sentence in cut(passages):
        yield Evidence(sentence.where, sentence.words)


def _cut(passage: Evidence, lot: str) -> Iterator[Sentence]:
    text = passage.words[:MAX_TEXT]
    folded = fold(text)
    start, opening = 0, 0
    for end, after in chain(
        ((found.start(), found.end()) for found in _END.finditer(text)), ((len(text), len(text)),)
    ):
        part = text[start:end]
        if len(part) > 3 and (bare := part.strip()):
            begin = start + part.index(bare[0])
            yield Sentence(
                passage.where,
                bare,
                folded[begin : begin + len(bare)],
                folded[opening : opening + 60],
                lot,
            )
        if text[end:after] == "\n":
            opening = after
        start = after


def extract(sentence: Evidence, start: int = 0) -> Evidence:
    """The sentence, shortened around a position when it is very long."""
    words = sentence.words
    if len(words) <= MAX_WORDS:
        return sentence
    begin = max(0, min(start - MAX_WORDS // 2, len(words) - MAX_WORDS))
    return Evidence(sentence.where, words[begin : begin + MAX_WORDS].strip())
