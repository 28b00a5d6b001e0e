"""What composing again with one limit wider tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Unpack

from cordee.engine.compare import Comparison, compare
from cordee.engine.compose import compose
from cordee.engine.explain.limits import Limit, Tightness
from cordee.engine.method import How
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import Plan, Result

ONE_FTE_CFTE = 100
# Units that people think in: a full-time post, 1 000 € of receipts, a tenth of a post.
MORE_HEADROOM_CENTS = 100_000
SMALLER_SHARE_CFTE = 10
LEAST_SECONDS_FOR_ONE = 0.05
# What can be changed most easily first.
WORTH_FIRST = (
    Limit.PARTNERS,
    Limit.CAPACITY,
    Limit.CEILING,
    Limit.MIN_SHARE,
    Limit.MAX_PACKAGES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one more unit of a limit would save: between two figures, in micro-cents.

    `step` is that unit: partners, cFTE in the months of the limit, cents, packages; for a minimal
    share, how many cFTE smaller it would be. `comparison` goes from the plan shown to `plan`, the
    best known with it. `suffices_alone`: one organisation could then carry everything, and no
    team would be proposed.
    """

    limit: Tightness
    step: int
    least_saved: int
    most_saved: int
    plan: Plan
    comparison: Comparison
    suffices_alone: bool

    @property
    def is_exact(self) -> bool:
        """Whether the saving is known to the cent."""
        return self.least_saved == self.most_saved


def worths(
    problem: Problem,
    result: Result,
    limits: tuple[Tightness, ...],
    *,
    time_limit_s: float,
    **how: Unpack[How],
) -> Iterator[Worth]:
    """Yield what one more unit of each limit that binds would save, until the time is out."""
    ends = perf_counter() + time_limit_s
    binding = [limit for limit in limits if limit.binds]
    # In the order of what people can do most about.
    binding.sort(key=lambda limit: WORTH_FIRST.index(limit.kind))
    for number, limit in enumerate(binding):
        left = ends - perf_counter()
        if left < LEAST_SECONDS_FOR_ONE:
            return
        yield worth_of(
            problem,
            result,
            limit,
            # What one leaves of its part goes to the next ones.
            time_limit_s=left / (len(binding) - number),
            **how,
        )


def worth_of(
    problem: Problem,
    result: Result,
    limit: Tightness,
    *,
    time_limit_s: float,
    **how: Unpack[How],
) -> Worth:
    """Return what one more unit of a limit would save: one partner, one crew, 1 000 €.

    The saving is between the best plans of both problems: exact where both are proven.
    """
    shown = result.plan
    if shown is None:
        raise ValueError(f"a result that is {result.status} has no plan; read its impossibility.")
    asked = problem.replace(params=result.params)
    wider, step = one_more(asked, limit)
    answer = compose(wider, time_limit_s=time_limit_s, near=result, **how)
    plan = shown if answer.plan is None else answer.plan
    # A wider limit never costs: the plan shown still holds. Bounds subtract crosswise: the least
    # saving is the old bound less the new cost.
    least = max(0, (result.at_least or 0) - plan.terms.total)
    most = max(0, shown.terms.total - (answer.at_least or 0))
    return Worth(
        limit=limit,
        step=step,
        least_saved=least,
        most_saved=most,
        plan=plan,
        comparison=compare(asked, shown, plan, after_in=wider),
        suffices_alone=answer.solo and not result.solo,
    )


def one_more(problem: Problem, limit: Tightness) -> tuple[Problem, int]:
    """Return the problem with one more unit of a limit, and how much that unit is."""
    if limit.kind is Limit.PARTNERS:
        params = replace(problem.params, max_partners=problem.params.max_partners + 1)
        return problem.replace(params=params), 1
    candidate = next(c for c in problem.candidates if c.id == limit.candidate)
    if limit.kind is Limit.CAPACITY:
        # People come by the crew, not by the cFTE, where crews are known.
        step = candidate.min_crew_cfte or ONE_FTE_CFTE
        more = dict(candidate.capacity_cfte_by_month or {})
        # In the months that bind only: elsewhere more people would save nothing.
        more |= {month: more[month] + step for month in limit.months}
        return _with(problem, replace(candidate, capacity_cfte_by_month=more)), step
    if limit.kind is Limit.CEILING:
        years = tuple(
            replace(year, headroom_cents=(year.headroom_cents or 0) + MORE_HEADROOM_CENTS)
            if year.first_month == limit.months[0]
            else year
            for year in candidate.accounting_years
        )
        return _with(problem, replace(candidate, accounting_years=years)), MORE_HEADROOM_CENTS
    if limit.kind is Limit.MAX_PACKAGES:
        return _with(problem, replace(candidate, max_packages=candidate.max_packages + 1)), 1
    return _smaller_share(problem, candidate, limit)


def _smaller_share(problem: Problem, candidate: Candidate, limit: Tightness) -> tuple[Problem, int]:
    """Return the problem with a smaller crew, or a smaller share of the package for everybody."""
    least = max(1, limit.limit - SMALLER_SHARE_CFTE)
    if candidate.min_crew_cfte is not None:
        changed = _with(problem, replace(candidate, min_crew_cfte=least))
    else:
        packages = tuple(
            replace(package, min_share_cfte=least) if package.id == limit.package else package
            for package in problem.packages
        )
        changed = problem.replace(packages=packages)
    return changed, limit.limit - least


def _with(problem: Problem, changed: Candidate) -> Problem:
    others = (changed if c.id == changed.id else c for c in problem.candidates)
    return problem.replace(candidates=tuple(others))
