"""Euros are split to the cent, and the baseline is honest."""

import pytest

from cordee.engine.greedy import greedy
from cordee.engine.model import least_count
from cordee.engine.pairs import build_pairs
from cordee.engine.problem import Problem
from cordee.engine.verify import verify
from tests.engine.instances import draw_problem


@pytest.mark.parametrize(
    ("able", "need", "count"),
    [([5, 3, 1], 0, 0), ([5, 3, 1], 5, 1), ([1, 3, 5], 6, 2), ([5, 3, 1], 9, 3), ([5], 9, 2)],
)
def test_the_fewest_of_the_largest(able: list[int], need: int, count: int) -> None:
    assert least_count(able, need) == count


@pytest.mark.parametrize("seed", range(700, 760))
def test_the_baseline_only_ever_misses(seed: int) -> None:
    """It may leave cFTE, a lead or a partner out; it never breaks a limit."""
    problem: Problem = draw_problem(seed)
    plan = greedy(problem, build_pairs(problem))
    missed = {"cover", "partners_at_least", "one_lead", "pinned"}
    violations = verify(problem, plan)
    assert {violation.rule for violation in violations} <= missed
    assert all(each.excess <= 0 for each in violations if each.rule == "cover")
