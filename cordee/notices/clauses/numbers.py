"""Numbers as French buyers write them: "1 250", "mille deux cent cinquante", "lots 2 et 8"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cordee.notices.text import fold

_TO_SIXTEEN = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_UNITS = {word: value for value, word in enumerate(_TO_SIXTEEN.split())}
_UNITS |= {"une": 1, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50}
_UNITS |= {"soixante": 60, "septante": 70, "huitante": 80, "octante": 80, "nonante": 90}


def whole(written: str) -> int:
    """The integer in "1 250", "1.250" or "1'250"."""
    return int(re.sub(r"\D", "", written))


def number_before(words: str) -> int | None:
    """The number spelled at the end of folded words ("soit trois cents" → 300), or None."""
    spelled: list[str] = []
    for word in reversed(re.split(r"[ -]", words)):
        if word in _UNITS or word in ("cent", "cents", "mille", "et"):
            spelled.insert(0, word)
        else:
            break
    while spelled and spelled[0] == "et":
        spelled.pop(0)
    return _value(spelled) if spelled else None


def _value(words: list[str]) -> int:
    total, current = 0, 0
    for word in words:
        if word == "mille":
            total, current = total + max(current, 1) * 1000, 0
        elif word.startswith("cent"):
            # "deux cents" multiplies the unit; "mille cent" adds.
            current = max(current, 1) * 100
        elif word.startswith("vingt") and current % 100 == 4:
            current += 76
        elif word != "et":
            current += _UNITS[word]
    return total + current


_RATE = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|pour ?cents?\b|pourcents?\b|p\. ?100\b)"
)
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


# A number that is followed by a unit is a figure, not a lot: "lot 1 : 120 heures".
_NUMBER = r"\d{1,3}(?![\d.,]*\d)(?! ?(?:\d{3} ?)*(?:%|heures?\b|h\b|k?€|eur|mois\b|ans?\b))"
_MENTION = re.compile(
    rf"l(?<=\bl)ots? ?(?:numeros? ?|n ?[o°º.]*s? ?)?\(?({_NUMBER}"
    rf"(?: ?(?:,|et|a|au|-|&|/|et (?:le |du )?lot) ?(?:n ?[o°º]s? ?)?{_NUMBER})*)"
)
_RANGE = re.compile(r"(?<!\d)(\d++) ?(?:a|au) ?(\d++)")
MAX_LOT = 200
"""Longest range that is read; no call has more lots."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Lots named together, and where in the folded sentence."""

    start: int
    end: int
    lots: tuple[str, ...]


def mentions(folded: str) -> list[Mention]:
    """Where a folded sentence names lots by number."""
    if "lot" not in folded:
        return []
    return [
        Mention(found.start(), found.end(), _numbers(found.group(1)))
        for found in _MENTION.finditer(folded)
    ]


@lru_cache(maxsize=256)
def number_of(lot_id: str) -> str:
    """The number of a lot ("3" for "LOT-0003" and "03"), or what its buyer calls it."""
    return lot_id.upper().removeprefix("LOT-").lstrip("0") or lot_id


def lots_named(text: str) -> tuple[str, ...]:
    """Numbers of the lots that a sentence names ("lots 2 et 8", "lots 11 à 13", "lot no 3")."""
    found = [number for mention in mentions(fold(text)) for number in mention.lots]
    return tuple(dict.fromkeys(found))


def _numbers(group: str) -> tuple[str, ...]:
    numbers = re.findall(r"\d+", group)
    spans = {int(first): int(last) for first, last in _RANGE.findall(group)}
    # "lots 1-3" is a range, "lots 4-6-7" a list.
    if not spans and len(numbers) == 2 and re.search(r"\d ?- ?\d", group):
        spans = {int(numbers[0]): int(numbers[1])}
    found: list[str] = []
    for number in map(int, numbers):
        last = min(spans.get(number, number), number + MAX_LOT)
        found += [str(item) for item in range(number, max(number, last) + 1)]
    return tuple(dict.fromkeys(found))
