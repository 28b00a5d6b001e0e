"""The words and the keywords that name trades, compiled once from the tables beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from cordee.notices.text import fold
from cordee.notices.trades.phrases import Phrases
from cordee.rules.trades import TRADES, match_cpv


class Manner(StrEnum):
    """How a phrase speaks of a trade; the table says what each means."""

    ANY = "any"
    NAMES = "names"
    WORK = "work"
    GOODS = "goods"
    PLACE = "place"
    UPKEEP = "upkeep"
    HINTS = "hints"


class Out(StrEnum):
    """Why a phrase is none of our trades: what its object is for, or a thing that we do not make.

    STUDY is designing, checking, insuring or developing: whatever the object, no work is bought.

    OPENING counts where it opens a title only.
    """

    STUDY = "study"
    OPENING = "opening"
    OBJECT = "object"


class Act(StrEnum):
    """What a sentence buys."""

    TEACH = "teach"
    SUPPLY = "supply"
    MANAGE = "manage"
    SERVICE = "service"
    UPKEEP = "upkeep"
    WORKS = "works"


class Building(StrEnum):
    """The words of a building contract: what is done, to what, by many trades.

    STOP is a thing beside a building: "l'accès de l'école" is not the school.
    """

    BUILD = "build"
    RENEW = "renew"
    WORK = "work"
    WHAT = "what"
    MANY = "many"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Cue:
    """What a phrase stands for: a trade and the manner, or a reason to be none of ours."""

    trade: str | None
    manner: Manner | None
    out: Out | None = None


type Token = Cue | Act | Building


@dataclass(frozen=True, slots=True)
class Descripteurs:
    """Folded keywords of the BOAMP: trades named or hinted at, and studies."""

    named: Mapping[str, tuple[str, ...]]
    hints: Mapping[str, tuple[str, ...]]
    study: frozenset[str]


@cache
def cues() -> Phrases[Cue]:
    """Every phrase of a trade and every phrase that is none of ours."""
    table = _table("lexicon.toml")
    found = [
        (phrase, Cue(trade, Manner(manner)))
        for trade, manners in table["trades"].items()
        for manner, phrases in manners.items()
        for phrase in phrases
    ]
    if unknown := {cue.trade for _, cue in found} - set(TRADES):
        raise ValueError(f"lexicon.toml names trades that are not in the referential: {unknown}.")
    found += [(phrase, Cue(None, None)) for phrase in table["mask"]["words"]]
    found += [
        (phrase, Cue(None, None, Out(out)))
        for out, phrases in table["out"].items()
        for phrase in phrases
    ]
    return Phrases(found)


@cache
def acts() -> Phrases[Act]:
    """Words that say what is bought."""
    return _by_kind("acts", Act)


@cache
def building_words() -> Phrases[Building]:
    """Words of building contracts."""
    return _by_kind("building", Building)


def _by_kind[T: (Act, Building)](name: str, kinds: type[T]) -> Phrases[T]:
    table = _table("lexicon.toml")[name]
    return Phrases((phrase, kinds(kind)) for kind, phrases in table.items() for phrase in phrases)


@cache
def descripteurs() -> Descripteurs:
    """The table of BOAMP keywords, with folded labels."""
    table = _table("descripteurs.toml")
    return Descripteurs(
        named={fold(label): tuple(trades) for label, trades in table["named"].items()},
        hints={fold(label): tuple(trades) for label, trades in table["hints"].items()},
        study=frozenset(fold(label) for label in table["study"]["labels"]),
    )


def _table(name: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


SURE_DIGITS = 4
"""From this length of prefix a code names a trade; shorter ones only agree with it."""


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    table = {prefix: tuple(trades) for prefix, trades in _table("codes.toml").items()}
    if unknown := {slug for trades in table.values() for slug in trades} - set(TRADES):
        raise ValueError(f"codes.toml names trades that are not in the referential: {unknown}.")
    return table


@cache
def trades_of_code(code: str) -> tuple[tuple[str, ...], str]:
    """The trades of a code of eight digits and the prefix that decides; ((), "") where none does.

    The longest prefix wins, ours before that of the referential (RULE-31).
    """
    table = _codes()
    own = next((code[:size] for size in range(8, 1, -1) if code[:size] in table), "")
    matches = match_cpv(code)
    if matches and len(matches[0].prefix) > len(own):
        return tuple(match.trade.slug for match in matches), matches[0].prefix
    return (table[own], own) if own else ((), "")
