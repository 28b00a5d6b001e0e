"""The innermost problem: how much a chantier does of each share of a *pattern*, at given prices.

A pattern says which packages it holds, and in which sizes. What is left is a linear program of some
variables, each with two bounds, under some rows: the primal simplex with implicit upper bounds (G.
B. Dantzig, Linear Programming and Extensions, 1963; V. Chvátal, Linear Programming, 1983), on a
condensed tableau. Shares start at their least; only those that pay at the margin can grow, inside
limits whose coefficients are never negative. So the least shares tell whether the pattern is
possible at all, and the simplex method starts from there without a first phase.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import leaf
from cordee.engine.exact.arrays import Arrays

# Where they run out, a bound is returned: see `_maximise`.
PIVOTS = 60
NOISE = 1e-9


class Room(NamedTuple):
    """Room for one small program, one per thread; see `_grow` and `_maximise`."""

    which: Any
    gain: Any
    rows: Any
    room: Any
    table: Any
    value: Any
    top_of: Any
    outside: Any
    inside: Any
    flipped: Any
    final: Any


def room_for(arrays: Arrays, longest: int) -> Room:
    """Return room for the largest chantier; `longest` is the most shares it may hold."""
    rows = int(np.diff(arrays.row_start).max(initial=1))
    width = longest + rows
    return Room(
        which=np.zeros(longest, dtype=np.int64),
        gain=np.zeros(longest),
        rows=np.zeros(rows, dtype=np.int64),
        room=np.zeros(rows),
        table=np.zeros((rows + 1, width)),
        value=np.zeros(rows),
        top_of=np.zeros(width + rows),
        outside=np.zeros(width, dtype=np.int64),
        inside=np.zeros(rows, dtype=np.int64),
        flipped=np.zeros(width + rows, dtype=np.bool_),
        final=np.zeros(width + rows),
    )


@leaf
def cheapest_shares(arrays: Arrays, space, c, pattern, count, price, shares):  # type: ignore[no-untyped-def]
    """Return the least cost of a pattern of chantier `c`, infinite where it is not possible.

    `pattern[:count]` are local indices of its pairs, `price` the euros by cFTE of every pair.
    `shares[:count]` receives the quantities. Fixed costs are not included.
    """
    first = arrays.start[c]
    low, high = arrays.row_start[c], arrays.row_start[c + 1]
    cost = 0.0
    for k in range(count):
        i = first + pattern[k]
        shares[k] = arrays.least[i]
        cost += price[i] * arrays.least[i]
    # No limits: every share that pays is as large as it may be.
    if high == low:
        for k in range(count):
            i = first + pattern[k]
            if price[i] < 0.0:
                cost += price[i] * (arrays.most[i] - arrays.least[i])
                shares[k] = arrays.most[i]
        return cost
    # What the limits leave at the least shares, and whether any binds at the largest.
    binds = False
    # Any binding limit asks for the simplex; if none is, the answer is at hand.
    for r in range(low, high):
        at = arrays.row_at[r]
        used, full = 0.0, 0.0
        for k in range(count):
            coefficient = arrays.row_coef[at + pattern[k]]
            i = first + pattern[k]
            if coefficient > 0.0:
                used += arrays.row_hold[r] + coefficient * arrays.least[i]
                top = arrays.most[i] if price[i] < 0.0 else arrays.least[i]
                full += arrays.row_hold[r] + coefficient * top
        # Coefficients are not negative: at the least shares the limit is kept least.
        if used > arrays.row_limit[r]:
            if arrays.row_slope[r] == np.inf:
                return np.inf
            binds = True
        if full > arrays.row_limit[r]:
            binds = True
    if not binds:
        for k in range(count):
            i = first + pattern[k]
            if price[i] < 0.0:
                cost += price[i] * (arrays.most[i] - arrays.least[i])
                shares[k] = arrays.most[i]
        return cost
    return _grow(arrays, space, c, pattern, count, price, shares, cost)


@leaf
def _grow(arrays, space, c, pattern, count, price, shares, cost):  # type: ignore[no-untyped-def]
    """Let the shares that pay grow: the bounded simplex on a condensed tableau, maximising.

    Columns are what each share gains above its least, then one for what is above each soft limit.
    Rows that no growth can reach are left out.
    """
    first = arrays.start[c]
    low, high = arrays.row_start[c], arrays.row_start[c + 1]
    which, gain, rows, room = space.which, space.gain, space.rows, space.room
    # Only shares that pay and can grow are variables.
    n = 0
    for k in range(count):
        i = first + pattern[k]
        if price[i] < 0.0 and arrays.most[i] > arrays.least[i]:
            which[n] = k
            gain[n] = -price[i]
            n += 1
    m, hinges = 0, 0
    for r in range(low, high):
        at = arrays.row_at[r]
        left = arrays.row_limit[r]
        grows, top = False, 0.0
        for k in range(count):
            coefficient = arrays.row_coef[at + pattern[k]]
            if coefficient > 0.0:
                left -= arrays.row_hold[r] + coefficient * arrays.least[first + pattern[k]]
        for j in range(n):
            coefficient = arrays.row_coef[at + pattern[which[j]]]
            if coefficient > 0.0:
                grows = True
                i = first + pattern[which[j]]
                top += coefficient * (arrays.most[i] - arrays.least[i])
        # A soft limit already exceeded is linear from here on: it goes into the gains.
        soft = arrays.row_slope[r] < np.inf
        if soft and left <= 0.0:
            # Already above: it costs from the first unit on, so it is a price and no limit.
            cost += -left * arrays.row_slope[r]
            for j in range(n):
                gain[j] -= arrays.row_slope[r] * arrays.row_coef[at + pattern[which[j]]]
        # A limit that full growth keeps is no row.
        elif grows and top > left:
            rows[m] = r
            room[m] = max(left, 0.0)
            m += 1
            if soft:
                hinges += 1
    # A variable for what is above each soft row, at the price of its slope.
    width = n + hinges
    table, value, top_of = space.table, space.value, space.top_of
    for r in range(m + 1):
        for j in range(width):
            table[r, j] = 0.0
    for j in range(n):
        i = first + pattern[which[j]]
        top_of[j] = arrays.most[i] - arrays.least[i]
        table[m, j] = gain[j]
    # Rows as `sum of growth − above <= room`, with slacks for a first basis.
    h = n
    for r in range(m):
        at = arrays.row_at[rows[r]]
        value[r] = room[r]
        for j in range(n):
            table[r, j] = arrays.row_coef[at + pattern[which[j]]]
        if arrays.row_slope[rows[r]] < np.inf:
            table[r, h] = -1.0
            table[m, h] = -arrays.row_slope[rows[r]]
            top_of[h] = np.inf
            h += 1
        top_of[width + r] = np.inf
    gained = _maximise(space, m, width, n)
    for j in range(n):
        shares[which[j]] += top_of[j]
    return cost - gained


@leaf
def _maximise(space, m, width, n):  # type: ignore[no-untyped-def]
    """Return the best value; `top_of[:n]` receives the values of the first `n` columns.

    `table` is B⁻¹N with the reduced costs in its last row, `value` the basic variables. A variable
    at its upper bound is replaced by its complement (`flipped`), so that all outside the basis are
    at zero. Where the pivots run out, a value that cannot be exceeded is returned instead: what
    each column may still bring, were it free.
    """
    table, value, top_of = space.table, space.value, space.top_of
    outside, inside, flipped, final = space.outside, space.inside, space.flipped, space.final
    for j in range(width):
        outside[j] = j
    for r in range(m):
        inside[r] = width + r
    for j in range(width + m):
        flipped[j] = False
    total = 0.0
    ended = False
    for _ in range(PIVOTS):
        # Dantzig's rule: the largest reduced cost enters.
        enter, best = -1, NOISE
        for j in range(width):
            if table[m, j] > best:
                enter, best = j, table[m, j]
        if enter < 0:
            ended = True
            break
        # Ratio test: a basic variable falls to zero or rises to its bound, or the entering does.
        leave, to_top, step = -1, False, top_of[outside[enter]]
        for r in range(m):
            slope = table[r, enter]
            if slope > NOISE:
                if value[r] < step * slope:
                    leave, to_top, step = r, False, value[r] / slope
            elif slope < -NOISE and top_of[inside[r]] < np.inf:
                up = top_of[inside[r]] - value[r]
                if up < -step * slope:
                    leave, to_top, step = r, True, -up / slope
        if leave < 0:
            # From one of its bounds to the other, without a pivot.
            for r in range(m):
                value[r] -= table[r, enter] * step
                table[r, enter] = -table[r, enter]
            total += table[m, enter] * step
            table[m, enter] = -table[m, enter]
            flipped[outside[enter]] = not flipped[outside[enter]]
            continue
        # The leaving variable stops at its upper bound: in the basis as its complement.
        if to_top:
            for j in range(width):
                table[leave, j] = -table[leave, j]
            value[leave] = top_of[inside[leave]] - value[leave]
            flipped[inside[leave]] = not flipped[inside[leave]]
        # Exchange on the condensed tableau: one column stands for both variables in turn.
        pivot = table[leave, enter]
        step = value[leave] / pivot
        total += table[m, enter] * step
        for r in range(m):
            if r != leave:
                value[r] -= table[r, enter] * step
        value[leave] = step
        for j in range(width):
            if j != enter:
                table[leave, j] /= pivot
        for r in range(m + 1):
            if r != leave:
                factor = table[r, enter]
                if factor != 0.0:
                    for j in range(width):
                        if j != enter:
                            table[r, j] -= factor * table[leave, j]
                    table[r, enter] = -factor / pivot
        table[leave, enter] = 1.0 / pivot
        outside[enter], inside[leave] = inside[leave], outside[enter]
    # Whatever still pays, at the most it could bring: an upper bound of the gain.
    if not ended:
        for j in range(width):
            if table[m, j] > 0.0:
                total += table[m, j] * top_of[outside[j]]
    for j in range(width + m):
        final[j] = 0.0
    for r in range(m):
        final[inside[r]] = value[r]
    for j in range(n):
        # Complements turned back.
        top_of[j] = top_of[j] - final[j] if flipped[j] else final[j]
    return total
