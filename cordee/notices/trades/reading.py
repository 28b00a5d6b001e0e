"""Which trades a notice calls for, how sure we are, the words that decide, and the fit.

The fit: whether work-integration structures could carry the whole, a part, or nothing.
"""

import math
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from cordee.notices.notice import Evidence
from cordee.notices.trades.document import Document, Part
from cordee.notices.trades.features import (
    FINISHING,
    JOINERY,
    LANDSCAPE,
    MAYBE_BUILDING,
    STRUCTURE,
    features_of,
)
from cordee.notices.trades.lexicon import Act, trades_of_code
from cordee.notices.trades.phrases import Phrases, words_of
from cordee.notices.trades.signals import FULL, TRAINING_TRADE, Signals, signals_of
from cordee.rules.trades import TRADES, prefix_score

NOT_OURS, A_PART, MOST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Fit:
    """0, 1 or 2 as in the labelling guide, with the reason in French."""

    value: int
    why: str


@dataclass(frozen=True, slots=True)
class _Rule:
    base: int
    raises: Phrases[str]
    lowers: Phrases[str]


@cache
def _rules() -> tuple[dict[str, _Rule], Phrases[str]]:
    table = tomllib.loads(Path(__file__).with_name("fit.toml").read_text("utf-8"))
    rules = {
        slug: _Rule(
            entry["base"], _phrases(entry.get("raises", ())), _phrases(entry.get("lowers", ()))
        )
        for slug, entry in table["trades"].items()
    }
    if missing := set(TRADES) - set(rules):
        raise ValueError(f"fit.toml has no rule for {sorted(missing)}.")
    return rules, _phrases(table["whole"]["lowers"])


def _phrases(phrases: Sequence[str]) -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in phrases)


def fit_of(document: Document, signals: Signals, asserted: Sequence[str]) -> Fit:
    """How far structures could carry the contract; `asserted` trades, most important first."""
    if not asserted:
        return Fit(NOT_OURS, "Aucun de nos métiers n’est demandé.")
    rules, barriers = _rules()
    main = asserted[0]
    if main == JOINERY and FINISHING in asserted:
        main = FINISHING
    label = TRADES[main].label
    headings = [item.words for item in document.passages if item.part in (Part.TITLE, Part.LOT)]
    if main == FINISHING:
        # "Repas, traiteur" is one keyword for two kinds of meals: only those of works are exact.
        headings += document.descripteurs
    head = words_of(" . ".join(headings))
    if found := barriers.find(words_of(document.title)):
        return Fit(A_PART, f"« {found[0].value} » : une part du travail, ou un lot.")
    if len(asserted) > 1 and main == FINISHING and set(asserted) - {FINISHING, JOINERY}:
        return Fit(A_PART, "Plusieurs corps d’état : certains lots peuvent convenir.")
    rule = rules[main]
    signal = signals.trades[main]
    title_out = signals.title_is_out and (signal.title < FULL or signals.out_first < signal.first)
    # Landscaping that only a keyword names is a part of other works (GUIDELINES 8).
    alone = main == LANDSCAPE and not signal.in_words
    title_out = title_out or (alone and signals.title_act is not Act.UPKEEP)
    # Teaching job-seekers is a part, whatever it is for (GUIDELINES 4).
    title_out = title_out or (main == TRAINING_TRADE and signals.is_training)
    lowered, raised = rule.lowers.find(head), rule.raises.find(head)
    is_partial = title_out or (
        lowered and not (raised and rule.base == A_PART and main != FINISHING)
    )
    if not is_partial and (raised or rule.base == MOST):
        return Fit(MOST, f"{label} : des structures d’insertion peuvent en porter l’essentiel.")
    return Fit(A_PART, f"{label} : une part du travail, ou un lot.")


MAX_ASSERTED = 3
"""How many trades are asserted at most (GUIDELINES)."""

MAX_POSSIBLE = 3
MAX_REASONS = 4


@dataclass(frozen=True, slots=True)
class Sector:
    """One trade, its probability (0 to 1), the words, codes or keywords that speak for it.

    The probability is calibrated: of the trades told with 0.7, seven in ten were labelled so.
    """

    slug: str
    probability: float
    because: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class TradesReading:
    """`sectors` are asserted, most important first, at most three.

    `possible` are those that a person should look at before the notice is left aside, most likely
    first: for showing and searching only. The fit and the packages know nothing of them.
    `why_none` says in French words why nothing is asserted, where nothing is.
    """

    sectors: tuple[Sector, ...]
    possible: tuple[Sector, ...]
    fit: Fit
    why_none: str | None = None

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(sector.slug for sector in self.sectors)


def read_trades(document: Document, *, model: "Model | None" = None) -> TradesReading:
    """Read the trades of a document with the shipped model, or another one."""
    return decide(document, signals_of(document), model or shipped_model())


