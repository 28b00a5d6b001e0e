"""The margin of the page of an opportunity, or of one of its lots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cordee.opportunities.fact_lines import FactLine, anchor_of, correct_url, lines_of, silent_of
from cordee.opportunities.facts import FACTS, FactDefinition
from cordee.opportunities.inference import InferenceByFact
from cordee.opportunities.margin.notes import Margin, Note, margin_of
from cordee.opportunities.margin.passages import passages_of
from cordee.opportunities.models import Opportunity
from cordee.opportunities.understanding import Understanding
from cordee.opportunities.wording import commune_names

SHOWN_LOTS = 6
OWN_WORDS = ("lot ", "code CPV")
SHOWN_LETTERS = 12_000


@dataclass(frozen=True, slots=True)
class SilentFact:
    """A fact that nobody has stated yet, and where to state it."""

    fact: FactDefinition
    anchor: str
    correct_url: str


@dataclass(frozen=True, slots=True)
class PageMargin:
    """`silent_facts` of the whole, or of the page's lot; `hidden_lots` have their own page."""

    margin: Margin
    silent_facts: tuple[SilentFact, ...]
    hidden_lots: int

    @property
    def is_folded(self) -> bool:
        return bool(self.margin.folded_letters)

    def note(self, anchor: str) -> Note | None:
        return next((note for note in self.margin.notes if note.line.anchor == anchor), None)

    def silent_at(self, anchor: str) -> SilentFact | None:
        return next(
            (silent_facts for silent_facts in self.silent_facts if silent_facts.anchor == anchor),
            None,
        )


def page_margin(
    opportunity: Opportunity,
    understanding: Understanding,
    found: InferenceByFact,
    on: date,
    *,
    lot: str = "",
    is_whole_text: bool = False,
) -> PageMargin:
    """Of the whole with its first lots; of one lot alone where `lot` names it.

    Figures worked out for one lot among others are on its page: the table shows them here.
    """
    notice = understanding.as_read
    communes = commune_names(_places(understanding))

    def lines(lot_id: str) -> list[FactLine]:
        return lines_of(opportunity, understanding, found, on, lot_id, communes)

    if lot:
        held = {lot: lines(lot)}
    else:
        own = lines("")
        shown = notice.lots[:SHOWN_LOTS]
        is_single = len(notice.lots) == 1
        held = {"": own} | {
            one.id: [
                line
                for line in lines(one.id)
                if _is_of_lot(line, is_single) and not _is_stated(line, own, is_single)
            ]
            for one in shown
        }
        if is_whole_text:
            held |= {one.id: [] for one in notice.lots[SHOWN_LOTS:]}
    margin = margin_of(
        passages_of(notice), held, letters=None if is_whole_text or lot else SHOWN_LETTERS
    )
    silent_facts = tuple(
        SilentFact(
            fact,
            anchor_of(understanding.notice, fact.name, lot),
            correct_url(opportunity, fact.name, lot),
        )
        for fact in silent_of(
            held[lot], of_lot=bool(lot), lots=() if lot else understanding.notice.lots
        )
    )
    hidden = 0 if lot else max(0, len(notice.lots) - SHOWN_LOTS)
    return PageMargin(margin, silent_facts, hidden)


def _is_of_lot(line: FactLine, is_single: bool) -> bool:
    """What we worked out stands once: figures beside an only lot, a trade where the lot names it.

    Elsewhere the trade of a lot is that of the whole.
    """
    if line.correction or line.proposed or not line.is_worked_out:
        return True
    if line.fact.name != "trades":
        return is_single
    return not is_single and any(e.where.startswith(OWN_WORDS) for e in line.evidence)


def _is_stated(line: FactLine, of_whole: Iterable[FactLine], is_single: bool) -> bool:
    """Whether the whole says the same from the same words: a lot need not repeat it.

    What is reserved is repeated where there are several lots, since each may differ.
    """
    return (is_single or line.fact.name != "reserved") and any(
        other.fact is line.fact
        and other.sentence == line.sentence
        and set(line.evidence) <= set(other.evidence)
        and not (line.correction or line.proposed)
        for other in of_whole
    )


def _places(understanding: Understanding) -> Iterable[Mapping[str, Any]]:
    """Of the notice, of its lots and of corrections: all that may have to be named."""
    for notice in (understanding.notice, understanding.as_read):
        for holder in (notice, *notice.lots):
            yield from FACTS["places"].read(holder) or ()
    for correction in (*understanding.corrections.values(), *understanding.proposed):
        if correction.fact == "places":
            yield from correction.value or ()
