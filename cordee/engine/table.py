"""The candidates of a problem as columns: one pass over the objects, made once for each problem.

A row is a candidate, in the order of identifiers; whole numbers are int64. What is unknown is -1
(capacity, headroom), 0 (crew) or told by a column of its own.
"""

from dataclasses import dataclass
from itertools import chain
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cordee.engine.problem import (
    Candidate,
    Certainty,
    Package,
    Problem,
    Skill,
    memoised_for_candidates,
)
from cordee.rules.territory import EARTH_RADIUS_KM, unit_vector

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Activities:
    """What candidates say of one trade, in the order of candidates: each has one row at most."""

    candidate: Ints
    skills: tuple[Skill, ...]
    has_known_trades: Bools
    is_known: Bools
    reach_km: Ints
    proficiency: Ints
    learning: Ints


@dataclass(frozen=True, slots=True, eq=False)
class CandidateTable:
    """The columns of the candidates; codes point into the tuple of the same name.

    `capacity_cfte` has a column for each month of the problem. Accounting years are those with a
    known ceiling; rows with fewer of them than the widest end with empty ones. `activities` are by
    trade of the packages.
    """

    rows: dict[str, int]
    organisations: tuple[str, ...]
    code_of_organisation: dict[str, int]
    organisation: Ints
    kinds: tuple[str, ...]
    kind: Ints
    certificates: tuple[frozenset[str] | None, ...]
    certificate: Ints
    unit: Floats
    has_place: Bools
    has_skills: Bools
    is_capped: Bools
    crew_cfte: Ints
    most_packages: Ints
    capacity_cfte: Ints
    year_first: Ints
    year_end: Ints
    headroom_cents: Ints
    activities: dict[str, Activities]

    def __len__(self) -> int:
        return len(self.organisation)

    def organisations_of(self, rows: Ints) -> list[str]:
        """Return the names of the organisations of some rows, in order, each once."""
        return [self.organisations[code] for code in np.unique(self.organisation[rows]).tolist()]

    def least_share_cfte(self, rows: Ints, package: Package) -> Ints:
        """Return the least share of a package for some rows, as `pairs.least_share_cfte` does."""
        crew = self.crew_cfte[rows]
        own = np.where(crew > 0, crew, package.min_share_cfte)
        least: Ints = np.minimum(own, package.need_cfte)
        return least

    def distance_hm(self, rows: Ints, package: Package) -> Ints:
        """Return how far some rows with a place are from a package."""
        place = unit_vector(package.latitude_deg, package.longitude_deg)
        dx, dy, dz = (axis[rows] - of for axis, of in zip(self.unit, place, strict=True))
        return distances_hm(dx * dx + dy * dy + dz * dz)

    def months_within(self, rows: Ints, package: Package, year: int) -> Ints:
        """Return how many months of a package lie in an accounting year of some rows."""
        end = np.minimum(self.year_end[rows, year], package.end_month)
        first = np.maximum(self.year_first[rows, year], package.first_month)
        months: Ints = np.maximum(end - first, 0)
        return months


@memoised_for_candidates
def table_of(problem: Problem) -> CandidateTable:
    """Return the columns of the candidates of a problem."""
    candidates = problem.candidates
    names = [candidate.organisation for candidate in candidates]
    organisations = tuple(sorted(dict.fromkeys(names)))
    kinds = [candidate.kind for candidate in candidates]
    certificates = [candidate.certifications for candidate in candidates]
    unit, has_place = _places(candidates)
    return CandidateTable(
        {candidate.id: row for row, candidate in enumerate(candidates)},
        organisations,
        code_of := {name: code for code, name in enumerate(organisations)},
        np.fromiter(map(code_of.__getitem__, names), np.int64, len(names)),
        distinct_kinds := tuple(dict.fromkeys(kinds)),
        _codes(kinds, distinct_kinds),
        distinct_certificates := tuple(dict.fromkeys(certificates)),
        _codes(certificates, distinct_certificates),
        unit,
        has_place,
        np.array([bool(candidate.skills) for candidate in candidates], dtype=np.bool_),
        np.array([candidate.is_capped for candidate in candidates], dtype=np.bool_),
        _ints([candidate.min_crew_cfte or 0 for candidate in candidates]),
        _ints([candidate.max_packages for candidate in candidates]),
        _capacities(candidates, problem.months),
        *_years(candidates),
        _activities(candidates, {package.trade for package in problem.packages}),
    )


