"""The plain exact method: the compact model handed to HiGHS, one thread, one seed.

HiGHS solves it by branch and cut (Q. Huangfu, J. Hall, Parallelizing the dual revised simplex
method, Mathematical Programming Computation 10, 2018, tell its linear part). It is the method of
small problems, the second opinion of the tests, and the last step of branch and price among few
pairs.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter
from typing import Any

import highspy

from cordee.engine.method import Budget, News, Outcome, TeamRule
from cordee.engine.model import INFINITY, LEAST_SHORT, UNITS_PER_EURO, Model, build_model
from cordee.engine.pairs import Pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS

# HiGHS may stop within this of its bound: less than the cent that `optimal` allows.
STOP_WITHIN_EUROS = 0.004
# Euros by which its bound is lowered, for the noise of floats.
NOISE_EUROS = 1e-3
TIGHTENINGS = 6
PATTERNS = 8
# To make the shares of a pattern whole, even where the time is out: there is no plan without.
LEAST_WHOLE_S = 0.1


class SolverFailure(RuntimeError):
    """HiGHS returned something that is neither a plan, nor a proof, nor a limit reached."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What HiGHS said: column values if it has any, a bound in the unit of the objective."""

    values: list[float] | None
    bound: float
    is_infeasible: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """cFTE short by package in the plan found (empty: none found), and the proven least.

    `at_least` is in cFTE-months; it is infinite where even leaving work out makes no team.
    """

    cfte_by_package: Mapping[str, float]
    at_least: float


class _SilentHighs(highspy.Highs):
    """HiGHS without its banner, which the constructor prints before any option can be set."""

    def enableCallbacks(self) -> None:
        make_silent: Any = super().silent
        make_silent()
        enable: Any = super().enableCallbacks
        enable()


class Milp:
    """Branch and bound on the exact model."""

    name = "milp"
    version = (
        f"HiGHS {highspy.HIGHS_VERSION_MAJOR}.{highspy.HIGHS_VERSION_MINOR}"
        f".{highspy.HIGHS_VERSION_PATCH}"
    )

    def __init__(
        self, below: float = INFINITY, is_given_up: Callable[[], bool] | None = None
    ) -> None:
        """Look for plans of less than `below` euros only; given up meanwhile, end as at a limit."""
        self.below, self.is_given_up = below, is_given_up

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Mapping[tuple[str, str], int] | None = None,
        multipliers: Mapping[str, float] | None = None,
    ) -> Outcome:
        """Return the cheapest plan, a plan and a bound, or that there is none.

        Shares that need not be whole make a relaxation, several times faster and off by a few
        euros. So: solve it, make the shares of its pattern (who holds what) whole, forbid that
        pattern, and again, until the relaxation costs as much as the best plan. Each plan has one
        pattern, so the least of the relaxation and of the patterns already solved is a bound.
        After `PATTERNS` of them the whole model is solved in the time left.

        No `start` is handed on: HiGHS 1.16 may map it wrongly through presolve and then stop on
        it as optimal.
        """
        if pairs.lack_somebody:
            return Outcome(None, None, True, 0)
        return _Search(self, problem, pairs, build_model(problem, pairs, rule), budget).run()


@dataclass(frozen=True, slots=True)
class _Whole:
    quantities: list[int] | None
    bound: float
    nodes: int


