"""The oracle: every plan tried, with arithmetic of its own. Slow, short and easy to believe."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from cordee.engine.problem import Candidate, Certainty, Package, Problem
from cordee.rules.kinds import supplies_staff
from cordee.rules.territory import distance_hm

UNITS = 1_000_000


@dataclass(frozen=True)
class Best:
    """The least cost in micro-cents, and whether one organisation carries everything."""

    cost: int
    solo: bool


def best_plan(problem: Problem) -> Best | None:
    """Return the cheapest answer by the rules of `compose`, `None` when there is none."""
    alone = least_cost(problem.certain_only(), 1, 1)
    if alone is not None:
        return Best(alone, True)
    team = least_cost(problem, 2, problem.params.max_partners)
    if team is not None:
        return Best(team, False)
    perhaps = least_cost(problem, 1, 1)
    return None if perhaps is None else Best(perhaps, True)


def least_cost(problem: Problem, least: int, most: int) -> int | None:
    """Return the cost of the cheapest plan with so many partners."""
    return min(cost_by_team(problem, least, most).values(), default=None)


def cost_by_team(problem: Problem, least: int, most: int) -> dict[frozenset[str], int]:
    """Return what the cheapest plan of each team costs."""
    costs: dict[frozenset[str], int] = {}
    splits = [list(_splits(problem, package)) for package in problem.packages]
    for choice in product(*splits):
        names = frozenset(c.organisation for split in choice for c, _ in split)
        if not least <= len(names) <= most or not problem.pinned <= names:
            continue
        if any(len(u.organisations - names) < u.least_absent for u in problem.unlike):
            continue
        if not _are_held(problem, choice):
            continue
        cost = _cost(problem, choice, set(names))
        if cost is not None:
            costs[names] = min(cost, costs.get(names, cost))
    return costs


def _are_held(problem: Problem, choice: "tuple[Split, ...]") -> bool:
    held = {
        (c.id, p.id): cfte
        for p, split in zip(problem.packages, choice, strict=True)
        for c, cfte in split
    }
    return all(
        limit.least_cfte <= held.get((limit.candidate, limit.package), 0) <= limit.most_cfte
        for limit in problem.share_limits
    )


Split = tuple[tuple[Candidate, int], ...]


def _splits(problem: Problem, package: Package) -> Iterator[Split]:
    able = [c for c in problem.candidates if _may_take(problem, c, package)]

    def fill(at: int, left: int, organisations: frozenset[str]) -> Iterator[Split]:
        if len(organisations) > problem.params.max_partners:
            return
        if at == len(able):
            if left == 0:
                yield ()
            return
        yield from fill(at + 1, left, organisations)
        candidate = able[at]
        least = package.min_share_cfte
        if candidate.min_crew_cfte is not None:
            least = candidate.min_crew_cfte
        for cfte in range(min(least, package.need_cfte), left + 1):
            for rest in fill(at + 1, left - cfte, organisations | {candidate.organisation}):
                yield ((candidate, cfte), *rest)

    return fill(0, package.need_cfte, frozenset())


def _may_take(problem: Problem, candidate: Candidate, package: Package) -> bool:
    skills = {s.trade: s for s in candidate.skills if s.certainty != Certainty.UNKNOWN}
    if candidate.organisation in problem.excluded or package.trade not in skills:
        return False
    if candidate.latitude_deg is None or candidate.longitude_deg is None:
        return False
    for other in problem.packages:
        kinds = other.eligible_kinds if other.lot_id == package.lot_id else None
        if kinds is not None and candidate.kind not in kinds:
            return False
    if supplies_staff(candidate.kind) and not package.accepts_staff_supply:
        return False
    held = candidate.certifications
    if held is not None and package.required_certifications - held:
        return False
    hm = _hm(candidate, package)
    return hm <= 10 * skills[package.trade].reach_km and hm <= 10 * problem.params.max_distance_km


def _hm(candidate: Candidate, package: Package) -> int:
    assert candidate.latitude_deg is not None
    assert candidate.longitude_deg is not None
    return distance_hm(
        candidate.latitude_deg,
        candidate.longitude_deg,
        package.latitude_deg,
        package.longitude_deg,
    )


def _cost(problem: Problem, choice: tuple[Split, ...], names: set[str]) -> int | None:
    weights = problem.params.weights
    work: dict[str, list[tuple[Package, int]]] = {}
    who = {c.id: c for c in problem.candidates}
    for package, split in zip(problem.packages, choice, strict=True):
        for candidate, cfte in split:
            work.setdefault(candidate.id, []).append((package, cfte))
    total = 0
    for name, shares in work.items():
        own = _cost_of_one(problem, who[name], shares)
        if own is None:
            return None
        total += own
    if len(names) == 1:
        return total
    for name in names:
        least = min(c.coordination_cost_cents for c in who.values() if c.organisation == name)
        total += least * weights.coordination_permille * UNITS // 1_000
    leads = [
        c.lead_cost_cents
        for c in who.values()
        if c.organisation in names
        and c.can_lead
        and all(p.eligible_kinds is None or c.kind in p.eligible_kinds for p in problem.packages)
    ]
    if not leads:
        return None
    return total + min(leads) * weights.lead_permille * UNITS // 1_000


def _cost_of_one(
    problem: Problem, candidate: Candidate, shares: list[tuple[Package, int]]
) -> int | None:
    weights = problem.params.weights
    if len(shares) > candidate.max_packages:
        return None
    total = Fraction(0)
    months = {m for p in problem.packages for m in range(p.first_month, p.first_month + p.months)}
    known = candidate.capacity_cfte_by_month or {}
    for month in months & known.keys():
        busy = sum(q for p, q in shares if p.first_month <= month < p.first_month + p.months)
        if busy > known[month]:
            return None
    for package, cfte in shares:
        (skill,) = (s for s in candidate.skills if s.trade == package.trade)
        travel = Fraction(
            weights.travel_millicents_per_hm_cfte_month * _hm(candidate, package) * package.months,
            1_000,
        )
        fit = Fraction(
            package.amount_cents * weights.fit_permille_by_proficiency[skill.proficiency],
            package.need_cfte * 1_000,
        )
        learning = weights.learning_cents_per_level_cfte_month * (3 - skill.learning)
        each = _nearest(travel) + _nearest(fit) + learning * package.months
        total += cfte * each + weights.interface_cents
        total += weights.no_reference_cents if skill.proficiency == 0 else 0
    for year in candidate.accounting_years if candidate.is_capped else ():
        if year.headroom_cents is None:
            continue
        receipts = Fraction(-1)
        prudent = Fraction(0)
        for package, cfte in shares:
            inside = sum(
                year.first_month <= month < year.first_month + year.months
                for month in range(package.first_month, package.first_month + package.months)
            )
            if inside:
                rate = Fraction(package.amount_cents * inside, package.need_cfte * package.months)
                receipts += rate * cfte + 1
                prudent += Fraction(math.ceil(rate * 1_000) * cfte, 1_000)
        if receipts > year.headroom_cents:
            return None
        tight = Fraction(year.headroom_cents * weights.ceiling_tight_from_permille, 1_000)
        total += max(Fraction(0), prudent - tight) * Fraction(
            weights.ceiling_tightness_permille, 1_000
        )
    if months <= known.keys():
        free = Fraction(sum(known[m] for m in months) * weights.capacity_tight_from_permille, 1_000)
        load = sum(cfte * package.months for package, cfte in shares)
        total += max(Fraction(0), load - free) * weights.capacity_tightness_cents_per_cfte_month
    exact = total * UNITS
    assert exact.denominator == 1
    return int(exact)


def _nearest(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def least_excess(
    free: Problem, least: int, most: int, excess: Callable[[dict[tuple[str, str], int]], int]
) -> int | None:
    """Return the least of a measure over all plans of a problem whose limits were lifted."""
    found = []
    splits = [list(_splits(free, package)) for package in free.packages]
    for choice in product(*splits):
        names = {c.organisation for split in choice for c, _ in split}
        if not least <= len(names) <= most or not free.pinned <= names:
            continue
        if _cost(free, choice, names) is not None:
            held = {
                (c.id, p.id): cfte
                for p, split in zip(free.packages, choice, strict=True)
                for c, cfte in split
            }
            found.append(excess(held))
    return min(found, default=None)


def people_in_excess(problem: Problem, held: dict[tuple[str, str], int]) -> int:
    """Return the cFTE-months beyond the capacities that are known."""
    packages = {package.id: package for package in problem.packages}
    total = 0
    for candidate in problem.candidates:
        for month, known in (candidate.capacity_cfte_by_month or {}).items():
            busy = sum(
                cfte
                for (name, package), cfte in held.items()
                if name == candidate.id
                and 0 <= month - packages[package].first_month < packages[package].months
            )
            total += max(0, busy - known)
    return total


def cents_in_excess(problem: Problem, held: dict[tuple[str, str], int]) -> int:
    """Return the cents beyond the ceilings that are known, a prudent cent a line included."""
    packages = {package.id: package for package in problem.packages}
    total = 0
    for candidate in problem.candidates:
        for year in candidate.accounting_years if candidate.is_capped else ():
            if year.headroom_cents is None:
                continue
            paid = Fraction(-1)
            for (name, identifier), cfte in held.items():
                package = packages[identifier]
                inside = sum(
                    year.first_month <= month < year.first_month + year.months
                    for month in range(package.first_month, package.first_month + package.months)
                )
                if name == candidate.id and inside:
                    whole = package.need_cfte * package.months
                    paid += Fraction(package.amount_cents * inside * cfte, whole) + 1
            total += max(0, math.ceil(paid) - year.headroom_cents)
    return total
