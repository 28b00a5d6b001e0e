"""Why no team exists: first what can be counted, then what only the model can tell."""

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from time import perf_counter

import numpy as np

from cordee.engine.eligibility import CODE, OBSTACLES, PAIR
from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import least_shortage
from cordee.engine.pairs import Pairs, build_pairs
from cordee.engine.plan import lead_costs
from cordee.engine.problem import Package, Problem, ShareLimit
from cordee.engine.result import Certificate, Impossibility, Obstacle, Reason, Shortage
from cordee.engine.table import Bools, Ints, table_of

# Above the tolerance of the solver: less than this is noise, and proves nothing.
SHORT_FROM_CFTE_MONTHS = 1e-4
LEAST_SECONDS_A_MODEL = 0.05
# HiGHS looks at its clock now and then only: a tenth of the time is kept back for that.
OF_THE_TIME = 0.9


def explain_impossible(problem: Problem, pairs: Pairs, budget: Budget) -> Impossibility | None:
    """Return why there is no team, `None` when no second proof was found within the budget.

    A solver that says "infeasible" is not believed alone: either counting shows it, or a second
    model, which may leave work out, proves that it must.
    """
    counted = counted_reasons(problem, pairs)
    if counted:
        return Impossibility(counted, Certificate.COUNT)
    ends = perf_counter() + OF_THE_TIME * budget.time_limit_s
    rule = TeamRule(2, problem.params.max_partners)
    # The relaxation first: it mostly suffices, in a tenth of the time.
    for certificate in (Certificate.RELAXATION, Certificate.SEARCH):
        relaxed = certificate is Certificate.RELAXATION
        short = least_shortage(problem, pairs, rule, _until(ends, budget), relaxed=relaxed)
        if short.at_least > SHORT_FROM_CFTE_MONTHS:
            reasons = _joint_reasons(problem, pairs, _until(ends, budget), short.cfte_by_package)
            return Impossibility(reasons, certificate)
        if perf_counter() >= ends:
            break
    return None


def _until(ends: float, budget: Budget) -> Budget:
    return Budget(max(LEAST_SECONDS_A_MODEL, ends - perf_counter()), budget.seed)


def _joint_reasons(
    problem: Problem, pairs: Pairs, budget: Budget, short: Mapping[str, float]
) -> tuple[Reason, ...]:
    organisations = {pair.candidate.organisation for pair in pairs.all}
    most = problem.params.max_partners
    if most < len(organisations) and budget.time_limit_s > LEAST_SECONDS_A_MODEL:
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


# As far as plain counting tells: in milliseconds, for a whole country.

_SHORTAGES = {
    Obstacle.NOT_ELIGIBLE: Shortage.ELIGIBILITY,
    Obstacle.STAFF_SUPPLY: Shortage.STAFF_SUPPLY,
    Obstacle.CERTIFICATION: Shortage.CERTIFICATION,
    Obstacle.OUT_OF_REACH: Shortage.REACH,
}
# Who is there in all but means: these lack people or headroom, not the right to take part.
_NEAR = (PAIR, CODE[Obstacle.CAPACITY], CODE[Obstacle.CEILING])


def counted_reasons(problem: Problem, pairs: Pairs) -> tuple[Reason, ...]:
    """Return the reasons that plain counting shows; each alone makes a team impossible."""
    wishes = tuple(_of_wishes(problem, pairs))
    # A wish that nothing grants is the reason, whatever else is short.
    if wishes:
        return wishes
    count = _Count(problem, pairs)
    by_package = [r for place in range(len(problem.packages)) for r in count.of_package(place)]
    # Packages first: what one lacks explains the months and the team as well.
    found = tuple(by_package) or (*count.of_months(), *count.of_team())
    # Short because of what somebody wants held, if nothing is short without it: counted once more
    # without those wishes, for only then are they known to be the cause.
    if found and problem.share_limits:
        free = problem.replace(share_limits=())
        if not counted_reasons(free, build_pairs(free)):
            return tuple(of_limit(problem, limit) for limit in problem.share_limits)
    return found


def of_limit(problem: Problem, limit: ShareLimit) -> Reason:
    """Return the reason that a wish about a share cannot be granted."""
    owners = [c.organisation for c in problem.candidates if c.id == limit.candidate]
    return Reason(Shortage.SHARE_LIMIT, limit.package, organisations=tuple(owners))


