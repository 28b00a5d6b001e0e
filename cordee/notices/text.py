"""Folding text and cutting it into sentences: what every reader of words stands on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

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


# A full stop followed by a digit or a lower case letter is inside "L. 2113-13" or "art. 3".
_END = re.compile(r"\n|;|[!?] |(?<!\b[LRDlrd])(?<!\bart)(?<!\bno)\.(?=[A-ZÉÈÀ]|\s+[A-ZÉÈÀ]|\s*$)")


def sentences(passages: Iterable[Evidence]) -> Iterator[Evidence]:
    """Each passage cut into sentences, each with the place of its passage."""
    for passage in passages:
        for part in _END.split(passage.words[:MAX_TEXT]):
            if part and len(part) > 3 and part.strip():
                yield Evidence(passage.where, part.strip())


def extract(sentence: Evidence, start: int = 0) -> Evidence:
    """The sentence, shortened around a position when it is very long."""
    words = sentence.words
    if len(words) <= MAX_WORDS:
        return sentence
    begin = max(0, min(start - MAX_WORDS // 2, len(words) - MAX_WORDS))
    return Evidence(sentence.where, words[begin : begin + MAX_WORDS].strip())
