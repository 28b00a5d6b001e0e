"""Why no team exists: first what can be counted, then what only the model can tell."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from time import perf_counter

from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import least_shortage
from cordee.engine.model import least_count
from cordee.engine.pairs import (
    Pair,
    Pairs,
    build_pairs,
    eligible_kinds_by_lot,
    least_share_cfte,
    months_by_year,
    obstacle,
)
from cordee.engine.plan import lead_costs
from cordee.engine.problem import Candidate, Package, Problem, ShareLimit
from cordee.engine.result import Certificate, Impossibility, Obstacle, Reason, Shortage
from cordee.rules.territory import distance_hm

SHORT_FROM_CFTE_MONTHS = 1e-4
LEAST_SECONDS_A_MODEL = 0.2

_SHORTAGES = {
    Obstacle.NOT_ELIGIBLE: Shortage.ELIGIBILITY,
    Obstacle.STAFF_SUPPLY: Shortage.STAFF_SUPPLY,
    Obstacle.CERTIFICATION: Shortage.CERTIFICATION,
    Obstacle.OUT_OF_REACH: Shortage.REACH,
}


def counted_reasons(problem: Problem, pairs: Pairs) -> tuple[Reason, ...]:
    """Return the reasons that plain counting shows; each alone makes a team impossible."""
    wishes = tuple(_of_wishes(problem, pairs))
    if wishes:
        return wishes
    by_package = [reason for p in problem.packages for reason in _of_package(problem, pairs, p)]
    found = tuple(by_package) or (*_of_months(problem, pairs), *_of_team(problem, pairs))
    if found and problem.share_limits:
        free = problem.replace(share_limits=())
        if not counted_reasons(free, build_pairs(free)):
            return tuple(_of_limit(problem, limit) for limit in problem.share_limits)
    return found


def explain_impossible(problem: Problem, pairs: Pairs, budget: Budget) -> Impossibility | None:
    """Return why there is no team, `None` when no second proof was found within the budget.

    A solver that says "infeasible" is not believed alone: either counting shows it, or a second
    model, which may leave work out, proves that it must.
    """
    counted = counted_reasons(problem, pairs)
    if counted:
        return Impossibility(counted, Certificate.COUNT)
    ends = perf_counter() + budget.time_limit_s
    rule = TeamRule(2, problem.params.max_partners)
    for certificate in (Certificate.RELAXATION, Certificate.SEARCH):
        relaxed = certificate is Certificate.RELAXATION
        short = least_shortage(problem, pairs, rule, _until(ends, budget), relaxed=relaxed)
        if short.at_least > SHORT_FROM_CFTE_MONTHS:
            reasons = _joint_reasons(problem, pairs, _until(ends, budget), short.cfte_by_package)
            return Impossibility(reasons, certificate)
    return None


def _until(ends: float, budget: Budget) -> Budget:
    return Budget(max(LEAST_SECONDS_A_MODEL, ends - perf_counter()), budget.seed)


def _joint_reasons(
    problem: Problem, pairs: Pairs, budget: Budget, short: Mapping[str, float]
) -> tuple[Reason, ...]:
    organisations = {pair.candidate.organisation for pair in pairs.all}
    most = problem.params.max_partners
    if most < len(organisations):
        wider = least_shortage(
            problem, pairs, TeamRule(2, len(organisations)), budget, relaxed=False
        )
        if wider.cfte_by_package and sum(wider.cfte_by_package.values()) < 0.5:
            return (Reason(Shortage.PARTNERS, needed=most + 1, available=most),)
    if not short:
        return _no_signatories(problem)
    return tuple(
        Reason(Shortage.JOINT, p.id, _months(p), missing_cfte=math.ceil(short[p.id] - 1e-6))
        for p in problem.packages
        if short.get(p.id, 0.0) > 1e-6
    )


def _no_signatories(problem: Problem) -> tuple[Reason, ...]:
    """Return why no team may sign even where work may be left out: wishes, or else the lead."""
    if problem.share_limits:
        return tuple(_of_limit(problem, limit) for limit in problem.share_limits)
    if problem.unlike:
        return tuple(
            Reason(Shortage.UNLIKE, organisations=tuple(sorted(each.organisations)))
            for each in problem.unlike
        )
    return (Reason(Shortage.LEAD, organisations=tuple(sorted(problem.pinned))),)


def _of_wishes(problem: Problem, pairs: Pairs) -> Iterator[Reason]:
    """Yield the wishes that nothing can grant, whatever the rest of the team."""
    held = [pair for pair in pairs.all if pair.must_hold]
    granted = {pair.key for pair in held}
    for limit in problem.share_limits:
        if (limit.candidate, limit.package) not in granted:
            yield _of_limit(problem, limit)
    for package in problem.packages:
        mine = [pair for pair in held if pair.package.id == package.id]
        if sum(pair.least_cfte for pair in mine) > package.need_cfte:
            names = sorted({pair.candidate.organisation for pair in mine})
            months = _months(package)
            yield Reason(Shortage.SHARE_LIMIT, package.id, months, organisations=tuple(names))
    present = problem.pinned | {pair.candidate.organisation for pair in held}
    for unlike in problem.unlike:
        free = len(unlike.organisations - present)
        if free < unlike.least_absent:
            names = sorted(unlike.organisations)
            yield Reason(
                Shortage.UNLIKE,
                needed=unlike.least_absent,
                available=free,
                organisations=tuple(names),
            )


def _of_limit(problem: Problem, limit: ShareLimit) -> Reason:
    owners = [c.organisation for c in problem.candidates if c.id == limit.candidate]
    return Reason(Shortage.SHARE_LIMIT, limit.package, organisations=tuple(owners))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Who is around a package that lacks somebody, counted in organisations.

    `near` practise its trade, may take it and reach it; of these `busy` have too few people in one
    of the months, and `at_ceiling` too little headroom, for even the least share. `beyond` would
    be near but for the distance, the nearest of them at `nearest_beyond_hm` (`None`: nobody).
    `untold` lie within the radius and nobody told their trades.
    """

    trade: str
    radius_km: int
    near: int
    busy: int
    at_ceiling: int
    beyond: int
    nearest_beyond_hm: int | None
    untold: int


