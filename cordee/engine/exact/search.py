"""The search tree: best bound first, one queue for all team sizes, on one core or two.

    roots        the bound of every team size at the first prices, which close most
    first team   primal heuristics where the prices point
    branching    the open node of least bound is processed and split, so that the bound of the
                 whole, the least of all open ones, rises (best-first search; A. Land, A. Doig, An
                 automatic method of solving discrete programming problems, Econometrica 28, 1960)
    shrinking    where a much better plan lets fixing leave few pairs, the arrays are made anew
    rest         behind much splitting, all that is left goes to HiGHS, beside what goes on
    finish       nodes without a fraction whose shares are not whole go to the integer program

A node is closed where its bound reaches the incumbent, or with all others by HiGHS over the rest.
Two threads process nodes side by side, since compiled code and HiGHS leave the interpreter's lock;
each has a workspace of its own, and the queue is written by the main thread alone.
"""

import heapq
import math
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from time import perf_counter

import numpy as np

from cordee.engine.exact.arrays import UNITS_PER_EURO, compact, subset
from cordee.engine.exact.branching import fewest_shares, in_modes, root_node, slice_node
from cordee.engine.exact.heuristics import (
    AROUND_S,
    FIRST_TURNS,
    PIECE_S,
    Incumbent,
    PrimalHeuristics,
    Solution,
    SubMip,
    dearest_plan,
    pairs_left,
)
from cordee.engine.exact.node import (
    ROOT_ITERATIONS,
    OpenNode,
    Processed,
    Workspace,
    copy_open_node,
    process,
)
from cordee.engine.exact.pricing import copy_prices, prices_for
from cordee.engine.exact.symmetry import with_first_twins
from cordee.engine.method import Budget, News, Outcome, TeamRule
from cordee.engine.milp import Milp
from cordee.engine.pairs import Pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS
from cordee.engine.table import Ints

# Euros by which a bound is lowered: far more than the rounding of the floats it is a sum of.
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
REPORT_S = 0.15
# All that is left goes to HiGHS, once: after so long, with as long to go, among so few pairs.
REST_FROM_S, REST_S, REST_PAIRS = 8.0, 10.0, 1_200
# It looks at its clock now and then only: it must end before the limit to be heard.
SPARED_S = 1.0
# The arrays are made anew where the best team got this much cheaper, if this much is left.
SHRINK_FROM = 0.997
MUCH = 0.7


@dataclass(frozen=True, slots=True)
class Task:
    """What a thread is at: a node to process, or none while it looks for a better team."""

    workspace: Workspace
    open_node: OpenNode | None
    # Where HiGHS has all that is left: what any other plan costs at least, in euros.
    others: float | None = None


# A node processed, or a team found, or both.
Running = Future[tuple[Processed | None, Solution | None]]


