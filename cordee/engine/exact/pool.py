"""The columns found so far, each kept once."""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf


class Pool(NamedTuple):
    """Columns found so far by one thread; `size[0]` of them.

    `head[o]` is the last column of an organisation, `before[k]` the one before it, -1 for none.
    """

    org: Any
    cost: Any
    count: Any
    pairs: Any
    shares: Any
    head: Any
    before: Any
    size: Any


def pool_for(orgs: int, longest: int, most: int) -> Pool:
    """Return an empty pool."""
    return Pool(
        org=np.zeros(most, dtype=np.int64),
        cost=np.zeros(most),
        count=np.zeros(most, dtype=np.int64),
        pairs=np.zeros((most, longest), dtype=np.int64),
        shares=np.zeros((most, longest)),
        head=np.full(orgs, -1, dtype=np.int64),
        before=np.full(most, -1, dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )


@leaf
def keep_column(arrays, pool, o, pairs, shares, count):  # type: ignore[no-untyped-def]
    """Put a column into the pool, once; return where it is, -1 where there is no room."""
    k = pool.head[o]
    while k >= 0:
        same = pool.count[k] == count
        for j in range(count):
            if not same:
                break
            same = pool.pairs[k, j] == pairs[j] and abs(pool.shares[k, j] - shares[j]) < 1e-7
        if same:
            return k
        k = pool.before[k]
    k = pool.size[0]
    if k >= len(pool.org):
        return -1
    pool.org[k], pool.count[k] = o, count
    for j in range(count):
        pool.pairs[k, j], pool.shares[k, j] = pairs[j], shares[j]
    pool.cost[k] = column_cost(arrays, o, pairs, shares, count)
    pool.before[k] = pool.head[o]
    pool.head[o] = k
    pool.size[0] = k + 1
    return k


@jit
def trim_pool(pool, rate, most):  # type: ignore[no-untyped-def]
    """Keep the `most` columns of the least rate."""
    keep = np.sort(np.argsort(rate)[:most])
    pool.head[:] = -1
    for to in range(len(keep)):
        k = keep[to]
        o = pool.org[k]
        pool.org[to], pool.cost[to], pool.count[to] = o, pool.cost[k], pool.count[k]
        for j in range(pool.count[to]):
            pool.pairs[to, j], pool.shares[to, j] = pool.pairs[k, j], pool.shares[k, j]
        pool.before[to] = pool.head[o]
        pool.head[o] = to
    pool.size[0] = len(keep)


@leaf
def column_cost(arrays, o, pairs, shares, count):  # type: ignore[no-untyped-def]
    """Return the true cost of what an organisation does, in euros."""
    cost = arrays.org_cost[o]
    for k in range(count):
        cost += arrays.once[pairs[k]] + arrays.unit[pairs[k]] * shares[k]
    for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
        for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
            if arrays.row_slope[r] < np.inf:
                used = 0.0
                for k in range(count):
                    if arrays.chantier[pairs[k]] == c:
                        at = arrays.row_at[r] + pairs[k] - arrays.start[c]
                        used += arrays.row_coef[at] * shares[k]
                if used > arrays.row_limit[r]:
                    cost += (used - arrays.row_limit[r]) * arrays.row_slope[r]
    return cost
