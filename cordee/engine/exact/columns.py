"""Columns in the table: from nothing, from the table of a parent, and as they are found."""

import numpy as np

from cordee.engine.compiled import entry, jit, leaf
from cordee.engine.exact.master import (
    DEAR,
    ask,
    copy_table,
    first_row,
    limit_row,
    new_column,
    put,
    settle,
)
from cordee.engine.exact.modes import rung, rung_asked
from cordee.engine.exact.pool import column_cost, keep_column, trim_pool
from cordee.engine.exact.shapes import FORBIDDEN, NEEDED
from cordee.engine.exact.simplex import solve

NEW_COLUMNS = 60
KEPT_COLUMNS = 200
# Columns in the pool from which it is thinned out, so that looking through it stays short.
CROWDED = 6_000
EXCESS = 1e-6
# A table that fills more of its room than this is not kept to start others from.
LARGE = 0.6


@jit
def first_table(arrays, node, pool, master, scratch, prices, leads, set_rows, conv):  # type: ignore[no-untyped-def]
    """Build the rows of the node and take the columns of the pool that look best."""
    master.sizes[0] = 0
    master.sizes[1] = 0
    set_rows[:] = -1
    conv[:] = -1
    packages = len(arrays.need)
    for p in range(packages):
        first_row(master, arrays.need[p], 0)
    first_row(master, float(node.size), 0)
    first_row(master, 1.0, 0)
    for p in range(packages):
        for k in range(2):
            asked = rung_asked(node, p, k + 1)
            if asked > 0.0:
                set_rows[3 * p + k] = first_row(master, asked, 1)
        if node.many[p] < 1_000:
            set_rows[3 * p + 2] = first_row(master, float(node.many[p]), -1)
    at = 3 * packages
    for s in range(len(node.set_low)):
        if node.set_low[s] > 0:
            set_rows[at + 2 * s] = first_row(master, float(node.set_low[s]), 1)
        if node.set_high[s] < 1_000:
            set_rows[at + 2 * s + 1] = first_row(master, float(node.set_high[s]), -1)
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == NEEDED:
            conv[o] = first_row(master, 1.0, 0)
    if pool.size[0] > CROWDED:
        rates = np.empty(pool.size[0])
        for k in range(pool.size[0]):
            rates[k] = _rate(arrays, node, pool, prices, k)
        trim_pool(pool, rates, CROWDED // 3)
    for f in range(scratch.found[0]):
        pairs, shares = scratch.found_pairs[f], scratch.found_shares[f]
        keep_column(arrays, pool, scratch.found_org[f], pairs, shares, scratch.found_count[f])
    which = np.empty(pool.size[0], dtype=np.int64)
    rate = np.empty(pool.size[0])
    usable = 0
    for o in range(len(arrays.org_cost)):
        k = pool.head[o] if node.orgs[o] != FORBIDDEN else -1
        while k >= 0:
            if _is_usable(arrays, node, pool, k):
                which[usable], rate[usable] = k, _rate(arrays, node, pool, prices, k)
                usable += 1
            k = pool.before[k]
    best = np.argsort(rate[:usable])
    for k in range(min(usable, KEPT_COLUMNS)):
        _enter(arrays, node, pool, master, which[best[k]], leads, set_rows, conv)


@entry
def keep_table(master, found, kept):  # type: ignore[no-untyped-def]
    """Put the table aside; one that is too large is forgotten."""
    kept.size[0] = 0
    if master.sizes[1] <= LARGE * len(master.cost):
        copy_table(kept.master, master)
        kept.set_rows[:] = found.set_rows
        kept.conv[:] = found.conv
        kept.size[0] = 1


@jit
def near_table(arrays, node, pool, master, kept, leads, set_rows, conv):  # type: ignore[no-untyped-def]
    """Start from the table kept: what this node forbids is dear, what it asks is asked.

    Coefficients that a decision changes are left: the table only proposes.
    """
    copy_table(master, kept.master)
    set_rows[:] = kept.set_rows
    conv[:] = kept.conv
    has = np.zeros(len(arrays.org_cost), dtype=np.bool_)
    for j in range(master.sizes[1]):
        k = master.origin[j]
        if k < 0:
            continue
        if _is_usable(arrays, node, pool, k):
            o = pool.org[k]
            has[o] = True
            master.cost[j] = pool.cost[k] + (arrays.org_lead[o] if master.is_lead[j] else 0.0)
        else:
            master.cost[j] = DEAR
    for p in range(len(arrays.need)):
        for k in range(2):
            if set_rows[3 * p + k] >= 0:
                ask(master, set_rows[3 * p + k], rung_asked(node, p, k + 1))
        if set_rows[3 * p + 2] >= 0:
            ask(master, set_rows[3 * p + 2], float(node.many[p]))
    settle(master)
    members = np.zeros(len(master.cost))
    for p in range(len(arrays.need)):
        if node.many[p] < 1_000 and set_rows[3 * p + 2] < 0:
            for j in range(master.sizes[1]):
                members[j] = 0.0
                k = master.origin[j]
                if k >= 0:
                    for c in range(pool.count[k]):
                        if arrays.package[pool.pairs[k, c]] == p:
                            members[j] += 1.0
            row = master.sizes[0]
            if limit_row(master, members, float(node.many[p])):
                set_rows[3 * p + 2] = row
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] != NEEDED:
            if conv[o] >= 0 and master.slack[conv[o]] >= 0:
                master.cost[master.slack[conv[o]]] = 0.0
            continue
        if conv[o] < 0:
            for j in range(master.sizes[1]):
                k = master.origin[j]
                members[j] = 1.0 if k >= 0 and pool.org[k] == o else 0.0
            row = master.sizes[0]
            if limit_row(master, members, 1.0):
                conv[o] = row
        if conv[o] >= 0 and master.slack[conv[o]] >= 0:
            master.cost[master.slack[conv[o]]] = DEAR
        k = pool.head[o] if not has[o] else -1
        while k >= 0:
            if _is_usable(arrays, node, pool, k):
                _enter(arrays, node, pool, master, k, leads, set_rows, conv)
            k = pool.before[k]


