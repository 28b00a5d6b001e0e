"""Shares of hours or of labour that a sentence asks; never the weight of a criterion."""

from __future__ import annotations

import re
from decimal import Decimal

_RATE = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|pour ?cents?\b|pourcents?\b)")
_LABOUR = re.compile(
    r"\bheures?\b|\bmain[- ]d'o?euvre|\btemps (?:de travail|total)|\beffectif|\bmasse salariale"
    r"|\binsertion|\bclause|\bpublics? |\btravail necessaire|\betp\b"
)
_NOT_LABOUR = re.compile(
    r"\bcritere|\bponder|\bnote|\bpenalit|\bproportion|\btravailleurs|\brecycl|\breemploi|\bavance"
    r"|\btva\b|\breutilis|\bretenue|\bmontant|\bcaution|\bsous-trait|\bpme\b|\bvaleur technique"
    r"|\bprix"
    r"|\brabais|\bmalus|\bbonus|\bfinanc|\bchiffre d'affaires|\bhandicap|\bsubvention"
)
# The part of labour in the price serves to compute hours; it is not the share for insertion.
_LABOUR_IN_PRICE = re.compile(
    r"\b(?:taux|part|proportion) (?:de la |de )?main[- ]d'o?euvre[^%]{0,12}$"
)


def rates_in(folded: str) -> list[Decimal]:
    """Shares of hours or of labour that a folded sentence asks, in per cent."""
    found: list[Decimal] = []
    for match in _RATE.finditer(folded):
        around = folded[max(0, match.start() - 130) : match.end() + 90]
        near = folded[max(0, match.start() - 60) : match.end() + 45]
        value = Decimal(match.group(1).replace(",", "."))
        if 0 < value <= 100 and _LABOUR.search(around) and not _NOT_LABOUR.search(near):
            # Not the whole text before, which would be read again for each rate.
            if _LABOUR_IN_PRICE.search(folded[max(0, match.start() - 60) : match.start()]):
                continue
            found.append(value)
    return found
