"""Why an organisation that somebody expected is not in the team, without solving again.

Direct exchanges: the same plan with some work in other hands, checked before it is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cordee.engine.pairs import (
    Pair,
    Pairs,
    build_pairs,
    least_share_cfte,
    months_by_year,
)
from cordee.engine.plan import build_plan, lead_costs
from cordee.engine.problem import Candidate, Package, Problem
from cordee.engine.result import Obstacle, Plan, Result, Terms
from cordee.engine.verify import verify

Key = tuple[str, str]
Moves = list[tuple[Key, Pair, int]]
# From what nothing can change to what lacks a little: a hurdle is as near as its place here.
_FARTHEST = list(Obstacle)


@dataclass(frozen=True, slots=True)
class Move:
    """Work that changes hands: cFTE of a package, between two chantiers, and how far each is."""

    package: str
    cfte: int
    giver: str
    taker: str
    giver_distance_hm: int
    taker_distance_hm: int


@dataclass(frozen=True, slots=True)
class Swap:
    """An exchange that holds: who gives what to whom, the plan, and what it costs more by term.

    The best plan that respects the same wish costs this at most.
    """

    moves: tuple[Move, ...]
    plan: Plan
    difference: Terms

    @property
    def most_more(self) -> int:
        """What the plan costs more, in micro-cents; negative where it costs less."""
        return self.difference.total


def minus(terms: Terms, others: Terms) -> Terms:
    """Return a difference of costs, term by term."""
    theirs = dict(others.items())
    return Terms(**{name: value - theirs[name] for name, value in terms.items()})


class Exchanges:
    """Tries other hands on a plan; knows only the pairs it was given."""

    def __init__(self, problem: Problem, plan: Plan, pairs: Iterable[Pair], *, solo: bool) -> None:
        """Keep the plan and index the pairs; `solo` says that the plan is of one alone."""
        self.problem, self.plan, self.solo = problem, plan, solo
        self.pairs: dict[Key, Pair] = {pair.key: pair for pair in pairs}
        self.held: dict[Key, int] = {(s.candidate, s.package): s.cfte for s in plan.shares}
        self.owners = {s.candidate: p.organisation for p in plan.partners for s in p.shares}
        self._chantiers: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in problem.candidates:
            self._chantiers[candidate.organisation].append(candidate)

    def shares_of(self, organisation: str) -> dict[Key, int]:
        """Return what an organisation of the plan holds."""
        return {key: cfte for key, cfte in self.held.items() if self.owners[key[0]] == organisation}

    def fits(self, pair: Pair, cfte: int) -> bool:
        """Tell whether a pair could hold so much beside what it already holds of the package."""
        return pair.least_cfte <= cfte + self.held.get(pair.key, 0) <= pair.most_cfte

    def swap(self, moves: Iterable[tuple[Key, Pair, int]]) -> Swap | None:
        """Return the exchange where each giver leaves so many cFTE to a pair, if it holds."""
        # Several moves are one exchange: in between, limits may be broken.
        described = tuple(self._move(*move) for move in moves)
        quantities = dict(self.held)
        for move in described:
            quantities[move.giver, move.package] -= move.cfte
            taken = move.taker, move.package
            quantities[taken] = quantities.get(taken, 0) + move.cfte
        plan = self._plan({key: cfte for key, cfte in quantities.items() if cfte})
        return None if plan is None else Swap(described, plan, minus(plan.terms, self.plan.terms))

    def _move(self, giver: Key, pair: Pair, cfte: int) -> Move:
        return Move(
            package=giver[1],
            cfte=cfte,
            giver=giver[0],
            taker=pair.candidate.id,
            giver_distance_hm=self.pairs[giver].distance_hm,
            taker_distance_hm=pair.distance_hm,
        )

    def _plan(self, quantities: Mapping[Key, int]) -> Plan | None:
        # Only those concerned: the check is the same, and costs the same at any size.
        used = [self.pairs[key] for key in sorted(quantities)]
        names = sorted({pair.candidate.organisation for pair in used})
        own = tuple(each for name in names for each in self._chantiers[name])
        small = self.problem.replace(candidates=own)
        # `build_plan` names a lead where there is one: without any it is no team.
        if len(names) > 1 and not lead_costs(small):
            return None
        plan = build_plan(small, used, quantities)
        return None if verify(small, plan, solo=self.solo) else plan


class Absence(StrEnum):
    """Why an organisation is not in the team.

    `SET_ASIDE`: it can take none of the packages. `ONE_SUFFICES`: another one carries everything
    alone. `DEARER`: an exchange with it holds and costs more, or as much. `CHEAPER`: an exchange
    with it holds and costs less, so the team was not proven the best. `NO_EXCHANGE`: it can take
    work, but no direct exchange holds.
    """

    SET_ASIDE = "set_aside"
    ONE_SUFFICES = "one_suffices"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    NO_EXCHANGE = "no_exchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurdle:
    """What keeps a chantier from a share of a package, and how far from it.

    `wanted_cfte` is the share it is held against. The distance is `None` where the place is
    unknown, the reach where the trade is. `months` are those in which the capacity is short, by
    `missing_cfte` in the worst, where `free_cfte` are left; `missing_cents` are short under the
    ceiling of the accounting year that begins in month `year`.
    """

    candidate: str
    package: str
    obstacle: Obstacle
    wanted_cfte: int
    distance_hm: int | None = None
    reach_hm: int | None = None
    certifications: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    missing_cfte: int = 0
    free_cfte: int = 0
    missing_cents: int = 0
    year: int | None = None

    @property
    def beyond_reach_hm(self) -> int:
        """How far beyond its reach the package lies; 0 within it or where unknown."""
        if self.distance_hm is None or self.reach_hm is None:
            return 0
        return max(0, self.distance_hm - self.reach_hm)

    @property
    def nearness(self) -> tuple[int, int]:
        """How near it is to being passed, against others."""
        return _FARTHEST.index(self.obstacle), -self.beyond_reach_hm


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an organisation is not in the team.

    `hurdles` hold one line for each package that it cannot take, and one for each that it can
    take only less of than the largest share of the team. `swap` is the cheapest direct exchange
    that holds: the best team with it costs that much more at most.
    """

    organisation: str
    absence: Absence
    hurdles: tuple[Hurdle, ...]
    swap: Swap | None = None

    @property
    def nearest(self) -> Hurdle | None:
        """The hurdle that it came nearest to passing."""
        return max(self.hurdles, key=lambda each: each.nearness, default=None)


