"""Which candidate can take which package, between which bounds, and at what cost."""

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cordee.engine.eligibility import (
    CODE,
    MILLICENTS_PER_CENT,
    OBSTACLES,
    PAIR,
    Eligibility,
    PairColumns,
    PricedPairs,
    priced,
    without_trade,
)
from cordee.engine.problem import Candidate, Certainty, Package, Params, Problem, Skill
from cordee.engine.result import Obstacle, SetAside
from cordee.engine.table import Ints, table_of
from cordee.rules.kinds import supplies_staff


class Pair(NamedTuple):
    """A candidate that can take a package: bounds in cFTE, costs in cents.

    Costs per cFTE are over the whole package; the two others are paid once. `must_hold`: somebody
    wants this share held, whatever it costs.
    """

    candidate: Candidate
    package: Package
    skill: Skill
    distance_hm: int
    least_cfte: int
    most_cfte: int
    travel_cents_per_cfte: int
    fit_cents_per_cfte: int
    learning_cents_per_cfte: int
    no_reference_cents: int
    interface_cents: int
    must_hold: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Candidate and package identifiers."""
        return self.candidate.id, self.package.id

    @property
    def cents_per_cfte(self) -> int:
        """What one more cFTE costs."""
        return self.travel_cents_per_cfte + self.fit_cents_per_cfte + self.learning_cents_per_cfte

    @property
    def cents_once(self) -> int:
        """What holding a share costs, whatever its size."""
        return self.no_reference_cents + self.interface_cents


@dataclass(frozen=True)
class Pairs:
    """All pairs of a problem in the order of identifiers, and what keeps the others apart.

    `obstacles[package, candidate]` is a place in `OBSTACLES`, `PAIR` where there is none.
    """

    problem: Problem
    all: tuple[Pair, ...]
    obstacles: NDArray[np.int8]

    @cached_property
    def columns(self) -> PairColumns:
        """The pairs as columns, in the same order."""
        rows = table_of(self.problem).rows
        packages = {package.id: place for place, package in enumerate(self.problem.packages)}
        lines = [
            (
                rows[pair.candidate.id],
                packages[pair.package.id],
                pair.least_cfte,
                pair.most_cfte,
                pair.cents_per_cfte,
                pair.cents_once,
                pair.skill.certainty is Certainty.KNOWN,
                pair.distance_hm,
                pair.skill.reach_km,
                pair.must_hold,
            )
            for pair in self.all
        ]
        numbers = np.array(lines, dtype=np.int64).reshape(-1, len(PairColumns._fields)).T
        found = PairColumns(*numbers)
        return found._replace(
            is_known=found.is_known.astype(np.bool_), must_hold=found.must_hold.astype(np.bool_)
        )

    @cached_property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Candidates in no pair, with the nearest that they came to one."""
        nearest = self.obstacles.max(axis=0)
        aside = np.flatnonzero((self.obstacles != PAIR).all(axis=0))
        candidates = self.problem.candidates
        return tuple(
            [
                SetAside(candidates[row].id, candidates[row].organisation, OBSTACLES[code])
                for row, code in zip(aside.tolist(), nearest[aside].tolist(), strict=True)
            ]
        )

    @property
    def lack_somebody(self) -> bool:
        """Whether a package has no taker, or somebody wanted no pair: then there is no plan."""
        problem = self.problem
        held = {pair.package.id for pair in self.all}
        signs = {pair.candidate.organisation for pair in self.all}
        wanted = sum(pair.must_hold for pair in self.all)
        is_granted = wanted >= len(problem.share_limits) and problem.pinned <= signs
        return len(held) < len(problem.packages) or not is_granted

    def obstacle_of(self, candidate: str, package: str) -> Obstacle | None:
        """Return what keeps a candidate from a package, `None` where they are a pair."""
        row = table_of(self.problem).rows[candidate]
        code = self.obstacles[self._place_of_package[package], row]
        return None if code == PAIR else OBSTACLES[code]

    def of_package(self, package: str) -> list[Pair]:
        """Return the pairs of one package."""
        return [pair for pair in self.all if pair.package.id == package]

    def find(self, candidate: str, package: str) -> Pair | None:
        """Return the pair of a candidate and a package, `None` where they are none."""
        row = table_of(self.problem).rows.get(candidate)
        place = self._place_of_package.get(package)
        if row is None or place is None:
            return None
        # One number by pair, rising in the order of the pairs: found by bisection.
        wanted = row * len(self.problem.packages) + place
        at = int(np.searchsorted(self._keys, wanted))
        return self.all[at] if at < len(self.all) and self._keys[at] == wanted else None

    @cached_property
    def _place_of_package(self) -> dict[str, int]:
        return {package.id: place for place, package in enumerate(self.problem.packages)}

    @cached_property
    def _keys(self) -> Ints:
        return self.columns.candidate * len(self.problem.packages) + self.columns.package


