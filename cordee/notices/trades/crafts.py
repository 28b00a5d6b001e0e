"""Which crafts a contract or a lot of finishing works asks: painting, floors, plumbing…

Its title first, then the keywords of an undivided contract, then its codes: both are believed of
no contract whose title builds or renews, as buyers give there a few of many. What names no craft,
wants them all, or names more than three, is for the whole trade.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cordee.notices.notice import Evidence, Lot, Notice
from cordee.notices.text import fold
from cordee.notices.trades.document import Part, of_lot, of_notice
from cordee.notices.trades.exclusions import left_out, named_places, purpose_of
from cordee.notices.trades.lexicon import Building, building_words
from cordee.notices.trades.phrases import Phrases, words_of
from cordee.rules import crafts

# What a phrase or a keyword stands for that wants every craft.
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class CraftRead:
    """One craft, and the words, the keyword or the code that names it."""

    slug: str
    because: Evidence


def crafts_of(notice: Notice, lot: Lot | None) -> tuple[CraftRead, ...]:
    """The crafts of one lot, or of an undivided contract, in the order they are named."""
    own = lot if lot is not None and len(notice.lots) > 1 else None
    document = of_notice(notice) if own is None else of_lot(notice, own)
    titles = [
        (passage.where, passage.words)
        for passage in document.passages
        if passage.part is Part.TITLE or (own is None and passage.part is Part.LOT)
    ]
    sources: list[Iterator[CraftRead]] = [(each for title in titles for each in _in_words(*title))]
    if own is not None or not _builds(document.title):
        codes = document.codes or tuple(c for codes in document.lot_codes for c in codes)
        sources += [_in_keywords(document.descripteurs), _in_codes(codes)]
    for source in sources:
        found: dict[str, CraftRead] = {}
        for each in source:
            found.setdefault(each.slug, each)
        if found:
            is_whole = _WHOLE in found or len(found) > crafts.MOST
            return () if is_whole else tuple(found.values())
    return ()


def _builds(title: str) -> bool:
    marks = building_words().find(words_of(title))
    return any(item.value in (Building.BUILD, Building.RENEW) for item in marks)


def _in_words(where: str, text: str) -> Iterator[CraftRead]:
    places = named_places(text)
    words = [
        word
        for word in words_of(text)
        if not any(start <= word.start < end for start, end in places)
    ]
    excluded, purpose = left_out(text, words), purpose_of(text, words)
    for item in sorted(_lexicon()[0].find(words), key=lambda item: item.first):
        # "Chaufferie du bâtiment pour l'atelier peinture": what it is for is not what is done.
        if item.first in excluded or (purpose is not None and item.first >= purpose):
            continue
        said = text[words[item.first].start : words[item.last].end]
        yield CraftRead(item.value, Evidence(where, said))


def _in_keywords(labels: Iterable[str]) -> Iterator[CraftRead]:
    for label in labels:
        named = _lexicon()[1].get(fold(label))
        if named is not None:
            yield CraftRead(named, Evidence("descripteur", label))


def _in_codes(codes: Iterable[str]) -> Iterator[CraftRead]:
    for code in codes:
        if craft := crafts.craft_of_code(code):
            yield CraftRead(craft, Evidence("CPV", code))


@cache
def _lexicon() -> tuple[Phrases[str], Mapping[str, str]]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    if unknown := {*table["words"], *table["keywords"].values()} - set(crafts.CRAFTS):
        raise ValueError(f"crafts.toml names crafts that are not in the referential: {unknown}.")
    phrases = [(phrase, craft) for craft, its in table["words"].items() for phrase in its]
    phrases += [(phrase, _WHOLE) for phrase in table["whole"]]
    keywords = {fold(label): craft for label, craft in table["keywords"].items()}
    keywords |= {fold(label): _WHOLE for label in table["whole_keywords"]}
    return Phrases(phrases), keywords