def why_not(problem: Problem, result: Result, organisation: str) -> WhyNot:
    """Return why an organisation is not in the team of a result; fast at any size.

    Raises `ValueError` where there is no plan, where it is in the plan, and where nobody studied
    it.
    """
    asked = problem.replace(params=result.params)
    own = tuple(c for c in asked.candidates if c.organisation == organisation)
    _refuse(result, organisation, own)
    assert result.plan is not None
    names = {organisation, *result.plan.organisations}
    # It and the team: an exchange concerns nobody else, whatever the size of the country.
    small = asked.replace(candidates=tuple(c for c in asked.candidates if c.organisation in names))
    pairs = build_pairs(small)
    hurdles = tuple(_hurdles(small, own, pairs, result.plan))
    mine = [pair for pair in pairs.all if pair.candidate.organisation == organisation]
    if not mine:
        return WhyNot(organisation, Absence.SET_ASIDE, hurdles)
    exchanges = Exchanges(small, result.plan, pairs.all, solo=result.solo)
    tried = (exchanges.swap(moves) for moves in _entries(exchanges, mine))
    swap = min(
        (each for each in tried if each is not None),
        key=lambda each: each.plan.terms.total,
        default=None,
    )
    if swap is None:
        absence = Absence.ONE_SUFFICES if result.solo else Absence.NO_EXCHANGE
    else:
        # Cheaper is possible where the answer was not proven best: said, not hidden.
        absence = Absence.CHEAPER if swap.most_more < 0 else Absence.DEARER
    return WhyNot(organisation, absence, hurdles, swap)


def _refuse(result: Result, organisation: str, own: tuple[Candidate, ...]) -> None:
    if result.plan is None:
        raise ValueError(f"a result that is {result.status} has no plan; read its impossibility.")
    if organisation in result.plan.organisations:
        raise ValueError(f"{organisation!r} is in the team; ask `explain` why.")
    if not own:
        raise ValueError(f"{organisation!r} was not studied; compose again with it.")


def _entries(exchanges: Exchanges, mine: list[Pair]) -> Iterator[Moves]:
    """Yield the ways in: a part of a share, a share, a package, or all that a partner holds."""
    for pair in mine:
        package = pair.package.id
        holders = {key: cfte for key, cfte in exchanges.held.items() if key[1] == package}
        for giver, held in holders.items():
            for cfte in _sizes(exchanges, giver, held, pair):
                yield [(giver, pair, cfte)]
        if len(holders) > 1 and exchanges.fits(pair, pair.package.need_cfte):
            yield [(giver, pair, held) for giver, held in holders.items()]
    for partner in exchanges.plan.organisations:
        yield from _instead_of(exchanges, partner, mine)


