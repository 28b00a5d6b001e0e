"""What every method must do. A new method is one more line in `METHODS`."""

from collections.abc import Mapping
from dataclasses import dataclass

from cordee.engine.exact import Exact
from cordee.engine.greedy import greedy
from cordee.engine.method import Budget, Method, Outcome, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.pairs import Pairs, build_pairs
from cordee.engine.plan import Quantities
from cordee.engine.problem import Problem
from cordee.engine.verify import verify


@dataclass(frozen=True)
class Entry:
    """A method, and whether it claims to prove what it finds."""

    method: Method
    is_exact: bool


class Greedy:
    """The baseline in the shape of a method: a plan where it has a whole one, and no bound."""

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
        plan = greedy(problem, pairs)
        if not rule.is_team or verify(problem, plan):
            return Outcome(None, None, False, 0)
        found = {(share.candidate, share.package): share.cfte for share in plan.shares}
        return Outcome(found, None, False, 0)


METHODS = (
    Entry(Milp(), is_exact=True),
    Entry(Exact(), is_exact=True),
    Entry(Greedy(), is_exact=False),
)


def run(entry: Entry, problem: Problem, rule: TeamRule) -> Outcome:
    """Run a method with all the time it may want."""
    return entry.method.solve(problem, build_pairs(problem), rule, Budget(60.0, 0))
