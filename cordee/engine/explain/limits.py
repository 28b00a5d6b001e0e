"""How near a plan comes to each limit, and in which months nobody is free for a package."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from cordee.engine.pairs import eligible_kinds_by_lot, least_share_cfte, months_by_year, obstacle
from cordee.engine.problem import Candidate, Package, Problem
from cordee.engine.result import Obstacle, Plan, Share

Held = list[tuple[Package, Share]]


class Limit(StrEnum):
    """What can hold a plan back."""

    CAPACITY = "capacity"
    CEILING = "ceiling"
    PARTNERS = "partners"
    MIN_SHARE = "min_share"
    MAX_PACKAGES = "max_packages"


@dataclass(frozen=True, slots=True)
class Tightness:
    """How near a plan comes to a limit.

    `used`, `limit` and `room` are in cFTE for capacity and minimal share (above which `room` is
    counted), in cents for a ceiling, in numbers otherwise. `months` are those of the least room,
    for a ceiling the first of its accounting year. `binds` says that not one more unit of work
    fits, or not one less for a minimal share.
    """

    kind: Limit
    used: int
    limit: int
    room: int
    binds: bool
    organisation: str | None = None
    candidate: str | None = None
    package: str | None = None
    months: tuple[int, ...] = ()


def tightness_of(problem: Problem, plan: Plan, *, solo: bool) -> tuple[Tightness, ...]:
    """Return every known limit of those in a plan, and of the team as a whole."""
    held: dict[str, Held] = defaultdict(list)
    for share in plan.shares:
        held[share.candidate].append((problem.packages_by_id[share.package], share))
    found: list[Tightness] = []
    if not solo:
        used, most = len(plan.partners), problem.params.max_partners
        found.append(Tightness(Limit.PARTNERS, used, most, most - used, used == most))
    for identifier, shares in held.items():
        candidate = problem.candidates_by_id[identifier]
        found.extend(_capacity(candidate, shares))
        found.extend(_ceilings(candidate, shares))
        found.extend(_min_shares(candidate, shares))
        used, most = len(shares), candidate.max_packages
        who = candidate.organisation, candidate.id
        found.append(Tightness(Limit.MAX_PACKAGES, used, most, most - used, used == most, *who))
    return tuple(found)


def _capacity(candidate: Candidate, shares: Held) -> list[Tightness]:
    """Return the months of the least room, none where the capacity is unknown."""
    rooms: dict[int, tuple[int, int]] = {}
    for package, _ in shares:
        for month in range(package.first_month, package.end_month):
            capacity = candidate.capacity_cfte(month)
            if capacity is not None:
                busy = sum(s.cfte for p, s in shares if p.first_month <= month < p.end_month)
                rooms[month] = busy, capacity
    if not rooms:
        return []
    busy, capacity = min(rooms.values(), key=lambda room: room[1] - room[0])
    room = capacity - busy
    months = tuple(m for m, (used, most) in sorted(rooms.items()) if most - used == room)
    who = candidate.organisation, candidate.id
    tight = Tightness(Limit.CAPACITY, busy, capacity, room, room == 0, *who, months=months)
    return [tight]


def _ceilings(candidate: Candidate, shares: Held) -> list[Tightness]:
    years: dict[tuple[int, int], list[tuple[Fraction, int]]] = defaultdict(list)
    for package, share in shares:
        whole = package.need_cfte * package.months
        for year, (months, headroom) in months_by_year(candidate, package).items():
            rate = Fraction(package.amount_cents * months, whole)
            years[year, headroom].append((rate, share.cfte))
    found = []
    for (year, headroom), lines in sorted(years.items()):
        # The same prudent cent for each line beyond the first as in the ceiling itself.
        receipts = sum((rate * cfte for rate, cfte in lines), Fraction(len(lines) - 1))
        room = headroom - ceil(receipts)
        binds = headroom - receipts < min(rate for rate, _ in lines)
        who = candidate.organisation, candidate.id
        found.append(
            Tightness(Limit.CEILING, ceil(receipts), headroom, room, binds, *who, months=(year,))
        )
    return found


def _min_shares(candidate: Candidate, shares: Held) -> list[Tightness]:
    found = []
    for package, share in shares:
        least = least_share_cfte(candidate, package)
        room = share.cfte - least
        who = candidate.organisation, candidate.id, package.id
        found.append(Tightness(Limit.MIN_SHARE, share.cfte, least, room, room == 0, *who))
    return found


# In which months nobody is free.


def nobody_free(problem: Problem, package: Package) -> tuple[tuple[int, ...], int] | None:
    """Return the months in which nobody who may come is free for even the least share, and how
    many km that holds for; `None` where there is none.

    Those too far to come count too: the distance stops before the nearest of them that is free in
    one of these months, and at the limit of distance at most.
    """
    kinds = eligible_kinds_by_lot(problem.packages)[package.lot_id]
    near: list[Candidate] = []
    far: list[tuple[int, Candidate]] = []
    for candidate in problem.candidates:
        if candidate.organisation in problem.excluded:
            continue
        met, distance = obstacle(candidate, package, kinds, problem.params)
        if met is None:
            near.append(candidate)
        elif met is Obstacle.OUT_OF_REACH:
            far.append((distance, candidate))
    months = tuple(
        month
        for month in range(package.first_month, package.end_month)
        if not any(_is_free(candidate, package, month) for candidate in near)
    )
    if not near or not months:
        return None
    beyond = [
        distance
        for distance, candidate in far
        if any(_is_free(candidate, package, month) for month in months)
    ]
    limit = problem.params.max_distance_km
    within_km = min(limit, min(beyond, default=10 * limit) // 10)
    return (months, within_km) if within_km else None


def _is_free(candidate: Candidate, package: Package, month: int) -> bool:
    capacity = candidate.capacity_cfte(month)
    return capacity is None or capacity >= least_share_cfte(candidate, package)