def months_of(package: Package) -> tuple[int, ...]:
    """Return the months of a package."""
    return tuple(range(package.first_month, package.end_month))


def least_count(able: Ints, need: int, among: int) -> int:
    """Return how many of the largest reach a need; one more than `among` where all fail."""
    # A bound, not a team: the largest may not fit together, but fewer of them never suffice.
    sums = np.cumsum(np.sort(able)[::-1])
    count = int(np.searchsorted(sums, need)) + 1
    return 0 if need <= 0 else count if count <= len(sums) else among + 1


def _of_wishes(problem: Problem, pairs: Pairs) -> Iterator[Reason]:
    """Yield the wishes that nothing can grant, whatever the rest of the team."""
    held = [pair for pair in pairs.all if pair.must_hold] if problem.share_limits else []
    granted = {pair.key for pair in held}
    for limit in problem.share_limits:
        if (limit.candidate, limit.package) not in granted:
            yield of_limit(problem, limit)
    for package in problem.packages:
        mine = [pair for pair in held if pair.package.id == package.id]
        if sum(pair.least_cfte for pair in mine) > package.need_cfte:
            names = sorted({pair.candidate.organisation for pair in mine})
            months = months_of(package)
            yield Reason(Shortage.SHARE_LIMIT, package.id, months, organisations=tuple(names))
    present = problem.pinned | {pair.candidate.organisation for pair in held}
    for unlike in problem.unlike:
        # Those who must be there cannot be among the absent.
        free = len(unlike.organisations - present)
        if free < unlike.least_absent:
            yield Reason(
                Shortage.UNLIKE,
                needed=unlike.least_absent,
                available=free,
                organisations=tuple(sorted(unlike.organisations)),
            )


