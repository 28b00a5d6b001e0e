"""Why no team exists: first what can be counted, then what only the model can tell."""

import math
from collections.abc import Mapping
from time import perf_counter

from cordee.engine.counting import counted_reasons, months_of, of_limit
from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import least_shortage
from cordee.engine.pairs import Pairs
from cordee.engine.problem import Problem
from cordee.engine.result import Certificate, Impossibility, Reason, Shortage

# Above the tolerance of the solver: less than this is noise, and proves nothing.
SHORT_FROM_CFTE_MONTHS = 1e-4
LEAST_SECONDS_A_MODEL = 0.2


def explain_impossible(problem: Problem, pairs: Pairs, budget: Budget) -> Impossibility | None:
    """Return why there is no team, `None` when no second proof was found within the budget.

    A solver that says "infeasible" is not believed alone: either counting shows it, or a second
    model, which may leave work out, proves that it must.
    """
    counted = counted_reasons(problem, pairs)
    if counted:
        return Impossibility(counted, Certificate.COUNT)
    ends = perf_counter() + budget.time_limit_s
    rule = TeamRule(2, problem.params.max_partners)
    # The relaxation first: it mostly suffices, in a tenth of the time.
    for certificate in (Certificate.RELAXATION, Certificate.SEARCH):
        relaxed = certificate is Certificate.RELAXATION
        short = least_shortage(problem, pairs, rule, _until(ends, budget), relaxed=relaxed)
        if short.at_least > SHORT_FROM_CFTE_MONTHS:
            reasons = _joint_reasons(problem, pairs, _until(ends, budget), short.cfte_by_package)
            return Impossibility(reasons, certificate)
    return None


def _until(ends: float, budget: Budget) -> Budget:
    return Budget(max(LEAST_SECONDS_A_MODEL, ends - perf_counter()), budget.seed)


def _joint_reasons(
    problem: Problem, pairs: Pairs, budget: Budget, short: Mapping[str, float]
) -> tuple[Reason, ...]:
    organisations = {pair.candidate.organisation for pair in pairs.all}
    most = problem.params.max_partners
    if most < len(organisations):
        # As many partners as there are: if then nothing is short, their number was the reason.
        wider = least_shortage(
            problem, pairs, TeamRule(2, len(organisations)), budget, relaxed=False
        )
        # Half a cFTE: shares are whole, so less than that is all covered.
        if wider.cfte_by_package and sum(wider.cfte_by_package.values()) < 0.5:
            return (Reason(Shortage.PARTNERS, needed=most + 1, available=most),)
    if not short:
        return _no_signatories(problem)
    return tuple(
        Reason(Shortage.JOINT, p.id, months_of(p), missing_cfte=math.ceil(short[p.id] - 1e-6))
        for p in problem.packages
        if short.get(p.id, 0.0) > 1e-6
    )


def _no_signatories(problem: Problem) -> tuple[Reason, ...]:
    """Return why no team may sign even where work may be left out: wishes, or else the lead."""
    if problem.share_limits:
        return tuple(of_limit(problem, limit) for limit in problem.share_limits)
    if problem.unlike:
        return tuple(
            Reason(Shortage.UNLIKE, organisations=tuple(sorted(each.organisations)))
            for each in problem.unlike
        )
    return (Reason(Shortage.LEAD, organisations=tuple(sorted(problem.pinned))),)
