"""Step S0 of `core.md`: who of a whole country could hold a share, in a few vectorised passes.

Box, then trade, then distance, then upper bound. What is left out could be in no pair, so the
problem of those kept has exactly the pairs of the whole country. The other chantier of an
organisation stays with it: its coordination and its lead count for both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.instances.country import (
    CERTIFICATION,
    KINDS,
    KM_PER_DEGREE,
    TRADES,
    YEARS,
    Country,
    Floats,
    Ints,
    candidates,
)
from cordee.engine.pairs import eligible_kinds_by_lot
from cordee.engine.problem import Package, Params, Problem
from cordee.rules.kinds import supplies_staff
from cordee.rules.territory import EARTH_RADIUS_KM

# The engine rounds to 100 m, and its last bit may be another one: it decides, not this filter.
SLACK_KM = 0.1
NAMED_WHERE_NOBODY = 20


@dataclass(frozen=True, eq=False)
class Reach:
    """Rows within reach of a package and what each could take of it, its need left aside.

    `steady_cfte` is the least capacity over its months, `most_cfte` the least of that and of the
    headroom, `least_cfte` the crew or 0 where no crew is told; rows whose bounds leave nothing are
    still there.
    """

    rows: Ints
    steady_cfte: Ints
    most_cfte: Ints
    least_cfte: Ints


def reaches(of: Country, packages: Sequence[Package], params: Params) -> list[Reach]:
    """Return who could go to each package."""
    kinds = eligible_kinds_by_lot(tuple(packages))
    rows = _in_box(of, packages, params.max_distance_km)
    return [_reach(of, rows, package, kinds[package.lot_id], params) for package in packages]


def filtered(of: Country, packages: Sequence[Package], params: Params) -> Problem:
    """Return the problem among those of a country who are in at least one pair.

    Where a package is short even if all of them give what they can, those near it who can give
    nothing are kept too, and some of the trade where nobody is near: reasons are about them.
    """
    kept = []
    for package, reach in zip(packages, reaches(of, packages, params), strict=True):
        least = np.where(reach.least_cfte > 0, reach.least_cfte, package.min_share_cfte)
        most = np.minimum(reach.most_cfte, package.need_cfte)
        able = most >= np.minimum(least, package.need_cfte)
        if most[able].sum() < package.need_cfte:
            kept.append(reach.rows if len(reach.rows) else _of_trade(of, package))
        else:
            kept.append(reach.rows[able])
    rows = with_siblings(of, np.unique(np.concatenate(kept)))
    return Problem(
        packages=tuple(packages), candidates=candidates(of, rows, months(packages)), params=params
    )


def everybody(of: Country, packages: Sequence[Package], params: Params) -> Problem:
    """Return the problem among the whole country: small countries only."""
    rows = np.arange(len(of))
    return Problem(
        packages=tuple(packages), candidates=candidates(of, rows, months(packages)), params=params
    )


def months(packages: Sequence[Package]) -> list[int]:
    """Every month from the first to the last of the packages."""
    first = min(package.first_month for package in packages)
    return list(range(first, max(package.end_month for package in packages)))


def with_siblings(of: Country, rows: Ints) -> Ints:
    """Add the other chantiers of the organisations of some rows."""
    others = of.sibling[rows]
    both: Ints = np.union1d(rows, others[others >= 0])
    return both


def distances_km(of: Country, rows: Ints, package: Package) -> Floats:
    """Return the great-circle distances by the series of `cordee.rules.territory`."""
    phi, theta = np.radians(package.latitude_deg), np.radians(package.longitude_deg)
    place = np.array([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    h = ((of.unit[:, rows] - place[:, None]) ** 2).sum(axis=0) / 4.0
    series = 1.0 + h / 6.0 + 3.0 * h * h / 40.0 + 15.0 * h * h * h / 336.0
    far: Floats = 2.0 * EARTH_RADIUS_KM * np.sqrt(h) * series
    return far


def _in_box(of: Country, packages: Sequence[Package], limit_km: int) -> Ints:
    reach_km = min(limit_km, int(of.reach_km.max())) + 1.0
    south = min(package.latitude_deg for package in packages) - reach_km / KM_PER_DEGREE
    north = max(package.latitude_deg for package in packages) + reach_km / KM_PER_DEGREE
    first, last = np.searchsorted(of.latitude_deg, [south, north])
    shrink = max(0.05, float(np.cos(np.radians(max(abs(south), abs(north))))))
    margin = reach_km / KM_PER_DEGREE / shrink
    west = min(package.longitude_deg for package in packages) - margin
    east = max(package.longitude_deg for package in packages) + margin
    longitude = of.longitude_deg[first:last]
    wanted = sum({1 << TRADES.index(p.trade) for p in packages if p.trade in TRADES})
    inside = (longitude >= west) & (longitude <= east) & (of.trades[first:last] & wanted > 0)
    rows: Ints = np.flatnonzero(inside) + first
    return rows


def _reach(
    of: Country, rows: Ints, package: Package, kinds: frozenset[str] | None, params: Params
) -> Reach:
    if package.trade not in TRADES:
        return Reach(rows[:0], rows[:0], rows[:0], rows[:0])
    rows = rows[of.trades[rows] >> TRADES.index(package.trade) & 1 > 0]
    allowed = [
        (kinds is None or kind in kinds)
        and (package.accepts_staff_supply or not supplies_staff(kind))
        for kind in KINDS
    ]
    rows = rows[np.array(allowed)[of.kind[rows]]]
    if package.required_certifications:
        is_enough = package.required_certifications <= {CERTIFICATION}
        rows = rows[(of.is_certified[rows] > 0) & is_enough]
    limit_km = np.minimum(of.reach_km[rows], params.max_distance_km) + SLACK_KM
    rows = rows[distances_km(of, rows, package) <= limit_km]
    span = range(package.first_month, package.end_month)
    steady = of.capacity_cfte(rows, span).min(axis=1, initial=2**40)
    most = np.minimum(steady, _headroom_cfte(of, rows, package))
    return Reach(rows, steady, most, of.crew_cfte[rows])


def _headroom_cfte(of: Country, rows: Ints, package: Package) -> Ints:
    """What the ceiling of each accounting year leaves of a package."""
    most = np.full(len(rows), 2**40)
    whole = package.need_cfte * package.months
    is_capped = of.kind[rows] == KINDS.index("ACI")
    for number in range(YEARS):
        start = of.first_year_month[rows] + 12 * number
        inside = np.minimum(start + 12, package.end_month) - np.maximum(start, package.first_month)
        counts = is_capped & (inside > 0)
        cents = of.headroom_cents[rows, number] * whole
        room = cents // (package.amount_cents * np.maximum(inside, 1))
        most = np.where(counts, np.minimum(most, room), most)
    return most


def _of_trade(of: Country, package: Package) -> Ints:
    """The nearest who practise the trade of a package that nobody reaches, else the nearest."""
    rows = np.arange(len(of))
    if package.trade in TRADES:
        rows = rows[of.trades >> TRADES.index(package.trade) & 1 > 0]
    nearest = np.argsort(distances_km(of, rows, package), kind="stable")[:NAMED_WHERE_NOBODY]
    found: Ints = rows[nearest]
    return found
