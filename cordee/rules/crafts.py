"""The crafts of finishing works, and what one that does a trade answers of what is asked.

A package asks a trade, or one craft of it: `asked_as` writes both as one word, which is all that
a ranking or a composition compares. One craft never answers for another (decision 48).
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cordee.rules.trades import TRADES

TRADE = "second-oeuvre-batiment"
"""The only trade whose crafts are told apart."""

WHOLE = f"{TRADE}:"
"""What is asked where somebody says that it is the whole trade: its words name no craft then."""

MOST = 3
"""Crafts of one package at most: beyond, the whole of finishing is asked."""


@dataclass(frozen=True, slots=True)
class Craft:
    """One craft: `does` follows "fait"."""

    slug: str
    label: str
    does: str
    cpv_prefixes: tuple[str, ...]


def asked_as(trade: str, craft: str) -> str:
    """Write a trade and its craft as one word; the trade itself where no craft is named."""
    return f"{trade}:{craft}" if craft else trade


def trade_of(asked: str) -> str:
    """Give the trade of what is asked."""
    return asked.partition(":")[0]


def craft_of(asked: str) -> str:
    """Give the craft of what is asked; empty where the whole trade is."""
    return asked.partition(":")[2]


def label_of(asked: str) -> str:
    """Give what is asked as screens call it, in few words."""
    craft = craft_of(asked)
    return CRAFTS[craft].label if craft else TRADES[trade_of(asked)].short_label


def in_sentence(asked: str) -> str:
    """Give the same within a sentence: "plomberie et chauffage"."""
    label = label_of(asked)
    return label[:1].lower() + label[1:]


def answered(
    trade: str, told: Collection[str], among: Collection[str] | None = None
) -> Iterator[tuple[str, bool]]:
    """Give all that an activity answers, each with whether that is known.

    The trade itself; each craft that was told; and where none was told, every craft, unknown: of
    those asked `among`, if given.
    """
    yield trade, True
    if trade != TRADE:
        return
    for craft in told or CRAFTS:
        asked = asked_as(trade, craft)
        if told or among is None or asked in among:
            yield asked, bool(told)


def craft_of_code(code: str) -> str:
    """Give the craft whose CPV prefix is the longest that starts this code; else nothing.

    Source: CPV 2008, regulation (EC) No 213/2008; the choice of prefixes is our own.
    """
    lengths = {
        slug: max((len(p) for p in craft.cpv_prefixes if code.startswith(p)), default=0)
        for slug, craft in CRAFTS.items()
    }
    best = max(lengths, key=lambda slug: lengths[slug])
    return best if lengths[best] else ""


def _load(path: Path) -> dict[str, Craft]:
    with path.open("rb") as stream:
        raw = tomllib.load(stream)["crafts"]
    return {
        slug: Craft(slug, each["label"], each["does"], tuple(each["cpv_prefixes"]))
        for slug, each in raw.items()
    }


CRAFTS: Mapping[str, Craft] = _load(Path(__file__).with_suffix(".toml"))
