"""Words of the notice that a correction quotes: whether they stand there, and say the value. Pure.

Case, accents and white space do not count. Words of a version that another one replaced are no
words of the notice any more.
"""

import re
from datetime import date, datetime
from typing import Any

from cordee.base.ui import french
from cordee.notices.text import fold
from cordee.opportunities.facts import FactDefinition, FactInput
from cordee.opportunities.margin.passages import passages_of
from cordee.opportunities.understanding import Understanding
from cordee.rules.clock import day_of

# Shorter, they would stand in any notice.
FEWEST_LETTERS = 6
_NUMBER = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+")


def stands_in(understanding: Understanding, words: str) -> bool:
    """Whether the notice that counts, or one that changed it since, holds these very words."""
    sought = _folded(words)
    since = [v for v in understanding.versions if v.order >= understanding.main.order]
    texts = (_folded(p.text) for v in since for p in passages_of(v.notice))
    return len(sought) >= FEWEST_LETTERS and any(sought in text for text in texts)


def says(fact: FactDefinition, value: Any, words: str) -> bool:
    """Whether a quote holds the figure or the day that it is quoted for; words say the rest."""
    if value is None:
        return False
    text = _folded(words)
    numbers = {int(re.sub(r"\D", "", found)) for found in _NUMBER.findall(text)}
    match fact.shape:
        case FactInput.MOMENT | FactInput.DAY:
            day = _day(fact.shape, value)
            month = fold(french.MONTHS[day.month - 1])
            return day.day in numbers and (day.month in numbers or month in text)
        case FactInput.EUROS:
            return value // 100 in numbers
        case FactInput.FTE | FactInput.PERCENT:
            return value // 100 in numbers
        case FactInput.WHOLE:
            years = value // 12 if fact.name == "months" and value % 12 == 0 else value
            return any(n in numbers or french.in_letters(n) in text for n in (value, years))
    return True


def _day(shape: FactInput, value: str) -> date:
    if shape is FactInput.DAY:
        return date.fromisoformat(value)
    return day_of(datetime.fromisoformat(value))


def _folded(words: str) -> str:
    return " ".join(fold(words.replace("’", "'")).split())
