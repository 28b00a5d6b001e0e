"""What the words of a document say of each trade, before anything is decided.

Each passage is read once. A phrase counts fully where its sentence buys that work, little where
the same words only say for whom, in which place or for what something else is bought.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from cordee.notices.notice import Evidence
from cordee.notices.text import fold
from cordee.notices.trades.document import Document, Part, Passage
from cordee.notices.trades.exclusions import (
    GENERIC,
    complements,
    completes,
    is_built_too,
    is_preceded,
    left_out,
    named_places,
    purpose_of,
    skips,
)
from cordee.notices.trades.lexicon import (
    SURE_DIGITS,
    Act,
    Building,
    Cue,
    Manner,
    Out,
    acts,
    building_words,
    cues,
    descripteurs,
    trades_of_code,
)
from cordee.notices.trades.phrases import PhraseMatch, Word, words_of

FULL = 0.9
"""From this strength a phrase names the trade; below, it only agrees with it."""

TRAINING_TRADE = "prestation-insertion"

OPENING_WORDS = 4
"""Words among which "formation" makes a title one of teaching."""

MAX_TAIL = 2
"""Words that may follow what is done where its building stands before."""

REACH = 4
"""Words within which a building is the object of what is done to it."""

CARE_TRADES = frozenset({"blanchisserie-linge", "proprete", "proprete-urbaine"})
"""Trades whose products are named like their work: "produits de désinfection des locaux"."""

SERVING = frozenset({"prestation", "service", "travau", "mission"})
"""Words by which a supply also buys work."""

WORKS_TRADES = frozenset(
    {
        "espaces-verts",
        "espaces-naturels-genie-ecologique",
        "second-oeuvre-batiment",
        "gros-oeuvre-patrimoine",
        "deconstruction-reemploi-materiaux",
        "menuiserie-bois-palettes",
        "sous-traitance-industrielle",
    }
)
"""Trades that works contracts buy; in "travaux de la crèche", the crèche is a place."""


@dataclass(slots=True)
class Signal:
    """What was found of one trade: strengths by part (0 to 1) and the phrases, best first."""

    title: float = 0.0
    lot: float = 0.0
    lots: int = 0
    lead: float = 0.0
    body: int = 0
    code: float = 0.0
    keyword: float = 0.0
    keywords: int = 0
    first: int = 10_000
    because: list[tuple[float, Evidence]] = field(default_factory=list)

    @property
    def in_words(self) -> bool:
        """Whether title, lots or first sentences speak of the trade at all."""
        return max(self.title, self.lot, self.lead) > 0


@dataclass(slots=True)
class Signals:
    """What was found in a document: by trade, and of the contract as a whole."""

    trades: defaultdict[str, Signal]
    is_study: bool = False
    is_training: bool = False
    title_is_out: bool = False
    title_act: Act | None = None
    only_supplies: bool = False
    lots: int = 0
    building: set[tuple[Part, str]] = field(default_factory=set)
    building_why: list[Evidence] = field(default_factory=list)
    is_single_lot: bool = False
    has_codes: bool = False
    has_keywords: bool = False
    speaks: bool = False
    study_why: Evidence | None = None
    out_why: Evidence | None = None
    out_first: int = 10_000


_SINGLE_LOT = re.compile(
    r"\b(?:relance|reconsultation)\b(?! (?:des |de |sur |pour )?(?:\w+ )?lots\b)"
    r"|\blot (?:unique|seul)|\blot ?(?:n ?[°o]?)? ?\d+[^0-9,;&]*$"
    r"|[-–:] lot [a-z]|\(lot |\blot n ?[°o]?\d+ ?:"
)


def signals_of(document: Document) -> Signals:
    """Read every passage and every keyword of a document."""
    found = Signals(defaultdict(Signal))
    found.title_act = _first_act(document.context)
    for rank, passage in enumerate(document.passages):
        _read(passage, rank, found)
    found.is_single_lot = bool(_SINGLE_LOT.search(fold(document.title)))
    _read_keywords(document.descripteurs, found)
    _read_codes(document, found)
    for signal in found.trades.values():
        signal.because.sort(key=lambda item: -item[0])
    return found


def _first_act(text: str) -> Act | None:
    found = acts().find(words_of(text)) if text else []
    return min(found, key=lambda item: item.first).value if found else None


def _read(passage: Passage, rank: int, found: Signals) -> None:
    names = [] if passage.part is Part.BODY else named_places(passage.words)
    words = [
        word
        for word in words_of(passage.words)
        if not any(start <= word.start < end for start, end in names)
    ]
    phrases = cues().find(words)
    buys = sorted(acts().find(words), key=lambda item: item.first)
    out = [item for item in phrases if item.value.out is not None]
    named = [item for item in phrases if item.value.trade and item.value.manner is not Manner.HINTS]
    places = [item for item in named if item.value.manner is not Manner.PLACE]
    purpose = purpose_of(passage.words, words)
    objects = _note_building(passage, words, purpose, [*out, *places], found)
    masks = [item for item in phrases if item.value.trade is None and item.value.out is None]
    things = sorted(
        (item for item in out if item.value.out is Out.OBJECT), key=lambda item: item.last
    )
    hidden = {place for item in things for place in item.at}
    # In "produits d'entretien" no upkeep is bought; in "fourniture de peinture" goods are.
    buys = [item for item in buys if item.value is Act.SUPPLY or not hidden.issuperset(item.at)]
    firsts: dict[str, int] = {}
    for item in places:
        trade = item.value.trade or ""
        firsts[trade] = min(item.first, firsts.get(trade, item.first))
    found.speaks = found.speaks or bool(named or out)
    excluded = left_out(passage.words, words)
    starts = frozenset(item.first for item in (*things, *masks) if len(item.at) > 1)
    is_supply = bool(buys) and buys[0].value is Act.SUPPLY
    supplied = min((item.first for item in things if is_supply), default=None)
    serves = any(word.stem in SERVING for word in words)
    if passage.part is Part.TITLE:
        ruling = [
            item
            for item in out
            if item.value.out is not Out.OBJECT
            or not (
                item.first in excluded
                or objects.issuperset(item.at)
                or is_built_too(item, objects, buys, passage.words, words)
                or (purpose is not None and item.first >= purpose)
                or complements(item, named, passage.words, words)
            )
        ]
        _note_title(passage, words, ruling, named, buys, found)
    elif passage.part is Part.LOT:
        found.lots += 1
    for item in phrases:
        if item.value.trade is None:
            continue
        act = _act_at(item, buys, found.title_act)
        acts_itself = act is not Act.WORKS and any(each.first == item.first for each in buys)
        own = buys
        if item.value.manner is Manner.UPKEEP and purpose is not None:
            # "Matériels pour l'entretien des espaces verts": no upkeep is bought.
            own = [each for each in buys if each.first < purpose]
        strength = _strength(item.value, act, own, acts_itself=acts_itself)
        if item.value.manner is Manner.PLACE and (
            is_preceded(item, firsts) or not objects.isdisjoint(item.at)
        ):
            strength = min(strength, 0.25)
        if purpose is not None and item.first >= purpose:
            strength *= 0.3
        if item.first in excluded:
            continue
        if skips(item, hidden, starts, passage.words, words) or completes(
            item, things, passage.words, words
        ):
            strength *= 0.3
        elif (
            supplied is not None
            and item.first > supplied
            and (len(item.at) == 1 or (item.value.trade in CARE_TRADES and not serves))
        ):
            # In "fourniture de produits d'entretien, de nettoyage", goods are bought.
            strength *= 0.3
        if found.is_training and item.value.trade != TRAINING_TRADE:
            strength *= 0.2
        if item.value.trade == TRAINING_TRADE and passage.part in (Part.LEAD, Part.BODY):
            # A sentence on insertion is most often a clause: it agrees, and does not name.
            strength *= 0.8
        _note(passage, rank, item, words, strength, found)


def _note_title(
    passage: Passage,
    words: Sequence[Word],
    out: Sequence[PhraseMatch[Cue]],
    named: Sequence[PhraseMatch[Cue]],
    buys: Sequence[PhraseMatch[Act]],
    found: Signals,
) -> None:
    first_named = min((item.first for item in named), default=10_000)
    studies = [
        item
        for item in out
        if item.value.out is Out.STUDY or (item.value.out is Out.OPENING and _opens(item, words))
    ]
    if studies and (
        (first := min(studies, key=lambda item: item.first)).first <= first_named
        or any(_closes(first := item, passage.words, words) for item in studies)
    ):
        found.is_study = True
        found.study_why = _evidence(passage, first, words)
    found.is_training = any(act.value is Act.TEACH and act.first < OPENING_WORDS for act in buys)
    if objects := [item for item in out if item.value.out is Out.OBJECT]:
        found.title_is_out = True
        first = min(objects, key=lambda item: item.first)
        found.out_why = _evidence(passage, first, words)
        found.out_first = first.first
    if buys:
        found.title_act = buys[0].value
        found.only_supplies = all(act.value is Act.SUPPLY for act in buys)


_LOT = re.compile(r"\blots?\b")
_TAIL = re.compile(r" [-–—:] ")


def _closes(item: PhraseMatch[Cue], text: str, words: Sequence[Word]) -> bool:
    """Whether the last part of a title is a study: "Démolition de tours - Mission OPC"."""
    if item.value.out is not Out.STUDY or _LOT.search(fold(text)):
        return False
    tails = [mark.end() for mark in _TAIL.finditer(text) if mark.end() <= words[item.first].start]
    if not tails:
        return False
    first = sum(word.start < tails[-1] for word in words)
    return all(word.stem in GENERIC for word in words[first : item.first])


def _opens(item: PhraseMatch[Cue], words: Sequence[Word]) -> bool:
    return all(word.stem in GENERIC for word in words[: item.first])


def _note_building(
    passage: Passage,
    words: Sequence[Word],
    purpose: int | None,
    others: Sequence[PhraseMatch[Cue]],
    found: Signals,
) -> frozenset[int]:
    """Note a building as the direct object of building or renewing, with nothing else between.

    Gives the positions of the words of these buildings.
    """
    marks = building_words().find(words)
    for item in marks:
        found.building.add((passage.part, item.value.value))
    whats = {item.first: item for item in marks if item.value is Building.WHAT}
    starts = sorted(whats)
    buildings = {place for item in whats.values() for place in item.at}
    # "Hôtel du département": what is built may be named like what is none of ours.
    stops = sorted(
        [
            item.last
            for item in others
            if item.value.manner is not Manner.HINTS
            and not (item.value.out is Out.OBJECT and buildings.issuperset(item.at))
        ]
        + [item.last for item in marks if item.value is Building.STOP]
    )
    objects: set[int] = set()
    for item in marks:
        if item.value not in (Building.BUILD, Building.RENEW, Building.WORK):
            continue
        if purpose is not None and item.first >= purpose:
            continue
        if item.value is not Building.WORK:
            found.building_why.append(_evidence(passage, item, words))
        what = _after(item.last, starts)
        stop = _after(item.last, stops)
        if what is None and _is_after_building(item, words, starts, stops):
            found.building.add((passage.part, f"{item.value.value} what"))
            objects.update(whats[starts[0]].at)
        elif what is not None and what <= item.last + REACH and (stop is None or stop > what):
            found.building.add((passage.part, f"{item.value.value} what"))
            found.building_why.insert(0, _evidence(passage, item, words, whats[what].last))
            objects.update(whats[what].at)
    return frozenset(objects)


def _is_after_building(
    item: PhraseMatch[Building], words: Sequence[Word], starts: Sequence[int], stops: Sequence[int]
) -> bool:
    """Whether the building stands before what is done: "école Michelet : travaux de rénovation"."""
    return (
        item.value is not Building.WORK
        and item.last >= len(words) - 1 - MAX_TAIL
        and bool(starts)
        and starts[0] < item.first
        and not stops
    )


def _after(place: int, places: Sequence[int]) -> int | None:
    """The first of these places, in order, that comes after one."""
    rank = bisect_right(places, place)
    return places[rank] if rank < len(places) else None


def _act_at(
    item: PhraseMatch[Cue], buys: Sequence[PhraseMatch[Act]], default: Act | None
) -> Act | None:
    """The act that rules a phrase: the nearest one before it, or its own first word."""
    before = bisect_right(buys, item.first, key=lambda act: act.first)
    if before:
        return buys[before - 1].value
    return None if buys else default


def _strength(
    cue: Cue, act: Act | None, buys: Sequence[PhraseMatch[Act]], *, acts_itself: bool
) -> float:
    # "Aménagement et entretien des plages": a phrase that says what is done is no place.
    on_building = bool(buys) and buys[0].value is Act.WORKS and not acts_itself
    match cue.manner:
        case Manner.ANY:
            return 1.0
        case Manner.UPKEEP:
            if any(item.value is Act.UPKEEP for item in buys):
                return 1.0
            return 0.1 if act is Act.SUPPLY else 0.2
        case Manner.WORK:
            return 0.1 if act is Act.SUPPLY else 1.0
        case Manner.GOODS:
            # In "fourniture et pose de mobilier" the goods are bought too.
            supplies = act is Act.WORKS and buys[0].value is Act.SUPPLY if buys else False
            return 1.0 if supplies or act in (Act.SUPPLY, None) else 0.35
        case Manner.PLACE:
            opens = buys[0].value if buys else act
            managed = Act.MANAGE in (act, opens) or (act is None and opens is not Act.WORKS)
            return 1.0 if managed else 0.1 if on_building else 0.25
        case Manner.NAMES:
            if act is Act.SUPPLY:
                return 0.3
            return 0.25 if on_building and cue.trade not in WORKS_TRADES else 1.0
    # A hint where goods are supplied, "fourniture et livraison", does not even suggest.
    elsewhere = act is Act.SUPPLY or (on_building and cue.trade not in WORKS_TRADES)
    return 0.1 if elsewhere else 0.3


def _note(
    passage: Passage,
    rank: int,
    item: PhraseMatch[Cue],
    words: Sequence[Word],
    strength: float,
    found: Signals,
) -> None:
    assert item.value.trade is not None
    signal = found.trades[item.value.trade]
    match passage.part:
        case Part.TITLE:
            signal.title = max(signal.title, strength)
        case Part.LOT:
            signal.lot = max(signal.lot, strength)
            signal.lots += strength >= FULL
        case Part.LEAD:
            signal.lead = max(signal.lead, strength)
        case Part.BODY:
            signal.body += strength >= FULL
    if strength >= FULL:
        signal.first = min(signal.first, rank * 1_000 + item.first)
    weight = (
        strength * {Part.TITLE: 1.0, Part.LOT: 0.9, Part.LEAD: 0.7, Part.BODY: 0.4}[passage.part]
    )
    signal.because.append((weight, _evidence(passage, item, words)))


def _evidence[T](
    passage: Passage, item: PhraseMatch[T], words: Sequence[Word], last: int | None = None
) -> Evidence:
    end = words[item.last if last is None else last].end
    return Evidence(passage.where, passage.words[words[item.first].start : end])


def _read_keywords(labels: Sequence[str], found: Signals) -> None:
    table = descripteurs()
    found.has_keywords = bool(labels)
    counts: Counter[str] = Counter()
    if labels and all(fold(label) in table.study for label in labels):
        found.is_study = True
        found.study_why = Evidence("descripteur", labels[0])
    for label in labels:
        folded = fold(label)
        for trade in table.named.get(folded, ()):
            counts[trade] += 1
            _note_keyword(trade, label, 1.0, found)
        for trade in table.hints.get(folded, ()):
            _note_keyword(trade, label, 0.4, found)
    for trade, count in counts.items():
        found.trades[trade].keywords = count


def _read_codes(document: Document, found: Signals) -> None:
    """The main code counts most; a code of several lots as much; a wide prefix only agrees."""
    lot_codes = [code for codes in document.lot_codes for code in codes[:1]]
    for rank, code in enumerate(dict.fromkeys((*document.codes, *lot_codes))):
        trades, prefix = trades_of_code(code)
        sure = len(prefix) >= SURE_DIGITS
        strength = (1.0 if rank == 0 or lot_codes.count(code) > 1 else 0.6) if sure else 0.4
        for trade in trades:
            signal = found.trades[trade]
            signal.code = max(signal.code, strength)
            signal.because.append((0.5 * strength, Evidence("CPV", code)))
    found.has_codes = bool(document.codes or lot_codes)


def _note_keyword(trade: str, label: str, strength: float, found: Signals) -> None:
    signal = found.trades[trade]
    signal.keyword = max(signal.keyword, strength)
    signal.because.append((0.6 * strength, Evidence("descripteur", label)))
