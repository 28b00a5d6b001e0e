"""One node: generate columns, raise the bound, drop what cannot be in a better team."""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf
from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.master import (
    DEAR,
    ask,
    column_cost,
    copy_table,
    first_row,
    keep_column,
    limit_row,
    new_column,
    put,
    settle,
    solve,
    trim_pool,
)
from cordee.engine.exact.modes import rung, rung_asked
from cordee.engine.exact.pricing import (
    FORBIDDEN,
    FREE,
    NEEDED,
    box,
    evaluate,
    price_all,
    prices_for,
    team_bound,
)

NEW_COLUMNS = 60
KEPT_COLUMNS = 200
# Columns in the pool from which it is thinned out, so that looking through it stays short.
CROWDED = 6_000
LEADS = 8
STALLS = 6
EXCESS = 1e-6
# A table that fills more of its room than this is not kept to start others from.
LARGE = 0.6


class Found(NamedTuple):
    """What a node leaves behind: best prices, values at them, and the fractions of its columns."""

    prices: Any  # Prices at the best bound
    trial: Any  # Prices tried
    column: Any  # indices in the pool
    weight: Any
    signs: Any  # organisations: how much of each signs
    holds: Any  # pairs: how much of each is held
    set_rows: Any  # packages x 3 and sets x 2: the rows of shares and of sets, -1 for none
    conv: Any  # organisations: the row that keeps each from signing twice, -1 for none
    told: Any  # bound, dear, how many weights, iterations, cost of the table


def found_for(arrays: Arrays, sets: int, rows: int) -> Found:
    """Return room for what one node leaves behind."""
    packages, orgs = len(arrays.need), len(arrays.org_cost)
    return Found(
        prices=prices_for(packages, sets),
        trial=prices_for(packages, sets),
        column=np.zeros(rows, dtype=np.int64),
        weight=np.zeros(rows),
        signs=np.zeros(orgs),
        holds=np.zeros(len(arrays.package)),
        set_rows=np.full(2 * sets + 3 * packages, -1, dtype=np.int64),
        conv=np.full(orgs, -1, dtype=np.int64),
        told=np.zeros(5),
    )


@jit
def run_node(arrays, node, pool, master, kept, scratch, found, upper, iterations):  # type: ignore[no-untyped-def]
    """Raise the bound of a node as far as columns do, from `found.prices`; return the bound.

    The table starts from the one kept, where there is one.

    Infinite where the node holds nothing cheaper than `upper`.
    """
    bound = -np.inf
    _copy(found.trial, found.prices)
    blend, started, stalls, used = 0.0, False, 0, 0
    total, dear = np.inf, np.inf
    set_rows, conv = found.set_rows, found.conv
    for iteration in range(iterations):
        used = iteration + 1
        price_all(arrays, node, found.trial, scratch)
        here, n_th, _ = team_bound(arrays, node, found.trial, scratch)
        if here > bound:
            gained = here - bound
            if started and gained < 2e-4 * max(1.0, abs(here)):
                stalls += 1
            else:
                stalls = 0
            bound = here
            _copy(found.prices, found.trial)
        else:
            stalls += 1
        if bound >= upper:
            break
        leads = _leads(arrays, node, scratch, n_th)
        if not started:
            if kept.size[0] > 0:
                _near_table(arrays, node, pool, master, kept, leads, set_rows, conv)
                _add_found(arrays, node, pool, master, scratch, leads, set_rows, conv)
            else:
                _first_table(
                    arrays, node, pool, master, scratch, found.trial, leads, set_rows, conv
                )
            started = True
            added = 1
        else:
            added = _add_found(arrays, node, pool, master, scratch, leads, set_rows, conv)
        if added == 0:
            if blend == 0.0:
                break
            blend = 0.0
        else:
            total, dear = _solve(arrays, node, pool, master, conv)
            blend = 0.5 if blend == 0.0 else min(0.8, blend + 0.05)
            if dear > EXCESS:
                blend = 0.0
            if total - bound <= 1e-6 * max(1.0, abs(total)):
                break
            if dear <= EXCESS and stalls >= STALLS:
                break
        _blend(arrays, node, master, found, set_rows, blend)
    _fractions(arrays, pool, master, found, started)
    found.told[0], found.told[1] = bound, dear
    found.told[3], found.told[4] = used, total
    return bound