class _Count:
    """What can be summed up over pairs, packages and months."""

    def __init__(self, problem: Problem, pairs: Pairs) -> None:
        self.problem, self.pairs = problem, pairs
        self.table, self.columns = table_of(problem), pairs.columns
        self.organisation = self.table.organisation[self.columns.candidate]

    def of_package(self, place: int) -> Iterator[Reason]:
        """Yield what one package lacks, all others left aside."""
        package = self.problem.packages[place]
        mine = self.columns.package == place
        missing = package.need_cfte - int(self.columns.most_cfte[mine].sum())
        if missing <= 0:
            # No month is short either: who can take so much is free in all of them.
            return
        met = self.pairs.obstacles[place]
        # Who can take it, or could but for people or headroom.
        near = np.flatnonzero(np.isin(met, _NEAR))
        if not len(near):
            yield self._nobody(package, int(met.max(initial=PAIR)))
            return
        able = self._able(near, package)
        short = package.need_cfte - able.sum(axis=0)
        if (short > 0).any():
            months = tuple((package.first_month + np.flatnonzero(short > 0)).tolist())
            yield Reason(Shortage.CAPACITY, package.id, months, missing_cfte=int(short.max()))
            return
        # Enough in each month, but not the same hands: a share is held from first month to last.
        steady = int(able.min(axis=1).sum())
        if steady < package.need_cfte:
            short_cfte = package.need_cfte - steady
            yield Reason(Shortage.CAPACITY, package.id, months_of(package), missing_cfte=short_cfte)
            return
        yield self._under_ceilings(package, missing, near[met[near] == _NEAR[2]], mine)

    def _able(self, rows: Ints, package: Package) -> Ints:
        """Return the cFTE that each row can give in each month of a package."""
        first = self.problem.months.index(package.first_month)
        known = self.table.capacity_cfte[rows, first : first + package.months]
        # An unknown month limits nothing (-1): the reason must hold whatever the figure is.
        most = np.where(known < 0, package.need_cfte, np.minimum(known, package.need_cfte))
        least = self.table.least_share_cfte(rows, package)
        return np.where(most >= least[:, None], most, 0)

    def _nobody(self, package: Package, nearest: int) -> Reason:
        met = Obstacle.NO_TRADE if nearest == PAIR else OBSTACLES[nearest]
        return Reason(
            _SHORTAGES.get(met, Shortage.TRADE),
            package.id,
            months_of(package),
            missing_cfte=package.need_cfte,
        )

    def _under_ceilings(self, package: Package, missing: int, refused: Ints, mine: Bools) -> Reason:
        candidate, most = self.columns.candidate[mine], self.columns.most_cfte[mine]
        # Refused outright, or held below the whole package by the ceiling: both are its reason.
        bound = candidate[self.table.is_capped[candidate] & (most < package.need_cfte)]
        return Reason(
            Shortage.CEILING,
            package.id,
            months_of(package),
            missing_cfte=missing,
            missing_cents=-(-package.amount_cents * missing // package.need_cfte),
            organisations=tuple(self.table.organisations_of(np.concatenate([refused, bound]))),
        )

    def of_months(self) -> Iterator[Reason]:
        """Yield the months in which all packages together lack people."""
        short = {
            month: missing
            for month, need, able, _ in self._by_month
            if (missing := need - int(able.sum())) > 0
        }
        if short:
            yield Reason(Shortage.CAPACITY, None, tuple(short), missing_cfte=max(short.values()))

    def of_team(self) -> Iterator[Reason]:
        """Yield what keeps any team from signing."""
        most = self.problem.params.max_partners
        names = self.table.organisations
        present = np.flatnonzero(np.bincount(self.organisation, minlength=len(names))).tolist()
        if len(present) < 2:
            yield Reason(Shortage.PARTNERS, needed=2, available=len(present))
        held = self.columns.candidate[self.columns.must_hold]
        wanted = self.problem.pinned | set(self.table.organisations_of(held))
        # Wanted partners take seats, whether or not they bring much.
        needed = max(self._fewest(), len(wanted))
        if needed > most:
            yield Reason(Shortage.PARTNERS, needed=needed, available=most)
        unable = self.problem.pinned and self.problem.pinned - {names[code] for code in present}
        if unable:
            yield Reason(Shortage.PINNED, organisations=tuple(sorted(unable)))
        leads = lead_costs(self.problem)
        if not any(names[code] in leads for code in present):
            yield Reason(Shortage.LEAD)

    def _fewest(self) -> int:
        """Return how many must sign at least; exact where it is more than may sign."""
        loads = [(able, need, among) for _, need, able, among in self._by_month]
        for place, package in enumerate(self.problem.packages):
            mine = self.columns.package == place
            able = _sums(self.organisation[mine], self.columns.most_cfte[mine])
            loads.append((able, package.need_cfte, int(np.count_nonzero(able))))
        most = self.problem.params.max_partners
        return max(
            # The count itself is asked for only where the largest do not suffice: sorting is dear.
            0 if _largest(able, most) >= need else least_count(able, need, among)
            for able, need, among in loads
        )

    @cached_property
    def _by_month(self) -> list[tuple[int, int, Ints, int]]:
        """Each month with its need, what each organisation can give, and how many could."""
        found = []
        packages, table = self.problem.packages, self.table
        together: dict[tuple[bool, ...], tuple[Ints, int, int]] = {}
        for column, month in enumerate(self.problem.months):
            active = tuple(p.first_month <= month < p.end_month for p in packages)
            if active not in together:
                together[active] = self._together(active)
            most, need, among = together[active]
            # As numbers without a sign, -1 is the largest of all: what is unknown sets no limit.
            capacity = table.capacity_cfte[: len(most), column].view(np.uint64)
            give = np.minimum(most.view(np.uint64), capacity).astype(np.int64)
            able = _sums(table.organisation[: len(most)], give)
            found.append((month, need, able, among))
        return found

    def _together(self, active: tuple[bool, ...]) -> tuple[Ints, int, int]:
        """Return the most by candidate over some packages, their need, and how many could."""
        mine = np.array(active)[self.columns.package]
        most = _sums(self.columns.candidate[mine], self.columns.most_cfte[mine])
        among = int(np.count_nonzero(np.bincount(self.organisation[mine])))
        packages = zip(self.problem.packages, active, strict=True)
        return most, sum(p.need_cfte for p, is_active in packages if is_active), among


def _largest(able: Ints, count: int) -> int:
    """Return the sum of so many of the largest."""
    if count >= len(able):
        return int(able.sum())
    # Partition and not sort: linear in a country of organisations.
    return int(np.partition(able, len(able) - count)[len(able) - count :].sum())


def _sums(places: Ints, values: Ints) -> Ints:
    """Return the sum of values by place; floats hold such whole numbers exactly."""
    return np.bincount(places, weights=values).astype(np.int64)
