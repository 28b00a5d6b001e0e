"""Where a search begins: the node of each team size, and a cost that no plan reaches."""

import numpy as np

from cordee.engine.exact.arrays import Arrays, Compact
from cordee.engine.exact.branching import copy_node
from cordee.engine.exact.shapes import NEEDED, Node
from cordee.engine.problem import Problem
from cordee.engine.table import Ints

ANY_NUMBER = 1_000


def dearest_plan(arrays: Arrays, most: int) -> float:
    """Return more than any plan costs, in euros, from a closed formula."""
    if not len(arrays.package):
        return 1.0
    total = 1.0
    for p in range(len(arrays.need)):
        mine = arrays.package == p
        if mine.any():
            total += float(arrays.need[p] * arrays.unit[mine].max())
    shares = np.sort(arrays.once)[::-1]
    least = max(1.0, float(arrays.least.min()))
    total += float(shares[: int(arrays.need.sum() / least) + 1].sum())
    total += most * float(arrays.org_cost.max(initial=0.0))
    leads = arrays.org_lead[np.isfinite(arrays.org_lead)]
    total += float(leads.max(initial=0.0))
    return total + most * dearest_rows(arrays)


def dearest_rows(arrays: Arrays) -> float:
    """Return the most that one organisation pays near its limits, in euros."""
    worst = np.zeros(len(arrays.org_cost))
    for o in range(len(arrays.org_cost)):
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            most = arrays.most[arrays.start[c] : arrays.start[c + 1]]
            for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
                if np.isfinite(arrays.row_slope[r]):
                    at = arrays.row_at[r]
                    used = float((arrays.row_coef[at : at + len(most)] * most).sum())
                    worst[o] += max(0.0, used - arrays.row_limit[r]) * arrays.row_slope[r]
    return float(worst.max(initial=0.0))


def root_node(problem: Problem, compact: Compact, size: int) -> Node:
    """Return the node of all teams of a size."""
    arrays = compact.arrays
    orgs = np.zeros(len(arrays.org_cost), dtype=np.int8)
    orgs[compact.pinned] = NEEDED
    pairs = np.zeros(len(arrays.package), dtype=np.int8)
    pairs[compact.must] = NEEDED
    packages = len(arrays.need)
    names = compact.organisations
    sets = np.array(
        [[name in unlike.organisations for name in names] for unlike in problem.unlike],
        dtype=np.int8,
    ).reshape(len(problem.unlike), len(names))
    high = [len(unlike.organisations) - unlike.least_absent for unlike in problem.unlike]
    return Node(
        size,
        orgs,
        pairs,
        np.zeros(packages, dtype=np.int64),
        np.full(packages, ANY_NUMBER, dtype=np.int64),
        sets,
        np.zeros(len(high), dtype=np.int64),
        np.array(high, dtype=np.int64),
    )


def slice_node(node: Node, orgs: Ints, pairs: Ints) -> Node:
    """Return a node over fewer organisations and pairs."""
    made = copy_node(node)
    return made._replace(
        orgs=node.orgs[orgs].copy(), pairs=node.pairs[pairs].copy(), sets=node.sets[:, orgs].copy()
    )
