"""What the compiled code is handed: a part of the search, prices, and room to work in."""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.shares import Room, room_for

FORBIDDEN, FREE, NEEDED = -1, 0, 1
# Patterns looked at for one chantier; beyond that its cruder bound stands.
PATTERNS = 2_000


class Node(NamedTuple):
    """One part of the search: a team size and what branching decided.

    `orgs` and `pairs` hold FORBIDDEN, FREE or NEEDED. `few[p]` and `many[p]` bound how many shares
    package p is cut into. `sets` are groups of organisations, as 0 or 1 by organisation, of which
    at least `set_low` and at most `set_high` sign.
    """

    size: int
    orgs: Any
    pairs: Any
    few: Any
    many: Any
    sets: Any
    set_low: Any
    set_high: Any


class Prices(NamedTuple):
    """What is paid: per cFTE of a package, per share of a package, per signature of a set."""

    work: Any
    share_low: Any  # first rung: at least so many shares
    share_two: Any  # second rung
    share_high: Any
    set_low: Any
    set_high: Any


class Scratch(NamedTuple):
    """Room to work in, one per thread; `columns` are what evaluated organisations do best."""

    price: Any  # pairs: euros per cFTE at the prices
    once: Any  # pairs: euros once at the prices
    best: Any  # pairs: least euros of the share alone
    top: Any  # groups: least euros of any size of the share
    state: Any  # groups: FORBIDDEN, FREE or NEEDED
    base: Any  # organisations: what each costs before any share
    value: Any  # organisations: at least what each costs
    exact: Any  # organisations: whether that is met
    slot: Any  # organisations: where its column is, -1 for none
    order: Any  # organisations
    found_org: Any  # columns
    found_count: Any
    found_pairs: Any
    found_shares: Any
    found: Any  # one number: how many columns
    kept: Any  # room for the best shares of a chantier
    space: Room
    patterns: Any  # one number: how many are looked at for one chantier


def scratch_for(arrays: Arrays, longest: int) -> Scratch:
    """Return room for one thread; `longest` is the most shares of an organisation."""
    pairs, orgs = len(arrays.package), len(arrays.org_cost)
    groups = len(arrays.group_at) - 1
    return Scratch(
        price=np.zeros(pairs),
        once=np.zeros(pairs),
        best=np.zeros(pairs),
        top=np.zeros(groups),
        state=np.zeros(groups, dtype=np.int8),
        base=np.zeros(orgs),
        value=np.zeros(orgs),
        exact=np.zeros(orgs, dtype=np.bool_),
        slot=np.full(orgs, -1, dtype=np.int64),
        order=np.zeros(orgs, dtype=np.int64),
        found_org=np.zeros(orgs, dtype=np.int64),
        found_count=np.zeros(orgs, dtype=np.int64),
        found_pairs=np.zeros((orgs, longest), dtype=np.int64),
        found_shares=np.zeros((orgs, longest)),
        found=np.zeros(1, dtype=np.int64),
        kept=np.zeros(int(np.diff(arrays.group_start).max(initial=1))),
        space=room_for(arrays, longest),
        patterns=np.full(1, PATTERNS, dtype=np.int64),
    )


def prices_for(packages: int, sets: int) -> Prices:
    """Return prices of nothing."""
    return Prices(
        work=np.zeros(packages),
        share_low=np.zeros(packages),
        share_two=np.zeros(packages),
        share_high=np.zeros(packages),
        set_low=np.zeros(sets),
        set_high=np.zeros(sets),
    )


def longest_column(arrays: Arrays) -> int:
    """Return the most shares that one organisation can hold."""
    held = np.minimum(arrays.most_packages, np.diff(arrays.group_start))
    if not len(held):
        return 1
    return int(np.add.reduceat(held, arrays.org_start[:-1]).max())