@jit
def _copy(to, of):  # type: ignore[no-untyped-def]
    to.work[:] = of.work
    to.share_low[:] = of.share_low
    to.share_two[:] = of.share_two
    to.share_high[:] = of.share_high
    to.set_low[:] = of.set_low
    to.set_high[:] = of.set_high


@jit
def _leads(arrays, node, scratch, n_th):  # type: ignore[no-untyped-def]
    """Return the organisations that would lead at least cost, as columns of the table may use."""
    leads = np.full(LEADS, -1, dtype=np.int64)
    costs = np.full(LEADS, np.inf)
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN or arrays.org_lead[o] == np.inf:
            continue
        cost = arrays.org_lead[o]
        if node.orgs[o] == FREE and scratch.value[o] > n_th:
            cost += scratch.value[o] - n_th
        at = LEADS - 1
        if cost < costs[at]:
            while at > 0 and costs[at - 1] > cost:
                costs[at], leads[at] = costs[at - 1], leads[at - 1]
                at -= 1
            costs[at], leads[at] = cost, o
    for k in range(LEADS):
        if leads[k] >= 0:
            evaluate(arrays, node, scratch, leads[k], np.inf)
    return leads


@jit
def _first_table(arrays, node, pool, master, scratch, prices, leads, set_rows, conv):  # type: ignore[no-untyped-def]
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


@jit
def keep_table(master, found, kept):  # type: ignore[no-untyped-def]
    """Put the table aside; one that is too large is forgotten."""
    kept.size[0] = 0
    if master.sizes[1] <= LARGE * len(master.cost):
        copy_table(kept.master, master)
        kept.set_rows[:] = found.set_rows
        kept.conv[:] = found.conv
        kept.size[0] = 1


@jit
def _near_table(arrays, node, pool, master, kept, leads, set_rows, conv):  # type: ignore[no-untyped-def]
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
def _add_found(arrays, node, pool, master, scratch, leads, set_rows, conv):  # type: ignore[no-untyped-def]
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
def _solve(arrays, node, pool, master, conv):  # type: ignore[no-untyped-def]
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


@leaf
def _blend(arrays, node, master, found, set_rows, blend):  # type: ignore[no-untyped-def]
    """Put the prices to try between the best ones and those of the table."""
    packages = len(arrays.need)
    other = 1.0 - blend
    for p in range(packages):
        found.trial.work[p] = blend * found.prices.work[p] + other * master.dual[p]
        low = two = high = 0.0
        if set_rows[3 * p] >= 0:
            low = max(0.0, master.dual[set_rows[3 * p]])
        if set_rows[3 * p + 1] >= 0:
            two = max(0.0, master.dual[set_rows[3 * p + 1]])
        if set_rows[3 * p + 2] >= 0:
            high = max(0.0, -master.dual[set_rows[3 * p + 2]])
        found.trial.share_low[p] = blend * found.prices.share_low[p] + other * low
        found.trial.share_two[p] = blend * found.prices.share_two[p] + other * two
        found.trial.share_high[p] = blend * found.prices.share_high[p] + other * high
    at = 3 * packages
    for s in range(len(node.set_low)):
        low = high = 0.0
        if set_rows[at + 2 * s] >= 0:
            low = max(0.0, master.dual[set_rows[at + 2 * s]])
        if set_rows[at + 2 * s + 1] >= 0:
            high = max(0.0, -master.dual[set_rows[at + 2 * s + 1]])
        found.trial.set_low[s] = blend * found.prices.set_low[s] + other * low
        found.trial.set_high[s] = blend * found.prices.set_high[s] + other * high


@leaf
def _fractions(arrays, pool, master, found, started):  # type: ignore[no-untyped-def]
    """Write the columns of the last table with their weights, and what they sum to."""
    found.signs[:] = 0.0
    found.holds[:] = 0.0
    n = 0
    if started:
        for r in range(master.sizes[0]):
            origin = master.origin[master.basis[r]]
            if origin >= 0 and master.amount[r] > 1e-9 and n < len(found.column):
                found.column[n], found.weight[n] = origin, master.amount[r]
                n += 1
                found.signs[pool.org[origin]] += master.amount[r]
                for j in range(pool.count[origin]):
                    found.holds[pool.pairs[origin, j]] += master.amount[r]
    found.told[2] = n


