"""What is worked out in columns equals what is worked out one pair at a time."""

import pickle
from collections.abc import Iterator
from copy import copy
from dataclasses import fields, replace

import pytest

from benchmarks.instances import notice
from cordee.engine.greedy import greedy, points_of_pairs
from cordee.engine.impossible import counted_reasons
from cordee.engine.pairs import PairColumns, Pairs, build_pairs
from cordee.engine.plan import lead_costs
from cordee.engine.problem import AccountingYear, Certainty, Problem
from cordee.engine.rank import rank
from cordee.engine.table import table_of
from tests.engine.instances import Size, draw_crowded, draw_problem, with_wishes
from tests.engine.reference import (
    Straight,
    straight_certain,
    straight_greedy,
    straight_pairs,
    straight_reasons,
)

SEEDS = range(120)


def drawn(seed: int) -> Iterator[Problem]:
    """Yield small problems of all sorts, with and without wishes."""
    problem = draw_problem(seed, Size(candidates=9, packages=4, need_cfte=8))
    yield problem
    yield with_wishes(problem, seed)
    yield draw_crowded(seed)


@pytest.fixture(scope="module", params=["ordinary", "dense", "hard", "impossible"])
def of_the_world(request: pytest.FixtureRequest) -> Problem:
    """A notice of the benchmark world."""
    problem: Problem = notice(750, request.param, 0)
    return problem


def same_pairs(problem: Problem) -> tuple[Pairs, Straight]:
    """Check that both ways agree on pairs and obstacles, and return them."""
    fast, straight = build_pairs(problem), straight_pairs(problem)
    assert fast.all == straight.all
    assert fast.set_aside == straight.set_aside
    met = {
        (candidate.id, package.id): fast.obstacle_of(candidate.id, package.id)
        for candidate in problem.candidates
        for package in problem.packages
    }
    assert {key: each for key, each in met.items() if each is not None} == straight.obstacles
    again = Pairs(problem, fast.all, fast.obstacles).columns
    for name in PairColumns._fields:
        assert getattr(again, name).tolist() == getattr(fast.columns, name).tolist()
    return fast, straight


@pytest.mark.parametrize("seed", SEEDS)
def test_same_pairs(seed: int) -> None:
    for problem in drawn(seed):
        same_pairs(problem)


def test_same_pairs_of_the_world(of_the_world: Problem) -> None:
    same_pairs(of_the_world)


def test_same_pairs_where_products_pass_64_bits() -> None:
    """Headroom in cents times cFTE-months may not fit in a machine word."""
    problem = draw_crowded(3)
    packages = tuple(
        replace(package, months=240, need_cfte=10**6, amount_cents=10**12 - 7)
        for package in problem.packages
    )
    year = AccountingYear(first_month=packages[0].first_month, months=24, headroom_cents=10**12 - 1)
    candidates = tuple(
        replace(
            candidate,
            is_capped=True,
            accounting_years=(year,),
            capacity_cfte_by_month=None,
            capacity_certainty=Certainty.UNKNOWN,
        )
        for candidate in problem.candidates
    )
    fast, _ = same_pairs(problem.replace(packages=packages, candidates=candidates))
    assert fast.all


@pytest.mark.parametrize("seed", SEEDS)
def test_same_reasons(seed: int) -> None:
    for problem in drawn(seed):
        for asked in (problem, starved(problem, seed)):
            same_reasons(asked)


def test_same_reasons_of_the_world(of_the_world: Problem) -> None:
    same_reasons(of_the_world)


def same_reasons(problem: Problem) -> None:
    """Check that both ways count the same."""
    straight = straight_reasons(problem, straight_pairs(problem))
    assert counted_reasons(problem, build_pairs(problem)) == straight


def starved(problem: Problem, seed: int) -> Problem:
    """Return a problem in which needs come close to what there is, or pass it."""
    packages = tuple(
        replace(package, need_cfte=package.need_cfte * (2 + seed % 4))
        for package in problem.packages
    )
    return problem.replace(packages=packages, share_limits=())


@pytest.mark.parametrize("seed", SEEDS)
def test_same_baseline(seed: int) -> None:
    for problem in drawn(seed):
        same_baseline(problem)


def test_same_baseline_of_the_world(of_the_world: Problem) -> None:
    same_baseline(of_the_world)


def same_baseline(problem: Problem) -> None:
    """Check that both ways take the same, and that pairs have the points of `rank`."""
    pairs = build_pairs(problem)
    assert greedy(problem, pairs) == straight_greedy(problem, straight_pairs(problem))
    for place, package in enumerate(problem.packages):
        candidates = [pair.candidate for pair in pairs.of_package(package.id)]
        ranked = rank(package, candidates, params=problem.params).ranked
        points = points_of_pairs(problem, pairs, place).tolist()
        names = [candidate.id for candidate in candidates]
        assert dict(zip(names, points, strict=True)) == {r.candidate: r.points for r in ranked}


@pytest.mark.parametrize("seed", SEEDS)
def test_same_certain_problem(seed: int) -> None:
    for problem in drawn(seed):
        assert problem.certain_only() == straight_certain(problem)


def test_certain_only_is_the_problem_itself_where_all_is_known(valley: Problem) -> None:
    certain = valley.certain_only()
    assert certain.certain_only() is certain


def test_find_a_pair() -> None:
    pairs = build_pairs(draw_crowded(1))
    for pair in pairs.all:
        assert pairs.find(*pair.key) is pair
    assert pairs.find("nobody", pairs.all[0].package.id) is None
    assert pairs.find(pairs.all[0].candidate.id, "nothing") is None


def test_what_depends_on_weights_is_never_shared() -> None:
    """The table goes with packages and candidates; costs are worked out anew."""
    problem = draw_crowded(2)
    dearer = replace(problem.params.weights, lead_permille=2_000)
    params = replace(problem.params, weights=dearer)
    table, costs = table_of(problem), lead_costs(problem)
    changed = problem.replace(params=params)
    assert table_of(changed) is table
    assert lead_costs(changed) == {name: 2 * cost for name, cost in costs.items()}
    fewer = problem.replace(candidates=problem.candidates[1:])
    assert len(table_of(fewer)) == len(table) - 1


def test_a_copy_takes_its_fields_alone() -> None:
    problem = draw_crowded(2)
    table_of(problem)
    again = pickle.loads(pickle.dumps(problem))
    assert again == problem
    assert table_of(again) is not table_of(problem)
    assert copy(problem).__dict__.keys() == {each.name for each in fields(Problem)}
