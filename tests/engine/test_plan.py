"""Euros are split to the cent, and the baseline is honest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.engine.greedy import greedy
from cordee.engine.model import least_count
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import apportion
from cordee.engine.problem import Problem
from cordee.engine.verify import verify
from tests.engine.instances import draw_problem


@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(1, 10**6), min_size=1))
def test_shares_add_up_and_never_stray_by_a_cent(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole


def test_the_largest_remainders_come_first_then_the_order() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(10, [55, 28, 17]) == [5, 3, 2]


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
