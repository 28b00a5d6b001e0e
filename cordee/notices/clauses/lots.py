"""Lots that a sentence names."""

from __future__ import annotations

import re

from cordee.notices.text import fold


def lots_named(text: str) -> tuple[str, ...]:
    """Numbers of the lots that a sentence names ("lots 2 et 8", "lot no 3")."""
    found: list[str] = []
    pattern = r"\blots? (?:n ?[o°º]s? ?)?(\d{1,3}(?: ?(?:,|et|a|-) ?\d{1,3})*)"
    for group in re.findall(pattern, fold(text)):
        numbers = re.findall(r"\d+", group)
        if re.search(r"\d ?(?:a|-) ?\d", group) and len(numbers) == 2:
            first, last = int(numbers[0]), int(numbers[1])
            numbers = [str(number) for number in range(first, min(last, first + 99) + 1)]
        found.extend(number.lstrip("0") or "0" for number in numbers)
    return tuple(dict.fromkeys(found))
