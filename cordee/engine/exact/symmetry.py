"""Symmetry: organisations that differ by name alone, of which the first in order sign.

Twins make plans that are one another with two names exchanged. The search need not tell them apart,
since it prices each by itself and fixes by bounds that are equal; its answer is brought to the same
representative as that of the integer program, where rows break the symmetry (`model._add_twins`; F.
Margot, Symmetry in integer linear programming, in: 50 Years of Integer Programming, 2010).
"""

from collections import defaultdict

import numpy as np

from cordee.engine.exact.arrays import Arrays, Compact
from cordee.engine.plan import Quantities
from cordee.engine.problem import Problem

Likeness = tuple[object, ...]


def with_first_twins(compact: Compact, problem: Problem, plan: Quantities) -> Quantities:
    """Return a plan in which twins sign in the order of their names; nothing else changes.

    Exact: exchanging two of them changes neither a limit nor a cost. Whoever is named in the
    problem (pinned, wanted for a share, to differ from) has no twin.
    """
    arrays = compact.arrays
    named = set(problem.pinned).union(*(each.organisations for each in problem.unlike))
    owners = {pair.key: org for pair, org in zip(compact.pairs, arrays.org.tolist(), strict=True)}
    team = sorted({owners[key] for key, cfte in plan.items() if cfte > 0})
    wanted = {int(arrays.org[index]) for index in compact.must}
    groups: dict[Likeness, list[int]] = defaultdict(list)
    for org in team:
        if compact.organisations[org] not in named and org not in wanted:
            groups[_likeness(arrays, org)].append(org)
    places: dict[int, int] = {}
    for alike, members in groups.items():
        free = (
            org
            for org in _near(arrays, members[0])
            if compact.organisations[org] not in named
            and org not in wanted
            and _likeness(arrays, org) == alike
        )
        places.update(zip(members, free, strict=False))
    return {_moved(compact, key, owners[key], places): cfte for key, cfte in plan.items()}


def _near(arrays: Arrays, org: int) -> list[int]:
    """Return the organisations of the same price, of which twins are some, in order."""
    same = (arrays.org_cost == arrays.org_cost[org]) & (arrays.org_lead == arrays.org_lead[org])
    found: list[int] = np.flatnonzero(same).tolist()
    return found


def _likeness(arrays: Arrays, org: int) -> Likeness:
    """Return all that the search knows of an organisation, but its place in line."""
    first, last = arrays.org_start[org], arrays.org_start[org + 1]
    pairs = slice(arrays.start[first], arrays.start[last])
    rows = slice(arrays.row_start[first], arrays.row_start[last])
    low = arrays.row_at[rows.start] if rows.stop > rows.start else 0
    widths = np.diff(arrays.start[first : last + 1])
    counts = np.diff(arrays.row_start[first : last + 1])
    width = int((widths * counts).sum())
    parts = (
        widths,
        counts,
        arrays.most_packages[first:last],
        arrays.package[pairs],
        arrays.least[pairs],
        arrays.most[pairs],
        arrays.unit[pairs],
        arrays.once[pairs],
        arrays.row_hold[rows],
        arrays.row_limit[rows],
        arrays.row_slope[rows],
        arrays.row_coef[low : low + width],
    )
    return (arrays.org_lead[org], arrays.org_cost[org], *(part.tobytes() for part in parts))


def _moved(
    compact: Compact, key: tuple[str, str], org: int, places: dict[int, int]
) -> tuple[str, str]:
    """Return the same share in the hands of the twin that signs."""
    to = places.get(org, org)
    if to == org:
        return key
    arrays = compact.arrays
    mine = compact.pairs[
        arrays.start[arrays.org_start[org]] : arrays.start[arrays.org_start[org + 1]]
    ]
    at = next(index for index, pair in enumerate(mine) if pair.key == key)
    return compact.pairs[int(arrays.start[arrays.org_start[to]]) + at].key
