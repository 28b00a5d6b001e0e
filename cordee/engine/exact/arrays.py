"""The formulation that is decomposed, as flat arrays: what the compiled code reads.

Seen from operations research a problem is a generalised assignment with divisible work: *packages*
have a demand, *pairs* (a chantier and a package) carry semi-continuous quantities, 0 or between
`least` and `most`, at a unit cost and a fixed cost. Demands and the size of the team link the
organisations; every other limit is within one chantier. That is the block-angular structure which
Dantzig and Wolfe decompose (Operations Research 8, 1960): the linking rows go to the master
problem (`master`), the blocks to the pricing problem (`pricing`).

Money is in euros (float64), work in cFTE. Pairs are sorted by organisation, chantier and package,
so an organisation is a slice of chantiers and a chantier a slice of pairs.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cordee.engine.compiled import entry
from cordee.engine.method import TeamRule
from cordee.engine.pairs import Pair, Pairs
from cordee.engine.plan import coordination_costs, lead_costs
from cordee.engine.problem import Problem
from cordee.engine.result import UNITS_PER_CENT
from cordee.engine.table import CandidateTable, Floats, Ints, table_of

UNITS_PER_EURO = 100 * UNITS_PER_CENT
NO_LEAD = np.inf
# Room left to the noise of floats in the limits: a relaxation must never cut a whole plan off.
SLACK = 1e-6


class Arrays(NamedTuple):
    """Everything compiled code needs; see the comments for shapes.

    Rows are the limits of a chantier over its own pairs: `row_coef[row_at[r] + k]` is the
    coefficient of its k-th pair, `row_hold[r]` is added for each share held, `row_limit[r]` is the
    limit and `row_slope[r]` the euros per unit above it (infinite where it is hard).

    A group is one package in the hands of one chantier, and its pairs are the sizes that share may
    have: one interval at first, several once `modes.in_modes` has cut it. At most one is held.
    """

    need: Floats  # packages
    org_start: Ints  # organisations + 1, into chantiers
    org_cost: Floats  # organisations
    org_lead: Floats  # organisations; infinite where it cannot lead
    start: Ints  # chantiers + 1, into pairs
    group_start: Ints  # chantiers + 1, into groups
    group_at: Ints  # groups + 1, into pairs
    most_packages: Ints  # chantiers
    row_start: Ints  # chantiers + 1, into rows
    row_at: Ints  # rows, into row_coef
    row_hold: Floats  # rows
    row_limit: Floats  # rows
    row_slope: Floats  # rows
    row_coef: Floats
    group: Ints  # pairs
    package: Ints  # pairs
    chantier: Ints  # pairs
    org: Ints  # pairs
    least: Floats  # pairs
    most: Floats  # pairs
    unit: Floats  # pairs, euros per cFTE: the unit cost
    once: Floats  # pairs, euros: the fixed cost of holding the share at all


@dataclass(frozen=True, slots=True)
class Compact:
    """Arrays, and the names behind their indices; `must` are pairs that have to be held."""

    arrays: Arrays
    organisations: tuple[str, ...]
    pairs: tuple[Pair, ...]
    pinned: Ints
    must: Ints

    @property
    def shares(self) -> int:
        """Return how many shares there are to give, whatever their sizes."""
        return len(self.arrays.group_at) - 1


def compact(problem: Problem, pairs: Pairs, rule: TeamRule) -> Compact:
    """Return the arrays of a problem."""
    table, columns = table_of(problem), pairs.columns
    by_organisation = table.organisation[columns.candidate]
    # Organisation, then chantier, then package: each level is a slice of the one below.
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
    near_limits = TightnessCosts(
        weights.ceiling_tight_from_permille / 1_000,
        weights.ceiling_tightness_permille / 1_000,
        weights.capacity_tight_from_permille / 1_000,
        weights.capacity_tightness_cents_per_cfte_month / 100,
    )
    rows = _rows(
        start,
        ordered.package,
        most,
        _packages(problem),
        table.capacity_cfte[chantiers],
        _years(table, chantiers),
        near_limits,
    )
    # One alone neither coordinates nor leads.
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
        group_start=start,
        group_at=np.arange(len(most) + 1),
        most_packages=table.most_packages[chantiers],
        row_start=rows[0],
        row_at=rows[1],
        row_hold=rows[2],
        row_limit=rows[3],
        row_slope=rows[4],
        row_coef=rows[5],
        group=np.arange(len(most)),
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
    # Whoever must hold a share must sign.
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


class Packages(NamedTuple):
    """What limits depend on: by package, then the months of the whole horizon."""

    first_month: Ints
    months: Ints
    need: Ints  # cFTE
    amount: Ints  # cents
    horizon: Ints


class Years(NamedTuple):
    """The accounting years under a known ceiling; `start` opens those of each chantier."""

    start: Ints
    first_month: Ints
    end_month: Ints
    headroom: Ints  # cents


class TightnessCosts(NamedTuple):
    """From which share of a limit it costs to come near, and how many euros a unit above that."""

    ceiling_from: float
    ceiling_slope: float
    capacity_from: float
    capacity_slope: float


def _packages(problem: Problem) -> Packages:
    packages = problem.packages
    return Packages(
        np.array([package.first_month for package in packages], dtype=np.int64),
        np.array([package.months for package in packages], dtype=np.int64),
        np.array([package.need_cfte for package in packages], dtype=np.int64),
        np.array([package.amount_cents for package in packages], dtype=np.int64),
        np.array(problem.months, dtype=np.int64),
    )


def _years(table: CandidateTable, chantiers: Ints) -> Years:
    headroom = table.headroom_cents[chantiers]
    is_known = headroom >= 0
    start = np.append(0, np.cumsum(is_known.sum(axis=1)))
    first, end = table.year_first[chantiers][is_known], table.year_end[chantiers][is_known]
    return Years(start, first, end, headroom[is_known])


@entry
def _rows(start, package, most, packages, capacity, years, tightness):  # type: ignore[no-untyped-def]
    """Return the limits of every chantier: months, ceilings, and what costs near them.

    Only rows that can bind are kept. A soft limit is a row with a slope: the piecewise linear cost
    that a model writes as a variable for what is above.
    """
    first, lasts, need, amount, months = packages
    year_start, year_first, year_end, headroom = years
    ceiling_from, ceiling_slope, capacity_from, capacity_slope = tightness
    chantiers = len(start) - 1
    horizon = len(months)
    row_start = np.zeros(chantiers + 1, dtype=np.int64)
    # Empty lists of one type each, as Numba asks.
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
        # Months with the same packages at work are one row, with the least capacity of them.
        kinds = 0
        total, known = 0.0, True
        for t in range(horizon):
            cap = capacity[c, t]
            # An unknown month sets no limit; and then the whole horizon has none that is known.
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
            # One share alone is within its bounds already; and what cannot exceed is no row.
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
        # A set inside another one with no more capacity is implied by it.
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
            # A cent of prudence for each share beyond the first: shares are paid in whole cents.
            # `worst`: the most that could be received; `tight`: the same at rates rounded up.
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
            # What costs near a ceiling begins below it: a soft row of its own.
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
        # Over the whole horizon, and only where every month of it is known.
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
    """Return the same problem among some of its pairs, and which organisations are left.

    `kept` is in order; a pair named more than once stays as often, in one group.
    """
    old = whole.arrays
    # What has no pair left goes; what stays gets new numbers in the old order.
    chantiers, orgs = np.unique(old.chantier[kept]), np.unique(old.org[kept])
    chantier_of = _ranks(chantiers, len(old.start) - 1)[old.chantier[kept]]
    start = _starts(chantier_of)
    sizes = np.diff(start)
    org_of = _ranks(orgs, len(old.org_cost))[old.org[kept]]
    group_at = _starts(old.group[kept])
    groups = np.repeat(np.arange(len(group_at) - 1), np.diff(group_at))
    # Rows of the chantiers kept, and for each the coefficients of its pairs.
    rows_of = np.diff(old.row_start)[chantiers]
    row_start = np.append(0, np.cumsum(rows_of))
    place = np.repeat(np.arange(len(chantiers)), rows_of)
    rows = np.arange(row_start[-1]) + (old.row_start[chantiers] - row_start[:-1])[place]
    # Rows are ragged, each as wide as its chantier: ranges by repeats and cumulated sums.
    widths = sizes[place]
    row_at = np.cumsum(widths) - widths
    inside = np.arange(widths.sum()) - np.repeat(row_at, widths)
    pair = kept[np.repeat(start[place], widths) + inside]
    coef = old.row_coef[np.repeat(old.row_at[rows], widths) + pair - old.start[old.chantier[pair]]]
    arrays = Arrays(
        need=old.need,
        org_start=_starts(org_of[start[:-1]]),
        org_cost=old.org_cost[orgs],
        org_lead=old.org_lead[orgs],
        start=start,
        group_start=np.append(groups[start[:-1]], len(group_at) - 1),
        group_at=group_at,
        most_packages=old.most_packages[chantiers],
        row_start=row_start,
        row_at=row_at,
        row_hold=old.row_hold[rows],
        row_limit=old.row_limit[rows],
        row_slope=old.row_slope[rows],
        row_coef=coef,
        group=groups,
        package=old.package[kept],
        chantier=chantier_of,
        org=org_of,
        least=old.least[kept],
        most=old.most[kept],
        unit=old.unit[kept],
        once=old.once[kept],
    )
    made = Compact(
        arrays,
        tuple(whole.organisations[o] for o in orgs.tolist()),
        tuple(whole.pairs[i] for i in kept.tolist()),
        _ranks(orgs, len(old.org_cost))[whole.pinned],
        _ranks(kept, len(old.package))[whole.must],
    )
    return made, orgs


def _ranks(kept: Ints, of: int) -> Ints:
    """Return the new number of every old one."""
    ranks = np.full(of, -1, dtype=np.int64)
    ranks[kept] = np.arange(len(kept))
    return ranks