def around(problem: Problem, reason: Reason) -> Around | None:
    """Return who is around the package of a reason, `None` where it names none."""
    package = next((p for p in problem.packages if p.id == reason.package), None)
    if package is None:
        return None
    kinds = eligible_kinds_by_lot(problem.packages)[package.lot_id]
    limit = problem.params.max_distance_km
    met: dict[_Stand, set[str]] = {stand: set() for stand in _Stand}
    distances = []
    for candidate in problem.candidates:
        if candidate.organisation in problem.excluded:
            continue
        hurdle, distance = obstacle(candidate, package, kinds, problem.params)
        if hurdle is None:
            stand = _stand(candidate, package, reason.months or _months(package))
            met[stand].add(candidate.organisation)
        elif hurdle is Obstacle.OUT_OF_REACH:
            met[_Stand.BEYOND].add(candidate.organisation)
            distances.append((distance, candidate.organisation))
        elif hurdle is Obstacle.UNKNOWN_TRADE and _is_within(candidate, package, limit):
            met[_Stand.UNTOLD].add(candidate.organisation)
    # An organisation stands where the best placed of its chantiers does.
    free = met[_Stand.FREE]
    at_ceiling = met[_Stand.AT_CEILING] - free
    busy = met[_Stand.BUSY] - at_ceiling - free
    near = free | at_ceiling | busy
    return Around(
        trade=package.trade,
        radius_km=limit,
        near=len(near),
        busy=len(busy),
        at_ceiling=len(at_ceiling),
        beyond=len(met[_Stand.BEYOND] - near),
        nearest_beyond_hm=min((d for d, name in distances if name not in near), default=None),
        untold=len(met[_Stand.UNTOLD] - near - met[_Stand.BEYOND]),
    )


class _Stand(Enum):
    FREE = auto()
    BUSY = auto()
    AT_CEILING = auto()
    BEYOND = auto()
    UNTOLD = auto()


def _stand(candidate: Candidate, package: Package, months: tuple[int, ...]) -> _Stand:
    if not all(_able(candidate, package, month) for month in months):
        return _Stand.BUSY
    least, whole = least_share_cfte(candidate, package), package.need_cfte * package.months
    for count, headroom_cents in months_by_year(candidate, package).values():
        if headroom_cents * whole // (package.amount_cents * count) < least:
            return _Stand.AT_CEILING
    return _Stand.FREE


def _is_within(candidate: Candidate, package: Package, limit_km: int) -> bool:
    if candidate.latitude_deg is None or candidate.longitude_deg is None:
        return False
    hm = distance_hm(
        candidate.latitude_deg,
        candidate.longitude_deg,
        package.latitude_deg,
        package.longitude_deg,
    )
    return hm <= 10 * limit_km


def _of_package(problem: Problem, pairs: Pairs, package: Package) -> Iterator[Reason]:
    if sum(pair.most_cfte for pair in pairs.of_package(package.id)) >= package.need_cfte:
        return  # then no month is short either: each pair is free in all of them
    near = [c for c in problem.candidates if _is_near(pairs, c, package)]
    if not near:
        yield _nobody(problem, pairs, package)
        return
    short = {
        month: package.need_cfte - sum(_able(c, package, month) for c in near)
        for month in range(package.first_month, package.end_month)
    }
    months = tuple(month for month, missing in short.items() if missing > 0)
    if months:
        yield Reason(Shortage.CAPACITY, package.id, months, missing_cfte=max(short.values()))
        return
    missing = package.need_cfte - sum(pair.most_cfte for pair in pairs.of_package(package.id))
    if missing > 0:
        yield _short_of_room(pairs, package, near, missing)


