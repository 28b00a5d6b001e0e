"""Greedy, then exact shares and exchanges of partners for two seconds: a baseline, no more.

For a set of organisations, the shares are those of the exact model restricted to them; a move adds,
drops or exchanges one of them, and is kept where less is short, or nothing is and it costs less.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from time import perf_counter

from cordee.engine.greedy import greedy
from cordee.engine.method import Budget, Outcome, TeamRule
from cordee.engine.milp import Milp, least_shortage
from cordee.engine.pairs import Pair, Pairs, build_pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.verify import verify

SECONDS = 2.0
SECONDS_A_MOVE = 0.3
POOL = 60

# What is short in cFTE-months, then what it costs in micro-cents: the less the better.
Worth = tuple[float, float]


class LocalSearch:
    """The baseline in the shape of a method: a plan where it finds one, and no bound."""

    name = "local"
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
        """Return the best plan found in two seconds, or in the budget if it is less."""
        if not rule.is_team:
            return Milp().solve(problem, pairs, rule, budget)
        search = _Search(problem, pairs, rule, perf_counter() + min(SECONDS, budget.time_limit_s))
        search.run()
        return Outcome(search.quantities, None, False, search.moves)


class _Search:
    def __init__(self, problem: Problem, pairs: Pairs, rule: TeamRule, ends: float) -> None:
        self.problem, self.rule, self.ends = problem, rule, ends
        self.by_name: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs.all:
            self.by_name[pair.candidate.organisation].append(pair)
        plan = greedy(problem, pairs)
        self.quantities: Quantities | None = None
        self.best: Worth = (float("inf"), float("inf"))
        if not verify(problem, plan):
            self.quantities = {(s.candidate, s.package): s.cfte for s in plan.shares}
            self.best = 0.0, float(plan.terms.total)
        self.team = frozenset(plan.organisations) | problem.pinned
        self.moves = 0

    def run(self) -> None:
        """Climb from the greedy team until no move helps or time is up."""
        self._keep(self.team)
        improved = True
        while improved and perf_counter() < self.ends:
            improved = False
            for team in self._around():
                if perf_counter() >= self.ends:
                    return
                if self._keep(team):
                    improved = True
                    break

    def _around(self) -> Iterator[frozenset[str]]:
        """Teams one move away, those with the names that look cheapest first."""
        pool = [name for name in self._pool() if name not in self.team]
        inside = sorted(self.team - self.problem.pinned)
        if len(self.team) < self.rule.most:
            yield from (self.team | {name} for name in pool)
        for name in pool:
            yield from (self.team - {other} | {name} for other in inside)
        if len(self.team) > self.rule.least:
            yield from (self.team - {other} for other in inside)

    def _pool(self) -> list[str]:
        """The names with the least cost for each cFTE of need they could hold."""
        coordination = {
            name: min(pair.candidate.coordination_cost_cents for pair in mine)
            for name, mine in self.by_name.items()
        }

        def cost(name: str) -> float:
            mine = self.by_name[name]
            held = sum(pair.most_cfte * pair.package.months for pair in mine)
            spent = sum(pair.most_cfte * pair.cents_per_cfte + pair.cents_once for pair in mine)
            return (spent + coordination[name]) / held

        return sorted(self.by_name, key=lambda name: (cost(name), name))[:POOL]

    def _keep(self, team: frozenset[str]) -> bool:
        self.moves += 1
        worth, quantities = self._worth(team)
        if worth >= self.best:
            return False
        self.best, self.team = worth, team
        if quantities is not None:
            self.quantities = quantities
        return True

    def _worth(self, team: frozenset[str]) -> tuple[Worth, Quantities | None]:
        """What a team leaves short at least, and what it costs where that is nothing."""
        never = (float("inf"), float("inf"))
        own = tuple(c for c in self.problem.candidates if c.organisation in team)
        part = self.problem.replace(candidates=own)
        pairs = build_pairs(part)
        signing = {pair.candidate.organisation for pair in pairs.all}
        if len(signing) < 2 or not any(c.can_lead for c in own):
            return never, None
        seconds = min(SECONDS_A_MOVE, max(0.01, self.ends - perf_counter()))
        outcome = Milp().solve(part, pairs, self.rule, Budget(seconds, 0))
        if outcome.quantities is not None:
            plan = build_plan(part, pairs.all, outcome.quantities)
            if verify(self.problem, plan):
                return never, None
            return (0.0, float(plan.terms.total)), outcome.quantities
        if self.quantities is not None:
            return never, None
        seconds = min(SECONDS_A_MOVE, max(0.01, self.ends - perf_counter()))
        short = least_shortage(part, pairs, self.rule, Budget(seconds, 0), relaxed=True)
        return (max(short.at_least, 1e-6), 0.0), None
