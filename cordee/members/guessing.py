"""What one may suppose of a structure's trades: from its name, its NAF code, contracts it won.

Pure: no database. A guess carries its reason, is shown as one until the structure confirms it,
and is never made where the structure spoke. Nothing is guessed for those that lend staff: their
trade is that of whoever they send.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from cordee.base.search.words import EMPTY_WORDS, fold
from cordee.base.ui import french
from cordee.rules.kinds import Kind

# More would be noise: a house that does everything is asked, not guessed.
MOST_GUESSES = 4
STAFF_LENDERS = frozenset(kind.value for kind in (Kind.AI, Kind.ETTI, Kind.EATT, Kind.GEIQ))
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Guess:
    """A trade, and in French what it is supposed from: "d’après son nom : « Jardins »"."""

    trade: str
    reason: str


def guess_trades(
    *,
    kind: str,
    name: str,
    brand: str = "",
    naf: str = "",
    awards: Mapping[str, int] | None = None,
) -> tuple[Guess, ...]:
    """The trades supposed, the surest first: contracts won, then NAF code, then name.

    `awards` gives, by trade, how many contracts the structure won. At most `MOST_GUESSES`.
    """
    if kind in STAFF_LENDERS:
        return ()
    # The first reason found for a trade is the surest: later sources do not replace it.
    found: dict[str, Guess] = {}
    for guess in (*from_awards(awards or {}), *from_naf(naf), *_from_name_once(name, brand)):
        found.setdefault(guess.trade, guess)
    return tuple(found.values())[:MOST_GUESSES]


def from_awards(awards: Mapping[str, int]) -> list[Guess]:
    """Most contracts first; trades in the order of their names where equal."""
    ordered = sorted(awards.items(), key=lambda won: (-won[1], won[0]))
    return [
        Guess(trade, f"d’après {french.count(won, 'marché remporté', 'marchés remportés')}")
        for trade, won in ordered
        if won > 0
    ]


def from_naf(naf: str) -> list[Guess]:
    """Of codes that name one trade; those that name a status (88.99B, 94.99Z) say nothing."""
    digits = naf.replace(".", "").strip().upper()
    if not digits:
        return []
    shown = f"{digits[:2]}.{digits[2:]}" if len(digits) > 2 else digits
    return [
        Guess(trade, f"d’après le code NAF {shown}")
        for trade, codes in _words().naf.items()
        if digits.startswith(codes)
    ]


def from_name(name: str, brand: str = "") -> list[Guess]:
    """Of the words of the name and of the name in use, quoted as they are written."""
    found: dict[str, Guess] = {}
    # The name in use first: it says what is done, the registered one often who founded it.
    for written in (brand, name):
        shown, folded = _split(written)
        free = _without_hidden(folded)
        for trade, phrases in _words().names.items():
            at = next((span for phrase in phrases if (span := _find(phrase, folded, free))), None)
            if at is not None and trade not in found:
                quoted = " ".join(shown[at[0] : at[1]])
                reason = f"d’après son nom : «\u00a0{quoted}\u00a0»"
                found[trade] = Guess(trade, reason[:LONGEST_REASON])
    return list(found.values())


# Milliseconds each: an import looks before its transaction, and finds it ready inside.
_from_name_once = lru_cache(maxsize=2_000)(from_name)


@dataclass(frozen=True, slots=True)
class _Words:
    names: Mapping[str, list[list[str]]]
    naf: Mapping[str, tuple[str, ...]]
    hidden: list[list[str]]


@cache
def _words() -> _Words:
    with Path(__file__).with_name("guess_words.toml").open("rb") as stream:
        content: dict[str, Any] = tomllib.load(stream)
    trades = content["trades"]
    return _Words(
        {
            # Longest first: « espaces verts » must be quoted whole before « verts » alone is.
            trade: sorted((phrase.split() for phrase in raw["words"]), key=len, reverse=True)
            for trade, raw in trades.items()
        },
        {
            trade: tuple(code.replace(".", "") for code in raw["naf"])
            for trade, raw in trades.items()
            if raw["naf"]
        },
        [phrase.split() for phrase in content["hidden"]],
    )


def _split(written: str) -> tuple[list[str], list[str]]:
    """(words as written, the same folded and singular), without those that part nothing."""
    shown, folded = [], []
    # Elisions part from their word (« l’ », « d’ »), and are then empty words.
    for word in written.replace("-", " ").replace("/", " ").replace("’", "' ").split():
        plain = fold(word.strip(".,;:()'\"«»"))
        if len(plain) > 1 and plain not in EMPTY_WORDS and " " not in plain:
            shown.append(word.strip(".,;:()'\"«»"))
            folded.append(_singular(plain))
    return shown, folded


def _singular(word: str) -> str:
    # A plain plural is enough here; « bocaux » is the one exception that the words meet.
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and word != "bocaux" else word


def _without_hidden(folded: list[str]) -> list[bool]:
    """For each word, whether no phrase that means something else holds it."""
    free = [True] * len(folded)
    for phrase in _words().hidden:
        for start in range(len(folded) - len(phrase) + 1):
            if _same(phrase, folded[start : start + len(phrase)]):
                free[start : start + len(phrase)] = [False] * len(phrase)
    return free


def _find(phrase: list[str], folded: list[str], free: list[bool]) -> tuple[int, int] | None:
    for start in range(len(folded) - len(phrase) + 1):
        end = start + len(phrase)
        if _same(phrase, folded[start:end]) and (all(free[start:end]) or len(phrase) > 1):
            return start, end
    return None


def _same(phrase: list[str], words: list[str]) -> bool:
    return len(phrase) == len(words) and all(
        # A star stands for any ending: « jardin* » is jardins, jardinage, jardinier.
        word.startswith(asked[:-1]) if asked.endswith("*") else word == _singular(asked)
        for asked, word in zip(phrase, words, strict=True)
    )
