"""The methods that the bench compares; `exact` is the one that `compose` takes by itself."""

import math
from collections.abc import Callable, Mapping
from time import perf_counter

from benchmarks.local_search import LocalSearch
from cordee.engine.greedy import greedy
from cordee.engine.method import Budget, Method, Outcome, TeamRule
from cordee.engine.milp import Milp, run_highs
from cordee.engine.model import UNITS_PER_EURO, build_model
from cordee.engine.pairs import Pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.verify import verify

NOISE_EUROS = 1e-3


class WholeHighs:
    """Plain HiGHS: the tight model, all at once, whole shares."""

    name = "highs"
    version = Milp.version

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Quantities | None = None,
        multipliers: Mapping[str, float] | None = None,
    ) -> Outcome:
        """Return what HiGHS says of the model; a plan that breaks a rule by rounding is dropped."""
        if not rule.is_team:
            return Milp().solve(problem, pairs, rule, budget)
        ends = perf_counter() + budget.time_limit_s
        if pairs.lack_somebody:
            return Outcome(None, None, True, 0)
        model = build_model(problem, pairs, rule)
        raw = run_highs(model, Budget(max(0.0, ends - perf_counter()), budget.seed))
        if raw.is_infeasible:
            return Outcome(None, None, True, raw.nodes)
        bound = None
        if math.isfinite(raw.bound):
            bound = max(0, math.floor((raw.bound - NOISE_EUROS) * UNITS_PER_EURO))
        if raw.values is None:
            return Outcome(None, bound, False, raw.nodes)
        whole = [round(raw.values[column]) for column in model.quantity]
        found = {pair.key: q for pair, q in zip(pairs.all, whole, strict=True) if q > 0}
        if verify(problem, build_plan(problem, pairs.all, found)):
            return Outcome(None, bound, False, raw.nodes)
        return Outcome(found, bound, False, raw.nodes)


class Greedy:
    """The baseline that stands beside every answer, alone."""

    name = "greedy"
    version = "1"

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Quantities | None = None,
        multipliers: Mapping[str, float] | None = None,
    ) -> Outcome:
        """Return the greedy plan if it breaks nothing."""
        if not rule.is_team:
            return Milp().solve(problem, pairs, rule, budget)
        plan = greedy(problem, pairs)
        if verify(problem, plan):
            return Outcome(None, None, False, 0)
        return Outcome({(s.candidate, s.package): s.cfte for s in plan.shares}, None, False, 0)


# `None` leaves the choice to `compose`.
METHODS: dict[str, Callable[[], Method | None]] = {
    "exact": lambda: None,
    "milp": Milp,
    "highs": WholeHighs,
    "greedy": Greedy,
    "local": LocalSearch,
}
# Those that prove; the others find plans and no more.
PROVING = ("exact", "milp", "highs")