def distances_hm(chord2: Floats) -> Ints:
    """Return hectometres for squared chords of unit vectors, as `territory` rounds them.

    The same operations in the same order: none of them differs by a bit from the scalar ones.
    """
    h = chord2 / 4.0
    series = 1.0 + h / 6.0 + 3.0 * h * h / 40.0 + 15.0 * h * h * h / 336.0
    km = 2.0 * EARTH_RADIUS_KM * np.sqrt(h) * series
    return np.floor(km * 10.0 + 0.5).astype(np.int64)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _codes[T](values: list[T], distinct: tuple[T, ...]) -> Ints:
    code = {value: index for index, value in enumerate(distinct)}
    return np.fromiter(map(code.__getitem__, values), np.int64, len(values))


def _places(candidates: tuple[Candidate, ...]) -> tuple[Floats, Bools]:
    # Sines of numbers one by one: those of NumPy differ in the last bit on some machines.
    count = len(candidates)
    has_place = np.array([c.latitude_deg is not None for c in candidates], dtype=np.bool_)
    phi = [radians(c.latitude_deg or 0.0) for c in candidates]
    theta = [radians(c.longitude_deg or 0.0) for c in candidates]
    # Positions as unit vectors: the squared chord of two of them orders distances without a sine.
    cos_phi, sin_phi = (
        np.fromiter(map(cos, phi), float, count),
        np.fromiter(map(sin, phi), float, count),
    )
    x = cos_phi * np.fromiter(map(cos, theta), float, count)
    y = cos_phi * np.fromiter(map(sin, theta), float, count)
    return np.array([x, y, sin_phi]), has_place


def _capacities(candidates: tuple[Candidate, ...], months: tuple[int, ...]) -> Ints:
    table = np.full((len(candidates), len(months)), UNKNOWN, dtype=np.int64)
    column = {month: place for place, month in enumerate(months)}
    capacities = [candidate.capacity_cfte_by_month or {} for candidate in candidates]
    # Rows that told the same months are filled as one block: most of a country did.
    alike: dict[range | tuple[int, ...], list[int]] = {}
    for row, by_month in enumerate(capacities):
        if by_month:
            alike.setdefault(_known_months(by_month), []).append(row)
    for known, rows in alike.items():
        values = chain.from_iterable(capacities[row].values() for row in rows)
        cfte = np.fromiter(values, np.int64, len(rows) * len(known)).reshape(len(rows), -1)
        places = [place for place, month in enumerate(known) if month in column]
        table[np.ix_(rows, [column[known[place]] for place in places])] = cfte[:, places]
    return table


def _known_months(by_month: Any) -> range | tuple[int, ...]:
    first, last = next(iter(by_month)), next(reversed(by_month))
    # They are sorted: without a hole, the first one and the last one say them all.
    if last - first + 1 == len(by_month):
        return range(first, last + 1)
    return tuple(by_month)


def _years(candidates: tuple[Candidate, ...]) -> tuple[Ints, Ints, Ints]:
    capped = [row for row, candidate in enumerate(candidates) if candidate.is_capped]
    years = [candidates[row].accounting_years for row in capped]
    sizes = _ints(list(map(len, years)))
    numbers = [
        number
        for each in years
        for year in each
        for number in (
            year.first_month,
            0 if year.headroom_cents is None else year.months,
            UNKNOWN if year.headroom_cents is None else year.headroom_cents,
        )
    ]
    since, months, cents = _ints(numbers).reshape(-1, 3).T
    row = np.repeat(_ints(capped), sizes)
    # The place of each year among those of its candidate.
    number = np.arange(len(since)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first, end = np.zeros((2, len(candidates), sizes.max(initial=0)), dtype=np.int64)
    headroom = np.full(first.shape, UNKNOWN, dtype=np.int64)
    first[row, number], end[row, number] = since, since + months
    headroom[row, number] = cents
    return first, end, headroom


def _activities(candidates: tuple[Candidate, ...], trades: set[str]) -> dict[str, Activities]:
    rows: dict[str, list[int]] = {trade: [] for trade in trades}
    skills: dict[str, list[Skill]] = {trade: [] for trade in trades}
    for row, candidate in enumerate(candidates):
        for skill in candidate.skills:
            if skill.trade in trades:
                rows[skill.trade].append(row)
                skills[skill.trade].append(skill)
    return {trade: _activities_of(rows[trade], skills[trade]) for trade in sorted(trades)}


def _activities_of(rows: list[int], skills: list[Skill]) -> Activities:
    return Activities(
        _ints(rows),
        tuple(skills),
        np.array([s.certainty is not Certainty.UNKNOWN for s in skills], dtype=np.bool_),
        np.array([s.certainty is Certainty.KNOWN for s in skills], dtype=np.bool_),
        _ints([skill.reach_km for skill in skills]),
        _ints([skill.proficiency for skill in skills]),
        _ints([skill.learning for skill in skills]),
    )
