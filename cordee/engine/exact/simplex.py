"""The linear program of the master problem and its solver: the primal revised simplex.

Columns are sparse, rows are few (some tens), so the inverse of the basis is kept dense and updated
at each pivot, and made anew every `REINVERT_EVERY` pivots so that errors do not add up. Columns and
rows are added to a solved program all the time, and each solve starts from the basis before, which
is why it is written here and not asked of a solver.

- Feasible from the start by artificial variables at a price M (the big-M method): no first phase.
- Partial pricing: the columns that look best stay at hand for some pivots before all are looked at
  again (multiple pricing; I. Maros, Computational Techniques of the Simplex Method, 2003).
- Right-hand sides a little apart, against cycling among ties (A. Charnes, Optimality and degeneracy
  in linear programming, Econometrica 20, 1952).

It proposes prices and fractions only; nothing that is proven depends on it (see `bounds`).
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import leaf

# M: what one unit of a row costs where nothing else fills it, more than any real column.
BIG_M = 1e6
# Columns that are kept at hand between two looks at all of them.
CANDIDATES = 16
PERTURBATION = 1e-7
PIVOTS = 2_000
REINVERT_EVERY = 100
# A column enters for a gain of so much; where prices are large, for more than their noise.
LEAST_GAIN = 1e-7
NOISE = 1e-10
LEAST_PIVOT = 1e-9


class LinearProgram(NamedTuple):
    """`count[j]` entries of column j in `row[j]` and `value[j]`, the basis and its inverse.

    `origin[j]` is the column of the pool, -1 for a slack or an artificial variable; `is_lead[j]`
    says whether its organisation leads.
    """

    # Columns in compressed form: most have three or four entries in some tens of rows.
    row: Any
    value: Any
    count: Any
    cost: Any
    rhs: Any
    inverse: Any
    basis: Any  # rows: the column that is basic there
    amount: Any  # rows: the value of the basic variable
    dual: Any  # rows
    basic: Any  # columns: whether in the basis
    origin: Any
    is_lead: Any
    slack: Any  # rows: the column of its slack, -1 for none
    sizes: Any  # rows, columns, pivots made
    # Room for one solve, so that a pivot allocates nothing.
    direction: Any  # room for a column in terms of the basis: B⁻¹a
    candidates: Any  # room for the columns at hand, and what each gains
    gains: Any
    square: Any  # room for the basis while it is inverted


def linear_program_for(rows: int, columns: int, entries: int) -> LinearProgram:
    """Return room for a program whose columns have so many entries at most."""
    return LinearProgram(
        row=np.zeros((columns, entries), dtype=np.int64),
        value=np.zeros((columns, entries)),
        count=np.zeros(columns, dtype=np.int64),
        cost=np.zeros(columns),
        rhs=np.zeros(rows),
        inverse=np.zeros((rows, rows)),
        basis=np.zeros(rows, dtype=np.int64),
        amount=np.zeros(rows),
        dual=np.zeros(rows),
        basic=np.zeros(columns, dtype=np.bool_),
        origin=np.zeros(columns, dtype=np.int64),
        is_lead=np.zeros(columns, dtype=np.bool_),
        slack=np.zeros(rows, dtype=np.int64),
        sizes=np.zeros(3, dtype=np.int64),
        direction=np.zeros(rows),
        candidates=np.zeros(CANDIDATES, dtype=np.int64),
        gains=np.zeros(CANDIDATES),
        square=np.zeros((rows, rows)),
    )


@leaf
def new_column(lp, cost, origin, is_lead):  # type: ignore[no-untyped-def]
    """Add an empty column and return its index, -1 where there is no room."""
    j = lp.sizes[1]
    if j >= len(lp.cost):
        return -1
    lp.count[j] = 0
    lp.cost[j] = cost
    lp.origin[j] = origin
    lp.is_lead[j] = is_lead
    lp.basic[j] = False
    lp.sizes[1] = j + 1
    return j


@leaf
def put_entry(lp, j, r, value):  # type: ignore[no-untyped-def]
    """Add an entry to a column; entries of the same row add up."""
    at = lp.count[j]
    lp.row[j, at], lp.value[j, at] = r, value
    lp.count[j] = at + 1


@leaf
def add_row(lp, rhs, sense):  # type: ignore[no-untyped-def]
    """Add a row before any solve: `sense` is 0 for =, 1 for >=, -1 for <=; `rhs` is never < 0."""
    r = lp.sizes[0]
    lp.sizes[0] = r + 1
    # Limits a little apart, by the golden ratio so that no two are alike: no cycling among ties.
    rhs += PERTURBATION * (1.0 + r * 0.618 % 1.0)
    lp.rhs[r] = rhs
    lp.slack[r] = -1
    # The slack comes just before the artificial variable: `_make_opposite` counts on it.
    if sense != 0:
        j = new_column(lp, 0.0, -1, False)
        lp.slack[r] = j
        put_entry(lp, j, r, -1.0 if sense > 0 else 1.0)
        # A row of <= starts with its slack in the basis; the others need an artificial variable.
        if sense < 0:
            _make_basic(lp, r, j, rhs)
            return r
    j = new_column(lp, BIG_M, -1, False)
    put_entry(lp, j, r, 1.0)
    _make_basic(lp, r, j, rhs)
    return r


@leaf
def _make_basic(lp, r, j, amount):  # type: ignore[no-untyped-def]
    for k in range(r + 1):
        lp.inverse[r, k] = 0.0
        lp.inverse[k, r] = 0.0
    lp.inverse[r, r] = 1.0
    lp.basis[r] = j
    lp.basic[j] = True
    lp.amount[r] = amount


@leaf
def append_row(lp, members, rhs):  # type: ignore[no-untyped-def]
    """Add a row after a solve: the columns of `members` (0 or 1 by column) sum to `rhs` at most.

    The inverse grows by one row, in closed form. Where the solution breaks the row, an artificial
    variable takes what is above, so that the basis stays feasible and no dual simplex is needed.
    """
    r = lp.sizes[0]
    columns = lp.sizes[1]
    if r >= len(lp.rhs) or columns + 2 > len(lp.cost):
        return False
    for j in range(columns):
        if members[j] != 0.0:
            put_entry(lp, j, r, members[j])
    lp.rhs[r] = rhs
    # Both signs at once: which one is basic depends on whether the solution keeps to the row.
    slack = new_column(lp, 0.0, -1, False)
    above = new_column(lp, BIG_M, -1, False)
    put_entry(lp, slack, r, 1.0)
    put_entry(lp, above, r, -1.0)
    lp.slack[r] = slack
    held = 0.0
    for k in range(r):
        held += members[lp.basis[k]] * lp.amount[k] if lp.basis[k] < columns else 0.0
    # The new basis is the old one bordered by a row and a unit column, so its inverse is too:
    # [B 0; c s]⁻¹ = [B⁻¹ 0; −s c B⁻¹ s], with c the members that are basic and s = ±1.
    own, sign = (above, -1.0) if held > rhs else (slack, 1.0)
    for k in range(r):
        total = 0.0
        for i in range(r):
            if lp.basis[i] < columns:
                total += members[lp.basis[i]] * lp.inverse[i, k]
        lp.inverse[r, k] = -total * sign
        lp.inverse[k, r] = 0.0
    lp.inverse[r, r] = sign
    lp.basis[r] = own
    lp.basic[own] = True
    lp.amount[r] = abs(rhs - held)
    lp.sizes[0] = r + 1
    return True


@leaf
def copy_lp(to, of):  # type: ignore[no-untyped-def]
    """Copy a program with its basis."""
    m, n = of.sizes[0], of.sizes[1]
    for k in range(3):
        to.sizes[k] = of.sizes[k]
    for r in range(m):
        to.rhs[r], to.basis[r], to.amount[r] = of.rhs[r], of.basis[r], of.amount[r]
        to.slack[r] = of.slack[r]
        for k in range(m):
            to.inverse[r, k] = of.inverse[r, k]
    for j in range(n):
        to.cost[j], to.count[j], to.basic[j] = of.cost[j], of.count[j], of.basic[j]
        to.origin[j], to.is_lead[j] = of.origin[j], of.is_lead[j]
        for k in range(of.count[j]):
            to.row[j, k], to.value[j, k] = of.row[j, k], of.value[j, k]


@leaf
def set_rhs(lp, r, rhs):  # type: ignore[no-untyped-def]
    """Change the right-hand side of a row; `restore_feasibility` comes after all."""
    lp.rhs[r] = rhs + PERTURBATION * (1.0 + r * 0.618 % 1.0)


@leaf
def restore_feasibility(lp):  # type: ignore[no-untyped-def]
    """Make the basis feasible after right-hand sides changed.

    What turns out negative is replaced by its opposite: the slack of its row where that is it, else
    an artificial variable, which costs M until pivots drive it out.
    """
    m = lp.sizes[0]
    for r in range(m):
        total = 0.0
        for k in range(m):
            total += lp.inverse[r, k] * lp.rhs[k]
        lp.amount[r] = total
    for r in range(m):
        if lp.amount[r] < 0.0:
            _make_opposite(lp, m, r)


@leaf
def _make_opposite(lp, m, r):  # type: ignore[no-untyped-def]
    old = lp.basis[r]
    # A row of >= has its slack just before what fills it, with the opposite sign.
    j = old - 1
    # Only a lone entry of the opposite sign in the same row can take its place for nothing.
    is_slack = (
        lp.origin[old] < 0
        and j >= 0
        and lp.origin[j] < 0
        and lp.cost[j] == 0.0
        and not lp.basic[j]
        and lp.count[j] == 1
        and lp.count[old] == 1
        and lp.row[j, 0] == lp.row[old, 0]
        and lp.value[j, 0] == -lp.value[old, 0]
    )
    if not is_slack:
        j = new_column(lp, BIG_M, -1, False)
        if j < 0:
            return
        # Its mirror image: the same column with the opposite signs, at a price M.
        for k in range(lp.count[old]):
            put_entry(lp, j, lp.row[old, k], -lp.value[old, k])
    lp.basic[old] = False
    lp.basic[j] = True
    lp.basis[r] = j
    lp.amount[r] = -lp.amount[r]
    for k in range(m):
        lp.inverse[r, k] = -lp.inverse[r, k]


@leaf
def solve(lp):  # type: ignore[no-untyped-def]
    """Pivot until no column can lower the cost; return the cost, and the sum of artificials."""
    m = lp.sizes[0]
    direction = lp.direction
    candidates = lp.candidates
    # None at hand yet: the duals differ from those of the solve before.
    held = 0
    _duals(lp, m)
    for pivot in range(PIVOTS):
        # Tolerances grow with the prices: a fixed one has the simplex turn on noise for ever.
        largest = 0.0
        for r in range(m):
            largest = max(largest, abs(lp.dual[r]))
        # While artificials are basic, what looks like a gain may be the noise of large prices.
        enough = -max(LEAST_GAIN, NOISE * largest)
        enter, gain = _best_candidate(lp, candidates, held, enough)
        # Only when none at hand gains any more is every column looked at.
        if enter < 0:
            held = _refill_candidates(lp, candidates, enough)
            enter, gain = _best_candidate(lp, candidates, held, enough)
            if enter < 0:
                break
        _direction_of(lp, m, enter, direction)
        # Ratio test; among ties the largest pivot, which keeps the inverse accurate.
        leave, step, strength = -1, np.inf, 0.0
        for r in range(m):
            if direction[r] > LEAST_PIVOT:
                ratio = max(lp.amount[r], 0.0) / direction[r]
                if ratio < step - 1e-12 or (ratio <= step + 1e-12 and direction[r] > strength):
                    leave, step, strength = r, ratio, direction[r]
        # It cannot be unbounded, since a team has N members: what pays without end is noise.
        if leave < 0:
            break
        _pivot(lp, m, enter, leave, direction, step)
        lp.sizes[2] += 1
        # After a fresh inverse the duals are computed anew, else updated with one row.
        if pivot % REINVERT_EVERY == REINVERT_EVERY - 1:
            _reinvert(lp, m)
            _duals(lp, m)
        else:
            # The duals move along the row of the pivot, by the reduced cost of what entered.
            for k in range(m):
                lp.dual[k] += gain * lp.inverse[leave, k]
    # What is returned rests on the last inverse, not on updates of updates.
    _duals(lp, m)
    total, dear = 0.0, 0.0
    for r in range(m):
        j = lp.basis[r]
        total += lp.cost[j] * lp.amount[r]
        if lp.cost[j] == BIG_M:
            dear += lp.amount[r]
    return total, dear


@leaf
def _reduced_cost(lp, j):  # type: ignore[no-untyped-def]
    total = lp.cost[j]
    for k in range(lp.count[j]):
        total -= lp.dual[lp.row[j, k]] * lp.value[j, k]
    return total


@leaf
def _best_candidate(lp, candidates, held, enough):  # type: ignore[no-untyped-def]
    """Return the column at hand that lowers the cost most, and by how much; -1 for none."""
    enter, least = -1, enough
    for k in range(held):
        j = candidates[k]
        if not lp.basic[j]:
            reduced = _reduced_cost(lp, j)
            if reduced < least:
                enter, least = j, reduced
    return enter, least


@leaf
def _refill_candidates(lp, candidates, enough):  # type: ignore[no-untyped-def]
    """Look at all columns and keep those that lower the cost most; return how many."""
    gains = lp.gains
    held = 0
    for j in range(lp.sizes[1]):
        if lp.basic[j]:
            continue
        reduced = _reduced_cost(lp, j)
        if reduced >= enough or (held == len(candidates) and reduced >= gains[held - 1]):
            continue
        at = held if held < len(candidates) else held - 1
        while at > 0 and gains[at - 1] > reduced:
            gains[at], candidates[at] = gains[at - 1], candidates[at - 1]
            at -= 1
        gains[at], candidates[at] = reduced, j
        held = min(held + 1, len(candidates))
    return held


@leaf
def _direction_of(lp, m, j, direction):  # type: ignore[no-untyped-def]
    """Write a column in terms of the basis."""
    for r in range(m):
        total = 0.0
        for k in range(lp.count[j]):
            total += lp.inverse[r, lp.row[j, k]] * lp.value[j, k]
        direction[r] = total


@leaf
def _duals(lp, m):  # type: ignore[no-untyped-def]
    for k in range(m):
        lp.dual[k] = 0.0
    for r in range(m):
        cost = lp.cost[lp.basis[r]]
        if cost != 0.0:
            for k in range(m):
                lp.dual[k] += cost * lp.inverse[r, k]


@leaf
def _pivot(lp, m, enter, leave, direction, step):  # type: ignore[no-untyped-def]
    """Let a column enter in the place of another: a Gauss-Jordan step on the inverse."""
    for k in range(m):
        lp.inverse[leave, k] /= direction[leave]
    for r in range(m):
        if r != leave:
            factor = direction[r]
            lp.amount[r] -= factor * step
            if factor != 0.0:
                for k in range(m):
                    lp.inverse[r, k] -= factor * lp.inverse[leave, k]
    lp.amount[leave] = step
    lp.basic[lp.basis[leave]] = False
    lp.basic[enter] = True
    lp.basis[leave] = enter


@leaf
def _reinvert(lp, m):  # type: ignore[no-untyped-def]
    """Invert the basis anew, so that the errors of many pivots do not add up."""
    square = lp.square
    square[:m, :m] = 0.0
    for r in range(m):
        j = lp.basis[r]
        for k in range(lp.count[j]):
            square[lp.row[j, k], r] += lp.value[j, k]
    _invert(square, lp.inverse, m)
    for r in range(m):
        total = 0.0
        for k in range(m):
            total += lp.inverse[r, k] * lp.rhs[k]
        lp.amount[r] = total


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