class _Search:
    """One search: the best plan so far, and a bound that only rises."""

    def __init__(
        self, asked: Milp, problem: Problem, pairs: Pairs, model: Model, budget: Budget
    ) -> None:
        self.asked, self.problem, self.pairs, self.model = asked, problem, pairs, model
        self.seed, self.watch = budget.seed, budget.watch
        self.began = perf_counter()
        self.ends = perf_counter() + budget.time_limit_s
        self.best: Quantities | None = None
        self.cost = self.of_solved = INFINITY
        self.bound = 0.0
        self.nodes = 0

    def run(self) -> Outcome:
        """Search until proven, out of patterns, or out of time."""
        # The relaxation keeps its no-good cuts from one round to the next.
        parts = self.model.with_parts()
        for _ in range(PATTERNS):
            raw = run_highs(parts, self._left(0.0), asked=self.asked)
            self.nodes += raw.nodes
            # A plan has a forbidden pattern or not: the bound is the lesser of the two cases.
            others = INFINITY if raw.is_infeasible else _safe_bound(raw.bound)
            self.bound = max(self.bound, min(others, self.of_solved))
            # No value within the limit, proven, or told to stop: the bound holds all the same.
            if raw.values is None or self._is_proven() or not self._report():
                return self._outcome()
            whole = _solve_whole(self.model.with_pattern(raw.values), self._left(LEAST_WHOLE_S))
            self._keep(whole)
            self.of_solved = min(self.of_solved, whole.bound)
            self.bound = max(self.bound, min(others, self.of_solved))
            if self._is_proven() or not self._report():
                return self._outcome()
            _forbid(parts, raw.values)
        # Out of patterns: the whole model, which needs no more of them.
        whole = _solve_whole(self.model, self._left(0.0), self.asked)
        self._keep(whole)
        self.bound = max(self.bound, whole.bound)
        return self._outcome()

    def _left(self, least_s: float) -> Budget:
        return Budget(max(least_s, self.ends - perf_counter()), self.seed)

    def _report(self) -> bool:
        """Tell how far the search is; between two solves only, HiGHS is not interrupted."""
        if self.watch is None:
            return True
        cost = None if self.best is None else int(self.cost)
        bound = None if self.bound == INFINITY else math.floor(self.bound)
        return self.watch(News(perf_counter() - self.began, self.best, cost, bound))

    def _is_proven(self) -> bool:
        return self.cost - self.bound <= OPTIMAL_WITHIN_UNITS

    def _keep(self, whole: _Whole) -> None:
        self.nodes += whole.nodes
        if whole.quantities is not None:
            named = zip(self.pairs.all, whole.quantities, strict=True)
            found = {pair.key: cfte for pair, cfte in named if cfte > 0}
            cost = build_plan(self.problem, self.pairs.all, found).terms.total
            if cost < self.cost:
                self.best, self.cost = found, cost

    def _outcome(self) -> Outcome:
        if self.best is None and self.bound == INFINITY:
            return Outcome(None, None, True, self.nodes)
        # Not cut down to the cost: a bound above a plan is a contradiction that must be seen.
        bound = self.cost if self.bound == INFINITY else self.bound
        return Outcome(self.best, math.floor(bound), False, self.nodes)


def _solve_whole(model: Model, budget: Budget, asked: Milp | None = None) -> _Whole:
    """Solve a model whose quantities are whole; an infinite bound says that there are none.

    A ceiling exceeded by less than the tolerance of the solver is tightened by that much and solved
    again; the bound stays that of the first model, so it remains one.
    """
    ends = perf_counter() + budget.time_limit_s
    bound: float | None = None
    nodes = 0
    for _ in range(TIGHTENINGS):
        left = Budget(max(0.0, ends - perf_counter()), budget.seed)
        raw = run_highs(model, left, asked=asked)
        nodes += raw.nodes
        if bound is None:
            bound = INFINITY if raw.is_infeasible else _safe_bound(raw.bound)
        if raw.values is None:
            return _Whole(None, bound, nodes)
        # HiGHS is within a tolerance of whole numbers; a ceiling is not forgiving to the cent.
        quantities = [round(raw.values[column]) for column in model.quantity]
        if not _tighten(model, quantities):
            return _Whole(quantities, bound, nodes)
    raise SolverFailure(f"ceilings still exceeded after {TIGHTENINGS} tightenings")


def _forbid(model: Model, values: list[float]) -> None:
    """Forbid the pattern of some values: at least one share must appear or go.

    A no-good cut (E. Balas, R. Jeroslow, Canonical cuts on the unit hypercube, SIAM Journal on
    Applied Mathematics 23, 1972).
    """
    on = {column for column in model.held if values[column] > 0.5}
    row = {column: -1.0 if column in on else 1.0 for column in model.held}
    model.row(row, 1.0 - len(on), INFINITY)


def least_shortage(
    problem: Problem, pairs: Pairs, rule: TeamRule, budget: Budget, *, relaxed: bool
) -> Shortfall:
    """Return what is short in a plan that may leave cFTE out, at the least: the elastic model.

    Relaxed, it is a linear program: quick, and a bound that no whole plan can go under.
    """
    model = build_model(problem, pairs, rule, LEAST_SHORT)
    raw = run_highs(model, budget, relaxed=relaxed)
    if raw.values is None:
        return Shortfall({}, raw.bound)
    short = {package: raw.values[column] for package, column in model.shortage.items()}
    return Shortfall(short, raw.bound)


