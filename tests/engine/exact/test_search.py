"""One core or two, any order, any start: a proven answer is the same."""

from random import Random
from typing import Any

import pytest

from cordee.engine.compose import Moment, compose
from cordee.engine.exact import Exact, search
from cordee.engine.exact.heuristics import Solution
from cordee.engine.method import Budget, News, TeamRule
from cordee.engine.pairs import build_pairs
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Status
from tests.engine.instances import draw_problem
from tests.engine.test_wishes import with_wishes

LIMIT_S = 60.0


def answer(problem: Problem, workers: int = 1) -> object:
    rule = TeamRule(2, problem.params.max_partners)
    pairs = build_pairs(problem)
    outcome = Exact(workers).solve(problem, pairs, rule, Budget(LIMIT_S, 0))
    return outcome.quantities, outcome.is_infeasible


@pytest.mark.parametrize("seed", range(600, 640))
def test_one_core_or_two(seed: int) -> None:
    problem = with_wishes(draw_problem(seed), seed) if seed % 2 else draw_problem(seed)
    assert answer(problem, 1) == answer(problem, 2)


def test_the_rest_left_to_highs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given all that is left at once, HiGHS proves the same plan."""
    given: list[Solution | None] = []
    solve_rest = search.BranchAndPrice._solve_rest

    def listened(*arguments: Any) -> Any:
        found = solve_rest(*arguments)
        given.append(found[1])
        return found

    monkeypatch.setattr(search.BranchAndPrice, "_solve_rest", listened)
    for seed in (627, 686, 687, 713, 729, 742, 765, 772, 784):
        problem = draw_problem(seed)
        alone = answer(problem, 1)
        with monkeypatch.context() as soon:
            soon.setattr(search, "REST_FROM_S", 0.0)
            soon.setattr(search, "REST_S", 0.0)
            assert answer(problem, 2) == alone
    assert given


@pytest.mark.parametrize("seed", range(640, 660))
def test_any_order(seed: int) -> None:
    problem = draw_problem(seed)
    candidates, packages = list(problem.candidates), list(problem.packages)
    Random(seed).shuffle(candidates)
    Random(seed).shuffle(packages)
    mixed = problem.replace(candidates=tuple(candidates), packages=tuple(packages))
    assert answer(problem) == answer(mixed)


@pytest.mark.parametrize("seed", range(660, 690))
def test_what_is_told_meanwhile_is_true(seed: int) -> None:
    """Plans get cheaper, the bound never falls and is never above the least cost."""
    told: list[Moment] = []
    result = compose(
        draw_problem(seed),
        time_limit_s=LIMIT_S,
        seed=0,
        watch=lambda moment: told.append(moment) or True,
    )
    costs = [moment.plan.terms.total for moment in told if moment.plan]
    bounds = [moment.bound for moment in told if moment.bound is not None]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    if result.objective is not None and not result.solo:
        assert all(bound <= result.objective for bound in bounds)


def test_a_near_answer_changes_no_answer() -> None:
    for seed in range(690, 720):
        problem = draw_problem(seed)
        result = compose(problem, time_limit_s=LIMIT_S, seed=0)
        if result.plan is None or result.solo:
            continue
        smaller = problem.replace(excluded=frozenset(result.plan.organisations[:1]))
        fresh = compose(smaller, time_limit_s=LIMIT_S, seed=0)
        near = compose(smaller, time_limit_s=LIMIT_S, seed=0, near=result)
        assert near.status is fresh.status
        if fresh.objective is not None and near.objective is not None:
            assert abs(near.objective - fresh.objective) <= OPTIMAL_WITHIN_UNITS


def test_asked_to_stop_it_keeps_what_it_has() -> None:
    heard: list[News] = []

    def once(news: News) -> bool:
        heard.append(news)
        return False

    problem = draw_problem(417)
    rule = TeamRule(2, problem.params.max_partners)
    Exact(1).solve(problem, build_pairs(problem), rule, Budget(LIMIT_S, 0, once))
    result = compose(problem, time_limit_s=LIMIT_S, seed=0, watch=lambda moment: False)
    assert result.status in {Status.GAP, Status.OPTIMAL, Status.UNDECIDED, Status.IMPOSSIBLE}
    assert result.was_stopped or result.status is not Status.GAP
