"""Branch and price from the first team to the proof; see `docs/algorithms/compose.md`."""

import heapq
import math
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from time import perf_counter

import numpy as np

from cordee.engine.exact.arrays import compact, subset
from cordee.engine.exact.fixing import fewest_shares
from cordee.engine.exact.incumbent import UNITS_PER_EURO, Incumbent, Whole, Workshop, alive_pairs
from cordee.engine.exact.modes import in_modes
from cordee.engine.exact.roots import dearest_plan, root_node, slice_node
from cordee.engine.exact.seeking import AROUND_S, FIRST_TURNS, PIECE_S, Seeker
from cordee.engine.exact.shapes import prices_for
from cordee.engine.exact.tree import (
    ROOT_ITERATIONS,
    Bench,
    Part,
    Step,
    copy_part,
    copy_prices,
    split_part,
)
from cordee.engine.exact.twins import with_first_twins
from cordee.engine.method import Budget, News, Outcome, TeamRule
from cordee.engine.pairs import Pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem

NOISE = 1e-3
# A first team is sought for this share of the time at most.
FIRST_SHARE = 0.08
# Of the time, for better teams: while the gap is wide, and once it is narrow.
HEURISTIC_SHARE = 0.5
NARROW_SHARE = 0.15
NARROW = 0.02
# A team this near to the bound lets most pairs be dropped: the second core looks for better ones.
NEAR = 0.1
FEW_PACKAGES = 12
TELL_S = 0.15
# The arrays are made anew where the best team got this much cheaper, if this much is left.
SHRINK_FROM = 0.997
MUCH = 0.7


@dataclass(frozen=True, slots=True)
class Task:
    """What a thread is at: a part to split, or none while it looks for a better team."""

    bench: Bench
    part: Part | None


# A part split, or a team found, or both.
Running = Future[tuple[Step | None, Whole | None]]


