"""The exact method as `compose` calls it."""

import os
from collections.abc import Mapping

from cordee.engine.exact.search import Search
from cordee.engine.method import Budget, Outcome, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.pairs import Pairs
from cordee.engine.problem import Problem

MOST_WORKERS = 2


class Exact:
    """Branch and price over what each organisation can do."""

    name = "exact"
    version = f"2, {Milp.version}"

    def __init__(self, workers: int | None = None) -> None:
        """Use as many cores as asked, two at most where nothing is said."""
        self.workers = workers or min(MOST_WORKERS, os.cpu_count() or 1)

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Mapping[tuple[str, str], int] | None = None,
        multipliers: Mapping[str, float] | None = None,
    ) -> Outcome:
        """Return the cheapest plan, a plan and a bound, or that there is none."""
        if not rule.is_team:
            return Milp().solve(problem, pairs, rule, budget, start, multipliers)
        held = {pair.package.id for pair in pairs.all}
        signs = {pair.candidate.organisation for pair in pairs.all}
        wanted = sum(1 for pair in pairs.all if pair.must_hold)
        lacks_wish = wanted < len(problem.share_limits) or not problem.pinned <= signs
        if len(held) < len(problem.packages) or lacks_wish:
            return Outcome(None, None, True, 0)
        search = Search(problem, pairs, rule, budget, self.workers)
        if start:
            search.start_from(start)
        return search.run(multipliers)