@jit
def fewest_shares(arrays, node):  # type: ignore[no-untyped-def]
    """Raise `few` to what the largest shares allowed need to cover each package.

    Return whether all can be covered.
    """
    for p in range(len(arrays.need)):
        most = np.zeros(len(arrays.group_at) - 1)
        n = 0
        for g in range(len(arrays.group_at) - 1):
            if arrays.package[arrays.group_at[g]] != p:
                continue
            largest = 0.0
            for i in range(arrays.group_at[g], arrays.group_at[g + 1]):
                if node.pairs[i] != FORBIDDEN:
                    largest = max(largest, arrays.most[i])
            if largest > 0.0:
                most[n] = largest
                n += 1
        ordered = np.sort(most[:n])
        count, left = 0, arrays.need[p]
        while left > 0.0 and count < n:
            left -= ordered[n - 1 - count]
            count += 1
        if left > 0.0:
            return False
        node.few[p] = max(node.few[p], count)
        if node.few[p] > node.many[p]:
            return False
    return True


@jit
def bounds_with(arrays, node, scratch, prices, bounds):  # type: ignore[no-untyped-def]
    """Write what a team that holds each pair costs at least; infinite where it is forbidden.

    The bound with one more condition is still a bound: an organisation that must sign takes the
    place of the dearest of the N least, a pair that must be held raises what its organisation pays.
    """
    price_all(arrays, node, prices, scratch)
    bound, last, lead = team_bound(arrays, node, prices, scratch)
    bounds[:] = np.inf
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN:
            continue
        value = scratch.value[o]
        inside = node.orgs[o] == NEEDED or value <= last
        without = bound - lead + min(lead, arrays.org_lead[o]) - (value if inside else last)
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            others = _other_boxes(arrays, node, scratch, o, c)
            _pair_bounds(arrays, node, scratch, c, others, value, without, bounds)
    return bound


@jit
def drop(arrays, node, scratch, prices, upper, bounds):  # type: ignore[no-untyped-def]
    """Forbid what no team cheaper than `upper` holds; return how many pairs are left."""
    bounds_with(arrays, node, scratch, prices, bounds)
    left = 0
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN:
            continue
        kept = 0
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            for i in range(arrays.start[c], arrays.start[c + 1]):
                if node.pairs[i] == NEEDED or bounds[i] < upper:
                    kept += 1
                else:
                    node.pairs[i] = FORBIDDEN
        if kept == 0 and node.orgs[o] == FREE:
            node.orgs[o] = FORBIDDEN
        left += kept
    return left


@leaf
def _other_boxes(arrays, node, scratch, o, c):  # type: ignore[no-untyped-def]
    total = scratch.base[o]
    for other in range(arrays.org_start[o], arrays.org_start[o + 1]):
        if other != c:
            value, must = box(arrays, node, scratch, other)
            if must or value < 0.0:
                total += value
    return total


@jit
def _pair_bounds(arrays, node, scratch, c, others, value, without, bounds):  # type: ignore[no-untyped-def]
    needed, total = 0, 0.0
    first, last = arrays.group_start[c], arrays.group_start[c + 1]
    for g in range(first, last):
        if scratch.state[g] == NEEDED:
            needed += 1
            total += scratch.top[g]
    limit = arrays.most_packages[c] - needed
    below = np.empty(last - first)
    n = 0
    for g in range(first, last):
        if scratch.state[g] == FREE and scratch.top[g] < 0.0:
            below[n] = scratch.top[g]
            n += 1
    ordered = np.sort(below[:n])
    worst = 0.0
    for k in range(min(n, limit)):
        total += ordered[k]
        worst = ordered[k]
    for i in range(arrays.start[c], arrays.start[c + 1]):
        g = arrays.group[i]
        if node.pairs[i] == FORBIDDEN or (scratch.state[g] == FREE and limit <= 0):
            continue
        forced = total
        if scratch.state[g] == FREE:
            best = scratch.best[i]
            if scratch.top[g] < 0.0 and scratch.top[g] <= worst:
                # Among those counted already, in its best size.
                forced += best - scratch.top[g]
            elif n >= limit:
                forced += max(0.0, best - worst)
            elif best > 0.0:
                forced += best
        bounds[i] = without + max(value, others + forced)
