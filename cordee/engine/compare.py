"""Two plans side by side: who joins, who leaves, what each named term gives and costs; and what if:
an answer under some wishes, what changes from the answer before, and what they cost.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Unpack

from cordee.engine.compose import compose
from cordee.engine.greedy import greedy
from cordee.engine.method import How
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import assumptions, partner_terms, sum_terms
from cordee.engine.problem import Problem
from cordee.engine.result import Assumption, Obstacle, Plan, Result, SetAside, Terms
from cordee.engine.verify import verify, verify_result
from cordee.engine.wishes import Exclude, Pin, SetShare, TeamSize, Wish, apply


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What people compare plans on.

    `cost` is in micro-cents. `hm_cfte_months` is the way to work: hectometres, for each cFTE and
    month. `learning_cfte_months` counts cFTE and months by level of learning.
    `tension_permille` is the fullest ceiling, rounded up (0: nobody has one; None: not all of them
    are known).
    """

    cost: int
    hm_cfte_months: int
    cfte_months: int
    partners: int
    learning_cfte_months: int
    tension_permille: int | None

    @property
    def mean_km(self) -> float:
        """The mean distance between home and work, by amount of work."""
        return self.hm_cfte_months / (10 * self.cfte_months) if self.cfte_months else 0.0


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A share that is not the same in two plans; 0 where it is not held."""

    candidate: str
    package: str
    before_cfte: int
    after_cfte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes from one plan to another; `terms` are micro-cents, after less before."""

    joins: tuple[str, ...]
    leaves: tuple[str, ...]
    lead_before: str | None
    lead_after: str | None
    changes: tuple[ShareChange, ...]
    terms: tuple[tuple[str, int], ...]
    before: Measures
    after: Measures

    @property
    def cost(self) -> int:
        """What the other plan costs more, in micro-cents; negative where it costs less."""
        return self.after.cost - self.before.cost

    @property
    def changes_nothing(self) -> bool:
        """Whether both are the same plan: same shares, same lead."""
        return not self.changes and self.lead_before == self.lead_after


def compare(
    problem: Problem, before: Plan, after: Plan, *, after_in: Problem | None = None
) -> Comparison:
    """Return what changes from a plan to another, under the weights of `problem` for both.

    "Why is this one better?" is this question. `after_in` is the problem of the second plan where
    it is another one; its weights are not used.
    """
    other = problem
    if after_in is not None:
        params = replace(after_in.params, weights=problem.params.weights)
        other = after_in.replace(params=params)
    first, second = terms_of(problem, before), terms_of(other, after)
    ours = dict(first.items())
    names = set(before.organisations), set(after.organisations)
    return Comparison(
        joins=tuple(sorted(names[1] - names[0])),
        leaves=tuple(sorted(names[0] - names[1])),
        lead_before=before.lead,
        lead_after=after.lead,
        changes=_changes(before, after),
        terms=tuple((name, units - ours[name]) for name, units in second.items()),
        before=measure(problem, before, first),
        after=measure(other, after, second),
    )


def terms_of(problem: Problem, plan: Plan) -> Terms:
    """Return the cost of a plan under the weights of a problem, whatever made it.

    Raises `ValueError` where the problem does not allow one of its shares at all.
    """
    mine = _restricted(problem, plan)
    pairs = build_pairs(mine).all
    known = {pair.key for pair in pairs}
    for share in plan.shares:
        if (share.candidate, share.package) not in known:
            raise ValueError(
                f"share {share.candidate}/{share.package} is not possible in this problem; "
                "compare plans of the same packages and candidates."
            )
    return sum_terms(partner_terms(mine, pairs, plan).values())


def measure(problem: Problem, plan: Plan, terms: Terms | None = None) -> Measures:
    """Return what people compare a plan on."""
    work = way = learning = 0
    for share in plan.shares:
        candidate = problem.candidates_by_id[share.candidate]
        package = problem.packages_by_id[share.package]
        cfte_months = share.cfte * package.months
        skill = candidate.skill(package.trade)
        work += cfte_months
        distance = candidate.hm_to(package)
        assert distance is not None, "nobody without a place is in a plan"
        way += distance * cfte_months
        learning += (skill.learning if skill else 0) * cfte_months
    return Measures(
        cost=(plan.terms if terms is None else terms).total,
        hm_cfte_months=way,
        cfte_months=work,
        partners=len(plan.partners),
        learning_cfte_months=learning,
        tension_permille=_tension_permille(problem, plan),
    )


def _restricted(problem: Problem, plan: Plan) -> Problem:
    """Return the problem with the candidates of a plan alone, and without wishes."""
    names = set(plan.organisations)
    return problem.replace(
        candidates=tuple(c for c in problem.candidates if c.organisation in names),
        pinned=frozenset(),
        excluded=frozenset(),
        unlike=(),
        share_limits=(),
    )


def _changes(before: Plan, after: Plan) -> tuple[ShareChange, ...]:
    was = {(share.candidate, share.package): share.cfte for share in before.shares}
    now = {(share.candidate, share.package): share.cfte for share in after.shares}
    return tuple(
        ShareChange(*key, was.get(key, 0), now.get(key, 0))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, 0) != now.get(key, 0)
    )


