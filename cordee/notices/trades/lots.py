"""The trade of each lot: what its own words and codes say, else what the whole notice says; and of
finishing works, the craft."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cordee.notices.notice import Evidence, Lot, Notice, Provenance
from cordee.notices.text import fold
from cordee.notices.trades.crafts import CraftRead, crafts_of
from cordee.notices.trades.document import Document, of_lot, of_notice, of_text
from cordee.notices.trades.lexicon import trades_of_code
from cordee.notices.trades.reading import (
    MAX_ASSERTED,
    Sector,
    TradesReading,
    decide,
    read_trades,
    shipped_model,
)
from cordee.notices.trades.signals import TRAINING_TRADE as INSERTION
from cordee.notices.trades.signals import signals_of
from cordee.rules import crafts
from cordee.rules.trades import TRADES

SURE = 0.6
"""From this probability a trade is read rather than supposed."""

_AND = re.compile(r" ?(?:,|\bet\b|[/&+])")

# "Ayant pour support", "activités supports", "supports d'insertion :"; never teaching material.
_SUPPORT = re.compile(
    r"\b(?:pour|comme|activites?(?: de travail)?|travaux|chantiers?)[ -]supports?\b(?! pedagog)"
    r"|\bsupports? (?:d'activites?|d'insertion|de travail|de l'insertion)\b"
)

_PLACES = {
    "titre": "Le titre dit",
    "description": "La description dit",
    "libellé du code": "Le libellé du code dit",
    "descripteur": "Le mot-clé de l’avis est",
}


@dataclass(frozen=True, slots=True)
class TradeReading:
    """The trade of a lot, how it was found, and the sentence that says it; or why there is none.

    `also` are the other trades that are asserted of it, where the contract is undivided, and the
    other crafts of a trade that tells them apart. `craft` is empty where the whole trade is asked.
    """

    trade: str | None
    provenance: Provenance
    why: str
    because: tuple[Evidence, ...] = ()
    also: tuple["TradeReading", ...] = ()
    craft: str = ""


@dataclass(frozen=True, slots=True)
class NoticeTrades:
    """The reading of the whole, and by lot (None where the contract is undivided)."""

    whole: TradesReading
    lots: Mapping[str | None, TradeReading]


# The last notices read: the trade of a lot is asked for more than once while one is at hand.
_recent: deque[tuple[Notice, NoticeTrades]] = deque(maxlen=4)


def trade_of(notice: Notice, lot: Lot | None) -> TradeReading:
    """The trade of one lot, or of the whole notice where `lot` is None."""
    return trades_of(notice).lots[lot.id if lot else None]


def trades_of(notice: Notice) -> NoticeTrades:
    """Read the trades of a notice and of each of its lots."""
    for known, read in tuple(_recent):
        if known is notice:
            return read
    document = of_notice(notice)
    signals = signals_of(document)
    whole = decide(document, signals, shipped_model())
    lots: dict[str | None, TradeReading] = {None: _by_craft(_of_whole(notice, whole), notice, None)}
    for lot in notice.lots:
        own = _of_lot(notice, lot, whole, is_study=signals.is_study)
        lots[lot.id] = _by_craft(own, notice, lot)
    found = NoticeTrades(whole, lots)
    _recent.append((notice, found))
    return found


def _by_craft(reading: TradeReading, notice: Notice, lot: Lot | None) -> TradeReading:
    """The same with the crafts that are named of finishing works, each as a trade of its own."""
    if any(":" in asked for asked in _named(notice, lot)):
        return reading
    found: list[TradeReading] = []
    for each in (replace(reading, also=()), *reading.also):
        named = crafts_of(notice, lot) if each.trade == crafts.TRADE else ()
        found += [_crafted(each, one) for one in named] or [each]
    return replace(found[0], also=tuple(found[1:]))


def _crafted(reading: TradeReading, one: CraftRead) -> TradeReading:
    label = crafts.CRAFTS[one.slug].label
    why = f"{reading.why} {_said(one.because)}\u00a0: {label}."
    return replace(reading, craft=one.slug, why=why)


def _named(notice: Notice, lot: Lot | None) -> tuple[str, ...]:
    """The trades or crafts that the buyer, or who corrects, names of a lot, else of the whole.

    Of several for a divided contract, the first trade: which lot is of which craft is not said.
    """
    if lot is None or lot.trades or len(notice.lots) == 1:
        return (lot.trades if lot else ()) or notice.trades
    several = len(notice.trades) > 1
    return (crafts.trade_of(notice.trades[0]),) if several else notice.trades


def _of_whole(notice: Notice, whole: TradesReading) -> TradeReading:
    if notice.trades:
        return _first(map(_named_by_buyer, notice.trades))
    if whole.sectors:
        return _with_supports(_first(map(_read, whole.sectors)), of_notice(notice))
    return TradeReading(None, Provenance.COMPUTED, whole.why_none or "Rien n’est dit.")


def _of_lot(notice: Notice, lot: Lot, whole: TradesReading, *, is_study: bool) -> TradeReading:
    if lot.trades:
        return _first(map(_named_by_buyer, lot.trades))
    if is_study or len(notice.lots) == 1:
        return _of_whole(notice, whole)
    if notice.trades:
        return _named_by_buyer(_named(notice, lot)[0])
    document = of_lot(notice, lot)
    signals = signals_of(document)
    own = decide(document, signals, shipped_model())
    if own.sectors and INSERTION in own.slugs:
        return _with_supports(_first(map(_read, own.sectors)), document)
    if own.sectors:
        return _read(own.sectors[0])
    if signals.is_study or signals.title_is_out or not whole.sectors:
        return TradeReading(None, Provenance.COMPUTED, own.why_none or "Rien n’est dit.")
    if lot.cpv.main and lot.cpv.main != notice.cpv.main:
        trades, _ = trades_of_code(lot.cpv.main)
        if not trades:
            why = f"Le code CPV {lot.cpv.main} ne désigne aucun de nos métiers."
            return TradeReading(None, Provenance.COMPUTED, why)
    sector = whole.sectors[0]
    why = f"Le lot ne nomme pas de métier. {_sentence(sector)}"
    return TradeReading(sector.slug, Provenance.SUPPOSED, why, sector.because)


def _first(readings: Iterable[TradeReading]) -> TradeReading:
    first, *others = readings
    apart: list[TradeReading] = []
    for each in others:
        if each.because and each.because[0].where == "description":
            # Named in passing: too little to cut the contract by.
            continue
        if not any(_is_same_work(each, one) or _is_same_work(one, each) for one in (first, *apart)):
            apart.append(each)
    return replace(first, also=tuple(apart))


def _with_supports(reading: TradeReading, document: Document) -> TradeReading:
    """A purchase of insertion with the trades that serve as its support, where only the text says
    them: the work is theirs."""
    if reading.trade != INSERTION or reading.also:
        return reading
    found: dict[str, TradeReading] = {}
    for passage in document.passages:
        if (mark := _SUPPORT.search(fold(passage.words))) is not None:
            for sector in read_trades(of_text(passage.words[mark.end() :])).sectors:
                words = tuple(replace(item, where=passage.where) for item in sector.because)
                found.setdefault(sector.slug, _read(replace(sector, because=words)))
    found.pop(INSERTION, None)
    return replace(reading, also=tuple(found.values())[: MAX_ASSERTED - 1])


def _is_same_work(one: TradeReading, other: TradeReading) -> bool:
    """Whether the words of one stand inside those of the other: "façades", in their restoration.

    Not where the other is named again after an "et": "nettoyage des locaux" in "entretien des
    espaces verts et nettoyage des locaux", all of which is a phrase of cleaning.
    """
    if not one.because:
        return False
    own = fold(one.because[0].words)
    said = [fold(item.words) for item in other.because]
    for wider in said:
        _, held, rest = wider.partition(own)
        is_listed = _AND.match(rest) is not None and any(each in rest for each in said)
        if held and own != wider and not is_listed:
            return True
    return False


def _named_by_buyer(asked: str) -> TradeReading:
    trade, craft = crafts.trade_of(asked), crafts.craft_of(asked)
    label = crafts.CRAFTS[craft].label if craft else TRADES[trade].label
    why = f"L’acheteur nomme le métier : {label}."
    return TradeReading(trade, Provenance.STATED, why, craft=craft)


def _read(sector: Sector) -> TradeReading:
    sure = sector.probability >= SURE
    provenance = Provenance.COMPUTED if sure else Provenance.SUPPOSED
    return TradeReading(sector.slug, provenance, _sentence(sector), sector.because)


def _sentence(sector: Sector) -> str:
    label = TRADES[sector.slug].label
    if not sector.because:
        return f"Le marché porte sur un bâtiment : {label}."
    first = sector.because[0]
    if first.where == "CPV":
        _, prefix = trades_of_code(first.words)
        return f"Le code CPV {first.words} commence par {prefix} : {label}."
    return f"{_said(first)}\u00a0: {label}."


def _said(evidence: Evidence) -> str:
    if evidence.where == "CPV":
        return f"Le code CPV est {evidence.words}"
    return f"{_PLACES.get(evidence.where, 'Le lot dit')} «\u00a0{evidence.words}\u00a0»"