def _sizes(exchanges: Exchanges, giver: Key, held: int, pair: Pair) -> list[int]:
    """Return how much of a share could go: all, or the least and the most that leave a share.

    The cost is linear in between, tightness apart.
    """
    # The giver keeps its own least share, or gives the whole.
    spare = held - exchanges.pairs[giver].least_cfte
    sizes = {held, pair.least_cfte, min(pair.most_cfte, spare)}
    return sorted(
        cfte for cfte in sizes if exchanges.fits(pair, cfte) and (cfte == held or cfte <= spare)
    )


def _instead_of(exchanges: Exchanges, partner: str, mine: list[Pair]) -> Iterator[Moves]:
    """Yield it taking all that a partner holds, or one share of several and a teammate the rest."""
    shares = exchanges.shares_of(partner)
    if len(shares) < 2:
        return
    taken = [_into(exchanges, key, cfte, mine) for key, cfte in shares.items()]
    if all(taken):
        yield [move for move in taken if move]
    # One share for it and the rest for somebody who is there: no partner more.
    for mate in exchanges.plan.organisations:
        theirs = [p for p in exchanges.pairs.values() if p.candidate.organisation == mate]
        for key, cfte in shares.items() if mate != partner else ():
            first = _into(exchanges, key, cfte, mine)
            rest = [_into(exchanges, k, c, theirs) for k, c in shares.items() if k != key]
            if first and all(rest):
                yield [first, *(move for move in rest if move)]


def _into(
    exchanges: Exchanges, giver: Key, cfte: int, pairs: list[Pair]
) -> tuple[Key, Pair, int] | None:
    """Return the move of a share to the cheapest of some pairs that can hold it."""
    able = [p for p in pairs if p.package.id == giver[1] and exchanges.fits(p, cfte)]
    # By cost of one cFTE: the cost of holding a share is about the same for all of them.
    best = min(able, key=lambda pair: (pair.cents_per_cfte, pair.key), default=None)
    return None if best is None else (giver, best, cfte)


def _hurdles(
    problem: Problem, own: tuple[Candidate, ...], pairs: Pairs, plan: Plan
) -> Iterator[Hurdle]:
    for package in problem.packages:
        able = [p for p in pairs.of_package(package.id) if p.candidate in own]
        if able:
            # Held against the largest share of the team: could it have had that place?
            wanted = max((s.cfte for s in plan.shares if s.package == package.id), default=0)
            best = max(able, key=lambda pair: pair.most_cfte)
            if best.most_cfte < wanted:
                short = _short(best.candidate, package, wanted, problem)
                if short.months or short.missing_cents:
                    yield short
            continue
        blocked = [
            _blocked(c, package, obstacle, problem)
            for c in own
            if (obstacle := pairs.obstacle_of(c.id, package.id)) is not None
        ]
        yield max(blocked, key=lambda each: each.nearness)


def _blocked(
    candidate: Candidate, package: Package, obstacle: Obstacle, problem: Problem
) -> Hurdle:
    wanted = least_share_cfte(candidate, package)
    if obstacle in {Obstacle.CAPACITY, Obstacle.CEILING}:
        return _short(candidate, package, wanted, problem)
    lacking = package.required_certifications - (candidate.certifications or frozenset())
    return _hurdle(
        candidate,
        package,
        problem,
        obstacle=obstacle,
        wanted_cfte=wanted,
        certifications=tuple(sorted(lacking)) if obstacle is Obstacle.CERTIFICATION else (),
    )


def _short(candidate: Candidate, package: Package, wanted: int, problem: Problem) -> Hurdle:
    """Return by how much a chantier is short of a share: of crews first, else of headroom."""
    free = {
        month: capacity
        for month in range(package.first_month, package.end_month)
        if (capacity := candidate.capacity_cfte(month)) is not None and capacity < wanted
    }
    whole = package.need_cfte * package.months
    missing_cents, year = 0, None
    if not free:
        for first, (months, headroom) in months_by_year(candidate, package).items():
            missing = -(-package.amount_cents * months * wanted // whole) - headroom
            if missing > missing_cents:
                missing_cents, year = missing, first
    return _hurdle(
        candidate,
        package,
        problem,
        obstacle=Obstacle.CAPACITY if free else Obstacle.CEILING,
        wanted_cfte=wanted,
        months=tuple(sorted(free)),
        missing_cfte=wanted - min(free.values()) if free else 0,
        free_cfte=min(free.values()) if free else 0,
        missing_cents=missing_cents,
        year=year,
    )


def _hurdle(candidate: Candidate, package: Package, problem: Problem, **what: Any) -> Hurdle:
    skill = candidate.skill(package.trade)
    return Hurdle(
        candidate=candidate.id,
        package=package.id,
        distance_hm=candidate.hm_to(package),
        reach_hm=10 * min(skill.reach_km, problem.params.max_distance_km) if skill else None,
        **what,
    )