class Search:
    """One search: the best team so far, the parts not yet looked at, and the bound they give."""

    def __init__(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        workers: int,
    ) -> None:
        self.began = perf_counter()
        self.ends = self.began + budget.time_limit_s
        self.problem, self.pairs, self.rule, self.budget = problem, pairs, rule, budget
        self.workshop = Workshop(problem, pairs, rule, budget.seed)
        self.all = compact(problem, pairs, rule)
        self.compact = in_modes(self.all)
        self.workers = workers
        self.numbers = count()
        self.best = Incumbent(dearest_plan(self.all.arrays, rule.most))
        self.seeker = Seeker(self.best, self.workshop, self.ends, budget.seed)
        self.heap: list[Part] = []
        self.running: dict[Running, Task] = {}
        self.turn = 0
        self.shrunk_at = math.inf
        self.free: list[Bench] = []
        self.left_over: list[Part] = []
        self.nodes = 0
        self.told_at = self.began
        self.is_stopped = self.is_rooted = False
        self._make_benches()

    def _make_benches(self) -> None:
        self.benches = [Bench(self.compact, len(self.problem.unlike)) for _ in range(self.workers)]

    # What is known

    @property
    def bound(self) -> float:
        """Return what any team costs at least, in euros; nothing is known before the roots."""
        if not self.is_rooted:
            return 0.0
        open_parts = [part.bound for part in self.heap[:1]]
        running = [task.part for task in self.running.values() if task.part is not None]
        open_parts += [part.bound for part in running]
        open_parts += [part.bound for part in self.left_over]
        return min([self.best.upper, *open_parts])

    def keep(self, whole: Whole | None) -> bool:
        """Keep a plan where it is cheaper than the best."""
        if whole is None:
            return False
        self.nodes += whole.nodes
        if not self.best.take(whole):
            return False
        self.tell(force=True)
        return True

    def start_from(self, start: Quantities) -> None:
        """Take a plan that is known to hold."""
        cost = build_plan(self.problem, self.pairs, start).terms.total
        self.keep(Whole(dict(start), cost, None, 0))

    def tell(self, *, force: bool = False) -> bool:
        """Tell whoever watches how far the search is; return whether to go on."""
        now = perf_counter()
        if self.budget.watch is not None and (force or now - self.told_at > TELL_S):
            self.told_at = now
            bound = self.safe_bound()
            news = News(now - self.began, self.best.quantities, self.best.cost, bound)
            self.is_stopped = not self.budget.watch(news) or self.is_stopped
        return not self.is_stopped and now < self.ends

    def safe_bound(self) -> int:
        """Return the bound in micro-cents, lowered by the noise of floats."""
        bound = self.bound
        if not math.isfinite(bound) or bound <= 0:
            return 0
        return max(0, math.floor((bound - NOISE) * UNITS_PER_EURO))

    # The search

    def run(self, multipliers: Mapping[str, float] | None) -> Outcome:
        """Search until proven, stopped, or out of time."""
        self._roots(multipliers or {})
        if self.heap and self.tell():
            self._first_team()
            self._shrink(self.benches[0])
        if self.heap and self.tell():
            self._branch()
        if not self.heap and self.left_over and not self.is_stopped:
            self._finish()
        return self._outcome()

    def _roots(self, multipliers: Mapping[str, float]) -> None:
        """Bound every team size: most are closed by the first prices already."""
        prices = prices_for(len(self.problem.packages), len(self.problem.unlike))
        for index, package in enumerate(self.problem.packages):
            prices.work[index] = multipliers.get(package.id, 0.0)
        bench = self.benches[0]
        orgs = len(self.compact.organisations)
        sizes = range(
            min(self.rule.most, orgs), max(self.rule.least, len(self.compact.pinned)) - 1, -1
        )
        parts = []
        for size in sizes:
            node = root_node(self.problem, self.compact, size)
            part = Part(-math.inf, next(self.numbers), node, copy_prices(prices))
            if not fewest_shares(self.compact.arrays, node):
                continue
            if bench.run(part, self.best.upper, ROOT_ITERATIONS) < self.best.upper:
                parts.append(part)
            if size == sizes[0]:
                prices = part.prices
        self.heap = parts
        heapq.heapify(self.heap)
        self.is_rooted = True
        self.multipliers = {
            package.id: float(prices.work[index])
            for index, package in enumerate(self.problem.packages)
        }

    def _first_team(self) -> None:
        """Look for a first team where the prices point, then around it, for a short while."""
        until = min(self.ends, perf_counter() + FIRST_SHARE * self.budget.time_limit_s + PIECE_S)
        bench = self.benches[0]
        for part in sorted(self.heap)[:2]:
            if part.bound < self.best.upper and perf_counter() < until and not self._is_near():
                self.keep(self.seeker.swapped(bench, part, until, turn=0))
        while self.tell() and perf_counter() < until and not self._is_good_enough():
            if not self.keep(self.seeker.around(bench, self.heap[0], PIECE_S)):
                break

    def _is_good_enough(self) -> bool:
        """Tell whether splitting may begin: over many packages the first team is a poor one."""
        few = len(self.problem.packages) <= FEW_PACKAGES
        return self._is_near() or (self.best.quantities is not None and few)

    def _gap(self) -> float:
        return self.best.upper - self.bound

    def _is_near(self) -> bool:
        """Tell whether the best team is near enough for splitting to begin."""
        return self.best.quantities is not None and self._gap() <= NEAR * self.best.upper

    def _shrink(self, bench: Bench) -> bool:
        """Drop what is in no better team; make the arrays anew where much has gone, and tell so.

        No part may be with a thread meanwhile, nor `bench`; a thread that looks for a team keeps
        the old arrays.
        """
        self.shrunk_at = self.best.upper
        self.heap = [part for part in self.heap if part.bound < self.best.upper]
        for part in self.heap:
            bench.drop(part, self.best.upper)
        heapq.heapify(self.heap)
        parts = [*self.heap, *self.left_over]
        if not parts:
            return False
        kept = np.unique(np.concatenate([alive_pairs(part) for part in parts]))
        if not 0 < len(kept) <= MUCH * len(self.compact.pairs):
            return False
        self.compact, orgs = subset(self.compact, kept)
        for part in parts:
            part.node = slice_node(part.node, orgs, kept)
        self._make_benches()
        return True

    def _branch(self) -> None:
        """Split the part of least bound, again and again, on every core given.

        Now and then one core looks for a better team instead; where a much better one was found,
        the arrays are made smaller as soon as no part is with a thread.
        """
        self.free = list(self.benches)
        pool = ThreadPoolExecutor(self.workers)
        try:
            while self.tell():
                must_shrink = self.best.upper < SHRINK_FROM * self.shrunk_at
                if must_shrink and not self._splitting() and self.free:
                    if self._shrink(self.free[-1]):
                        self.free = self.benches[: self.workers - len(self.running)]
                    must_shrink = False
                if self.free and self.heap and self._wants_heuristic():
                    self._submit(pool, self.free.pop(), None)
                while (
                    not must_shrink
                    and self.free
                    and self.heap
                    and self.heap[0].bound < self.best.upper
                ):
                    self._submit(pool, self.free.pop(), heapq.heappop(self.heap))
                if not self.heap and not self._splitting():
                    break
                if not self.running:
                    break
                done, _ = wait(self.running, timeout=TELL_S, return_when=FIRST_COMPLETED)
                for each in done:
                    self._take(each)
            for each in self._splitting():
                self._take(each)
        finally:
            # Whoever still looks for a team ends by itself, in a room of its own.
            pool.shutdown(wait=False)
        if self.heap and self.heap[0].bound >= self.best.upper:
            self.heap = []

    def _splitting(self) -> list[Running]:
        return [future for future, task in self.running.items() if task.part is not None]

    def _submit(self, pool: ThreadPoolExecutor, bench: Bench, part: Part | None) -> None:
        if part is None:
            self.turn += 1
            future = pool.submit(self._heuristic, bench, copy_part(self.heap[0]), self.turn)
        else:
            future = pool.submit(self._step, bench, part)
        self.running[future] = Task(bench, part)

    def _step(self, bench: Bench, part: Part) -> tuple[Step | None, Whole | None]:
        step = split_part(bench, part, self.best.upper)
        whole = None
        if step.whole and step.holds is not None and part.bound < self.best.upper:
            chosen = np.flatnonzero(step.holds > 0.5).tolist()
            whole = self.workshop.whole(bench.compact, chosen, self.seeker.piece_s())
        return step, whole

    def _heuristic(self, bench: Bench, part: Part, turn: int) -> tuple[Step | None, Whole | None]:
        if turn % 2 and self.best.quantities is not None:
            return None, self.seeker.around(bench, part, PIECE_S if turn == 1 else AROUND_S)
        return None, self.seeker.swapped(bench, part, self.ends, turn)

    def _take(self, future: Running) -> None:
        task = self.running.pop(future)
        is_current = any(task.bench is bench for bench in self.benches)
        # The room of a thread that went on over old arrays is left to it.
        taken = [*self.free, *(each.bench for each in self.running.values())]
        others = (b for b in self.benches if all(b is not each for each in taken))
        self.free.append(task.bench if is_current else next(others))
        step, whole = future.result()
        self.keep(whole)
        if step is None:
            return
        self.nodes += 1
        for child in step.children:
            if child.bound < self.best.upper:
                child.number = next(self.numbers)
                heapq.heappush(self.heap, child)
        if step.whole and step.part.bound < self.best.upper:
            self.left_over.append(step.part)

    def _wants_heuristic(self) -> bool:
        if self.best.quantities is None and self.turn < FIRST_TURNS:
            # Without a team nothing can be dropped: splitting would cost much and bring little.
            return True
        if any(task.part is None for task in self.running.values()):
            return False
        spent, gap = perf_counter() - self.began, self._gap()
        if self.best.quantities is None:
            return self.seeker.spent_s < 0.9 * spent
        share = HEURISTIC_SHARE if gap > NARROW * self.best.upper else NARROW_SHARE
        return self.seeker.spent_s < share * spent and gap > 0.002 * self.best.upper

    def _finish(self) -> None:
        """Close the parts whose fractions are gone but whose shares were not whole."""
        bench = self.free[0] if self.free else Bench(self.compact, len(self.problem.unlike))
        upper = self.best.upper
        open_parts = [p for p in self.left_over if p.bound < upper and bench.drop(p, upper)]
        self.left_over = open_parts
        if not open_parts:
            return
        kept = np.unique(np.concatenate([alive_pairs(part) for part in open_parts]))
        seconds = max(0.5, self.ends - perf_counter())
        whole = self.workshop.whole(self.compact, kept.tolist(), seconds)
        lowest = min(part.bound for part in open_parts)
        if whole.quantities is None and whole.bound is None:
            return
        self.keep(whole)
        if whole.bound is not None:
            lowest = max(lowest, whole.bound / UNITS_PER_EURO)
        for part in open_parts:
            part.bound = max(part.bound, lowest)

    def _outcome(self) -> Outcome:
        is_open = bool(self.heap or self.left_over)
        if self.best.quantities is None and not is_open:
            return Outcome(None, None, True, self.nodes)
        bound = self.safe_bound()
        best = self.best.quantities
        if best is not None:
            best = with_first_twins(self.all, self.problem, best)
        return Outcome(best, bound, False, self.nodes, self.multipliers)
