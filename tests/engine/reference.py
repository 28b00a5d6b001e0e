"""The straightforward way to pairs, the baseline and the counted reasons: one pair at a time.

It is what the engine did before it worked in columns, kept to be compared with.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cordee.engine.model import least_count
from cordee.engine.pairs import (
    Pair,
    eligible_kinds_by_lot,
    least_share_cfte,
    months_by_year,
    obstacle,
)
from cordee.engine.plan import build_plan, lead_costs
from cordee.engine.problem import Candidate, Certainty, Package, Params, Problem, ShareLimit, Skill
from cordee.engine.rank import rank
from cordee.engine.result import Obstacle, Plan, Reason, SetAside, Shortage, round_half_up

_SHORTAGES = {
    Obstacle.NOT_ELIGIBLE: Shortage.ELIGIBILITY,
    Obstacle.STAFF_SUPPLY: Shortage.STAFF_SUPPLY,
    Obstacle.CERTIFICATION: Shortage.CERTIFICATION,
    Obstacle.OUT_OF_REACH: Shortage.REACH,
}


@dataclass(frozen=True)
class Straight:
    """Pairs, who is in none of them, and what keeps the others apart."""

    all: tuple[Pair, ...]
    set_aside: tuple[SetAside, ...]
    obstacles: dict[tuple[str, str], Obstacle]

    def of_package(self, package: str) -> list[Pair]:
        """Return the pairs of one package."""
        return [pair for pair in self.all if pair.package.id == package]


def straight_pairs(problem: Problem) -> Straight:
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
                (obstacles[candidate.id, p.id] for p in problem.packages), key=list(Obstacle).index
            )
            set_aside.append(SetAside(candidate.id, candidate.organisation, nearest))
    return Straight(tuple(pairs), tuple(set_aside), obstacles)


def _pair(
    candidate: Candidate, package: Package, kinds: frozenset[str] | None, params: Params
) -> Pair | Obstacle:
    blocked, distance = obstacle(candidate, package, kinds, params)
    if blocked is not None:
        return blocked
    least = least_share_cfte(candidate, package)
    active = range(package.first_month, package.end_month)
    capacities = [candidate.capacity_cfte(month) for month in active]
    most = min([package.need_cfte, *(each for each in capacities if each is not None)])
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
    return pair._replace(least_cfte=least, most_cfte=most, must_hold=True)


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
    lacking = 3 - skill.learning
    return Pair(
        candidate=candidate,
        package=package,
        skill=skill,
        distance_hm=distance,
        least_cfte=bounds[0],
        most_cfte=bounds[1],
        travel_cents_per_cfte=round_half_up(travel, 1_000),
        fit_cents_per_cfte=round_half_up(fit, 1_000 * package.need_cfte),
        learning_cents_per_cfte=weights.learning_cents_per_level_cfte_month
        * lacking
        * package.months,
        no_reference_cents=weights.no_reference_cents if skill.proficiency == 0 else 0,
        interface_cents=weights.interface_cents,
    )


def straight_greedy(problem: Problem, pairs: Straight) -> Plan:
    """Fill the packages one after the other, the dearest first, from the best-ranked down.

    Each structure gives what it still can, those that a wish names first; the first one leaves a
    share to a second. Where that leaves work undone, once more with those that can take most
    first, and the plan that leaves less undone is kept. It may miss cFTE, a lead or a wish; it
    never breaks a capacity, a ceiling, a minimal share, the number of partners or a difference.
    """
    by_rank = _fill(problem, pairs, largest_first=False)
    if _undone(by_rank) == 0:
        return by_rank
    return min(by_rank, _fill(problem, pairs, largest_first=True), key=_undone)


def _undone(plan: Plan) -> int:
    return sum(cfte for _, cfte in plan.missing_cfte)


def _fill(problem: Problem, pairs: Straight, *, largest_first: bool) -> Plan:
    taken = _Taken(problem)
    for package in sorted(problem.packages, key=lambda p: (-p.amount_cents, p.id)):
        by_candidate = {pair.candidate.id: pair for pair in pairs.of_package(package.id)}
        candidates = [pair.candidate for pair in by_candidate.values()]
        need = package.need_cfte
        ranked = rank(package, candidates, params=problem.params).ranked
        queue = [by_candidate[each.candidate] for each in ranked]
        if largest_first:
            queue.sort(key=lambda pair: -pair.most_cfte)
        queue.sort(key=lambda pair: pair.candidate.organisation not in problem.pinned)
        queue.sort(key=lambda pair: not pair.must_hold)
        for pair in queue:
            if need == 0:
                break
            need -= taken.take(pair, need)
    return build_plan(problem, pairs.all, taken.quantities)


class _Taken:
    """What has been given out so far, and what each chantier can still take."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.quantities: dict[tuple[str, str], int] = {}
        self.held: list[tuple[Pair, int]] = []
        self.organisations: set[str] = set()
        self.able_to_lead = lead_costs(problem).keys()
        self.left = sum(package.need_cfte for package in problem.packages)

    def take(self, pair: Pair, need: int) -> int:
        """Give a pair as much as it can take of a need, and return how much that is."""
        cfte = min(need, self._room(pair))
        least_left = pair.package.min_share_cfte
        crumb = 0 < need - cfte < least_left
        alone = self.left == cfte and self.organisations <= {pair.candidate.organisation}
        if crumb or alone:
            # A crumb that nobody would sign, or a team of one, is worse than a smaller share.
            cfte = need - least_left
        if cfte < pair.least_cfte or not self._may_join(pair):
            return 0
        self.quantities[pair.key] = cfte
        self.held.append((pair, cfte))
        self.organisations.add(pair.candidate.organisation)
        self.left -= cfte
        return cfte

    def _may_join(self, pair: Pair) -> bool:
        mine = [held for held, _ in self.held if held.candidate is pair.candidate]
        if len(mine) >= pair.candidate.max_packages:
            return False
        if pair.candidate.organisation in self.organisations:
            return True
        after = self.organisations | {pair.candidate.organisation}
        for unlike in self.problem.unlike:
            if len(unlike.organisations - after) < unlike.least_absent:
                return False
        waiting = set(self.problem.pinned - after)
        if self.able_to_lead and not self.able_to_lead & (after | waiting):
            waiting.add("a lead")
        return len(after) + len(waiting) <= self.problem.params.max_partners

    def _room(self, pair: Pair) -> int:
        room = pair.most_cfte
        mine = [(held, cfte) for held, cfte in self.held if held.candidate is pair.candidate]
        package = pair.package
        for month in range(package.first_month, package.end_month):
            capacity = pair.candidate.capacity_cfte(month)
            if capacity is not None:
                busy = sum(
                    cfte
                    for held, cfte in mine
                    if held.package.first_month <= month < held.package.end_month
                )
                room = min(room, capacity - busy)
        for year, (months, headroom) in months_by_year(pair.candidate, package).items():
            room = min(room, self._room_in_year(pair, mine, year, months, headroom))
        return max(room, 0)

    def _room_in_year(
        self, pair: Pair, mine: list[tuple[Pair, int]], year: int, months: int, headroom: int
    ) -> int:
        left = headroom
        for held, cfte in mine:
            there = months_by_year(held.candidate, held.package).get(year)
            if there is not None:
                whole = held.package.need_cfte * held.package.months
                # Rounded up, with one cent for the rounding of shares: prudent on both sides.
                left -= -(-held.package.amount_cents * there[0] * cfte // whole) + 1
        whole = pair.package.need_cfte * pair.package.months
        return max(left, 0) * whole // (pair.package.amount_cents * months)


def straight_reasons(problem: Problem, pairs: Straight) -> tuple[Reason, ...]:
    """Return the reasons that plain counting shows; each alone makes a team impossible."""
    wishes = tuple(_of_wishes(problem, pairs))
    if wishes:
        return wishes
    by_package = [reason for p in problem.packages for reason in _of_package(problem, pairs, p)]
    found = tuple(by_package) or (*_of_months(problem, pairs), *_of_team(problem, pairs))
    if found and problem.share_limits:
        free = problem.replace(share_limits=())
        if not straight_reasons(free, straight_pairs(free)):
            return tuple(_of_limit(problem, limit) for limit in problem.share_limits)
    return found


def _of_wishes(problem: Problem, pairs: Straight) -> Iterator[Reason]:
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


def _of_package(problem: Problem, pairs: Straight, package: Package) -> Iterator[Reason]:
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


def _is_near(pairs: Straight, candidate: Candidate, package: Package) -> bool:
    met = pairs.obstacles.get((candidate.id, package.id))
    return met in {None, Obstacle.CAPACITY, Obstacle.CEILING}


def _able(candidate: Candidate, package: Package, month: int) -> int:
    capacity = candidate.capacity_cfte(month)
    most = package.need_cfte if capacity is None else min(capacity, package.need_cfte)
    return most if most >= least_share_cfte(candidate, package) else 0


def _nobody(problem: Problem, pairs: Straight, package: Package) -> Reason:
    order = list(Obstacle)
    met = [pairs.obstacles.get((candidate.id, package.id)) for candidate in problem.candidates]
    nearest = max((m for m in met if m is not None), key=order.index, default=Obstacle.NO_TRADE)
    return Reason(
        _SHORTAGES.get(nearest, Shortage.TRADE),
        package.id,
        _months(package),
        missing_cfte=package.need_cfte,
    )


def _short_of_room(
    pairs: Straight, package: Package, near: list[Candidate], missing: int
) -> Reason:
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
        c.organisation for c in near if pairs.obstacles.get((c.id, package.id)) is Obstacle.CEILING
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


def _of_months(problem: Problem, pairs: Straight) -> Iterator[Reason]:
    short: dict[int, int] = {}
    for month in problem.months:
        need = sum(p.need_cfte for p in problem.packages if _is_active(p, month))
        missing = need - sum(_able_by_organisation(pairs, month).values())
        if missing > 0:
            short[month] = missing
    if short:
        yield Reason(Shortage.CAPACITY, None, tuple(short), missing_cfte=max(short.values()))


def _of_team(problem: Problem, pairs: Straight) -> Iterator[Reason]:
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


def _count(problem: Problem, pairs: Straight) -> int:
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


def _able_by_organisation(pairs: Straight, month: int) -> dict[str, int]:
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


def straight_certain(problem: Problem) -> Problem:
    """Return the problem restricted to what is known.

    Skills that are not known are dropped; a candidate stays when its capacity, its ceiling and
    its certifications are known wherever the packages of its trades would use them.
    """
    kept = (_certain(problem, candidate) for candidate in problem.candidates)
    return problem.replace(candidates=tuple(c for c in kept if c is not None))


def _certain(problem: Problem, candidate: Candidate) -> Candidate | None:
    skills = tuple(s for s in candidate.skills if s.certainty is Certainty.KNOWN)
    trades = {skill.trade for skill in skills}
    packages = [package for package in problem.packages if package.trade in trades]
    if not packages or candidate.capacity_certainty is not Certainty.KNOWN:
        return None
    if candidate.certifications is None and any(p.required_certifications for p in packages):
        return None
    for month in {m for p in packages for m in range(p.first_month, p.end_month)}:
        if candidate.capacity_cfte(month) is None:
            return None
        if candidate.is_capped:
            year = candidate.accounting_year(month)
            if year is None or year.headroom_cents is None:
                return None
    return replace(candidate, skills=skills)