def decide(document: Document, signals: Signals, model: "Model") -> TradesReading:
    """What the signals of a document come to under this model."""
    if signals.is_study:
        why = signals.study_why.words if signals.study_why else ""
        return _nothing(f"« {why} » : ce marché n’achète le travail d’aucun de nos métiers.")
    features = features_of(signals)
    scores = {slug: model.score(found) for slug, found in features.items()}
    is_silent = signals.has_codes and max(scores.values()) < model.threshold
    by_code = _by_code(document, signals) if is_silent else {}
    scored = sorted(
        (
            Sector(slug, max(score, by_code.get(slug, 0.0)), _because(signals, slug))
            for slug, score in scores.items()
        ),
        key=lambda sector: -sector.probability,
    )
    asserted = [item for item in scored if item.probability >= model.threshold][:MAX_ASSERTED]
    asserted.sort(key=lambda sector: _importance(signals, sector), reverse=True)
    possible = [
        item
        for item in scored
        if item not in asserted
        and (item.probability >= model.possible_threshold or MAYBE_BUILDING in features[item.slug])
    ]
    fit = fit_of(document, signals, [sector.slug for sector in asserted])
    return TradesReading(
        _calibrated(asserted, model, by_code),
        _calibrated(possible[:MAX_POSSIBLE], model, by_code),
        fit,
        None if asserted else _why_none(document, signals),
    )


def _calibrated(
    sectors: Sequence[Sector], model: "Model", by_code: Mapping[str, float]
) -> tuple[Sector, ...]:
    """With the share of right answers at each score; that of RULE-31 is one already."""
    told = (
        (item, by_code.get(item.slug) or model.calibrated(item.probability)) for item in sectors
    )
    return tuple(replace(item, probability=round(share, 3)) for item, share in told)


def _by_code(document: Document, signals: Signals) -> Mapping[str, float]:
    """Where no words decide, the main code does if they agree with it or say nothing (RULE-31)."""
    codes = (*document.codes, *(code for lot in document.lot_codes for code in lot))
    trades, prefix = trades_of_code(codes[0])
    score = float(prefix_score(len(prefix)))
    return {slug: score for slug in trades if signals.trades[slug].in_words or not signals.speaks}


def _importance(signals: Signals, sector: Sector) -> tuple[float, float, float]:
    """The trade of most lots first, then the most likely, then the first named (GUIDELINES 19)."""
    signal = signals.trades[sector.slug]
    weight: float = signal.keywords if not signals.lots else signal.lots
    if sector.slug == TRAINING_TRADE and signal.title >= FULL:
        # Insertion is what is bought, with another trade to support it.
        weight += 1.5
    return (round(signal.title, 1) + weight + 1.5 * signal.code, sector.probability, -signal.first)


def _because(signals: Signals, slug: str) -> tuple[Evidence, ...]:
    found = [evidence for _, evidence in signals.trades[slug].because]
    if not found and slug in (FINISHING, STRUCTURE):
        found = signals.building_why
    return tuple(dict.fromkeys(found))[:MAX_REASONS]


def _nothing(why: str) -> TradesReading:
    return TradesReading((), (), Fit(0, "Aucun de nos métiers n’est demandé."), why)


def _why_none(document: Document, signals: Signals) -> str:
    if signals.out_why is not None:
        return f"« {signals.out_why.words} » : aucun de nos métiers."
    title = document.title[:120]
    return f"Les mots « {title} » ne nomment aucun de nos métiers." if title else "Rien n’est dit."


PATH = Path(__file__).with_name("model.toml")


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` by name of feature; a trade is asserted from the score `threshold`.

    It is told as possible from the score `possible_threshold`. `calibration` holds scores and the
    share of right answers at each, both rising; between two of them the share is on the line.
    """

    weights: Mapping[str, float]
    threshold: float
    possible_threshold: float = 1.0
    calibration: tuple[tuple[float, float], ...] = ()

    def score(self, features: Mapping[str, float]) -> float:
        """From 0 to 1, not yet calibrated; features without weight do not count."""
        total = sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def calibrated(self, score: float) -> float:
        """The share of right answers at this score."""
        if not self.calibration:
            return score
        rank = bisect_right(self.calibration, score, key=lambda knot: knot[0])
        if rank in (0, len(self.calibration)):
            return self.calibration[min(rank, len(self.calibration) - 1)][1]
        (low, share), (high, next_share) = self.calibration[rank - 1 : rank + 1]
        return share + (next_share - share) * (score - low) / (high - low)


@cache
def shipped_model() -> Model:
    """The model of `model.toml`."""
    table = tomllib.loads(PATH.read_text("utf-8"))
    calibration = tuple((score, share) for score, share in table["calibration"])
    return Model(table["weights"], table["threshold"], table["possible_threshold"], calibration)
