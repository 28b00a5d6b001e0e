"""Lots that a sentence names, and where."""

import re
from dataclasses import dataclass

from cordee.notices.text import fold

# A number that is followed by hours or per cent is a figure, not a lot: "lot 1 : 120 heures".
_NUMBER = r"\d{1,3}(?![\d.,]*\d)(?! ?(?:%|heures?\b|h\b|\d{3} ?(?:heures?|h)\b))"
_MENTION = re.compile(
    rf"\blots? ?(?:numeros? ?|n ?[o°º.]*s? ?)?\(?({_NUMBER}"
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