def _is_near(pairs: Pairs, candidate: Candidate, package: Package) -> bool:
    met = pairs.obstacle_of(candidate.id, package.id)
    return met in {None, Obstacle.CAPACITY, Obstacle.CEILING}


def _able(candidate: Candidate, package: Package, month: int) -> int:
    capacity = candidate.capacity_cfte(month)
    most = package.need_cfte if capacity is None else min(capacity, package.need_cfte)
    return most if most >= least_share_cfte(candidate, package) else 0


def _nobody(problem: Problem, pairs: Pairs, package: Package) -> Reason:
    order = list(Obstacle)
    met = [pairs.obstacle_of(candidate.id, package.id) for candidate in problem.candidates]
    nearest = max((m for m in met if m is not None), key=order.index, default=Obstacle.NO_TRADE)
    return Reason(
        _SHORTAGES.get(nearest, Shortage.TRADE),
        package.id,
        _months(package),
        missing_cfte=package.need_cfte,
    )


def _short_of_room(pairs: Pairs, package: Package, near: list[Candidate], missing: int) -> Reason:
    steady = 0
    for candidate in near:
        able = (_able(candidate, package, month) for month in _months(package))
        steady += min(able)
    if steady < package.need_cfte:
        return Reason(
            Shortage.CAPACITY,
            package.id,
            _months(package),
            missing_cfte=package.need_cfte - steady,
        )
    cents = -(-package.amount_cents * missing // package.need_cfte)
    held_back = {
        c.organisation for c in near if pairs.obstacle_of(c.id, package.id) is Obstacle.CEILING
    } | {
        pair.candidate.organisation
        for pair in pairs.of_package(package.id)
        if pair.candidate.is_capped and pair.most_cfte < package.need_cfte
    }
    return Reason(
        Shortage.CEILING,
        package.id,
        _months(package),
        missing_cfte=missing,
        missing_cents=cents,
        organisations=tuple(sorted(held_back)),
    )


def _of_months(problem: Problem, pairs: Pairs) -> Iterator[Reason]:
    short: dict[int, int] = {}
    for month in problem.months:
        need = sum(p.need_cfte for p in problem.packages if _is_active(p, month))
        missing = need - sum(_able_by_organisation(pairs, month).values())
        if missing > 0:
            short[month] = missing
    if short:
        yield Reason(Shortage.CAPACITY, None, tuple(short), missing_cfte=max(short.values()))


def _of_team(problem: Problem, pairs: Pairs) -> Iterator[Reason]:
    most = problem.params.max_partners
    organisations = {pair.candidate.organisation for pair in pairs.all}
    if len(organisations) < 2:
        yield Reason(Shortage.PARTNERS, needed=2, available=len(organisations))
    wanted = problem.pinned | {p.candidate.organisation for p in pairs.all if p.must_hold}
    needed = max(_count(problem, pairs), len(wanted))
    if needed > most:
        yield Reason(Shortage.PARTNERS, needed=needed, available=most)
    unable = sorted(problem.pinned - organisations)
    if unable:
        yield Reason(Shortage.PINNED, organisations=tuple(unable))
    if not organisations & lead_costs(problem).keys():
        yield Reason(Shortage.LEAD)


def _count(problem: Problem, pairs: Pairs) -> int:
    counts = []
    for package in problem.packages:
        able: dict[str, int] = defaultdict(int)
        for pair in pairs.of_package(package.id):
            able[pair.candidate.organisation] += pair.most_cfte
        counts.append(least_count(list(able.values()), package.need_cfte))
    for month in problem.months:
        need = sum(p.need_cfte for p in problem.packages if _is_active(p, month))
        by_organisation = _able_by_organisation(pairs, month)
        counts.append(least_count(list(by_organisation.values()), need))
    return max(counts)


def _able_by_organisation(pairs: Pairs, month: int) -> dict[str, int]:
    by_candidate: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs.all:
        if _is_active(pair.package, month):
            by_candidate[pair.candidate.id].append(pair)
    able: dict[str, int] = defaultdict(int)
    for mine in by_candidate.values():
        most = sum(pair.most_cfte for pair in mine)
        capacity = mine[0].candidate.capacity_cfte(month)
        able[mine[0].candidate.organisation] += most if capacity is None else min(most, capacity)
    return able


def _is_active(package: Package, month: int) -> bool:
    return package.first_month <= month < package.end_month


def _months(package: Package) -> tuple[int, ...]:
    return tuple(range(package.first_month, package.end_month))
