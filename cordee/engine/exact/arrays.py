"""A problem as flat arrays: what the compiled code reads.

Money is in euros (float64), work in cFTE. Pairs are sorted by organisation, chantier and package,
so an organisation is a slice of chantiers and a chantier a slice of pairs.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit
from cordee.engine.method import TeamRule
from cordee.engine.pairs import Pair, Pairs
from cordee.engine.plan import coordination_costs, lead_costs
from cordee.engine.problem import Problem
from cordee.engine.result import UNITS_PER_CENT
from cordee.engine.table import Floats, Ints, Table, table_of

UNITS_PER_EURO = 100 * UNITS_PER_CENT
NO_LEAD = np.inf
# A capacity that is unknown sets no limit (a sum of needs never comes near this).
UNLIMITED = 10**12
# Room left to the noise of floats in the limits: a relaxation must never cut a whole plan off.
SLACK = 1e-6


class Arrays(NamedTuple):
    """Everything compiled code needs; see the comments for shapes.

    Rows are the limits of a chantier over its own pairs: `row_coef[row_at[r] + k]` is the
    coefficient of its k-th pair, `row_hold[r]` is added for each share held, `row_limit[r]` is the
    limit and `row_slope[r]` the euros per unit above it (infinite where it is hard).
    """

    need: Floats  # packages
    org_start: Ints  # organisations + 1, into chantiers
    org_cost: Floats  # organisations
    org_lead: Floats  # organisations; infinite where it cannot lead
    start: Ints  # chantiers + 1, into pairs
    most_packages: Ints  # chantiers
    row_start: Ints  # chantiers + 1, into rows
    row_at: Ints  # rows, into row_coef
    row_hold: Floats  # rows
    row_limit: Floats  # rows
    row_slope: Floats  # rows
    row_coef: Floats
    package: Ints  # pairs
    chantier: Ints  # pairs
    org: Ints  # pairs
    least: Floats  # pairs
    most: Floats  # pairs
    unit: Floats  # pairs, euros per cFTE
    once: Floats  # pairs, euros


@dataclass(frozen=True, slots=True)
class Compact:
    """Arrays, and the names behind their indices; `must` are pairs that have to be held."""

    arrays: Arrays
    organisations: tuple[str, ...]
    pairs: tuple[Pair, ...]
    pinned: Ints
    must: Ints


def compact(problem: Problem, pairs: Pairs, rule: TeamRule) -> Compact:
    """Return the arrays of a problem."""
    table, columns = table_of(problem), pairs.columns
    by_organisation = table.organisation[columns.candidate]
    order = np.lexsort((columns.package, columns.candidate, by_organisation))
    ordered = columns.among(order)
    start = _starts(ordered.candidate)
    chantiers = ordered.candidate[start[:-1]]
    org_start = _starts(table.organisation[chantiers])
    orgs = table.organisation[chantiers[org_start[:-1]]]
    org_names = [table.organisations[code] for code in orgs.tolist()]
    org_of = np.repeat(np.arange(len(org_names)), np.diff(org_start))
    sizes = np.diff(start)
    most = ordered.most_cfte.astype(np.float64)
    weights = problem.params.weights
    rows = _rows(
        start,
        ordered.package,
        most,
        *_package_arrays(problem),
        table.capacity_cfte[chantiers],
        *_years(table, chantiers),
        weights.ceiling_tight_from_permille / 1_000,
        weights.ceiling_tightness_permille / 1_000,
        weights.capacity_tight_from_permille / 1_000,
        weights.capacity_tightness_cents_per_cfte_month / 100,
    )
    coordination = coordination_costs(problem) if rule.is_team else {}
    leads = lead_costs(problem) if rule.is_team else {}
    arrays = Arrays(
        need=np.array([p.need_cfte for p in problem.packages], dtype=np.float64),
        org_start=org_start,
        org_cost=np.array([coordination.get(o, 0) / UNITS_PER_EURO for o in org_names]),
        org_lead=np.array(
            [leads[o] / UNITS_PER_EURO if o in leads else NO_LEAD for o in org_names]
        ),
        start=start,
        most_packages=table.most_packages[chantiers],
        row_start=rows[0],
        row_at=rows[1],
        row_hold=rows[2],
        row_limit=rows[3],
        row_slope=rows[4],
        row_coef=rows[5],
        package=ordered.package,
        chantier=np.repeat(np.arange(len(chantiers)), sizes),
        org=np.repeat(org_of, sizes),
        least=ordered.least_cfte.astype(np.float64),
        most=most,
        unit=ordered.cents_per_cfte / 100,
        once=ordered.cents_once / 100,
    )
    must = np.flatnonzero(ordered.must_hold)
    place = {name: index for index, name in enumerate(org_names)}
    pinned = {place[name] for name in problem.pinned if name in place}
    pinned |= set(arrays.org[must].tolist())
    return Compact(
        arrays,
        tuple(org_names),
        tuple(map(pairs.all.__getitem__, order.tolist())),
        np.array(sorted(pinned), dtype=np.int64),
        must,
    )


def _starts(sorted_values: Ints) -> Ints:
    """Return where each run of equal values starts, and where the last one ends."""
    runs = np.flatnonzero(np.diff(sorted_values, prepend=-1))
    return np.append(runs, len(sorted_values))


def _package_arrays(problem: Problem) -> tuple[Any, ...]:
    packages = problem.packages
    first = np.array([package.first_month for package in packages], dtype=np.int64)
    lasts = np.array([package.months for package in packages], dtype=np.int64)
    need = np.array([package.need_cfte for package in packages], dtype=np.int64)
    amount = np.array([package.amount_cents for package in packages], dtype=np.int64)
    return first, lasts, need, amount, np.array(problem.months, dtype=np.int64)


def _years(table: Table, chantiers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the accounting years under a known ceiling, and where those of each chantier start."""
    headroom = table.headroom_cents[chantiers]
    is_known = headroom >= 0
    start = np.append(0, np.cumsum(is_known.sum(axis=1)))
    first, end = table.year_first[chantiers][is_known], table.year_end[chantiers][is_known]
    return start, first, end, headroom[is_known]


