"""Who can take a package, worked out for all candidates at once: what `pairs` is made from.

Whole numbers throughout: nothing here differs by a cent from one pair worked out by hand.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cordee.engine.problem import BEST_PROFICIENCY, MAX_CFTE, Package, Problem, Skill
from cordee.engine.result import Obstacle
from cordee.engine.table import Activities, Bools, CandidateTable, Ints
from cordee.rules.kinds import supplies_staff

# Obstacles by how near they are to a pair; in arrays they are numbers, and a pair has none.
OBSTACLES = tuple(Obstacle)
PAIR = -1
CODE = {obstacle: code for code, obstacle in enumerate(OBSTACLES)}
MILLICENTS_PER_CENT = 1_000
_LARGEST = int(np.iinfo(np.int64).max)


class PairColumns(NamedTuple):
    """Pairs as columns; `candidate` and `package` are places in the problem."""

    candidate: Ints
    package: Ints
    least_cfte: Ints
    most_cfte: Ints
    cents_per_cfte: Ints
    cents_once: Ints
    is_known: Bools
    distance_hm: Ints
    reach_km: Ints
    must_hold: Bools

    def among(self, places: Ints) -> "PairColumns":
        """Return some of the pairs."""
        return PairColumns._make([column[places] for column in self])


def without_trade(table: CandidateTable) -> NDArray[np.int8]:
    """Return the obstacle that each candidate meets where it says nothing of the trade."""
    code = np.where(table.has_skills, CODE[Obstacle.NO_TRADE], CODE[Obstacle.UNKNOWN_TRADE])
    return np.where(table.has_place, code, CODE[Obstacle.NO_PLACE]).astype(np.int8)


class Eligibility:
    """Those who practise the trade of a package: what each meets, and between which bounds.

    `rows` are those without an obstacle, as places among the activities of the trade.
    """

    def __init__(
        self,
        problem: Problem,
        table: CandidateTable,
        package: Package,
        kinds: frozenset[str] | None,
    ) -> None:
        self.package, self.table = package, table
        self.activities: Activities = table.activities[package.trade]
        self.code = self._by_law(kinds)
        self.rows = np.flatnonzero(self.code == PAIR)
        self.distance, self.least, self.most = np.zeros((3, len(self.rows)), dtype=np.int64)
        self.must_hold = np.zeros(len(self.rows), dtype=np.bool_)
        self._reach(problem.params.max_distance_km)
        self._bound_by_capacity(problem.months)
        self._bound_by_ceilings()

    @property
    def candidate(self) -> Ints:
        """The candidates without an obstacle."""
        return self.activities.candidate[self.rows]

    def exclude(self, is_excluded: Bools) -> None:
        """Drop those who are excluded."""
        self._refuse(is_excluded[self.candidate], Obstacle.EXCLUDED)

    def limit(self, problem: Problem) -> None:
        """Hold the shares that somebody wants within limits."""
        places = {row: at for at, row in enumerate(self.candidate.tolist())}
        refused = np.zeros(len(self.rows), dtype=np.bool_)
        for limit in problem.share_limits:
            row = self.table.rows.get(limit.candidate)
            if limit.package == self.package.id and row in places:
                at = places[row]
                self.least[at] = max(self.least[at], limit.least_cfte)
                self.most[at] = min(self.most[at], limit.most_cfte)
                self.must_hold[at] = True
                refused[at] = self.most[at] < self.least[at]
        self._refuse(refused, Obstacle.SHARE_LIMIT)

    def _by_law(self, kinds: frozenset[str] | None) -> NDArray[np.int8]:
        """Return what place, trade, kind and certifications say, the first obstacle of each."""
        table, mine = self.table, self.activities
        by_kind = [self._of_kind(kind, kinds) for kind in table.kinds]
        required = self.package.required_certifications
        lacks = [held is not None and not required <= held for held in table.certificates]
        of = mine.candidate
        code = np.array(by_kind, dtype=np.int8)[table.kind[of]]
        is_lacking = np.array(lacks, dtype=np.bool_)[table.certificate[of]]
        # The first obstacle in the order of the checks stays: later ones overwrite only pairs.
        code[is_lacking & (code == PAIR)] = CODE[Obstacle.CERTIFICATION]
        code[~mine.has_known_trades] = CODE[Obstacle.UNKNOWN_TRADE]
        code[~table.has_place[of]] = CODE[Obstacle.NO_PLACE]
        return code

    def _of_kind(self, kind: str, kinds: frozenset[str] | None) -> int:
        if kinds is not None and kind not in kinds:
            return CODE[Obstacle.NOT_ELIGIBLE]
        if supplies_staff(kind) and not self.package.accepts_staff_supply:
            return CODE[Obstacle.STAFF_SUPPLY]
        return PAIR

    def _refuse(self, refused: Bools, obstacle: Obstacle) -> None:
        if refused.any():
            self.code[self.rows[refused]] = CODE[obstacle]
            stay = ~refused
            self.rows = self.rows[stay]
            for name in ("distance", "least", "most", "must_hold"):
                setattr(self, name, getattr(self, name)[stay])

    def _reach(self, limit_km: int) -> None:
        self.distance = self.table.distance_hm(self.candidate, self.package)
        reach_km = np.minimum(self.activities.reach_km[self.rows], limit_km)
        self._refuse(self.distance > 10 * reach_km, Obstacle.OUT_OF_REACH)

    def _bound_by_capacity(self, months: tuple[int, ...]) -> None:
        first = months.index(self.package.first_month)
        known = self.table.capacity_cfte[self.candidate, first : first + self.package.months]
        # As numbers without a sign, -1 is the largest of all: what is unknown sets no limit.
        # The least over the months: a share is the same in each of them.
        steady = known.view(np.uint64).min(axis=1)
        self.least = self.table.least_share_cfte(self.candidate, self.package)
        self.most = np.minimum(steady, self.package.need_cfte).astype(np.int64)
        self._refuse(self.most < self.least, Obstacle.CAPACITY)

    def _bound_by_ceilings(self) -> None:
        package = self.package
        whole = package.need_cfte * package.months
        for year in range(self.table.year_first.shape[1]):
            months = self.table.months_within(self.candidate, package, year)
            bound = np.flatnonzero(months)
            headroom = self.table.headroom_cents[self.candidate[bound], year]
            # cFTE whose receipts of that year fit the headroom, rounded down.
            room = _floor_of_product(headroom, whole, package.amount_cents * months[bound])
            self.most[bound] = np.minimum(self.most[bound], room)
        self._refuse(self.most < self.least, Obstacle.CEILING)


def _floor_of_product(values: Ints, factor: int, divisors: Ints) -> Ints:
    """Return `values * factor // divisors`, `MAX_CFTE` at most, exact where the product is huge."""
    # In 64 bits where no product overflows, else in Python's integers.
    if int(values.max(initial=0)) <= _LARGEST // factor:
        room: Ints = np.minimum(values * factor // divisors, MAX_CFTE)
        return room
    parts = zip(values.tolist(), divisors.tolist(), strict=True)
    exact = [min(value * factor // divisor, MAX_CFTE) for value, divisor in parts]
    return np.array(exact, dtype=np.int64)


class PricedPairs(NamedTuple):
    """The pairs of one package, with their costs apart."""

    columns: PairColumns
    skill: list[Skill]
    travel: Ints
    fit: Ints
    learning: Ints
    no_reference: Ints


def priced(problem: Problem, place: int, met: Eligibility) -> PricedPairs:
    """Return the pairs of the package at a place of the problem, and what they cost."""
    weights, package, rows = problem.params.weights, met.package, met.rows
    by_hm = weights.travel_millicents_per_hm_cfte_month * package.months
    travel = _round_half_up(by_hm * met.distance, MILLICENTS_PER_CENT)
    fit_by_proficiency = np.array(weights.fit_permille_by_proficiency) * package.amount_cents
    proficiency = met.activities.proficiency[rows]
    fit = _round_half_up(fit_by_proficiency, 1_000 * package.need_cfte)[proficiency]
    by_level = weights.learning_cents_per_level_cfte_month * package.months
    learning = by_level * (BEST_PROFICIENCY - met.activities.learning[rows])
    no_reference = np.where(proficiency == 0, weights.no_reference_cents, 0)
    columns = PairColumns(
        met.candidate,
        np.full(len(rows), place),
        met.least,
        met.most,
        travel + fit + learning,
        no_reference + weights.interface_cents,
        met.activities.is_known[rows],
        met.distance,
        met.activities.reach_km[rows],
        met.must_hold,
    )
    skill = [met.activities.skills[row] for row in rows.tolist()]
    return PricedPairs(columns, skill, travel, fit, learning, no_reference)


def _round_half_up(numerators: Ints, denominator: int) -> Ints:
    nearest: Ints = (2 * numerators + denominator) // (2 * denominator)
    return nearest