def build_pairs(problem: Problem) -> Pairs:
    """Return every pair that could hold a share of at least the minimum."""
    table = table_of(problem)
    kinds = eligible_kinds_by_lot(problem.packages)
    excluded = np.array([name in problem.excluded for name in table.organisations], dtype=np.bool_)
    is_excluded = excluded[table.organisation]
    obstacles = np.empty((len(problem.packages), len(table)), dtype=np.int8)
    parts = []
    for place, package in enumerate(problem.packages):
        # Most of a country does not practise the trade: one pass says so of all of them.
        obstacles[place] = without_trade(table)
        met = Eligibility(problem, table, package, kinds[package.lot_id])
        met.exclude(is_excluded)
        met.limit(problem)
        obstacles[place, met.activities.candidate] = met.code
        obstacles[place, is_excluded] = CODE[Obstacle.EXCLUDED]
        parts.append(priced(problem, place, met))
    return _in_order(problem, parts, obstacles)


def eligible_kinds_by_lot(packages: tuple[Package, ...]) -> dict[str, frozenset[str] | None]:
    """Return by lot the kinds allowed by all its reserved packages (RULE-15), `None` if open."""
    kinds: dict[str, frozenset[str] | None] = {}
    for package in packages:
        already = kinds.get(package.lot_id)
        if package.eligible_kinds is None:
            kinds[package.lot_id] = already
        else:
            allowed = package.eligible_kinds
            kinds[package.lot_id] = allowed if already is None else already & allowed
    return kinds


def obstacle(
    candidate: Candidate, package: Package, kinds: frozenset[str] | None, params: Params
) -> tuple[Obstacle | None, int]:
    """Return what keeps a candidate from a package, capacity and ceiling apart, and the distance.

    The distance is in hectometres, 0 where it was not needed to decide.
    """
    # The order is that of `Obstacle`: cheap questions first, the distance last.
    if candidate.latitude_deg is None or candidate.longitude_deg is None:
        return Obstacle.NO_PLACE, 0
    skill = candidate.skill(package.trade)
    # Silence on trades is not a no: it is counted apart, since somebody may ask.
    if not candidate.skills or (skill and skill.certainty is Certainty.UNKNOWN):
        return Obstacle.UNKNOWN_TRADE, 0
    if skill is None:
        return Obstacle.NO_TRADE, 0
    if kinds is not None and candidate.kind not in kinds:
        return Obstacle.NOT_ELIGIBLE, 0
    if supplies_staff(candidate.kind) and not package.accepts_staff_supply:
        return Obstacle.STAFF_SUPPLY, 0
    held = candidate.certifications
    # Certifications that nobody spoke of keep nobody out; the ranking leaves the term unknown.
    if held is not None and not package.required_certifications <= held:
        return Obstacle.CERTIFICATION, 0
    distance = candidate.hm_to(package) or 0
    if distance > 10 * min(skill.reach_km, params.max_distance_km):
        return Obstacle.OUT_OF_REACH, distance
    return None, distance


def least_share_cfte(candidate: Candidate, package: Package) -> int:
    """Return the least share: one crew where crews are known, else the minimum of the package."""
    crew = candidate.min_crew_cfte
    # A small package may need less than one crew: then it is taken whole.
    return min(package.need_cfte, package.min_share_cfte if crew is None else crew)


def months_by_year(candidate: Candidate, package: Package) -> dict[int, tuple[int, int]]:
    """Return, by first month of each accounting year under a known ceiling, months and headroom."""
    found: dict[int, tuple[int, int]] = {}
    if candidate.is_capped:
        for year in candidate.accounting_years:
            first = max(year.first_month, package.first_month)
            months = min(year.end_month, package.end_month) - first
            if months > 0 and year.headroom_cents is not None:
                found[year.first_month] = months, year.headroom_cents
    return found


def receipts_millicents_per_cfte(package: Package, months: int) -> int:
    """Return what one cFTE brings over some months of the package, rounded up."""
    whole = package.need_cfte * package.months
    # Millicents, since a rate rounded to the cent is off by euros over a year of cFTE.
    return -(-package.amount_cents * MILLICENTS_PER_CENT * months // whole)


def _in_order(problem: Problem, parts: list[PricedPairs], obstacles: NDArray[np.int8]) -> Pairs:
    """Return the pairs of all packages, sorted, as objects and as columns."""
    joined: list[Any] = [
        np.concatenate(each) for each in zip(*(p.columns for p in parts), strict=True)
    ]
    columns = PairColumns(*joined)
    # The order of identifiers, since candidates and packages stand in it.
    order = np.lexsort((columns.package, columns.candidate))
    columns = PairColumns._make([column[order] for column in joined])
    costs = [
        np.concatenate([getattr(part, name) for part in parts])[order].tolist()
        for name in ("travel", "fit", "learning", "no_reference")
    ]
    skills = [skill for part in parts for skill in part.skill]
    found = zip(
        map(problem.candidates.__getitem__, columns.candidate.tolist()),
        map(problem.packages.__getitem__, columns.package.tolist()),
        map(skills.__getitem__, order.tolist()),
        columns.distance_hm.tolist(),
        columns.least_cfte.tolist(),
        columns.most_cfte.tolist(),
        *costs,
        repeat(problem.params.weights.interface_cents),
        columns.must_hold.tolist(),
        strict=False,
    )
    pairs = Pairs(problem, tuple(map(partial(tuple.__new__, Pair), found)), obstacles)
    # The columns are at hand: made again from a hundred thousand objects they cost more.
    pairs.__dict__["columns"] = columns
    return pairs
