"""How well each structure suits a package, as a sum of named terms; nothing here favours size.

A term that is unknown counts zero and leaves the maximum: 80 points out of 90 are not 80 out of
100. The formulas are in `docs/algorithms/rank.md`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cordee.engine.pairs import (
    eligible_kinds_by_lot,
    least_share_cfte,
    months_by_year,
    obstacle,
)
from cordee.engine.points import (
    GUESSED_TRADE_POINTS,
    MAXIMUM,
    TermName,
    distance_points,
)
from cordee.engine.problem import Candidate, Certainty, Package, Params
from cordee.engine.result import Obstacle, SetAside, round_half_up


@dataclass(frozen=True, slots=True)
class Term:
    """Points of one term, and the plain numbers behind them (see `RankFacts` for their units)."""

    name: TermName
    points: int
    out_of: int
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFacts:
    """The plain numbers behind the points, for display; `None` where unknown or not concerned."""

    trade: str
    proficiency: int
    distance_hm: int
    reach_hm: int
    least_share_cfte: int
    months: int
    known_months: int
    free_months: int
    least_capacity_cfte: int | None
    is_capped: bool
    headroom_cents: int | None
    least_receipts_cents: int | None
    is_reserved: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its points for the package that suits it best.

    `packages` lists all those within its trades and reach, the best first.
    """

    candidate: str
    organisation: str
    package: str
    packages: tuple[str, ...]
    points: int
    out_of: int
    terms: tuple[Term, ...]
    facts: RankFacts


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates by points then identifier, and those set aside with the reason."""

    ranked: tuple[Ranked, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def set_aside_by_obstacle(self) -> dict[Obstacle, int]:
        """Count those set aside by reason."""
        return dict(Counter(each.obstacle for each in self.set_aside))


def rank(
    packages: Package | Iterable[Package], candidates: Iterable[Candidate], *, params: Params
) -> Ranking:
    """Rank candidates for a package, or for several: each is judged on the one that suits it best.

    A structure without the trade within reach is set aside and counted, never ranked low.
    """
    asked = (packages,) if isinstance(packages, Package) else tuple(packages)
    kinds = eligible_kinds_by_lot(asked)
    # Obstacles are declared from the farthest to the nearest to taking part.
    order = list(Obstacle)
    ranked: list[Ranked] = []
    aside: list[SetAside] = []
    for candidate in candidates:
        found: list[Ranked] = []
        met: list[Obstacle] = []
        for package in asked:
            blocked, distance = obstacle(candidate, package, kinds[package.lot_id], params)
            if blocked is None:
                reserved = kinds[package.lot_id] is not None
                found.append(_ranked(candidate, package, distance, params, reserved))
            else:
                met.append(blocked)
        if found:
            # Equal points: the one that more is known of; then the identifier, for runs to agree.
            found.sort(key=lambda each: (-each.points, -each.out_of, each.package))
            ranked.append(replace(found[0], packages=tuple(each.package for each in found)))
        else:
            # Judged on several packages: the obstacle of the one that it came closest to.
            nearest = max(met, key=order.index)
            aside.append(SetAside(candidate.id, candidate.organisation, nearest))
    # Never by size nor by name: ties fall to an identifier that means nothing.
    ranked.sort(key=lambda each: (-each.points, each.candidate))
    aside.sort(key=lambda each: each.candidate)
    return Ranking(tuple(ranked), tuple(aside))


def _ranked(
    candidate: Candidate, package: Package, distance: int, params: Params, reserved: bool
) -> Ranked:
    facts = _facts(candidate, package, distance, params, reserved)
    terms = (
        _trade(candidate, package),
        _distance(facts),
        _capacity(candidate, facts),
        _headroom(facts),
        _reservation(candidate, package),
    )
    return Ranked(
        candidate=candidate.id,
        organisation=candidate.organisation,
        package=package.id,
        packages=(package.id,),
        points=sum(term.points for term in terms),
        out_of=sum(term.out_of for term in terms),
        terms=terms,
        facts=facts,
    )


def _facts(
    candidate: Candidate, package: Package, distance: int, params: Params, reserved: bool
) -> RankFacts:
    skill = candidate.skill(package.trade)
    assert skill is not None
    least = least_share_cfte(candidate, package)
    # A month without a figure is unknown and not full: it is counted apart.
    known = [
        capacity
        for month in range(package.first_month, package.end_month)
        if (capacity := candidate.capacity_cfte(month)) is not None
    ]
    headroom, receipts = _tightest_year(candidate, package, least)
    return RankFacts(
        trade=package.trade,
        proficiency=skill.proficiency,
        distance_hm=distance,
        reach_hm=10 * min(skill.reach_km, params.max_distance_km),
        least_share_cfte=least,
        months=package.months,
        known_months=len(known),
        free_months=sum(capacity >= least for capacity in known),
        least_capacity_cfte=min(known) if known else None,
        is_capped=candidate.is_capped,
        headroom_cents=headroom,
        least_receipts_cents=receipts,
        is_reserved=reserved,
    )


def _tightest_year(
    candidate: Candidate, package: Package, least: int
) -> tuple[int | None, int | None]:
    """Return headroom and receipts of the least share in the year where they fit worst.

    Nothing is returned when a month of the package is under no known ceiling.
    """
    years = months_by_year(candidate, package)
    if sum(months for months, _ in years.values()) < package.months:
        return None, None
    whole = package.need_cfte * package.months
    pairs = [
        # Receipts round up and headroom does not: what looks as if it fits must fit to the cent.
        (headroom, -(-package.amount_cents * months * least // whole))
        for months, headroom in years.values()
    ]
    worst = pairs[0]
    for headroom, receipts in pairs[1:]:
        # headroom / receipts compared by cross products: whole numbers, no division to round.
        if headroom * worst[1] < worst[0] * receipts:
            worst = headroom, receipts
    return worst


def _trade(candidate: Candidate, package: Package) -> Term:
    skill = candidate.skill(package.trade)
    assert skill is not None
    most = MAXIMUM[TermName.TRADE]
    points = most if skill.certainty is Certainty.KNOWN else GUESSED_TRADE_POINTS
    return Term(TermName.TRADE, points, most, skill.certainty)


def _distance(facts: RankFacts) -> Term:
    most = MAXIMUM[TermName.DISTANCE]
    points = distance_points(facts.distance_hm, max(facts.reach_hm, 1))
    return Term(TermName.DISTANCE, points, most, Certainty.KNOWN)


def _capacity(candidate: Candidate, facts: RankFacts) -> Term:
    most = MAXIMUM[TermName.CAPACITY]
    # One unknown month is enough: points for the others would read as a known capacity.
    if facts.known_months < facts.months:
        return Term(TermName.CAPACITY, 0, 0, Certainty.UNKNOWN)
    points = round_half_up(most * facts.free_months, facts.months)
    return Term(TermName.CAPACITY, points, most, candidate.capacity_certainty)


def _headroom(facts: RankFacts) -> Term:
    most = MAXIMUM[TermName.HEADROOM]
    # No ceiling by law (only an ACI has one): all the room there is, and that is known.
    if not facts.is_capped:
        return Term(TermName.HEADROOM, most, most, Certainty.KNOWN)
    if facts.headroom_cents is None or facts.least_receipts_cents is None:
        return Term(TermName.HEADROOM, 0, 0, Certainty.UNKNOWN)
    within = min(facts.headroom_cents, facts.least_receipts_cents)
    # Rounded down: full points mean that the whole least share fits.
    points = most * within // facts.least_receipts_cents
    return Term(TermName.HEADROOM, points, most, Certainty.KNOWN)


def _reservation(candidate: Candidate, package: Package) -> Term:
    most = MAXIMUM[TermName.RESERVATION]
    if candidate.certifications is None and package.required_certifications:
        return Term(TermName.RESERVATION, 0, 0, Certainty.UNKNOWN)
    return Term(TermName.RESERVATION, most, most, Certainty.KNOWN)
