"""Whatever the prices, the bound is one; whatever is dropped, the best team stays."""

from dataclasses import replace
from itertools import combinations, pairwise
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest

from cordee.engine.compiled import entry
from cordee.engine.exact.arrays import UNITS_PER_EURO, Compact, compact, subset
from cordee.engine.exact.bounds import team_bound
from cordee.engine.exact.branching import (
    Node,
    cut_coefficient,
    cut_right_side,
    fewest_shares,
    in_modes,
    root_node,
)
from cordee.engine.exact.node import ROOT_ITERATIONS, OpenNode, Workspace
from cordee.engine.exact.patterns import charge_limits, paying_groups
from cordee.engine.exact.pricing import Prices, price_all, price_organisation, prices_for
from cordee.engine.exact.shares import cheapest_shares
from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import Milp, run_highs
from cordee.engine.model import Model
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import build_plan
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS
from tests.engine.brute_force import least_cost
from tests.engine.instances import draw_problem

SEEDS = [seed for seed in range(500, 560) if build_pairs(draw_problem(seed)).all]
NOISE = 1e-3


# Shares as they are, and cut into the sizes they may have.
CUT = pytest.mark.parametrize("cut", [False, True], ids=["shares", "sizes"])


@entry
def evaluate_one(arrays, node, scratch, org, enough):  # type: ignore[no-untyped-def]
    """Call from Python what only compiled code calls."""
    price_organisation(arrays, node, scratch, org, enough)


