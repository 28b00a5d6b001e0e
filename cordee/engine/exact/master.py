"""The linear program over columns: one column is what one organisation does.

A primal simplex with a dense inverse, since rows are few (some tens) and columns some hundreds with
few entries each. It proposes prices and fractions; nothing that is proven depends on it.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf

# What one unit of a row costs where nothing else fills it: more than any real column.
DEAR = 1e6
PIVOTS = 2_000
# Columns that look best are kept in hand for some pivots before all are looked at again.
IN_HAND = 16
REFRESHED = 100
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
    """The table: `count[j]` entries of column j in `row[j]` and `value[j]`, inverse and basis.

    `origin[j]` is the column of the pool, -1 for what fills a row; `is_lead[j]` says whether its
    organisation leads.
    """

    row: Any
    value: Any
    count: Any
    cost: Any
    right: Any
    inverse: Any
    basis: Any
    amount: Any
    dual: Any
    basic: Any
    origin: Any
    is_lead: Any
    slack: Any  # rows: the column of its slack, -1 for none
    sizes: Any  # rows, columns, pivots made
    way: Any  # room for a column in terms of the basis
    hand: Any  # room for the columns in hand, and what each gains
    gains: Any
    square: Any


class Kept(NamedTuple):
    """A table put aside, to start others near it from; `size[0]` is 0 where there is none.

    `set_rows` and `conv` say which rows are there: see `node`.
    """

    master: Master
    set_rows: Any
    conv: Any
    size: Any


def kept_for(rows: int, columns: int, entries: int, set_rows: int, orgs: int) -> Kept:
    """Return room for a table put aside."""
    return Kept(
        master=master_for(rows, columns, entries),
        set_rows=np.full(set_rows, -1, dtype=np.int64),
        conv=np.full(orgs, -1, dtype=np.int64),
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


def master_for(rows: int, columns: int, entries: int) -> Master:
    """Return room for a table whose columns have so many entries at most."""
    return Master(
        row=np.zeros((columns, entries), dtype=np.int64),
        value=np.zeros((columns, entries)),
        count=np.zeros(columns, dtype=np.int64),
        cost=np.zeros(columns),
        right=np.zeros(rows),
        inverse=np.zeros((rows, rows)),
        basis=np.zeros(rows, dtype=np.int64),
        amount=np.zeros(rows),
        dual=np.zeros(rows),
        basic=np.zeros(columns, dtype=np.bool_),
        origin=np.zeros(columns, dtype=np.int64),
        is_lead=np.zeros(columns, dtype=np.bool_),
        slack=np.zeros(rows, dtype=np.int64),
        sizes=np.zeros(3, dtype=np.int64),
        way=np.zeros(rows),
        hand=np.zeros(IN_HAND, dtype=np.int64),
        gains=np.zeros(IN_HAND),
        square=np.zeros((rows, rows)),
    )


@leaf
def new_column(master, cost, origin, is_lead):  # type: ignore[no-untyped-def]
    """Add an empty column and return its index, -1 where there is no room."""
    j = master.sizes[1]
    if j >= len(master.cost):
        return -1
    master.count[j] = 0
    master.cost[j] = cost
    master.origin[j] = origin
    master.is_lead[j] = is_lead
    master.basic[j] = False
    master.sizes[1] = j + 1
    return j


@leaf
def put(master, j, r, value):  # type: ignore[no-untyped-def]
    """Add an entry to a column; entries of the same row add up."""
    at = master.count[j]
    master.row[j, at], master.value[j, at] = r, value
    master.count[j] = at + 1


@leaf
def first_row(master, right, sense):  # type: ignore[no-untyped-def]
    """Add a row before any solve: `sense` is 0 for =, 1 for >=, -1 for <=; `right` is never < 0."""
    r = master.sizes[0]
    master.sizes[0] = r + 1
    # Limits a little apart, so that the simplex does not turn on the spot among ties.
    right += UNEVEN * (1.0 + r * 0.618 % 1.0)
    master.right[r] = right
    master.slack[r] = -1
    if sense != 0:
        j = new_column(master, 0.0, -1, False)
        master.slack[r] = j
        put(master, j, r, -1.0 if sense > 0 else 1.0)
        if sense < 0:
            _make_basic(master, r, j, right)
            return r
    j = new_column(master, DEAR, -1, False)
    put(master, j, r, 1.0)
    _make_basic(master, r, j, right)
    return r


@leaf
def _make_basic(master, r, j, amount):  # type: ignore[no-untyped-def]
    for k in range(r + 1):
        master.inverse[r, k] = 0.0
        master.inverse[k, r] = 0.0
    master.inverse[r, r] = 1.0
    master.basis[r] = j
    master.basic[j] = True
    master.amount[r] = amount


@leaf
def limit_row(master, members, right):  # type: ignore[no-untyped-def]
    """Add a row after a solve: the columns of `members` (0 or 1 by column) sum to `right` at most.

    Where they exceed it, what is above is dear, so that the table stays feasible.
    """
    r = master.sizes[0]
    columns = master.sizes[1]
    if r >= len(master.right) or columns + 2 > len(master.cost):
        return False
    for j in range(columns):
        if members[j] != 0.0:
            put(master, j, r, members[j])
    master.right[r] = right
    slack = new_column(master, 0.0, -1, False)
    above = new_column(master, DEAR, -1, False)
    put(master, slack, r, 1.0)
    put(master, above, r, -1.0)
    master.slack[r] = slack
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


@leaf
def copy_table(to, of):  # type: ignore[no-untyped-def]
    """Copy a table."""
    m, n = of.sizes[0], of.sizes[1]
    for k in range(3):
        to.sizes[k] = of.sizes[k]
    for r in range(m):
        to.right[r], to.basis[r], to.amount[r] = of.right[r], of.basis[r], of.amount[r]
        to.slack[r] = of.slack[r]
        for k in range(m):
            to.inverse[r, k] = of.inverse[r, k]
    for j in range(n):
        to.cost[j], to.count[j], to.basic[j] = of.cost[j], of.count[j], of.basic[j]
        to.origin[j], to.is_lead[j] = of.origin[j], of.is_lead[j]
        for k in range(of.count[j]):
            to.row[j, k], to.value[j, k] = of.row[j, k], of.value[j, k]


@leaf
def ask(master, r, right):  # type: ignore[no-untyped-def]
    """Change the right-hand side of a row; `settle` comes after all of them."""
    master.right[r] = right + UNEVEN * (1.0 + r * 0.618 % 1.0)


@leaf
def settle(master):  # type: ignore[no-untyped-def]
    """Make the table feasible after right-hand sides changed.

    What turns out negative is replaced by its opposite: the slack of its row where that is it, else
    something dear.
    """
    m = master.sizes[0]
    for r in range(m):
        total = 0.0
        for k in range(m):
            total += master.inverse[r, k] * master.right[k]
        master.amount[r] = total
    for r in range(m):
        if master.amount[r] < 0.0:
            _make_opposite(master, m, r)


@leaf
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
        and master.count[j] == 1
        and master.count[old] == 1
        and master.row[j, 0] == master.row[old, 0]
        and master.value[j, 0] == -master.value[old, 0]
    )
    if not is_slack:
        j = new_column(master, DEAR, -1, False)
        if j < 0:
            return
        for k in range(master.count[old]):
            put(master, j, master.row[old, k], -master.value[old, k])
    master.basic[old] = False
    master.basic[j] = True
    master.basis[r] = j
    master.amount[r] = -master.amount[r]
    for k in range(m):
        master.inverse[r, k] = -master.inverse[r, k]


@leaf
def solve(master):  # type: ignore[no-untyped-def]
    """Pivot until no column can lower the cost; return the cost and how much of it is dear."""
    m = master.sizes[0]
    way = master.way
    hand = master.hand
    held = 0
    _duals(master, m)
    for pivot in range(PIVOTS):
        largest = 0.0
        for r in range(m):
            largest = max(largest, abs(master.dual[r]))
        # Where something is dear, what looks like a gain may be the noise of large prices.
        enough = -max(ENTERS, NOISE * largest)
        enter, gain = _best_in_hand(master, hand, held, enough)
        if enter < 0:
            held = _take_in_hand(master, hand, enough)
            enter, gain = _best_in_hand(master, hand, held, enough)
            if enter < 0:
                break
        _way(master, m, enter, way)
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
        if pivot % REFRESHED == REFRESHED - 1:
            _refresh(master, m)
            _duals(master, m)
        else:
            for k in range(m):
                master.dual[k] += gain * master.inverse[leave, k]
    _duals(master, m)
    total, dear = 0.0, 0.0
    for r in range(m):
        j = master.basis[r]
        total += master.cost[j] * master.amount[r]
        if master.cost[j] == DEAR:
            dear += master.amount[r]
    return total, dear


@leaf
def _reduced(master, j):  # type: ignore[no-untyped-def]
    total = master.cost[j]
    for k in range(master.count[j]):
        total -= master.dual[master.row[j, k]] * master.value[j, k]
    return total


@leaf
def _best_in_hand(master, hand, held, enough):  # type: ignore[no-untyped-def]
    """Return the column in hand that lowers the cost most, and by how much; -1 for none."""
    enter, least = -1, enough
    for k in range(held):
        j = hand[k]
        if not master.basic[j]:
            reduced = _reduced(master, j)
            if reduced < least:
                enter, least = j, reduced
    return enter, least


@leaf
def _take_in_hand(master, hand, enough):  # type: ignore[no-untyped-def]
    """Look at all columns and keep those that lower the cost most; return how many."""
    gains = master.gains
    held = 0
    for j in range(master.sizes[1]):
        if master.basic[j]:
            continue
        reduced = _reduced(master, j)
        if reduced >= enough or (held == len(hand) and reduced >= gains[held - 1]):
            continue
        at = held if held < len(hand) else held - 1
        while at > 0 and gains[at - 1] > reduced:
            gains[at], hand[at] = gains[at - 1], hand[at - 1]
            at -= 1
        gains[at], hand[at] = reduced, j
        held = min(held + 1, len(hand))
    return held


@leaf
def _way(master, m, j, way):  # type: ignore[no-untyped-def]
    """Write what a column is in terms of the basis."""
    for r in range(m):
        total = 0.0
        for k in range(master.count[j]):
            total += master.inverse[r, master.row[j, k]] * master.value[j, k]
        way[r] = total


@leaf
def _duals(master, m):  # type: ignore[no-untyped-def]
    for k in range(m):
        master.dual[k] = 0.0
    for r in range(m):
        cost = master.cost[master.basis[r]]
        if cost != 0.0:
            for k in range(m):
                master.dual[k] += cost * master.inverse[r, k]


@leaf
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


@leaf
def _refresh(master, m):  # type: ignore[no-untyped-def]
    """Invert the basis anew, so that the errors of many pivots do not add up."""
    square = master.square
    square[:m, :m] = 0.0
    for r in range(m):
        j = master.basis[r]
        for k in range(master.count[j]):
            square[master.row[j, k], r] += master.value[j, k]
    _invert(square, master.inverse, m)
    for r in range(m):
        total = 0.0
        for k in range(m):
            total += master.inverse[r, k] * master.right[k]
        master.amount[r] = total


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


@leaf
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
