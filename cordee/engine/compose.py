"""Compose the cheapest team that can carry every package, and say how far that is proven."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from cordee.engine.compiled import is_ready
from cordee.engine.exact import Exact
from cordee.engine.greedy import greedy
from cordee.engine.impossible import counted_reasons, explain_impossible
from cordee.engine.method import SOLO, Budget, Method, News, Outcome, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.pairs import Pair, Pairs, build_pairs
from cordee.engine.plan import Quantities, assumptions, build_plan, lead_costs
from cordee.engine.problem import Candidate, Problem
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
from cordee.engine.table import table_of
from cordee.engine.verify import verify, verify_result

SECONDS_FOR_ONE = 5.0


@dataclass(frozen=True, slots=True)
class Solo:
    """The cheapest way for one organisation to carry everything, and a bound of its cost."""

    organisation: str
    plan: Plan
    bound: int
    nodes: int


def solo_candidates(
    problem: Problem, pairs: Pairs, method: Method, budget: Budget
) -> tuple[tuple[Solo, ...], tuple[Solo, ...], bool]:
    """Return those able alone on known figures, the others that are if unknowns allow, if complete.

    Incomplete: an organisation of several chantiers was neither shown able nor unable in time.
    """
    # Nearly nobody can carry everything: of a country, a handful are looked at.
    few = _who_might(problem, pairs)
    if not few.candidates:
        return (), (), True
    perhaps, is_complete = _solos(few, build_pairs(few), method, budget)
    certain = few.certain_only()
    # Nothing is unknown of them: both questions are one.
    if certain is few:
        return perhaps, (), is_complete
    alone, _ = _solos(certain, build_pairs(certain), method, budget)
    already = {each.organisation for each in alone}
    others = tuple(each for each in perhaps if each.organisation not in already)
    return alone, others, is_complete


def _who_might(problem: Problem, pairs: Pairs) -> Problem:
    """Return the problem among organisations that wishes let answer alone and whose bounds suffice.

    On known figures bounds are the same or not there at all, so this holds for both questions.
    """
    table, columns = table_of(problem), pairs.columns
    width = len(problem.packages)
    cells = table.organisation[columns.candidate] * width + columns.package
    size = len(table.organisations) * width
    most = np.bincount(cells, columns.most_cfte, minlength=size).reshape(-1, width)
    need = [package.need_cfte for package in problem.packages]
    able = [table.organisations[code] for code in np.flatnonzero((most >= need).all(axis=1))]
    names = {name for name in able if _may_be_alone(problem, name)}
    own = (c for c in problem.candidates if c.organisation in names) if names else ()
    return problem.replace(candidates=tuple(own))


def _solos(
    problem: Problem, pairs: Pairs, method: Method, budget: Budget
) -> tuple[tuple[Solo, ...], bool]:
    """Return the organisations that can carry everything alone, the cheapest first.

    The second value tells whether all others were shown not to.
    """
    by_organisation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs.all:
        by_organisation[pair.candidate.organisation].append(pair)
    chantiers: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in problem.candidates:
        chantiers[candidate.organisation].append(candidate)
    found: list[Solo] = []
    is_complete = True
    for organisation, mine in by_organisation.items():
        if _could_cover(problem, mine):
            alone = problem.replace(candidates=tuple(chantiers[organisation]))
            solo, is_decided = _solve(alone, organisation, mine, method, budget)
            is_complete = is_complete and is_decided
            if solo is not None:
                found.append(solo)
    found.sort(key=lambda each: (each.plan.terms.total, each.organisation))
    return tuple(found), is_complete


def _may_be_alone(problem: Problem, organisation: str) -> bool:
    """Whether the wishes let an organisation answer alone; those about shares are verified."""
    return problem.pinned <= {organisation} and all(
        len(unlike.organisations - {organisation}) >= unlike.least_absent
        for unlike in problem.unlike
    )


def _could_cover(problem: Problem, mine: list[Pair]) -> bool:
    return all(
        sum(pair.most_cfte for pair in mine if pair.package.id == package.id) >= package.need_cfte
        for package in problem.packages
    )


def _solve(
    alone: Problem, organisation: str, mine: list[Pair], method: Method, budget: Budget
) -> tuple[Solo | None, bool]:
    if len({pair.candidate.id for pair in mine}) == 1:
        # One chantier has no choice: it takes everything or it cannot.
        plan = build_plan(alone, mine, {pair.key: pair.package.need_cfte for pair in mine})
        if verify(alone, plan, solo=True):
            return None, True
        return Solo(organisation, plan, plan.terms.total, 0), True
    outcome = method.solve(alone, build_pairs(alone), SOLO, budget)
    if outcome.quantities is None:
        return None, outcome.is_infeasible
    quantities: Quantities = outcome.quantities
    plan = build_plan(alone, mine, quantities)
    return Solo(organisation, plan, outcome.bound or 0, outcome.nodes), True


class RefusedResult(RuntimeError):
    """The independent check found a fault in a result; it is never handed out."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        """Keep what was found."""
        self.violations = violations
        super().__init__(f"refused by the independent check: {violations}")


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known while composing: the best plan that holds, and a bound in micro-cents."""

    seconds: float
    plan: Plan | None
    bound: int | None