def _tension_permille(problem: Problem, plan: Plan) -> int | None:
    """Return how full the fullest ceiling is once a plan is paid, rounded up; None: not known."""
    capped = {c.id: c for c in problem.candidates if c.is_capped}
    paid: dict[tuple[str, int | None], int] = defaultdict(int)
    for share in plan.shares:
        for part in share.cents_by_year if share.candidate in capped else ():
            paid[share.candidate, part.first_month] += part.cents
    headroom = {
        (name, year.first_month): year.headroom_cents
        for name, candidate in capped.items()
        for year in candidate.accounting_years
    }
    full = []
    for at, cents in paid.items():
        room = headroom.get((at[0], at[1])) if at[1] is not None else None
        if room is None:
            return None
        full.append(_filled(cents, room))
    return max(full, default=0)


def _filled(paid_cents: int, headroom_cents: int) -> int:
    """Return how full a ceiling is, per mille, rounded up."""
    return -(-1_000 * paid_cents // headroom_cents) if headroom_cents else 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer under some wishes, beside the answer before.

    `comparison` is from the plan before to the plan after, `None` where one of them is missing.
    """

    wishes: tuple[Wish, ...]
    problem: Problem
    before: Result
    after: Result
    comparison: Comparison | None

    @property
    def cost(self) -> int | None:
        """What the wishes cost, in micro-cents; negative where they save."""
        return None if self.comparison is None else self.comparison.cost

    @property
    def new_assumptions(self) -> tuple[Assumption, ...]:
        """Inputs that the new plan relies on without knowing them, and the old one did not."""
        known = set(self.before.assumptions)
        return tuple(each for each in self.after.assumptions if each not in known)


def what_if(
    problem: Problem,
    result: Result,
    wishes: Sequence[Wish],
    *,
    time_limit_s: float,
    **how: Unpack[How],
) -> WhatIf:
    """Return the answer under some wishes, warm from what is known, and what changes.

    Where the wishes only forbid and the plan before grants them, it stays the answer, with its
    bound: no plan was added. It is verified all the same. Raises `RefusedWish`.
    """
    began = perf_counter()
    # Under the weights of the answer before: two costs are compared in one currency.
    asked = problem.replace(params=result.params)
    changed = apply(asked, wishes)
    after = _same_answer(asked, changed, wishes, result)
    if after is None:
        left = max(0.0, time_limit_s - (perf_counter() - began))
        after = compose(changed, time_limit_s=left, near=result, **how)
    else:
        after = replace(after, seconds=perf_counter() - began)
    return beside(asked, result, changed, after, wishes)


def beside(
    asked: Problem, before: Result, changed: Problem, after: Result, wishes: Sequence[Wish]
) -> WhatIf:
    """Return the answer to a changed problem beside the answer before."""
    comparison = None
    if before.plan is not None and after.plan is not None:
        comparison = compare(asked, before.plan, after.plan, after_in=changed)
    return WhatIf(
        wishes=tuple(wishes), problem=changed, before=before, after=after, comparison=comparison
    )


def _same_answer(
    asked: Problem, changed: Problem, wishes: Sequence[Wish], result: Result
) -> Result | None:
    """Return the answer before where wishes that only forbid leave it standing, else `None`.

    No plan was added, so the bound holds; the plan grants the wishes, so it is still the best.
    """
    plan = result.plan
    if plan is None or not all(_only_forbids(asked, result, wish) for wish in wishes):
        return None
    # Verified like any other answer: an argument may be wrong as well as a solver.
    if verify(changed, plan, solo=result.solo):
        return None
    baseline = result.greedy
    # The baseline may break a wish that the plan grants: then it is made anew.
    missed = verify(changed, baseline, solo=result.solo)
    if missed != result.greedy_violations:
        if result.solo:
            return None
        baseline = greedy(changed, build_pairs(changed))
        missed = verify(changed, baseline)
    same = replace(
        result,
        alone=_still_alone(changed, result.alone),
        alone_if=_still_alone(changed, result.alone_if),
        set_aside=_set_aside(changed, result),
        greedy=baseline,
        greedy_violations=missed,
        params=changed.params,
        assumptions=assumptions(changed, plan),
    )
    # In doubt compose: slower, never wrong.
    return None if verify_result(changed, same) else same


def _only_forbids(asked: Problem, result: Result, wish: Wish) -> bool:
    """Whether a wish takes plans away and adds none, and leaves who suffices alone easy to tell."""
    match wish:
        case Pin(name):
            # Lifting an exclusion lets plans in: then the bound of before no longer holds.
            return name not in asked.excluded
        case Exclude(name):
            return name not in asked.pinned
        case TeamSize(most):
            return most <= asked.params.max_partners
        case SetShare(candidate, package):
            is_new = (candidate, package) not in {
                (limit.candidate, limit.package) for limit in asked.share_limits
            }
            # Limits on a share change who could answer alone: that is asked again.
            return is_new and not (result.alone or result.alone_if)
        case _:
            return False


def _still_alone(changed: Problem, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(n for n in names if n not in changed.excluded and changed.pinned <= {n})


def _set_aside(changed: Problem, result: Result) -> tuple[SetAside, ...]:
    aside = {each.candidate: each for each in result.set_aside}
    for candidate in changed.candidates if changed.excluded else ():
        if candidate.organisation in changed.excluded:
            aside[candidate.id] = SetAside(candidate.id, candidate.organisation, Obstacle.EXCLUDED)
    return tuple(aside[name] for name in sorted(aside))
