"""The linear program over columns: one column is what one organisation does.

A primal simplex with a dense inverse, since rows are few (some tens) and columns some hundreds. It
proposes prices and fractions; nothing that is proven depends on it.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit

# What one unit of a row costs where nothing else fills it: more than any real column.
DEAR = 1e6
PIVOTS = 2_000
ENTERS = 1e-7
TINY = 1e-9
UNEVEN = 1e-7
NOISE = 1e-10


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


class Master(NamedTuple):
    """The table: `table[r, j]`, costs, right-hand sides, inverse and basis; see `Sizes`.

    `origin[j]` is the column of the pool, -1 for what fills a row; `is_lead[j]` says whether its
    organisation leads.
    """

    table: Any
    cost: Any
    right: Any
    inverse: Any
    basis: Any
    amount: Any
    dual: Any
    basic: Any
    origin: Any
    is_lead: Any
    reduced: Any
    sizes: Any  # rows, columns, pivots made


class Basis(NamedTuple):
    """The columns of a last table that carried something, to start a table near it from."""

    origin: Any
    is_lead: Any
    size: Any


def basis_for(rows: int) -> Basis:
    """Return room for a basis; an empty one starts nothing."""
    return Basis(
        origin=np.zeros(rows, dtype=np.int64),
        is_lead=np.zeros(rows, dtype=np.bool_),
        size=np.zeros(1, dtype=np.int64),
    )


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


def master_for(rows: int, columns: int) -> Master:
    """Return room for a table."""
    return Master(
        table=np.zeros((rows, columns)),
        cost=np.zeros(columns),
        right=np.zeros(rows),
        inverse=np.zeros((rows, rows)),
        basis=np.zeros(rows, dtype=np.int64),
        amount=np.zeros(rows),
        dual=np.zeros(rows),
        basic=np.zeros(columns, dtype=np.bool_),
        origin=np.zeros(columns, dtype=np.int64),
        is_lead=np.zeros(columns, dtype=np.bool_),
        reduced=np.zeros(columns),
        sizes=np.zeros(3, dtype=np.int64),
    )


@jit
def new_column(master, cost, origin, is_lead):  # type: ignore[no-untyped-def]
    """Add an empty column and return its index, -1 where there is no room."""
    j = master.sizes[1]
    if j >= master.table.shape[1]:
        return -1
    for r in range(master.table.shape[0]):
        master.table[r, j] = 0.0
    master.cost[j] = cost
    master.origin[j] = origin
    master.is_lead[j] = is_lead
    master.basic[j] = False
    master.sizes[1] = j + 1
    return j


@jit
def first_row(master, right, sense):  # type: ignore[no-untyped-def]
    """Add a row before any solve: `sense` is 0 for =, 1 for >=, -1 for <=; `right` is never < 0."""
    r = master.sizes[0]
    master.sizes[0] = r + 1
    # Limits a little apart, so that the simplex does not turn on the spot among ties.
    right += UNEVEN * (1.0 + r * 0.618 % 1.0)
    master.right[r] = right
    if sense != 0:
        j = new_column(master, 0.0, -1, False)
        master.table[r, j] = -1.0 if sense > 0 else 1.0
        if sense < 0:
            _make_basic(master, r, j, right)
            return r
    j = new_column(master, DEAR, -1, False)
    master.table[r, j] = 1.0
    _make_basic(master, r, j, right)
    return r


@jit
def _make_basic(master, r, j, amount):  # type: ignore[no-untyped-def]
    for k in range(r + 1):
        master.inverse[r, k] = 0.0
        master.inverse[k, r] = 0.0
    master.inverse[r, r] = 1.0
    master.basis[r] = j
    master.basic[j] = True
    master.amount[r] = amount


@jit
def limit_row(master, members, right):  # type: ignore[no-untyped-def]
    """Add a row after a solve: the columns of `members` (0 or 1 by column) sum to `right` at most.

    Where they exceed it, what is above is dear, so that the table stays feasible.
    """
    r = master.sizes[0]
    if r >= master.table.shape[0] or master.sizes[1] + 2 > master.table.shape[1]:
        return False
    columns = master.sizes[1]
    for j in range(columns):
        master.table[r, j] = members[j]
    master.right[r] = right
    slack = new_column(master, 0.0, -1, False)
    above = new_column(master, DEAR, -1, False)
    master.table[r, slack] = 1.0
    master.table[r, above] = -1.0
    held = 0.0
    for k in range(r):
        held += members[master.basis[k]] * master.amount[k] if master.basis[k] < columns else 0.0
    own, sign = (above, -1.0) if held > right else (slack, 1.0)
    for k in range(r):
        total = 0.0
        for i in range(r):
            if master.basis[i] < columns:
                total += members[master.basis[i]] * master.inverse[i, k]
        master.inverse[r, k] = -total * sign
        master.inverse[k, r] = 0.0
    master.inverse[r, r] = sign
    master.basis[r] = own
    master.basic[own] = True
    master.amount[r] = abs(right - held)
    master.sizes[0] = r + 1
    return True


@jit
def save_basis(master, basis):  # type: ignore[no-untyped-def]
    """Remember which columns of the pool are in the basis."""
    n = 0
    for r in range(master.sizes[0]):
        j = master.basis[r]
        if master.origin[j] >= 0 and n < len(basis.origin):
            basis.origin[n], basis.is_lead[n] = master.origin[j], master.is_lead[j]
            n += 1
    basis.size[0] = n


@jit
def start_near(master, first, last):  # type: ignore[no-untyped-def]
    """Put the columns from `first` to `last` into the basis without looking at costs.

    What turns out negative is replaced by its opposite: the slack of its row where that is it, else
    something dear. So the table is feasible, and near where the last one ended.
    """
    m = master.sizes[0]
    way = np.empty(m)
    for j in range(first, last):
        for r in range(m):
            total = 0.0
            for k in range(m):
                total += master.inverse[r, k] * master.table[k, j]
            way[r] = total
        leave = -1
        for r in range(m):
            fills = master.origin[master.basis[r]] < 0 and abs(way[r]) > 1e-5
            if fills and (leave < 0 or abs(way[r]) > abs(way[leave])):
                leave = r
        if leave >= 0:
            _pivot(master, m, j, leave, way, 0.0)
    for r in range(m):
        total = 0.0
        for k in range(m):
            total += master.inverse[r, k] * master.right[k]
        master.amount[r] = total
    for r in range(m):
        if master.amount[r] < 0.0:
            _make_opposite(master, m, r)


@jit
def _make_opposite(master, m, r):  # type: ignore[no-untyped-def]
    old = master.basis[r]
    # A row of >= has its slack just before what fills it, with the opposite sign.
    j = old - 1
    is_slack = (
        master.origin[old] < 0
        and j >= 0
        and master.origin[j] < 0
        and master.cost[j] == 0.0
        and not master.basic[j]
    )
    if is_slack:
        for k in range(m):
            if master.table[k, j] != -master.table[k, old]:
                is_slack = False
    if not is_slack:
        j = new_column(master, DEAR, -1, False)
        if j < 0:
            return
        for k in range(m):
            master.table[k, j] = -master.table[k, old]
    master.basic[old] = False
    master.basic[j] = True
    master.basis[r] = j
    master.amount[r] = -master.amount[r]
    for k in range(m):
        master.inverse[r, k] = -master.inverse[r, k]


@jit
def solve(master):  # type: ignore[no-untyped-def]
    """Pivot until no column can lower the cost; return the cost and how much of it is dear."""
    m = master.sizes[0]
    way = np.empty(m)
    for pivot in range(PIVOTS):
        n = master.sizes[1]
        _duals(master, m)
        largest = 0.0
        for r in range(m):
            largest = max(largest, abs(master.dual[r]))
        # Where something is dear, what looks like a gain may be the noise of large prices.
        enter, least = -1, -max(ENTERS, NOISE * largest)
        for j in range(n):
            master.reduced[j] = master.cost[j]
        for r in range(m):
            y = master.dual[r]
            if y != 0.0:
                for j in range(n):
                    master.reduced[j] -= y * master.table[r, j]
        for j in range(n):
            if master.reduced[j] < least and not master.basic[j]:
                enter, least = j, master.reduced[j]
        if enter < 0:
            break
        for r in range(m):
            total = 0.0
            for k in range(m):
                total += master.inverse[r, k] * master.table[k, enter]
            way[r] = total
        leave, step, strength = -1, np.inf, 0.0
        for r in range(m):
            if way[r] > TINY:
                ratio = max(master.amount[r], 0.0) / way[r]
                if ratio < step - 1e-12 or (ratio <= step + 1e-12 and way[r] > strength):
                    leave, step, strength = r, ratio, way[r]
        if leave < 0:
            break
        _pivot(master, m, enter, leave, way, step)
        master.sizes[2] += 1
        if pivot % 150 == 149:
            _refresh(master, m)
    total, dear = 0.0, 0.0
    for r in range(m):
        j = master.basis[r]
        total += master.cost[j] * master.amount[r]
        if master.cost[j] == DEAR:
            dear += master.amount[r]
    return total, dear


@jit
def _duals(master, m):  # type: ignore[no-untyped-def]
    for k in range(m):
        master.dual[k] = 0.0
    for r in range(m):
        cost = master.cost[master.basis[r]]
        if cost != 0.0:
            for k in range(m):
                master.dual[k] += cost * master.inverse[r, k]


@jit
def _pivot(master, m, enter, leave, way, step):  # type: ignore[no-untyped-def]
    for k in range(m):
        master.inverse[leave, k] /= way[leave]
    for r in range(m):
        if r != leave:
            factor = way[r]
            master.amount[r] -= factor * step
            if factor != 0.0:
                for k in range(m):
                    master.inverse[r, k] -= factor * master.inverse[leave, k]
    master.amount[leave] = step
    master.basic[master.basis[leave]] = False
    master.basic[enter] = True
    master.basis[leave] = enter


@jit
def _refresh(master, m):  # type: ignore[no-untyped-def]
    """Invert the basis anew, so that the errors of many pivots do not add up."""
    square = np.empty((m, m))
    for r in range(m):
        for k in range(m):
            square[k, r] = master.table[k, master.basis[r]]
    _invert(square, master.inverse, m)
    for r in range(m):
        total = 0.0
        for k in range(m):
            total += master.inverse[r, k] * master.right[k]
        master.amount[r] = total


@jit
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


@jit
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


@jit
def _invert(square, inverse, m):  # type: ignore[no-untyped-def]
    """Invert by elimination with row exchanges; `square` is spoiled."""
    for r in range(m):
        for k in range(m):
            inverse[r, k] = 1.0 if r == k else 0.0
    for c in range(m):
        top = c
        for r in range(c + 1, m):
            if abs(square[r, c]) > abs(square[top, c]):
                top = r
        if top != c:
            for k in range(m):
                square[c, k], square[top, k] = square[top, k], square[c, k]
                inverse[c, k], inverse[top, k] = inverse[top, k], inverse[c, k]
        scale = square[c, c]
        for k in range(m):
            square[c, k] /= scale
            inverse[c, k] /= scale
        for r in range(m):
            factor = square[r, c]
            if r != c and factor != 0.0:
                for k in range(m):
                    square[r, k] -= factor * square[c, k]
                    inverse[r, k] -= factor * inverse[c, k]
