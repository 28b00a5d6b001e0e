"""What if: an answer under some wishes, what changes from the answer before, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Unpack

from cordee.engine.compare import Comparison, compare
from cordee.engine.compose import compose
from cordee.engine.greedy import greedy
from cordee.engine.method import How
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import assumptions
from cordee.engine.problem import Problem
from cordee.engine.result import Assumption, Obstacle, Result, SetAside
from cordee.engine.verify import verify, verify_result
from cordee.engine.wishes import Exclude, Pin, SetShare, TeamSize, Wish, apply


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
