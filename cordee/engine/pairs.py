"""Which candidate can take which package, between which bounds, and at what cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cordee.engine.problem import (
    BEST_PROFICIENCY,
    Candidate,
    Certainty,
    Package,
    Params,
    Problem,
    ShareLimit,
    Skill,
)
from cordee.engine.result import Obstacle, SetAside, round_half_up
from cordee.rules.kinds import supplies_staff
from cordee.rules.territory import distance_hm

_FARTHEST = list(Obstacle)
MILLICENTS_PER_CENT = 1_000


@dataclass(frozen=True, slots=True)
class Pair:
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


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of a problem in the order of identifiers, and who is in none of them."""

    all: tuple[Pair, ...]
    set_aside: tuple[SetAside, ...]
    obstacles: Mapping[tuple[str, str], Obstacle]

    def obstacle_of(self, candidate: str, package: str) -> Obstacle | None:
        """Return what keeps a candidate from a package, `None` where they are a pair."""
        return self.obstacles.get((candidate, package))

    def of_package(self, package: str) -> list[Pair]:
        """Return the pairs of one package."""
        return [pair for pair in self.all if pair.package.id == package]


def build_pairs(problem: Problem) -> Pairs:
    """Return every pair that could hold a share of at least the minimum."""
    kinds = eligible_kinds_by_lot(problem.packages)
    limits = {(limit.candidate, limit.package): limit for limit in problem.share_limits}
    pairs: list[Pair] = []
    set_aside: list[SetAside] = []
    obstacles: dict[tuple[str, str], Obstacle] = {}
    for candidate in problem.candidates:
        found = False
        for package in problem.packages:
            excluded = candidate.organisation in problem.excluded
            pair = _pair(candidate, package, kinds[package.lot_id], problem.params)
            limit = limits.get((candidate.id, package.id))
            if isinstance(pair, Pair) and limit is not None:
                pair = _within_limit(pair, limit)
            if isinstance(pair, Pair) and not excluded:
                pairs.append(pair)
                found = True
            else:
                why = Obstacle.EXCLUDED if excluded or isinstance(pair, Pair) else pair
                obstacles[candidate.id, package.id] = why
        if not found:
            nearest = max(
                (obstacles[candidate.id, p.id] for p in problem.packages), key=_FARTHEST.index
            )
            set_aside.append(SetAside(candidate.id, candidate.organisation, nearest))
    return Pairs(tuple(pairs), tuple(set_aside), obstacles)


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
    if candidate.latitude_deg is None or candidate.longitude_deg is None:
        return Obstacle.NO_PLACE, 0
    skill = candidate.skill(package.trade)
    if not candidate.skills or (skill and skill.certainty is Certainty.UNKNOWN):
        return Obstacle.UNKNOWN_TRADE, 0
    if skill is None:
        return Obstacle.NO_TRADE, 0
    if kinds is not None and candidate.kind not in kinds:
        return Obstacle.NOT_ELIGIBLE, 0
    if supplies_staff(candidate.kind) and not package.accepts_staff_supply:
        return Obstacle.STAFF_SUPPLY, 0
    held = candidate.certifications
    if held is not None and not package.required_certifications <= held:
        return Obstacle.CERTIFICATION, 0
    distance = distance_hm(
        candidate.latitude_deg,
        candidate.longitude_deg,
        package.latitude_deg,
        package.longitude_deg,
    )
    if distance > 10 * min(skill.reach_km, params.max_distance_km):
        return Obstacle.OUT_OF_REACH, distance
    return None, distance


def least_share_cfte(candidate: Candidate, package: Package) -> int:
    """Return the least share: one crew where crews are known, else the minimum of the package."""
    crew = candidate.min_crew_cfte
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
    return -(-package.amount_cents * MILLICENTS_PER_CENT * months // whole)


def _pair(
    candidate: Candidate, package: Package, kinds: frozenset[str] | None, params: Params
) -> Pair | Obstacle:
    blocked, distance = obstacle(candidate, package, kinds, params)
    if blocked is not None:
        return blocked
    least = least_share_cfte(candidate, package)
    most = min([package.need_cfte, *_known_capacities(candidate, package)])
    if most < least:
        return Obstacle.CAPACITY
    whole = package.need_cfte * package.months
    for months, headroom_cents in months_by_year(candidate, package).values():
        most = min(most, headroom_cents * whole // (package.amount_cents * months))
    if most < least:
        return Obstacle.CEILING
    skill = candidate.skill(package.trade)
    assert skill is not None
    return _priced(candidate, package, skill, distance, (least, most), params)


def _within_limit(pair: Pair, limit: ShareLimit) -> Pair | Obstacle:
    least = max(pair.least_cfte, limit.least_cfte)
    most = min(pair.most_cfte, limit.most_cfte)
    if most < least:
        return Obstacle.SHARE_LIMIT
    return replace(pair, least_cfte=least, most_cfte=most, must_hold=True)


def _known_capacities(candidate: Candidate, package: Package) -> Iterator[int]:
    for month in range(package.first_month, package.end_month):
        capacity = candidate.capacity_cfte(month)
        if capacity is not None:
            yield capacity


def _priced(
    candidate: Candidate,
    package: Package,
    skill: Skill,
    distance: int,
    bounds: tuple[int, int],
    params: Params,
) -> Pair:
    weights = params.weights
    travel = weights.travel_millicents_per_hm_cfte_month * distance * package.months
    fit = weights.fit_permille_by_proficiency[skill.proficiency] * package.amount_cents
    lacking = BEST_PROFICIENCY - skill.learning
    return Pair(
        candidate=candidate,
        package=package,
        skill=skill,
        distance_hm=distance,
        least_cfte=bounds[0],
        most_cfte=bounds[1],
        travel_cents_per_cfte=round_half_up(travel, MILLICENTS_PER_CENT),
        fit_cents_per_cfte=round_half_up(fit, 1_000 * package.need_cfte),
        learning_cents_per_cfte=weights.learning_cents_per_level_cfte_month
        * lacking
        * package.months,
        no_reference_cents=weights.no_reference_cents if skill.proficiency == 0 else 0,
        interface_cents=weights.interface_cents,
    )