class BranchAndPrice:
    """One search: the best team so far, the open nodes, and the bound they give."""

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
        self.sub_mip = SubMip(problem, pairs, rule, budget.seed)
        self.all = compact(problem, pairs, rule)
        self.compact = in_modes(self.all)
        self.workers = workers
        self.numbers = count()
        self.best = Incumbent(dearest_plan(self.all.arrays, rule.most))
        self.heuristics = PrimalHeuristics(self.best, self.sub_mip, self.ends, budget.seed)
        self.heap: list[OpenNode] = []
        self.running: dict[Running, Task] = {}
        self.turn = 0
        self.shrunk_at = math.inf
        self.free: list[Workspace] = []
        self.unresolved: list[OpenNode] = []
        self.nodes = 0
        self.reported_at = self.began
        self.floor = 0.0
        self.is_stopped = self.is_rooted = self.is_rest_given = False
        self._make_workspaces()

    def _make_workspaces(self) -> None:
        sets = len(self.problem.unlike)
        self.workspaces = [Workspace(self.compact, sets) for _ in range(self.workers)]

    # What is known

    @property
    def bound(self) -> float:
        """Return what any team costs at least, in euros; nothing is known before the roots.

        The least bound of all nodes that are open, being processed or unresolved.
        """
        if not self.is_rooted:
            return 0.0
        open_bounds = [open_node.bound for open_node in self.heap[:1]]
        running = [task.open_node for task in self.running.values() if task.open_node is not None]
        open_bounds += [open_node.bound for open_node in running]
        open_bounds += [open_node.bound for open_node in self.unresolved]
        return min(self.best.upper, max(self.floor, min(open_bounds, default=math.inf)))

    def keep(self, solution: Solution | None) -> bool:
        """Keep a plan where it is cheaper than the best."""
        if solution is None:
            return False
        self.nodes += solution.nodes
        if not self.best.take(solution):
            return False
        self.report(force=True)
        return True

    def start_from(self, start: Quantities) -> None:
        """Take a plan that is known to hold."""
        cost = build_plan(self.problem, self.pairs, start).terms.total
        self.keep(Solution(dict(start), cost, None, 0))

    def report(self, *, force: bool = False) -> bool:
        """Tell whoever watches how far the search is; return whether to go on."""
        now = perf_counter()
        if self.budget.watch is not None and (force or now - self.reported_at > REPORT_S):
            self.reported_at = now
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
        if self.heap and self.report():
            if self.best.quantities is None:
                # The best bound is not always where the best team is.
                self._first_team(turn=1)
            self._shrink(self.workspaces[0])
        if self.heap and self.report():
            self._branch()
        if not (self.heap or self._splitting() or self.is_stopped) and self.unresolved:
            self._finish()
        return self._outcome()

    def _roots(self, multipliers: Mapping[str, float]) -> None:
        """Bound every team size: most are closed by the first prices already."""
        # Prices of a near answer, or none; those of the largest size then start all others.
        prices = prices_for(len(self.problem.packages), len(self.problem.unlike))
        for index, package in enumerate(self.problem.packages):
            prices.cover[index] = multipliers.get(package.id, 0.0)
        workspace = self.workspaces[0]
        orgs = len(self.compact.organisations)
        sizes = range(
            min(self.rule.most, orgs), max(self.rule.least, len(self.compact.pinned)) - 1, -1
        )
        # The largest first: it has the most freedom, and its prices suit the others too.
        for size in sizes:
            node = root_node(self.problem, self.compact, size)
            open_node = OpenNode(-math.inf, next(self.numbers), node, copy_prices(prices))
            # Not even the largest shares cover some package.
            if not fewest_shares(self.compact.arrays, node):
                continue
            if workspace.run(open_node, self.best.upper, ROOT_ITERATIONS) < self.best.upper:
                heapq.heappush(self.heap, open_node)
            if size == sizes[0]:
                prices = open_node.prices
                # A team closes most of the other sizes at their first prices.
                if self.heap:
                    self._first_team(turn=0)
            if not self.report():
                break
        else:
            # Only where every size has a bound is there one of the whole.
            self.is_rooted = True
        self.multipliers = {
            package.id: float(prices.cover[index])
            for index, package in enumerate(self.problem.packages)
        }

    def _first_team(self, turn: int) -> None:
        """Look for a first team where the prices point, then around it, for a short while."""
        until = min(self.ends, perf_counter() + FIRST_SHARE * self.budget.time_limit_s + PIECE_S)
        workspace = self.workspaces[0]
        for open_node in sorted(self.heap)[:2]:
            if open_node.bound < self.best.upper and perf_counter() < until and not self._is_near():
                self.keep(self.heuristics.by_dives(workspace, open_node, until, turn))
        while self.report() and perf_counter() < until and not self._is_good_enough():
            if not self.keep(self.heuristics.by_sub_mip(workspace, self.heap[0], PIECE_S)):
                break

    def _is_good_enough(self) -> bool:
        """Tell whether splitting may begin: over many packages the first team is a poor one."""
        few = len(self.problem.packages) <= FEW_PACKAGES
        return self._is_near() or (self.best.quantities is not None and few)

    def _gap(self) -> float:
        # Before all sizes have a bound, of the one looked at.
        bound = self.bound if self.is_rooted else self.heap[0].bound
        return self.best.upper - bound

    def _is_near(self) -> bool:
        """Tell whether the best team is near enough for splitting to begin."""
        return self.best.quantities is not None and self._gap() <= NEAR * self.best.upper

    def _shrink(self, workspace: Workspace) -> bool:
        """Drop what is in no better team; make the arrays anew where much has gone, and tell so.

        No node may be with a thread meanwhile, nor `workspace`; a thread that looks for a team
        keeps the old arrays.
        """
        self.shrunk_at = self.best.upper
        self.heap = [open_node for open_node in self.heap if open_node.bound < self.best.upper]
        for open_node in self.heap:
            workspace.fix(open_node, self.best.upper)
        heapq.heapify(self.heap)
        open_nodes = [*self.heap, *self.unresolved]
        if not open_nodes:
            return False
        kept = pairs_left(open_nodes)
        if not 0 < len(kept) <= MUCH * len(self.compact.pairs):
            return False
        self.compact, orgs = subset(self.compact, kept)
        for open_node in open_nodes:
            open_node.node = slice_node(open_node.node, orgs, kept)
        self._make_workspaces()
        return True

    def _branch(self) -> None:
        """Process the open node of least bound, again and again, on every core given.

        Now and then one core looks for a better team instead; where a much better one was found,
        the arrays are made smaller as soon as no node is with a thread.
        """
        self.free = list(self.workspaces)
        pool = ThreadPoolExecutor(self.workers)
        try:
            while self.report() and not self._is_closed_by_rest():
                # Smaller arrays make every node cheaper, but all workspaces must change at once.
                must_shrink = self.best.upper < SHRINK_FROM * self.shrunk_at
                if must_shrink and not self._splitting() and self.free:
                    if self._shrink(self.free[-1]):
                        self.free = self.workspaces[: self.workers - len(self.running)]
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
                # Nothing open and nothing under way: proven.
                if not self.heap and not self._splitting():
                    break
                if not self.running:
                    break
                left = max(0.0, self.ends - perf_counter())
                done, _ = wait(
                    self.running, timeout=min(REPORT_S, left), return_when=FIRST_COMPLETED
                )
                for each in done:
                    self._take(each)
        finally:
            # Who is still at something ends soon, in a workspace of its own. A node being split
            # stays open with the bound it has: waiting for it would overrun the limit.
            for task in self.running.values():
                task.workspace.is_abandoned = True
            pool.shutdown(wait=False)
        if self.heap and self.heap[0].bound >= self.best.upper:
            self.heap = []

    def _splitting(self) -> list[Running]:
        return [future for future, task in self.running.items() if task.open_node is not None]

    def _submit(
        self, pool: ThreadPoolExecutor, workspace: Workspace, open_node: OpenNode | None
    ) -> None:
        others = None
        if open_node is None and self._is_rest_for_highs():
            self.is_rest_given, others = True, self.best.upper
            future = pool.submit(self._solve_rest, workspace, self._rest(), others)
        elif open_node is None:
            self.turn += 1
            future = pool.submit(self._improve, workspace, copy_open_node(self.heap[0]), self.turn)
        else:
            future = pool.submit(self._step, workspace, open_node)
        self.running[future] = Task(workspace, open_node, others)

    def _step(
        self, workspace: Workspace, open_node: OpenNode
    ) -> tuple[Processed | None, Solution | None]:
        step = process(workspace, open_node, self.best.upper)
        solution = None
        if step.is_whole and step.holds is not None and open_node.bound < self.best.upper:
            chosen = np.flatnonzero(step.holds > 0.5).tolist()
            solution = self.sub_mip.solve(workspace.compact, chosen, self.heuristics.piece_s())
        return step, solution

    def _improve(
        self, workspace: Workspace, open_node: OpenNode, turn: int
    ) -> tuple[Processed | None, Solution | None]:
        heuristics = self.heuristics
        if turn % 2 and self.best.quantities is not None:
            seconds = PIECE_S if turn == 1 else AROUND_S
            return None, heuristics.by_sub_mip(workspace, open_node, seconds)
        return None, heuristics.by_dives(workspace, open_node, self.ends, turn)

    def _is_closed_by_rest(self) -> bool:
        """Tell whether HiGHS left nothing to win: what is open needs no more splitting."""
        cost, floor = self.best.cost, (self.floor - NOISE) * UNITS_PER_EURO
        return cost is not None and cost - floor <= OPTIMAL_WITHIN_UNITS

    def _rest(self) -> Ints:
        """Return the pairs that are open to some better team."""
        split = [task.open_node for task in self.running.values() if task.open_node is not None]
        return pairs_left([*self.heap, *self.unresolved, *split])

    def _is_rest_for_highs(self) -> bool:
        """Tell whether HiGHS is given what is left: too much of it, or too soon, it closes none."""
        now = perf_counter()
        return (
            not self.is_rest_given
            and self.workers > 1
            and self.best.quantities is not None
            and now - self.began > REST_FROM_S
            and self.ends - now > REST_S
            and len(self._rest()) <= REST_PAIRS
        )

    def _solve_rest(
        self, workspace: Workspace, rest: Ints, below: float
    ) -> tuple[Processed | None, Solution | None]:
        """Have HiGHS look among the pairs left for a team cheaper than `below` euros.

        Open nodes split on meanwhile on the other core: what is proven of what is left holds for
        all that comes of it.
        """
        by = Milp(below, lambda: workspace.is_abandoned)
        seconds = self.ends - perf_counter() - SPARED_S
        return None, self.sub_mip.solve(workspace.compact, rest.tolist(), seconds, by=by)

    def _take(self, future: Running) -> None:
        task = self.running.pop(future)
        is_current = any(task.workspace is workspace for workspace in self.workspaces)
        # The workspace of a thread that went on over old arrays is left to it.
        taken = [*self.free, *(each.workspace for each in self.running.values())]
        others = (b for b in self.workspaces if all(b is not each for each in taken))
        self.free.append(task.workspace if is_current else next(others))
        step, solution = future.result()
        self.keep(solution)
        if task.others is not None and solution is not None:
            # Without a bound nothing is left that is cheaper than all others.
            bound = solution.bound
            self.floor = task.others if bound is None else min(task.others, bound / UNITS_PER_EURO)
        if step is None:
            return
        self.nodes += 1
        for child in step.children:
            if child.bound < self.best.upper:
                # Among equal bounds the first in line: the order does not hang on memory.
                child.number = next(self.numbers)
                heapq.heappush(self.heap, child)
        if step.is_whole and step.open_node.bound < self.best.upper:
            self.unresolved.append(step.open_node)

    def _wants_heuristic(self) -> bool:
        if self.best.quantities is None and self.turn < FIRST_TURNS:
            # Without a team nothing can be fixed: splitting would cost much and bring little.
            return True
        # One thread at most looks for plans while the other raises the bound.
        if any(task.open_node is None for task in self.running.values()):
            return False
        if self._is_rest_for_highs():
            return True
        spent, gap = perf_counter() - self.began, self._gap()
        if self.best.quantities is None:
            return self.heuristics.spent_s < 0.9 * spent
        share = HEURISTIC_SHARE if gap > NARROW * self.best.upper else NARROW_SHARE
        return self.heuristics.spent_s < share * spent and gap > 0.002 * self.best.upper

    def _finish(self) -> None:
        """Close the nodes whose fractions are gone but whose shares were not whole.

        Branching decides who holds what; that a cFTE is whole is left to the integer program, among
        the pairs that these nodes still allow.
        """
        workspace = self.free[0] if self.free else Workspace(self.compact, len(self.problem.unlike))
        upper = self.best.upper
        still_open = [
            each for each in self.unresolved if each.bound < upper and workspace.fix(each, upper)
        ]
        self.unresolved = still_open
        if not still_open:
            return
        kept = pairs_left(still_open)
        seconds = max(0.05, self.ends - perf_counter())
        solution = self.sub_mip.solve(self.compact, kept.tolist(), seconds)
        lowest = min(open_node.bound for open_node in still_open)
        if solution.quantities is None and solution.bound is None:
            return
        self.keep(solution)
        if solution.bound is not None:
            lowest = max(lowest, solution.bound / UNITS_PER_EURO)
        for open_node in still_open:
            open_node.bound = max(open_node.bound, lowest)

    def _outcome(self) -> Outcome:
        is_open = bool(self.heap or self.unresolved or self._splitting()) or not self.is_rooted
        if self.best.quantities is None and not is_open:
            return Outcome(None, None, True, self.nodes)
        bound = self.safe_bound()
        best = self.best.quantities
        if best is not None:
            best = with_first_twins(self.all, self.problem, best)
        return Outcome(best, bound, False, self.nodes, self.multipliers)
