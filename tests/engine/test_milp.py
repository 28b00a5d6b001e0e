"""HiGHS asked for cheap plans only, or told to end: what it says stays true."""

import pytest

from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.model import UNITS_PER_EURO
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import build_plan
from cordee.engine.result import OPTIMAL_WITHIN_UNITS
from tests.engine.instances import Size, draw_problem

BUDGET = Budget(60.0, 0)


@pytest.mark.parametrize("seed", range(20_000, 20_060))
def test_plans_below_a_cost(seed: int) -> None:
    """A cost above the least one changes nothing; below it there is no plan, or a bound says so."""
    problem = draw_problem(seed)
    pairs, rule = build_pairs(problem), TeamRule(2, problem.params.max_partners)
    plain = Milp().solve(problem, pairs, rule, BUDGET)
    if plain.quantities is None:
        assert Milp(1e5).solve(problem, pairs, rule, BUDGET).is_infeasible
        return
    cost = build_plan(problem, pairs, plain.quantities).terms.total
    for above in (0.02, 1.0, 50.0):
        found = Milp(cost / UNITS_PER_EURO + above).solve(problem, pairs, rule, BUDGET)
        assert found.quantities is not None
        again = build_plan(problem, pairs, found.quantities).terms.total
        assert abs(again - cost) <= OPTIMAL_WITHIN_UNITS
    for below in (cost / UNITS_PER_EURO - 0.02, 0.9 * cost / UNITS_PER_EURO):
        none = Milp(below).solve(problem, pairs, rule, BUDGET)
        assert none.bound is None or below * UNITS_PER_EURO <= none.bound + OPTIMAL_WITHIN_UNITS
        assert none.bound is None or none.bound <= cost


def test_given_up_it_ends_as_at_a_limit() -> None:
    problem = draw_problem(20_007, Size(candidates=14, packages=4, need_cfte=12, months=8))
    pairs, rule = build_pairs(problem), TeamRule(2, problem.params.max_partners)
    proven = Milp().solve(problem, pairs, rule, BUDGET)
    given_up = Milp(is_given_up=lambda: True).solve(problem, pairs, rule, BUDGET)
    assert not given_up.is_infeasible
    assert given_up.bound is not None
    assert proven.bound is not None
    assert given_up.bound < proven.bound
