"""Why no team exists: first what can be counted, then what only the model can tell."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from time import perf_counter

from cordee.engine.counting import counted_reasons, months_of, of_limit
from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import least_shortage
from cordee.engine.pairs import (
    Pairs,
    eligible_kinds_by_lot,
    least_share_cfte,
    months_by_year,
    obstacle,
)
from cordee.engine.problem import Candidate, Package, Problem
from cordee.engine.result import Certificate, Impossibility, Obstacle, Reason, Shortage
from cordee.rules.territory import distance_hm

# Above the tolerance of the solver: less than this is noise, and proves nothing.
SHORT_FROM_CFTE_MONTHS = 1e-4
LEAST_SECONDS_A_MODEL = 0.2


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
    # The relaxation first: it mostly suffices, in a tenth of the time.
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
        # As many partners as there are: if then nothing is short, their number was the reason.
        wider = least_shortage(
            problem, pairs, TeamRule(2, len(organisations)), budget, relaxed=False
        )
        # Half a cFTE: shares are whole, so less than that is all covered.
        if wider.cfte_by_package and sum(wider.cfte_by_package.values()) < 0.5:
            return (Reason(Shortage.PARTNERS, needed=most + 1, available=most),)
    if not short:
        return _no_signatories(problem)
    return tuple(
        Reason(Shortage.JOINT, p.id, months_of(p), missing_cfte=math.ceil(short[p.id] - 1e-6))
        for p in problem.packages
        if short.get(p.id, 0.0) > 1e-6
    )


def _no_signatories(problem: Problem) -> tuple[Reason, ...]:
    """Return why no team may sign even where work may be left out: wishes, or else the lead."""
    if problem.share_limits:
        return tuple(of_limit(problem, limit) for limit in problem.share_limits)
    if problem.unlike:
        return tuple(
            Reason(Shortage.UNLIKE, organisations=tuple(sorted(each.organisations)))
            for each in problem.unlike
        )
    return (Reason(Shortage.LEAD, organisations=tuple(sorted(problem.pinned))),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundPackage:
    """Who is around a package that lacks somebody, counted in organisations.

    `near` practise its trade, may take it and reach it; of these `busy` have too few people in one
    of the months, and `at_ceiling` too little headroom, for even the least share. `beyond` would
    be near but for the distance, the nearest of them at `nearest_beyond_hm` (`None`: nobody).
    `unknown_trade` lie within the radius and nobody told their trades.
    """

    trade: str
    radius_km: int
    near: int
    busy: int
    at_ceiling: int
    beyond: int
    nearest_beyond_hm: int | None
    unknown_trade: int


def around(problem: Problem, reason: Reason) -> AroundPackage | None:
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
            stand = _stand(candidate, package, reason.months or months_of(package))
            met[stand].add(candidate.organisation)
        elif hurdle is Obstacle.OUT_OF_REACH:
            met[_Stand.BEYOND].add(candidate.organisation)
            distances.append((distance, candidate.organisation))
        elif hurdle is Obstacle.UNKNOWN_TRADE and _is_within(candidate, package, limit):
            met[_Stand.UNKNOWN_TRADE].add(candidate.organisation)
    # Each organisation once: it stands where the best placed of its chantiers does.
    free = met[_Stand.FREE]
    at_ceiling = met[_Stand.AT_CEILING] - free
    busy = met[_Stand.BUSY] - at_ceiling - free
    near = free | at_ceiling | busy
    return AroundPackage(
        trade=package.trade,
        radius_km=limit,
        near=len(near),
        busy=len(busy),
        at_ceiling=len(at_ceiling),
        beyond=len(met[_Stand.BEYOND] - near),
        nearest_beyond_hm=min((d for d, name in distances if name not in near), default=None),
        unknown_trade=len(met[_Stand.UNKNOWN_TRADE] - near - met[_Stand.BEYOND]),
    )


class _Stand(Enum):
    FREE = auto()
    BUSY = auto()
    AT_CEILING = auto()
    BEYOND = auto()
    UNKNOWN_TRADE = auto()


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


def _able(candidate: Candidate, package: Package, month: int) -> int:
    capacity = candidate.capacity_cfte(month)
    most = package.need_cfte if capacity is None else min(capacity, package.need_cfte)
    return most if most >= least_share_cfte(candidate, package) else 0