# Told while composing; an answer of False stops with what there is.
Watcher = Callable[[Moment], bool]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: Status
    plan: Plan | None
    bound: int | None
    solo: bool
    impossibility: Impossibility | None
    nodes: int
    multipliers: Mapping[str, float] = field(default_factory=dict)
    was_stopped: bool = False


def compose(
    problem: Problem,
    *,
    time_limit_s: float,
    seed: int,
    method: Method | None = None,
    groups_allowed: bool = True,
    near: Result | None = None,
    watch: Watcher | None = None,
) -> Result:
    """Return the cheapest plan with its proof, or why there is none.

    Where one organisation can carry everything on known figures, the cheapest such one is the
    answer and no team is proposed (RULE-38). Every result has passed `verify_result`; one that does
    not raises `RefusedResult`. Without `groups_allowed` only one alone answers: on known figures,
    else if what is unknown of it allows.

    The method is the compiled one, and HiGHS as long as that is not compiled yet.

    `near` is the answer to a problem close to this one: its plan and its multipliers are tried
    first. `watch` is told several times a second while a team is sought, every plan verified;
    where it answers False, the search stops with what there is.
    """
    began = perf_counter()
    by = method or (Exact() if is_ready() else Milp())
    pairs = build_pairs(problem)
    # One alone comes first (RULE-38): it decides whether a team is looked for at all.
    for_one = Budget(min(SECONDS_FOR_ONE, time_limit_s), seed)
    alone, alone_if, is_complete = solo_candidates(problem, pairs, by, for_one)
    # Beside every answer stands a simple one: greedy, or the best ranked of those able alone.
    baseline = _best_ranked(problem, alone) if alone else greedy(problem, pairs)
    left = Budget(max(0.0, time_limit_s - (perf_counter() - began)), seed)
    if alone:
        answer = _from_solos(alone)
    elif groups_allowed:
        answer = _team(problem, pairs, by, left, _Known(baseline, near, watch, began))
    else:
        answer = _nobody_alone(is_complete)
    # Nobody for sure and no team: one that can if what is unknown of it allows.
    if alone_if and not alone and (answer.status is Status.IMPOSSIBLE or not groups_allowed):
        answer = _from_solos(alone_if)
        baseline = _best_ranked(problem, alone_if)
    result = Result(
        status=answer.status,
        plan=answer.plan,
        bound=answer.bound,
        solo=answer.solo,
        alone=tuple(sorted(each.organisation for each in alone)),
        alone_if=tuple(sorted(each.organisation for each in alone_if)),
        impossibility=answer.impossibility,
        assumptions=assumptions(problem, answer.plan) if answer.plan else (),
        set_aside=pairs.set_aside,
        greedy=baseline,
        greedy_violations=verify(problem, baseline, solo=answer.solo),
        violations=(),
        params=problem.params,
        seed=seed,
        time_limit_s=time_limit_s,
        seconds=perf_counter() - began,
        nodes=answer.nodes,
        method=by.name,
        solver=by.version,
        was_stopped=answer.was_stopped,
        multipliers=tuple(sorted(answer.multipliers.items())),
    )
    if violations := verify_result(problem, result):
        raise RefusedResult(violations)
    return result