@leaf
def _is_usable(arrays, node, pool, k):  # type: ignore[no-untyped-def]
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
    if node.orgs[o] == NEEDED:
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            for i in range(arrays.start[c], arrays.start[c + 1]):
                if node.pairs[i] == NEEDED:
                    needed -= 1
        return needed == 0
    return True


@leaf
def _rate(arrays, node, pool, prices, k):  # type: ignore[no-untyped-def]
    cost = pool.cost[k]
    for j in range(pool.count[k]):
        i = pool.pairs[k, j]
        p = arrays.package[i]
        cost += prices.share_high[p] - prices.work[p] * pool.shares[k, j]
        cost -= prices.share_low[p] * rung(arrays, node, i, 1)
        cost -= prices.share_two[p] * rung(arrays, node, i, 2)
    return cost


@leaf
def _enter(arrays, node, pool, master, k, leads, set_rows, conv):  # type: ignore[no-untyped-def]
    """Add a column of the pool to the table, and once more as a lead where it may be one."""
    o = pool.org[k]
    added = 0
    for version in range(2):
        if version == 1:
            is_lead = False
            for lead in leads:
                if lead == o:
                    is_lead = True
            if not is_lead:
                break
        cost = pool.cost[k] + (arrays.org_lead[o] if version == 1 else 0.0)
        j = new_column(master, cost, k, version == 1)
        if j < 0:
            return added
        added += 1
        packages = len(arrays.need)
        put(master, j, packages, 1.0)
        if version == 1:
            put(master, j, packages + 1, 1.0)
        for c in range(pool.count[k]):
            i = pool.pairs[k, c]
            p = arrays.package[i]
            put(master, j, p, pool.shares[k, c])
            for side in range(3):
                if set_rows[3 * p + side] >= 0:
                    counts = 1.0 if side == 2 else rung(arrays, node, i, side + 1)
                    put(master, j, set_rows[3 * p + side], counts)
        at = 3 * packages
        for s in range(len(node.set_low)):
            if node.sets[s, o]:
                for side in range(2):
                    if set_rows[at + 2 * s + side] >= 0:
                        put(master, j, set_rows[at + 2 * s + side], 1.0)
        if conv[o] >= 0:
            put(master, j, conv[o], 1.0)
    return added


@jit
def add_found(arrays, node, pool, master, scratch, leads, set_rows, conv):  # type: ignore[no-untyped-def]
    """Add the evaluated columns that lower the cost of the table, the best first."""
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
            cost -= master.dual[p] * scratch.found_shares[f, j]
            for side in range(3):
                if set_rows[3 * p + side] >= 0:
                    counts = 1.0 if side == 2 else rung(arrays, node, i, side + 1)
                    cost -= master.dual[set_rows[3 * p + side]] * counts
        at = 3 * packages
        for s in range(len(node.set_low)):
            if node.sets[s, o]:
                for side in range(2):
                    if set_rows[at + 2 * s + side] >= 0:
                        cost -= master.dual[set_rows[at + 2 * s + side]]
        cost -= master.dual[packages]
        if conv[o] >= 0:
            cost -= master.dual[conv[o]]
        lead = False
        for each in leads:
            if each == o:
                lead = True
        if lead:
            cost = min(cost, cost + arrays.org_lead[o] - master.dual[packages + 1])
        rate[f] = cost
    order = np.argsort(rate)
    added = 0
    for t in range(min(count, NEW_COLUMNS)):
        f = order[t]
        if rate[f] > -1e-6:
            break
        pairs, shares = scratch.found_pairs[f], scratch.found_shares[f]
        o, n = scratch.found_org[f], scratch.found_count[f]
        k = keep_column(arrays, pool, o, pairs, shares, n)
        if k < 0:
            break
        added += _enter(arrays, node, pool, master, k, leads, set_rows, conv)
    return added


@jit
def solve_table(arrays, node, pool, master, conv):  # type: ignore[no-untyped-def]
    """Solve the table; add the rows that keep an organisation from signing more than once."""
    total, dear = solve(master)
    for _ in range(6):
        rows = master.sizes[0]
        sums = np.zeros(len(arrays.org_cost))
        for r in range(rows):
            origin = master.origin[master.basis[r]]
            if origin >= 0:
                sums[pool.org[origin]] += master.amount[r]
        more = False
        for r in range(rows):
            origin = master.origin[master.basis[r]]
            if origin < 0:
                continue
            o = pool.org[origin]
            if sums[o] > 1.0 + EXCESS and conv[o] < 0:
                members = np.zeros(master.sizes[1])
                for j in range(master.sizes[1]):
                    if master.origin[j] >= 0 and pool.org[master.origin[j]] == o:
                        members[j] = 1.0
                row = master.sizes[0]
                if limit_row(master, members, 1.0):
                    conv[o] = row
                    more = True
        if not more:
            break
        total, dear = solve(master)
    return total, dear
