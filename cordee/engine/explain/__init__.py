"""Why this plan and no other; nothing here is solved again unless it says so.

`explain` and `why_not` read a result; `worth_of` composes again.
"""

from dataclasses import dataclass

from cordee.engine.explain.absent import Absence, Hurdle, Move, Swap, WhyNot, minus, why_not
from cordee.engine.explain.consequences import Worth, worth_of, worths
from cordee.engine.explain.limits import Limit, Tightness, nobody_free, tightness_of
from cordee.engine.explain.partners import Takers, WhyPartner, why_partners
from cordee.engine.pairs import build_pairs
from cordee.engine.problem import Problem
from cordee.engine.result import Result


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons behind a result.

    `greedy_loss` is what the baseline costs more, by term, in micro-cents; it is `None` where the
    baseline is no whole answer: `Result.greedy_violations` say what it breaks, and
    `greedy_missing_cfte` what it leaves undone, by package.
    """

    partners: tuple[WhyPartner, ...]
    tightness: tuple[Tightness, ...]
    greedy_loss: tuple[tuple[str, int], ...] | None
    greedy_missing_cfte: tuple[tuple[str, int], ...] = ()

    @property
    def binding(self) -> tuple[Tightness, ...]:
        """The limits that leave no room."""
        return tuple(each for each in self.tightness if each.binds)


def explain(problem: Problem, result: Result) -> Explanation:
    """Return the reasons behind the plan of a result; raises `ValueError` where there is none."""
    if result.plan is None:
        raise ValueError(f"a result that is {result.status} has no plan; read its impossibility.")
    asked = problem.replace(params=result.params)
    loss = None
    if not result.greedy_violations:
        loss = tuple(minus(result.greedy.terms, result.plan.terms).items())
    return Explanation(
        partners=why_partners(asked, result.plan, build_pairs(asked), solo=result.solo),
        tightness=tightness_of(asked, result.plan, solo=result.solo),
        greedy_loss=loss,
        greedy_missing_cfte=result.greedy.missing_cfte,
    )
