"""The table of the linear program over columns: one column is what one organisation does."""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import leaf

# What one unit of a row costs where nothing else fills it: more than any real column.
DEAR = 1e6
# Columns that look best are kept in hand for some pivots before all are looked at again.
IN_HAND = 16
UNEVEN = 1e-7


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
