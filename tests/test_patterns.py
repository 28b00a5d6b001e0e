"""Patterns that search what others wrote stay linear, by what they are made of.

A search tries each place of a text; a repeat without bound that begins anywhere may then read the
rest of the text from each of them. It must be bounded, or possessive behind what keeps it from
beginning inside its own run.
"""

import re
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from cordee.accounts import operator_views
from cordee.mobilisation.actions import mutual_aid
from cordee.notices.clauses import figures, numbers
from cordee.notices.trades import exclusions
from cordee.opportunities.margin import marks
from cordee.opportunities.misread import labels

SEARCHED = (
    mutual_aid._PER_HOUR,
    mutual_aid._AMOUNT,
    mutual_aid._BID,
    figures._WORDS["hours"],
    figures._WORDS["spelled"],
    numbers._RANGE,
    exclusions._SAME_OBJECT,
    labels._EMAIL,
    operator_views.BEFORE_DOMAIN,
)
LONG = 1_000


def unbounded(tree: Any) -> int:
    """How many repeats give back what they read, over more letters than a line holds."""
    count = 0
    for name, given in tree:
        if name in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
            count += name is not code.POSSESSIVE_REPEAT and given[1] > LONG
            count += unbounded(given[2])
        elif name is code.SUBPATTERN:
            count += unbounded(given[3])
        elif name is code.BRANCH:
            count += sum(unbounded(branch) for branch in given[1])
    return count


@pytest.mark.parametrize("pattern", SEARCHED, ids=lambda pattern: pattern.pattern[:30])
def test_no_repeat_without_bound_gives_back(pattern: re.Pattern[str]) -> None:
    tree = list(parser.parse(pattern.pattern, pattern.flags))
    assert unbounded(tree) == 0
    runs = [name for name, _ in tree if name is code.POSSESSIVE_REPEAT]
    assert not runs or tree[0][0] is code.ASSERT_NOT, "it would begin again inside its own run"


def test_the_check_sees_what_would_grow() -> None:
    for pattern in (r"\d[\d ]*€", r"(?:a|b)+c", r"a{2,}?b", r"(x(?:y+z)?)?"):
        assert unbounded(parser.parse(pattern)) == 1, pattern


def test_they_read_what_they_read() -> None:
    assert mutual_aid.has_hourly_price("25  €  /  h")
    assert mutual_aid.has_hourly_price(f"{'0' * 50}25\n{' ' * 50}€ par{' ' * 50}jour")
    assert mutual_aid.mentions_a_bid(f"12{' ' * 90}euros")
    assert labels._EMAIL.sub("…", "a.b+c@exemple.co.fr, x@y") == "…, x@y"
    assert operator_views.BEFORE_DOMAIN.sub("…@", "<a.b@c.fr> d@e: no") == "<…@c.fr> …@e: no"
    assert marks._ELLIPSIS.sub("", "… le texte  …") == "le texte"
    assert marks._ELLIPSIS.sub("", "un  deux") == "un  deux"
    assert numbers._RANGE.findall("11 a 13, 2au3") == [("11", "13"), ("2", "3")]
