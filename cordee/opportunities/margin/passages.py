"""What the buyer wrote, in reading order: title, description, conditions, then lot by lot.

And whether words that a correction quotes stand there, and say the value: case, accents and white
space do not count. Words of a version that another one replaced are none of the notice any more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cordee.base.ui import french
from cordee.notices.notice import Lot, Notice
from cordee.notices.text import fold
from cordee.opportunities.facts import FactDefinition, FactInput
from cordee.opportunities.margin.source_names import name_of
from cordee.opportunities.understanding import Understanding
from cordee.rules.clock import day_of

# "OBJECT_DESCR 3/INFO_ADD", "BT-300-Lot LOT-0001": what follows names the lot.
_OF_LOT = re.compile(r"(?:OBJECT_DESCR|-Lot) ([^/]+)")


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of the buyer. `where` is that of the evidence read in it, `lot` "" for the whole.

    `repeated` counts the other places of the notice that hold exactly these words.
    """

    where: str
    heading: str
    text: str
    lot: str = ""
    repeated: int = 0


def passages_of(notice: Notice) -> list[Passage]:
    """Every text once: what is said again is counted, not shown again."""
    whole = [
        Passage("titre", "Titre", notice.title or ""),
        Passage("description", "Description", notice.text or ""),
    ]
    lots: dict[str, list[Passage]] = {lot.id: _own(lot) for lot in notice.lots}
    for condition in notice.conditions:
        lot = lot_named(condition.where)
        passage = Passage(condition.where, name_of(condition.where), condition.words)
        if lot in lots:
            lots[lot].append(replace(passage, lot=lot))
        else:
            whole.append(passage)
    return _each_once([*whole, *(passage for held in lots.values() for passage in held)])


def lot_named(where: str) -> str:
    """The lot whose field this is, "" where it is none's."""
    found = _OF_LOT.search(where)
    return found[1].strip() if found else ""


def _own(lot: Lot) -> list[Passage]:
    return [
        Passage(f"lot {lot.id}, titre", "Titre du lot", lot.title or "", lot.id),
        Passage(f"lot {lot.id}, description", "Description du lot", lot.text or "", lot.id),
    ]


def _each_once(passages: Iterable[Passage]) -> list[Passage]:
    """Without empty texts; the first of equal ones stands for all, and says how many."""
    kept: dict[str, Passage] = {}
    for passage in passages:
        words = " ".join(fold(passage.text).split())
        if not words:
            continue
        known = kept.get(words)
        kept[words] = replace(known, repeated=known.repeated + 1) if known else passage
    return list(kept.values())


# Shorter, they would stand in any notice.
FEWEST_LETTERS = 6
_NUMBER = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+")


def stands_in(understanding: Understanding, words: str) -> bool:
    """Whether the notice that counts, or one that changed it since, holds these very words."""
    sought = _folded(words)
    since = [v for v in understanding.versions if v.order >= understanding.main.order]
    texts = (_folded(p.text) for v in since for p in passages_of(v.notice))
    return len(sought) >= FEWEST_LETTERS and any(sought in text for text in texts)


def says(fact: FactDefinition, value: Any, words: str) -> bool:
    """Whether a quote holds the figure or the day that it is quoted for; words say the rest."""
    if value is None:
        return False
    text = _folded(words)
    numbers = {int(re.sub(r"\D", "", found)) for found in _NUMBER.findall(text)}
    match fact.shape:
        case FactInput.MOMENT | FactInput.DAY:
            day = _day(fact.shape, value)
            month = fold(french.MONTHS[day.month - 1])
            return day.day in numbers and (day.month in numbers or month in text)
        case FactInput.EUROS:
            return value // 100 in numbers
        case FactInput.FTE | FactInput.PERCENT:
            return value // 100 in numbers
        case FactInput.WHOLE:
            years = value // 12 if fact.name == "months" and value % 12 == 0 else value
            return any(n in numbers or french.in_letters(n) in text for n in (value, years))
    return True


def _day(shape: FactInput, value: str) -> date:
    if shape is FactInput.DAY:
        return date.fromisoformat(value)
    return day_of(datetime.fromisoformat(value))


def _folded(words: str) -> str:
    return " ".join(fold(words.replace("’", "'")).split())