@jit
def _rows(  # type: ignore[no-untyped-def]
    start, package, most, first, lasts, need, amount, months, capacity,
    year_start, year_first, year_end, headroom,
    ceiling_from, ceiling_slope, capacity_from, capacity_slope,
):  # fmt: skip
    """Return the limits of every chantier: months, ceilings, and what costs near them."""
    chantiers = len(start) - 1
    horizon = len(months)
    row_start = np.zeros(chantiers + 1, dtype=np.int64)
    at, hold, limit, slope = [0][:0], [0.0][:0], [0.0][:0], [0.0][:0]
    coef = [0.0][:0]
    width = 0
    for c in range(chantiers):
        width = max(width, start[c + 1] - start[c])
    line = np.zeros(max(width, 1))
    seen = np.zeros((horizon, max(width, 1)), dtype=np.bool_)
    least = np.zeros(horizon, dtype=np.int64)
    for c in range(chantiers):
        a, b = start[c], start[c + 1]
        n = b - a
        kinds = 0
        total, known = 0.0, True
        for t in range(horizon):
            cap = capacity[c, t]
            if cap < 0:
                known = False
                continue
            total += cap
            active, sum_most = 0, 0.0
            for k in range(n):
                p = package[a + k]
                on = first[p] <= months[t] < first[p] + lasts[p]
                seen[kinds, k] = on
                if on:
                    active += 1
                    sum_most += most[a + k]
            if active < 2 or sum_most <= cap:
                continue
            same = -1
            for other in range(kinds):
                equal = True
                for k in range(n):
                    if seen[other, k] != seen[kinds, k]:
                        equal = False
                        break
                if equal:
                    same = other
                    break
            if same >= 0:
                least[same] = min(least[same], cap)
            else:
                least[kinds] = cap
                kinds += 1
        for r in range(kinds):
            inside = False
            for other in range(kinds):
                if other == r or least[other] > least[r]:
                    continue
                subset, differs = True, False
                for k in range(n):
                    if seen[r, k] and not seen[other, k]:
                        subset = False
                        break
                    if seen[other, k] and not seen[r, k]:
                        differs = True
                if subset and differs:
                    inside = True
                    break
            if not inside:
                at.append(len(coef))
                for k in range(n):
                    coef.append(1.0 if seen[r, k] else 0.0)
                hold.append(0.0)
                limit.append(least[r] + SLACK)
                slope.append(np.inf)
        for y in range(year_start[c], year_start[c + 1]):
            held, worst, tight = 0, 0.0, 0.0
            for k in range(n):
                p = package[a + k]
                inside_year = min(year_end[y], first[p] + lasts[p]) - max(year_first[y], first[p])
                line[k] = 0.0
                if inside_year > 0:
                    held += 1
                    line[k] = amount[p] * inside_year / (need[p] * lasts[p])
                    worst += line[k] * most[a + k] + 1.0
                    whole = need[p] * lasts[p]
                    rate = -(-(amount[p] * 1000 * inside_year) // whole) / 100000.0
                    tight += rate * most[a + k]
            if held > 1 and worst > headroom[y] + 1:
                at.append(len(coef))
                for k in range(n):
                    coef.append(line[k])
                hold.append(1.0)
                limit.append(headroom[y] + 1.0 + SLACK)
                slope.append(np.inf)
            free = headroom[y] * ceiling_from / 100.0
            if ceiling_slope > 0 and held > 0 and tight > free:
                at.append(len(coef))
                for k in range(n):
                    p = package[a + k]
                    rate = 0.0
                    if line[k] > 0:
                        inside_year = min(year_end[y], first[p] + lasts[p]) - max(
                            year_first[y], first[p]
                        )
                        whole = need[p] * lasts[p]
                        rate = -(-(amount[p] * 1000 * inside_year) // whole) / 100000.0
                    coef.append(rate)
                hold.append(0.0)
                limit.append(free)
                slope.append(ceiling_slope)
        if known and capacity_slope > 0:
            load = 0.0
            for k in range(n):
                load += lasts[package[a + k]] * most[a + k]
            if load > total * capacity_from:
                at.append(len(coef))
                for k in range(n):
                    coef.append(float(lasts[package[a + k]]))
                hold.append(0.0)
                limit.append(total * capacity_from)
                slope.append(capacity_slope)
        row_start[c + 1] = len(at)
    return (
        row_start,
        np.array(at),
        np.array(hold),
        np.array(limit),
        np.array(slope),
        np.array(coef),
    )


def subset(whole: Compact, kept: Ints) -> tuple[Compact, Ints]:
    """Return the same problem among some of its pairs, and which organisations are left."""
    old = whole.arrays
    chantiers = np.unique(old.chantier[kept])
    orgs = np.unique(old.org[kept])
    org_of_chantier = np.repeat(np.arange(len(old.org_cost)), np.diff(old.org_start))
    sizes = np.bincount(old.chantier[kept], minlength=len(old.start) - 1)[chantiers]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    per_org = np.bincount(org_of_chantier[chantiers], minlength=len(old.org_cost))[orgs]
    row_start, row_at, rows, coef = [0], [], [], []
    width = 0
    for position, c in enumerate(chantiers):
        local = kept[start[position] : start[position + 1]] - old.start[c]
        for r in range(old.row_start[c], old.row_start[c + 1]):
            row_at.append(width)
            rows.append(r)
            coef.append(old.row_coef[old.row_at[r] + local])
            width += len(local)
        row_start.append(len(rows))
    rank_of_org = np.zeros(len(old.org_cost), dtype=np.int64)
    rank_of_org[orgs] = np.arange(len(orgs))
    rank_of_pair = {int(index): rank for rank, index in enumerate(kept)}
    arrays = Arrays(
        need=old.need,
        org_start=np.concatenate([[0], np.cumsum(per_org)]).astype(np.int64),
        org_cost=old.org_cost[orgs],
        org_lead=old.org_lead[orgs],
        start=start,
        most_packages=old.most_packages[chantiers],
        row_start=np.array(row_start, dtype=np.int64),
        row_at=np.array(row_at, dtype=np.int64),
        row_hold=old.row_hold[rows] if rows else np.zeros(0),
        row_limit=old.row_limit[rows] if rows else np.zeros(0),
        row_slope=old.row_slope[rows] if rows else np.zeros(0),
        row_coef=np.concatenate(coef) if coef else np.zeros(0),
        package=old.package[kept],
        chantier=np.repeat(np.arange(len(chantiers)), sizes),
        org=rank_of_org[old.org[kept]],
        least=old.least[kept],
        most=old.most[kept],
        unit=old.unit[kept],
        once=old.once[kept],
    )
    made = Compact(
        arrays,
        tuple(whole.organisations[o] for o in orgs),
        tuple(whole.pairs[i] for i in kept),
        rank_of_org[whole.pinned],
        np.array([rank_of_pair[int(i)] for i in whole.must], dtype=np.int64),
    )
    return made, orgs
