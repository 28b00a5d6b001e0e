"""What the buyer wrote, in reading order: title, description, conditions, then lot by lot."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cordee.notices.notice import Lot, Notice
from cordee.notices.text import fold
from cordee.opportunities.margin.source_names import name_of

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
