"""A method that tells its news one by one, does what a test wants between them, and obeys."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from cordee.composing import problem
from cordee.composing.problem import search_progress
from cordee.engine.compose import compose
from cordee.engine.method import Budget, News, Outcome, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.pairs import Pairs
from cordee.engine.problem import Problem

# What the bound reaches, in hundredths of the least cost.
BOUNDS = (21, 61, 91)


class Told:
    """Finds the best team, tells it with a bound that rises, and never proves it by itself."""

    name = "told"
    version = "1"

    def __init__(self, acts: tuple[Callable[[], Any], ...], *, proves: bool) -> None:
        self.acts, self.proves = acts, proves
        self.answers: list[bool] = []

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Mapping[tuple[str, str], int] | None = None,
        multipliers: Mapping[str, float] | None = None,
    ) -> Outcome:
        whole = Milp().solve(problem, pairs, rule, Budget(20, budget.seed), start, multipliers)
        if budget.watch is None or whole.is_infeasible or whole.bound is None:
            return whole
        bound = 0
        acts = list(self.acts) + [lambda: None] * (len(BOUNDS) - len(self.acts))
        for hundredths, act in zip(BOUNDS, acts, strict=True):
            bound = whole.bound * hundredths // 100
            self.answers.append(budget.watch(News(0.0, whole.quantities, None, bound)))
            if not self.answers[-1]:
                return Outcome(whole.quantities, bound, False, 0)
            act()
        # Asked once more, so that what the last act wished is heard.
        self.answers.append(budget.watch(News(0.0, whole.quantities, None, bound)))
        if self.proves and self.answers[-1]:
            return whole
        return Outcome(whole.quantities, bound, False, 0)


@pytest.fixture
def tell(monkeypatch: Any) -> Callable[..., Told]:
    """`tell(act, …)`: from now on compositions are found by a method that does these acts."""

    def install(*acts: Callable[[], Any], proves: bool = False) -> Told:
        method = Told(acts, proves=proves)
        monkeypatch.setattr(problem, "compose", partial(compose, method=method))
        monkeypatch.setattr(search_progress, "SECONDS_BETWEEN", 0.0)
        return method

    return install
