"""Compose the cheapest team that can carry every package, and say how far that is proven."""

from dataclasses import dataclass
from time import perf_counter

from cordee.engine.greedy import greedy
from cordee.engine.impossible import counted_reasons, explain_impossible
from cordee.engine.method import Budget, Method, Outcome, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.pairs import Pairs, build_pairs
from cordee.engine.plan import assumptions, build_plan
from cordee.engine.problem import Params, Problem
from cordee.engine.rank import rank
from cordee.engine.result import (
    OPTIMAL_WITHIN_UNITS,
    Certificate,
    Impossibility,
    Plan,
    Reason,
    Result,
    Shortage,
    Status,
    Violation,
)
from cordee.engine.solo import Solo, solos
from cordee.engine.verify import verify, verify_result

LEAST_SECONDS_TO_EXPLAIN = 2.0
SECONDS_FOR_ONE = 5.0


class RefusedResult(RuntimeError):
    """The independent check found a fault in a result; it is never handed out."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        """Keep what was found."""
        self.violations = violations
        super().__init__(f"refused by the independent check: {violations}")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: Status
    plan: Plan | None
    bound: int | None
    solo: bool
    impossibility: Impossibility | None
    nodes: int


def compose(
    problem: Problem,
    *,
    time_limit_s: float,
    seed: int,
    params: Params | None = None,
    method: Method | None = None,
    groups_allowed: bool = True,
) -> Result:
    """Return the cheapest plan with its proof, or why there is none.

    Where one organisation can carry everything on known figures, the cheapest such one is the
    answer and no team is proposed (RULE-38). Every result has passed `verify_result`; one that does
    not raises `RefusedResult`. `params` replaces those of the problem. Without `groups_allowed`
    only one alone answers: on known figures, else if what is unknown of it allows.
    """
    began = perf_counter()
    asked = problem if params is None else problem.replace(params=params)
    by = Milp() if method is None else method
    pairs = build_pairs(asked)
    alone, alone_if, is_complete = _who_alone(asked, pairs, by, time_limit_s, seed)
    baseline = greedy(asked, pairs)
    left = Budget(max(0.0, time_limit_s - (perf_counter() - began)), seed)
    if alone:
        answer = _from_solos(alone)
    elif groups_allowed:
        answer = _team(asked, pairs, by, left, baseline)
    else:
        answer = _nobody_alone(is_complete)
    if alone_if and not alone and (answer.status is Status.IMPOSSIBLE or not groups_allowed):
        answer = _from_solos(alone_if)
    if answer.solo:
        baseline = _best_ranked(asked, alone or alone_if)
    result = Result(
        status=answer.status,
        plan=answer.plan,
        bound=answer.bound,
        solo=answer.solo,
        alone=tuple(sorted(each.organisation for each in alone)),
        alone_if=tuple(sorted(each.organisation for each in alone_if)),
        impossibility=answer.impossibility,
        assumptions=assumptions(asked, answer.plan) if answer.plan else (),
        set_aside=pairs.set_aside,
        greedy=baseline,
        greedy_violations=verify(asked, baseline, solo=answer.solo),
        violations=(),
        params=asked.params,
        seed=seed,
        time_limit_s=time_limit_s,
        seconds=perf_counter() - began,
        nodes=answer.nodes,
        method=by.name,
        solver=by.version,
    )
    if violations := verify_result(asked, result):
        raise RefusedResult(violations)
    return result


def _who_alone(
    problem: Problem, pairs: Pairs, method: Method, time_limit_s: float, seed: int
) -> tuple[tuple[Solo, ...], tuple[Solo, ...], bool]:
    """Return those able alone on known figures, the others that are if unknowns allow, if complete.

    Incomplete: an organisation of several chantiers was neither shown able nor unable in time.
    """
    budget = Budget(min(SECONDS_FOR_ONE, time_limit_s), seed)
    certain = problem.certain_only()
    alone, _ = solos(certain, build_pairs(certain), method, budget)
    already = {each.organisation for each in alone}
    perhaps, is_complete = solos(problem, pairs, method, budget)
    others = tuple(each for each in perhaps if each.organisation not in already)
    return alone, others, is_complete


def _nobody_alone(is_complete: bool) -> _Answer:
    if not is_complete:
        return _Answer(Status.UNDECIDED, None, None, False, None, 0)
    reason = Reason(Shortage.PARTNERS, needed=2, available=1)
    return _impossible(Impossibility((reason,), Certificate.COUNT), 0)


def _team(
    problem: Problem, pairs: Pairs, method: Method, budget: Budget, baseline: Plan
) -> _Answer:
    began = perf_counter()
    counted = counted_reasons(problem, pairs)
    if counted:
        return _impossible(Impossibility(counted, Certificate.COUNT), 0)
    first = None if verify(problem, baseline) else baseline
    start = None if first is None else {(s.candidate, s.package): s.cfte for s in first.shares}
    rule = TeamRule(2, problem.params.max_partners)
    outcome = method.solve(problem, pairs, rule, budget, start)
    if outcome.is_infeasible:
        if first is not None:
            raise RefusedResult((Violation("infeasible_with_a_plan", "greedy"),))
        spent = perf_counter() - began
        least = min(LEAST_SECONDS_TO_EXPLAIN, budget.time_limit_s)
        left = max(least, budget.time_limit_s - spent)
        why = explain_impossible(problem, pairs, Budget(left, budget.seed))
        if why is None:
            return _Answer(Status.UNDECIDED, None, None, False, None, outcome.nodes)
        return _impossible(why, outcome.nodes)
    found = [] if first is None else [first]
    if outcome.quantities is not None:
        plan = build_plan(problem, pairs.all, outcome.quantities)
        if violations := verify(problem, plan):
            raise RefusedResult(violations)
        found.append(plan)
    if not found:
        return _Answer(Status.UNDECIDED, None, outcome.bound, False, None, outcome.nodes)
    return _proven(min(found, key=lambda plan: plan.terms.total), outcome, solo=False)


def _impossible(why: Impossibility, nodes: int) -> _Answer:
    return _Answer(Status.IMPOSSIBLE, None, None, False, why, nodes)


def _proven(plan: Plan, outcome: Outcome, *, solo: bool) -> _Answer:
    cost = plan.terms.total
    bound = outcome.bound or 0
    if bound > cost + OPTIMAL_WITHIN_UNITS:
        raise RefusedResult((Violation("bound", "above a plan", bound - cost),))
    bound = min(bound, cost)
    status = Status.OPTIMAL if cost - bound <= OPTIMAL_WITHIN_UNITS else Status.GAP
    return _Answer(status, plan, bound, solo, None, outcome.nodes)


def _from_solos(found: tuple[Solo, ...]) -> _Answer:
    best = found[0]
    nodes = sum(each.nodes for each in found)
    bound = min(each.bound for each in found)
    return _proven(best.plan, Outcome(None, bound, False, nodes), solo=True)


def _best_ranked(problem: Problem, found: tuple[Solo, ...]) -> Plan:
    plans = {each.organisation: each.plan for each in found}
    able = [c for c in problem.candidates if c.organisation in plans]
    ranking = rank(problem.packages, able, params=problem.params)
    return plans[ranking.ranked[0].organisation]