@entry
def priced(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Call from Python what only compiled code calls."""
    price_all(arrays, node, prices, scratch)


@entry
def bound_at(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Call from Python what only compiled code calls."""
    price_all(arrays, node, prices, scratch)
    return team_bound(arrays, node, prices, scratch)


@entry
def shares_of(arrays, space, c, pattern, count, price, shares):  # type: ignore[no-untyped-def]
    """Call from Python what only compiled code calls."""
    return cheapest_shares(arrays, space, c, pattern, count, price, shares)


def posed(seed: int, *, cut: bool) -> tuple[Problem, Compact, TeamRule]:
    problem = draw_problem(seed)
    rule = TeamRule(2, problem.params.max_partners)
    made = compact(problem, build_pairs(problem), rule)
    return problem, in_modes(made) if cut else made, rule


def drawn_prices(dice: Random, packages: int) -> Prices:
    prices = prices_for(packages, 0)
    for p in range(packages):
        prices.cover[p] = dice.uniform(-20, 200)
        prices.cut_one[p] = dice.choice((0.0, dice.uniform(0, 500)))
        prices.cut_two[p] = dice.choice((0.0, dice.uniform(0, 500)))
        prices.count_most[p] = dice.choice((0.0, dice.uniform(0, 500)))
    return prices


@pytest.mark.parametrize("seed", range(200))
def test_shares_that_make_a_package_keep_to_the_cut(seed: int) -> None:
    dice = Random(seed)
    need = dice.randint(2, 400)
    cuts = sorted(dice.sample(range(1, need), min(dice.randint(0, 4), need - 1)))
    shares = [high - low for low, high in pairwise([0, *cuts, need])]
    node = Node(2, *(np.zeros(1, dtype=np.int64) for _ in range(7)))
    arrays = SimpleNamespace(
        package=np.zeros(len(shares), dtype=np.int64),
        most=np.array(shares, dtype=np.float64),
        need=np.array([need], dtype=np.float64),
    )
    for few in range(len(shares) + 1):
        node.least_shares[0] = few
        for k in (1, 2):
            counted = sum(cut_coefficient.py_func(arrays, node, i, k) for i in range(len(shares)))
            assert counted >= cut_right_side.py_func(node, 0, k)


@CUT
@pytest.mark.parametrize("seed", SEEDS)
def test_any_prices_give_a_bound(seed: int, cut: bool) -> None:
    problem, made, rule = posed(seed, cut=cut)
    least = least_cost(problem, rule.least, rule.most)
    if least is None:
        return
    dice = Random(seed)
    workspace = Workspace(made, 0)
    for _ in range(10):
        prices = drawn_prices(dice, len(problem.packages))
        bounds = []
        for size in range(rule.least, rule.most + 1):
            node = root_node(problem, made, size)
            if fewest_shares(made.arrays, node):
                bounds.append(bound_at(made.arrays, node, prices, workspace.scratch)[0])
        assert min(bounds) <= least / UNITS_PER_EURO + NOISE


@CUT
@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_team_survives_what_is_dropped(seed: int, cut: bool) -> None:
    problem, made, rule = posed(seed, cut=cut)
    least = least_cost(problem, rule.least, rule.most)
    if least is None:
        return
    workspace = Workspace(made, 0)
    upper = least / UNITS_PER_EURO + NOISE
    kept = []
    for size in range(rule.least, rule.most + 1):
        node = root_node(problem, made, size)
        if not fewest_shares(made.arrays, node):
            continue
        open_node = OpenNode(-np.inf, size, node, prices_for(len(problem.packages), 0))
        if workspace.run(open_node, upper, ROOT_ITERATIONS) < upper:
            workspace.fix(open_node, upper)
            kept.append(np.flatnonzero(open_node.node.pairs != -1))
    fewer, _ = subset(made, np.unique(np.concatenate(kept)))
    some = tuple(sorted(set(fewer.pairs), key=lambda pair: pair.key))
    outcome = Milp().solve(problem, replace(build_pairs(problem), all=some), rule, Budget(30.0, 0))
    assert outcome.quantities is not None
    cost = build_plan(problem, some, outcome.quantities).terms.total
    assert cost - least <= OPTIMAL_WITHIN_UNITS


@CUT
@pytest.mark.parametrize("seed", SEEDS[:30])
def test_the_value_of_an_organisation_is_met_and_cannot_be_bettered(seed: int, cut: bool) -> None:
    """Against every pattern of every chantier, each solved by HiGHS."""
    problem, made, _ = posed(seed, cut=cut)
    arrays, dice = made.arrays, Random(seed)
    prices = drawn_prices(dice, len(problem.packages))
    node = root_node(problem, made, 2)
    workspace = Workspace(made, 0)
    priced(arrays, node, prices, workspace.scratch)
    for org in range(len(made.organisations)):
        evaluate_one(arrays, node, workspace.scratch, org, np.inf)
        expected = _value_by_highs(made, node, workspace, org)
        assert workspace.scratch.value[org] == pytest.approx(expected, abs=NOISE)
    priced(arrays, node, prices, workspace.scratch)
    for org in range(len(made.organisations)):
        # Asked only whether it costs so much: nothing false is said.
        enough = dice.uniform(-3_000, 3_000)
        evaluate_one(arrays, node, workspace.scratch, org, enough)
        expected = _value_by_highs(made, node, workspace, org)
        assert workspace.scratch.value[org] <= expected + NOISE
        assert workspace.scratch.value[org] >= min(expected, enough) - NOISE


def _value_by_highs(made: Compact, node: Node, workspace: Workspace, org: int) -> float:
    arrays = made.arrays
    values = [
        _chantier_by_highs(made, workspace, c)
        for c in range(arrays.org_start[org], arrays.org_start[org + 1])
    ]
    paying = [value for value in values if value < 0]
    return float(arrays.org_cost[org] + (sum(paying) if paying else min(values)))


def _chantier_by_highs(made: Compact, workspace: Workspace, chantier: int) -> float:
    arrays = made.arrays
    first, last = int(arrays.start[chantier]), int(arrays.start[chantier + 1])
    most = int(arrays.most_packages[chantier])
    best = np.inf
    for count in range(1, min(most, last - first) + 1):
        for chosen in combinations(range(first, last), count):
            if len({int(arrays.group[index]) for index in chosen}) < count:
                continue
            best = min(best, _pattern_by_highs(made, workspace, chantier, chosen))
    return float(best)


def _pattern_by_highs(
    made: Compact, workspace: Workspace, chantier: int, chosen: tuple[int, ...]
) -> float:
    arrays, scratch = made.arrays, workspace.scratch
    model = Model()
    columns = {}
    for index in chosen:
        columns[index] = model.column(
            float(scratch.price[index]),
            float(arrays.most[index]),
            integer=False,
            lower=float(arrays.least[index]),
        )
    for r in range(arrays.row_start[chantier], arrays.row_start[chantier + 1]):
        at, hold = int(arrays.row_at[r]), 0.0
        row = {}
        for index in chosen:
            coefficient = float(arrays.row_coef[at + index - arrays.start[chantier]])
            if coefficient > 0:
                row[columns[index]] = coefficient
                hold += float(arrays.row_hold[r])
        if np.isfinite(arrays.row_slope[r]):
            row[model.column(float(arrays.row_slope[r]), 1e9, integer=False)] = -1.0
        if row:
            model.row(row, -np.inf, float(arrays.row_limit[r]) - hold)
    raw = run_highs(model, Budget(10.0, 0), relaxed=True)
    if raw.values is None:
        return np.inf
    shares = np.zeros(len(chosen))
    pattern = np.array([index - arrays.start[chantier] for index in chosen], dtype=np.int64)
    cost = shares_of(arrays, scratch.space, chantier, pattern, len(chosen), scratch.price, shares)
    assert cost == pytest.approx(raw.bound, abs=NOISE)
    return raw.bound + float(sum(scratch.once[index] for index in chosen))


@entry
def least_at_charges(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Call from Python what only compiled code calls."""
    charge_limits(arrays, scratch, c)
    return paying_groups(arrays, scratch, c).least


@CUT
@pytest.mark.parametrize("seed", SEEDS[:30])
def test_any_prices_of_its_limits_bound_a_chantier(seed: int, cut: bool) -> None:
    problem, made, _ = posed(seed, cut=cut)
    arrays, dice = made.arrays, Random(seed)
    node = root_node(problem, made, 2)
    workspace = Workspace(made, 0)
    scratch = workspace.scratch
    for _ in range(5):
        priced(arrays, node, drawn_prices(dice, len(problem.packages)), scratch)
        for r in range(len(arrays.row_limit)):
            # A limit that only costs is worth its slope at most.
            scratch.charge[r] = min(arrays.row_slope[r], dice.choice((0.0, dice.uniform(0, 300))))
        for org in range(len(made.organisations)):
            first, last = int(arrays.org_start[org]), int(arrays.org_start[org + 1])
            least = sum(least_at_charges(arrays, scratch, c) for c in range(first, last))
            # Of chantiers that need not hold anything the least is nothing at most.
            evaluate_one(arrays, node, scratch, org, np.inf)
            assert arrays.org_cost[org] + least <= scratch.value[org] + NOISE
