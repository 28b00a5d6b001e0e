"""Whether work-integration structures could carry a contract: the whole, a part, or nothing."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cordee.notices.trades.document import Document, Part
from cordee.notices.trades.features import FINISHING, JOINERY
from cordee.notices.trades.phrases import Phrases, words_of
from cordee.notices.trades.signals import FULL, Signals
from cordee.rules.trades import TRADES

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
    lowered, raised = rule.lowers.find(head), rule.raises.find(head)
    if title_out or (lowered and not (raised and rule.base == A_PART and main != FINISHING)):
        return Fit(A_PART, f"{label} : une part du travail, ou un lot.")
    if raised or rule.base == MOST:
        return Fit(MOST, f"{label} : des structures d’insertion peuvent en porter l’essentiel.")
    return Fit(A_PART, f"{label} : une part du travail, ou un lot.")