def _nobody_alone(is_complete: bool) -> _Answer:
    if not is_complete:
        return _Answer(Status.UNDECIDED, None, None, False, None, 0)
    reason = Reason(Shortage.PARTNERS, needed=2, available=1)
    return _impossible(Impossibility((reason,), Certificate.COUNT), 0)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before a team is sought, who is told meanwhile, and when all began."""

    baseline: Plan
    near: Result | None
    watch: Watcher | None
    began: float

    def first_plan(self, problem: Problem, pairs: Pairs) -> Plan | None:
        """Return the cheaper of the baseline and of the plan nearby, where they hold."""
        plans = [self.baseline]
        if self.near is not None and self.near.plan is not None and not self.near.solo:
            quantities = {(s.candidate, s.package): s.cfte for s in self.near.plan.shares}
            is_known = all(pairs.find(*key) is not None for key in quantities)
            if is_known and _may_lead(problem, self.near.plan.organisations):
                plans.append(build_plan(problem, pairs, quantities))
        # Neither is taken for granted: what the check refuses is no start.
        whole = [plan for plan in plans if not verify(problem, plan)]
        return min(whole, key=lambda plan: plan.terms.total, default=None)


def _may_lead(problem: Problem, organisations: tuple[str, ...]) -> bool:
    return not lead_costs(problem).keys().isdisjoint(organisations)


class _Progress:
    """Turns the news of a method into moments: plans built and verified, bounds that only rise."""

    def __init__(self, problem: Problem, pairs: Pairs, known: _Known, first: Plan | None) -> None:
        self.problem, self.pairs, self.known, self.plan = problem, pairs, known, first
        self.bound: int | None = None
        self.was_stopped = False

    def report(self, news: News) -> bool:
        """Show the watcher where the search stands, and return whether to go on."""
        if self.known.watch is None:
            return True
        cost = None if self.plan is None else self.plan.terms.total
        if news.quantities is not None and (cost is None or news.cost is None or news.cost < cost):
            plan = build_plan(self.problem, self.pairs, news.quantities)
            if not verify(self.problem, plan) and (cost is None or plan.terms.total < cost):
                self.plan = plan
        if news.bound is not None:
            self.bound = max(news.bound, self.bound or 0)
        bound = self.bound
        if bound is not None and self.plan is not None:
            # Bounds come lowered by noise, costs are exact: never a bound above the plan shown.
            bound = min(bound, self.plan.terms.total)
        seconds = perf_counter() - self.known.began
        if not self.known.watch(Moment(seconds, self.plan, bound)):
            self.was_stopped = True
        return not self.was_stopped


def _team(problem: Problem, pairs: Pairs, method: Method, left: Budget, known: _Known) -> _Answer:
    began = perf_counter()
    counted = counted_reasons(problem, pairs)
    # What counting shows needs no search.
    if counted:
        return _impossible(Impossibility(counted, Certificate.COUNT), 0)
    first = known.first_plan(problem, pairs)
    start = None if first is None else {(s.candidate, s.package): s.cfte for s in first.shares}
    progress = _Progress(problem, pairs, known, first)
    if not progress.report(News(0.0, start, None, None)) and first is not None:
        # Whoever only wants to know whether there is a team stops here.
        return replace(_proven(first, Outcome(None, None, False, 0), solo=False), was_stopped=True)
    budget = replace(left, watch=progress.report)
    rule = TeamRule(2, problem.params.max_partners)
    multipliers = None if known.near is None else dict(known.near.multipliers)
    outcome = method.solve(problem, pairs, rule, budget, start, multipliers)
    if outcome.is_infeasible:
        # A claim against a plan that was verified: one of the two is wrong, so neither is told.
        if first is not None:
            raise RefusedResult((Violation("infeasible_with_a_plan", "greedy"),))
        # Reasons are part of the limit: what the search left of it is theirs.
        rest = budget.time_limit_s - (perf_counter() - began)
        why = explain_impossible(problem, pairs, Budget(rest, budget.seed))
        if why is None:
            return _Answer(Status.UNDECIDED, None, None, False, None, outcome.nodes)
        return _impossible(why, outcome.nodes)
    # The start is kept beside what the method found: the cheaper of the two is the answer.
    found = [] if first is None else [first]
    if outcome.quantities is not None:
        plan = build_plan(problem, pairs, outcome.quantities)
        if violations := verify(problem, plan):
            raise RefusedResult(violations)
        found.append(plan)
    if not found:
        answer = _Answer(Status.UNDECIDED, None, outcome.bound, False, None, outcome.nodes)
    else:
        answer = _proven(min(found, key=lambda plan: plan.terms.total), outcome, solo=False)
    return replace(answer, multipliers=dict(outcome.multipliers), was_stopped=progress.was_stopped)


def _impossible(why: Impossibility, nodes: int) -> _Answer:
    return _Answer(Status.IMPOSSIBLE, None, None, False, why, nodes)


def _proven(plan: Plan, outcome: Outcome, *, solo: bool) -> _Answer:
    cost = plan.terms.total
    bound = outcome.bound or 0
    # A bound above a plan is a contradiction that must be seen, not cut down.
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