def first_whole(
    problem: Problem, pairs: Pairs, rule: TeamRule, budget: Budget
) -> Quantities | None:
    """Return the first plan in whole cFTE that HiGHS comes upon, which may be far from the best."""
    model = build_model(problem, pairs, rule)
    raw = run_highs(model, budget, is_first_enough=True)
    if raw.values is None:
        return None
    quantities = [round(raw.values[column]) for column in model.quantity]
    if _tighten(model, quantities):
        return None
    return {pair.key: cfte for pair, cfte in zip(pairs.all, quantities, strict=True) if cfte > 0}


def run_highs(
    model: Model,
    budget: Budget,
    *,
    relaxed: bool = False,
    gap: float = 0.0,
    is_first_enough: bool = False,
    asked: Milp | None = None,
) -> Raw:
    """Solve a model, to within a share `gap` or to a first plan, and return what HiGHS says."""
    make: Any = _SilentHighs
    solver = make()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": budget.seed,
        "time_limit": budget.time_limit_s,
        "mip_rel_gap": gap,
        # Ties and gaps below a cent are not worth a branch.
        "mip_abs_gap": STOP_WITHIN_EUROS,
        "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-7,
    }.items():
        solver.setOptionValue(option, value)
    # What costs that much is as good as not there.
    if asked is not None and asked.below < INFINITY:
        solver.setOptionValue("objective_bound", asked.below)
    if asked is not None and asked.is_given_up is not None:
        is_given_up = asked.is_given_up
        solver.cbMipInterrupt += lambda event: event.interrupt(is_given_up())
    # Stop at the first improving solution.
    if is_first_enough:
        solver.setOptionValue("mip_max_improving_sols", 1)
    solver.passModel(_to_highs(model, relaxed))
    solver.run()
    return _read(solver, relaxed)


def _read(solver: Any, relaxed: bool) -> Raw:
    status, info = solver.getModelStatus(), solver.getInfo()
    known = highspy.HighsModelStatus
    nodes = max(0, int(info.mip_node_count))
    # Every column is bounded, so "unbounded or infeasible" can only mean infeasible.
    if status in {known.kInfeasible, known.kUnboundedOrInfeasible}:
        return Raw(None, INFINITY, True, nodes)
    limits = {known.kTimeLimit, known.kSolutionLimit, known.kInterrupt}
    if status not in {known.kOptimal, *limits}:
        raise SolverFailure(f"HiGHS stopped with {solver.modelStatusToString(status)}")
    # A limit reached may leave a plan or none; the bound is there in any case.
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = list(solver.getSolution().col_value) if found else None
    if relaxed:
        solved = status == known.kOptimal
        return Raw(values, info.objective_function_value if solved else -INFINITY, False, nodes)
    return Raw(values, info.mip_dual_bound, False, nodes)


def _to_highs(model: Model, relaxed: bool) -> Any:
    starts = [0]
    indices: list[int] = []
    values: list[float] = []
    for row in model.rows:
        indices.extend(row.keys())
        values.extend(row.values())
        starts.append(len(indices))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.column_lower, model.column_upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, indices, values
    if not relaxed:
        kinds = highspy.HighsVarType
        lp.integrality_ = [
            kinds.kInteger if integer else kinds.kContinuous for integer in model.is_integer
        ]
    return lp


def _safe_bound(euros: float) -> int:
    """Return a bound in micro-cents that the noise of floats cannot lift above a plan."""
    if not math.isfinite(euros):
        return 0
    return max(0, math.floor((euros - NOISE_EUROS) * UNITS_PER_EURO))


def _tighten(model: Model, quantities: list[int]) -> bool:
    """Tighten the ceilings that rounded quantities exceed; tell whether there were any."""
    exceeded = False
    for ceiling in model.ceilings:
        used = {index: quantities[index] for index in ceiling.receipts if quantities[index] > 0}
        receipts = sum((ceiling.receipts[i] * q for i, q in used.items()), Fraction(len(used)))
        # In exact fractions: the solver counts with floats.
        if receipts > ceiling.limit:
            model.row_upper[ceiling.row] -= max(1e-6, float(receipts - ceiling.limit))
            exceeded = True
    return exceeded
