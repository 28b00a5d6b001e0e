"""Better teams, looked for in the room of one thread around what the search knows."""

from time import perf_counter

import numpy as np

from cordee.engine.exact.incumbent import Incumbent, Whole, Workshop, best_orgs, best_pairs
from cordee.engine.exact.master import DEAR
from cordee.engine.exact.swaps import Swaps
from cordee.engine.exact.tree import Bench, Part

# A first team is sought in pieces of this many seconds.
PIECE_S = 0.25
NEIGHBOUR_PAIRS = 120
SWAP_ORGS = 70
TEAMS_A_TURN = 8
AROUND_S = 1.5
SWAP_S = 1.0
# Turns for a first team before splitting; from then on, swaps are thorough.
FIRST_TURNS = 4


class Seeker:
    """Looks for teams cheaper than the incumbent; `spent_s` is the time it took so far."""

    def __init__(self, best: Incumbent, workshop: Workshop, ends: float, seed: int) -> None:
        self.best, self.workshop, self.ends, self.seed = best, workshop, ends, seed
        self.last_team: list[str] = []
        self.spent_s = 0.0

    def swapped(self, bench: Bench, part: Part, until: float, turn: int) -> Whole | None:
        """Search by swaps from the fractions of a part, later turns from a shaken team."""
        began, compact = perf_counter(), bench.compact
        bench.run(part, self.best.upper, 3)
        signs, bounds = bench.found.signs.copy(), bench.bounds_with(part)
        team = self.best.orgs(compact) or [
            index for index, name in enumerate(compact.organisations) if name in self.last_team
        ]
        orgs = best_orgs(compact, bounds, [*np.flatnonzero(signs > 1e-6), *team], SWAP_ORGS)
        thorough = turn > FIRST_TURNS
        swaps = Swaps(compact, orgs, part, self.seed + turn, thorough=thorough)
        first = swaps.first(signs, part.node.size)
        if turn and len(swaps.named(team)) == part.node.size:
            first = swaps.named(team)
            if self.best.quantities is not None:
                first = swaps.shaken(first)
        whole = None
        until = min(until, began + (SWAP_S if turn else PIECE_S / 2))
        for _ in range(TEAMS_A_TURN):
            found = swaps.descend(first, until)
            self.last_team = [compact.organisations[org] for org in swaps.orgs[list(found)]]
            if swaps.judge(found) < min(self.best.upper, DEAR):
                chosen = swaps.team_pairs(found).tolist()
                seconds = min(AROUND_S, max(0.05, self._left_s())) if turn else self.piece_s()
                any_plan = self.best.quantities is None
                whole = self.workshop.whole(compact, chosen, seconds, any_plan=any_plan)
                if whole.cost is not None:
                    break
            if perf_counter() > until:
                break
            first = swaps.shaken(found)
        self.spent_s += perf_counter() - began
        return whole

    def around(self, bench: Bench, part: Part, seconds: float) -> Whole:
        """Solve among the best team, the fractions, and the pairs that cost least to hold."""
        began, compact = perf_counter(), bench.compact
        bench.run(part, self.best.upper, 3)
        held = np.flatnonzero(bench.found.holds > 1e-6).tolist()
        always = [*self.best.pairs_held(compact), *held]
        chosen = best_pairs(compact, bench.bounds_with(part), always, NEIGHBOUR_PAIRS)
        whole = self.workshop.whole(compact, chosen, min(seconds, max(0.05, self._left_s())))
        self.spent_s += perf_counter() - began
        return whole

    def piece_s(self) -> float:
        """Return the seconds of one piece, fewer where fewer are left."""
        return max(0.05, min(PIECE_S, self._left_s()))

    def _left_s(self) -> float:
        return self.ends - perf_counter()
