"""The simplex method over the table of columns.

Primal, with a dense inverse, since rows are few (some tens) and columns some hundreds with few
entries each. It proposes prices and fractions; nothing that is proven depends on it.
"""

import numpy as np

from cordee.engine.compiled import leaf
from cordee.engine.exact.master import DEAR

PIVOTS = 2_000
REFRESHED = 100
ENTERS = 1e-7
TINY = 1e-9
NOISE = 1e-10


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
