"""The restricted master problem: its rows, and the columns found so far.

    minimise    Σ_j c_j x_j                 over columns j, each what one organisation does
    cover       Σ_j a_pj x_j = F_p          the work of each package
    size        Σ_j x_j = N                 a node is of one team size
    lead        Σ_{j leads} x_j = 1         a column of a possible lead comes twice
    cuts        Σ_j g_pj x_j >= k + 1       `cuts`, and the counts that branching asks for
    sets        low <= Σ_{j of s} x_j <= high
    convexity   Σ_{j of o} x_j <= 1         added where a solution breaks it

Column generation solves it over few columns and adds those of negative reduced cost (G.
Desaulniers, J. Desrosiers, M. Solomon, eds., Column Generation, 2005). Most organisations appear in
no solution, so their convexity rows are left out until one signs more than once: rows are what the
dense inverse of `simplex` pays for.

The *pool* keeps every column of a thread once, for later nodes. A node begins from the best columns
of the pool (`cold_start`), or, when a split is only tried, from the program of its parent with what
the split forbids at a price M (`warm_start`).
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import entry, jit, leaf
from cordee.engine.exact.branching import (
    ANY_NUMBER,
    FORBIDDEN,
    NEEDED,
    cut_coefficient,
    cut_right_side,
)
from cordee.engine.exact.simplex import (
    BIG_M,
    LinearProgram,
    add_row,
    append_row,
    copy_lp,
    linear_program_for,
    new_column,
    put_entry,
    restore_feasibility,
    set_rhs,
    solve,
)

NEW_COLUMNS = 60
KEPT_COLUMNS = 200
# A column enters for a reduced cost below this, in euros.
LEAST_GAIN = -1e-6
# Columns in the pool from which it is thinned out, so that looking through it stays short.
CROWDED = 6_000
EXCESS = 1e-6
# A program that fills more of its room than this is not kept to start others from.
LARGE = 0.6
# Convexity rows are added in so many rounds at most, each after a solve.
ROUNDS = 6


class SavedLp(NamedTuple):
    """A solved program put aside, to start others near it from; `size[0]` is 0 where there is none.

    `cut_rows` and `convexity` say which rows are there: see `node.Relaxation`.
    """

    lp: LinearProgram
    cut_rows: Any
    convexity: Any
    size: Any


def saved_lp_for(rows: int, columns: int, entries: int, cut_rows: int, orgs: int) -> SavedLp:
    """Return room for a program put aside."""
    return SavedLp(
        lp=linear_program_for(rows, columns, entries),
        cut_rows=np.full(cut_rows, -1, dtype=np.int64),
        convexity=np.full(orgs, -1, dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )


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
        # The same pairs in the same order with the same work, to a rounding.
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
    """Keep the `most` columns of least reduced cost, in the order in which they came."""
    # In the old order, so that the lists by organisation stay lists.
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
            # Near a limit it costs: convex in the shares, so a column pays its own.
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
def cold_start(arrays, node, pool, lp, scratch, prices, leads, cut_rows, convexity):  # type: ignore[no-untyped-def]
    """Build the rows of the node and take the columns of least reduced cost from the pool."""
    lp.sizes[0] = 0
    lp.sizes[1] = 0
    cut_rows[:] = -1
    convexity[:] = -1
    packages = len(arrays.need)
    # Rows of cover first: their place is the number of the package.
    for p in range(packages):
        add_row(lp, arrays.need[p], 0)
    # Then the size of the team and the lead; `_add_column` counts on the places.
    add_row(lp, float(node.size), 0)
    add_row(lp, 1.0, 0)
    for p in range(packages):
        for k in range(2):
            asked = cut_right_side(node, p, k + 1)
            # An idle cut would be one more row of the inverse for nothing.
            if asked > 0.0:
                cut_rows[3 * p + k] = add_row(lp, asked, 1)
        if node.most_shares[p] < ANY_NUMBER:
            cut_rows[3 * p + 2] = add_row(lp, float(node.most_shares[p]), -1)
    at = 3 * packages
    for s in range(len(node.set_low)):
        if node.set_low[s] > 0:
            cut_rows[at + 2 * s] = add_row(lp, float(node.set_low[s]), 1)
        if node.set_high[s] < ANY_NUMBER:
            cut_rows[at + 2 * s + 1] = add_row(lp, float(node.set_high[s]), -1)
    for o in range(len(arrays.org_cost)):
        # Who must sign, signs once: the convexity row is an equation from the start.
        if node.orgs[o] == NEEDED:
            convexity[o] = add_row(lp, 1.0, 0)
    # Those just priced are kept after the pool is thinned out, never before.
    if pool.size[0] > CROWDED:
        rates = np.empty(pool.size[0])
        for k in range(pool.size[0]):
            rates[k] = _reduced_cost(arrays, node, pool, prices, k)
        trim_pool(pool, rates, CROWDED // 3)
    for f in range(scratch.found[0]):
        pairs, shares = scratch.found_pairs[f], scratch.found_shares[f]
        keep_column(arrays, pool, scratch.found_org[f], pairs, shares, scratch.found_count[f])
    # Of the columns that the node allows, those of least reduced cost at its first prices.
    which = np.empty(pool.size[0], dtype=np.int64)
    rate = np.empty(pool.size[0])
    usable = 0
    for o in range(len(arrays.org_cost)):
        k = pool.head[o] if node.orgs[o] != FORBIDDEN else -1
        while k >= 0:
            if _is_usable(arrays, node, pool, k):
                which[usable], rate[usable] = k, _reduced_cost(arrays, node, pool, prices, k)
                usable += 1
            k = pool.before[k]
    best = np.argsort(rate[:usable])
    for k in range(min(usable, KEPT_COLUMNS)):
        _add_column(arrays, node, pool, lp, which[best[k]], leads, cut_rows, convexity)


@entry
def save_lp(lp, relaxation, saved):  # type: ignore[no-untyped-def]
    """Put the program aside; one that is too large is forgotten."""
    saved.size[0] = 0
    if lp.sizes[1] <= LARGE * len(lp.cost):
        copy_lp(saved.lp, lp)
        saved.cut_rows[:] = relaxation.cut_rows
        saved.convexity[:] = relaxation.convexity
        saved.size[0] = 1


@jit
def warm_start(arrays, node, pool, lp, saved, leads, cut_rows, convexity):  # type: ignore[no-untyped-def]
    """Start from the program kept: what this node forbids costs M, what it asks is asked.

    Coefficients that a decision changes are left as they were: the program only proposes.
    """
    copy_lp(lp, saved.lp)
    cut_rows[:] = saved.cut_rows
    convexity[:] = saved.convexity
    # Organisations with a column that is still allowed; the others get theirs from the pool.
    has = np.zeros(len(arrays.org_cost), dtype=np.bool_)
    for j in range(lp.sizes[1]):
        k = lp.origin[j]
        if k < 0:
            continue
        if _is_usable(arrays, node, pool, k):
            o = pool.org[k]
            has[o] = True
            lp.cost[j] = pool.cost[k] + (arrays.org_lead[o] if lp.is_lead[j] else 0.0)
        else:
            # Not taken out: the basis may hold it, and pivots will drive it out.
            lp.cost[j] = BIG_M
    for p in range(len(arrays.need)):
        for k in range(2):
            if cut_rows[3 * p + k] >= 0:
                set_rhs(lp, cut_rows[3 * p + k], cut_right_side(node, p, k + 1))
        if cut_rows[3 * p + 2] >= 0:
            set_rhs(lp, cut_rows[3 * p + 2], float(node.most_shares[p]))
    restore_feasibility(lp)
    # Rows that only this node has: counts of shares, and organisations that must sign.
    members = np.zeros(len(lp.cost))
    for p in range(len(arrays.need)):
        if node.most_shares[p] < ANY_NUMBER and cut_rows[3 * p + 2] < 0:
            for j in range(lp.sizes[1]):
                members[j] = 0.0
                k = lp.origin[j]
                if k >= 0:
                    for c in range(pool.count[k]):
                        if arrays.package[pool.pairs[k, c]] == p:
                            members[j] += 1.0
            row = lp.sizes[0]
            if append_row(lp, members, float(node.most_shares[p])):
                cut_rows[3 * p + 2] = row
    # Where an organisation must sign, its slack costs M: the row becomes an equation.
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] != NEEDED:
            if convexity[o] >= 0 and lp.slack[convexity[o]] >= 0:
                lp.cost[lp.slack[convexity[o]]] = 0.0
            continue
        if convexity[o] < 0:
            for j in range(lp.sizes[1]):
                k = lp.origin[j]
                members[j] = 1.0 if k >= 0 and pool.org[k] == o else 0.0
            row = lp.sizes[0]
            if append_row(lp, members, 1.0):
                convexity[o] = row
        if convexity[o] >= 0 and lp.slack[convexity[o]] >= 0:
            lp.cost[lp.slack[convexity[o]]] = BIG_M
        k = pool.head[o] if not has[o] else -1
        while k >= 0:
            if _is_usable(arrays, node, pool, k):
                _add_column(arrays, node, pool, lp, k, leads, cut_rows, convexity)
            k = pool.before[k]


@leaf
def _is_usable(arrays, node, pool, k):  # type: ignore[no-untyped-def]
    """Tell whether a column keeps to what the node forbids and holds all that it needs."""
    o = pool.org[k]
    if node.orgs[o] == FORBIDDEN:
        return False
    needed = 0
    for j in range(pool.count[k]):
        state = node.pairs[pool.pairs[k, j]]
        if state == FORBIDDEN:
            return False
        if state == NEEDED:
            needed += 1
    # Who must hold pairs holds all of them in any column.
    if node.orgs[o] == NEEDED:
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            for i in range(arrays.start[c], arrays.start[c + 1]):
                if node.pairs[i] == NEEDED:
                    needed -= 1
        return needed == 0
    return True


@leaf
def _reduced_cost(arrays, node, pool, prices, k):  # type: ignore[no-untyped-def]
    """Return what a column costs at some prices, but for what all columns pay alike."""
    cost = pool.cost[k]
    for j in range(pool.count[k]):
        i = pool.pairs[k, j]
        p = arrays.package[i]
        cost += prices.count_most[p] - prices.cover[p] * pool.shares[k, j]
        cost -= prices.cut_one[p] * cut_coefficient(arrays, node, i, 1)
        cost -= prices.cut_two[p] * cut_coefficient(arrays, node, i, 2)
    return cost


@leaf
def _add_column(arrays, node, pool, lp, k, leads, cut_rows, convexity):  # type: ignore[no-untyped-def]
    """Add a column of the pool to the program, and once more as a lead where it may be one."""
    o = pool.org[k]
    added = 0
    for version in range(2):
        if version == 1:
            # Once as a partner, once as the lead: the lead is a row of its own.
            is_lead = False
            for lead in leads:
                if lead == o:
                    is_lead = True
            if not is_lead:
                break
        cost = pool.cost[k] + (arrays.org_lead[o] if version == 1 else 0.0)
        j = new_column(lp, cost, k, version == 1)
        if j < 0:
            return added
        added += 1
        packages = len(arrays.need)
        put_entry(lp, j, packages, 1.0)
        if version == 1:
            put_entry(lp, j, packages + 1, 1.0)
        for c in range(pool.count[k]):
            i = pool.pairs[k, c]
            p = arrays.package[i]
            put_entry(lp, j, p, pool.shares[k, c])
            for side in range(3):
                if cut_rows[3 * p + side] >= 0:
                    # Third place: how many shares at most, in which each counts for one.
                    counts = 1.0 if side == 2 else cut_coefficient(arrays, node, i, side + 1)
                    put_entry(lp, j, cut_rows[3 * p + side], counts)
        at = 3 * packages
        for s in range(len(node.set_low)):
            if node.sets[s, o]:
                for side in range(2):
                    if cut_rows[at + 2 * s + side] >= 0:
                        put_entry(lp, j, cut_rows[at + 2 * s + side], 1.0)
        if convexity[o] >= 0:
            put_entry(lp, j, convexity[o], 1.0)
    return added


@jit
def add_columns(arrays, node, pool, lp, scratch, leads, cut_rows, convexity):  # type: ignore[no-untyped-def]
    """Add the priced columns of negative reduced cost, the best first; return how many.

    Reduced costs are by the duals of the program, while the columns were priced at smoothed prices:
    what pays there need not pay here.
    """
    packages = len(arrays.need)
    count = scratch.found[0]
    rate = np.empty(count)
    for f in range(count):
        o = scratch.found_org[f]
        cost = column_cost(
            arrays, o, scratch.found_pairs[f], scratch.found_shares[f], scratch.found_count[f]
        )
        for j in range(scratch.found_count[f]):
            i = scratch.found_pairs[f, j]
            p = arrays.package[i]
            cost -= lp.dual[p] * scratch.found_shares[f, j]
            for side in range(3):
                if cut_rows[3 * p + side] >= 0:
                    counts = 1.0 if side == 2 else cut_coefficient(arrays, node, i, side + 1)
                    cost -= lp.dual[cut_rows[3 * p + side]] * counts
        at = 3 * packages
        for s in range(len(node.set_low)):
            if node.sets[s, o]:
                for side in range(2):
                    if cut_rows[at + 2 * s + side] >= 0:
                        cost -= lp.dual[cut_rows[at + 2 * s + side]]
        cost -= lp.dual[packages]
        if convexity[o] >= 0:
            cost -= lp.dual[convexity[o]]
        # As the cheaper of its two versions.
        lead = False
        for each in leads:
            if each == o:
                lead = True
        if lead:
            cost = min(cost, cost + arrays.org_lead[o] - lp.dual[packages + 1])
        rate[f] = cost
    order = np.argsort(rate)
    added = 0
    for t in range(min(count, NEW_COLUMNS)):
        f = order[t]
        if rate[f] > LEAST_GAIN:
            break
        pairs, shares = scratch.found_pairs[f], scratch.found_shares[f]
        o, n = scratch.found_org[f], scratch.found_count[f]
        k = keep_column(arrays, pool, o, pairs, shares, n)
        if k < 0:
            break
        added += _add_column(arrays, node, pool, lp, k, leads, cut_rows, convexity)
    return added


@jit
def solve_master(arrays, node, pool, lp, convexity):  # type: ignore[no-untyped-def]
    """Solve; add the rows that keep an organisation from signing more than once, and again."""
    total, dear = solve(lp)
    for _ in range(ROUNDS):
        rows = lp.sizes[0]
        # How much of each organisation signs, over its basic columns.
        sums = np.zeros(len(arrays.org_cost))
        for r in range(rows):
            origin = lp.origin[lp.basis[r]]
            if origin >= 0:
                sums[pool.org[origin]] += lp.amount[r]
        more = False
        for r in range(rows):
            origin = lp.origin[lp.basis[r]]
            if origin < 0:
                continue
            o = pool.org[origin]
            if sums[o] > 1.0 + EXCESS and convexity[o] < 0:
                members = np.zeros(lp.sizes[1])
                for j in range(lp.sizes[1]):
                    if lp.origin[j] >= 0 and pool.org[lp.origin[j]] == o:
                        members[j] = 1.0
                row = lp.sizes[0]
                if append_row(lp, members, 1.0):
                    convexity[o] = row
                    more = True
        if not more:
            break
        total, dear = solve(lp)
    return total, dear
