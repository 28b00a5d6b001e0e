"""The exact method at the size of a country: branch and price, compiled.

Composing a team is an assignment problem with fixed costs: who takes how much of which package,
under each structure's own limits, with N organisations signing and one of them leading. Written at
once (`cordee.engine.model`) it has a weak relaxation and tens of thousands of rows. Here it is
decomposed in the manner of Dantzig and Wolfe: one *column* is all that one organisation does, a
master problem chooses N columns that cover the work, and columns are generated as prices ask for
them, at every node of a branch and bound (C. Barnhart et al., Branch-and-price, Operations Research
46, 1998; M. Lübbecke, J. Desrosiers, Selected topics in column generation, Operations Research 53,
2005).

The files, from the formulation up:

    arrays      the compact formulation, as flat arrays
    branching   a node: what is decided in it, and its two children; what any whole plan obeys:
                sizes of shares, Chvátal-Gomory cuts, covers
    shares      the quantities of a pattern: a small bounded simplex
    patterns    the best pattern of one chantier: a knapsack, by branch and bound
    pricing     the value of an organisation at given prices, and the column that has it
    bounds      what a team costs at least at any prices, and the pairs that this fixes
    simplex     the linear program of the master problem, with rows and columns added as it goes
    master      what its rows and columns mean; the pool of columns
    node        column generation at one node with smoothed prices, and strong branching
    heuristics  plans in whole cFTE: restricted integer programs, and dives
    search      the tree, best bound first, on one core or two
    symmetry    organisations that differ by name alone

Nothing that proposes is believed. Prices, fractions and splits come from floats and tolerances; a
node is closed only by the bound of `bounds`, recomputed at its own prices, and a plan counts only
at the cost that integers give it. The measured side of it is in `docs/algorithms/compose.md`.
"""

import os
from collections.abc import Mapping

from cordee.engine.exact.search import BranchAndPrice
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
        if pairs.lack_somebody:
            return Outcome(None, None, True, 0)
        search = BranchAndPrice(problem, pairs, rule, budget, self.workers)
        if start:
            search.start_from(start)
        return search.run(multipliers)
