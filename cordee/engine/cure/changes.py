"""What each kind of cure changes in a problem, by how much, and where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from cordee.engine.cure.kinds import CurePart
from cordee.engine.pairs import Pairs, build_pairs, eligible_kinds_by_lot, obstacle
from cordee.engine.plan import Quantities
from cordee.engine.problem import (
    BEST_PROFICIENCY,
    Candidate,
    Certainty,
    Package,
    Problem,
    Skill,
    Weights,
)
from cordee.engine.result import UNITS_PER_CENT, Obstacle, Plan, Reason
from cordee.engine.wishes import never_whole
from cordee.rules.kinds import Kind

# How much farther one may be asked to look, and to come: more is another territory.
MOST_KM_MORE = 100
MOST_KM_BEYOND_REACH = 50
NEWCOMER = "newcomer"
# An able structure, neither a beginner nor the best: the cure must not hang on its skill.
NEWCOMER_PROFICIENCY = 2
# Everywhere: where it should be found is for people to say.
NEWCOMER_REACH_KM = 2_000
# Worth more than the tolerance of a proof, so that whole cFTE-months are proven.
CENTS_PER_CFTE_MONTH = 2
# Nothing counts but levels of learning: the newcomer lacks one, nobody else does.
ONLY_THE_NEWCOMER = Weights(
    travel_millicents_per_hm_cfte_month=0,
    fit_permille_by_proficiency=(0, 0, 0, 0),
    no_reference_cents=0,
    interface_cents=0,
    coordination_permille=0,
    lead_permille=0,
    ceiling_tightness_permille=0,
    capacity_tightness_cents_per_cfte_month=0,
    learning_cents_per_level_cfte_month=CENTS_PER_CFTE_MONTH,
)


@dataclass(frozen=True, slots=True)
class BeyondReach:
    """A package that a candidate could take but for the distance, and how many km are missing."""

    candidate: str
    package: str
    km: int
    is_own_reach: bool


def core(problem: Problem, pairs: Pairs) -> Problem:
    """Return the problem without the candidates that only distance, trade or law keep away."""
    near = {pair.candidate.organisation for pair in pairs.all} | problem.pinned
    near |= {
        each.organisation
        for each in pairs.set_aside
        if each.obstacle in {Obstacle.CAPACITY, Obstacle.CEILING, Obstacle.SHARE_LIMIT}
    }
    kept = tuple(c for c in problem.candidates if c.organisation in near)
    return problem.replace(candidates=kept)


def able_alone(most: Problem, problem: Problem) -> Problem:
    """Return the problem with those alone whose pairs in `most` could cover every package."""
    able: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for pair in build_pairs(most).all:
        able[pair.candidate.organisation][pair.package.id] += pair.most_cfte
    # Necessary, not sufficient: it only spares the solver those who cannot cover the whole.
    needs = {package.id: package.need_cfte for package in problem.packages}
    names = {
        name
        for name, held in able.items()
        if all(held[package] >= need for package, need in needs.items())
    }
    kept = tuple(c for c in problem.candidates if c.organisation in names)
    return problem.replace(candidates=kept)


def beyond(problem: Problem, candidates: Iterable[Candidate]) -> list[BeyondReach]:
    """Return what distance alone keeps apart, within the bounds of what may be asked."""
    kinds = eligible_kinds_by_lot(problem.packages)
    limit = problem.params.max_distance_km
    found = []
    for candidate in candidates:
        if candidate.organisation in problem.excluded:
            continue
        for package in problem.packages:
            met, distance = obstacle(candidate, package, kinds[package.lot_id], problem.params)
            skill = candidate.skill(package.trade)
            if met is not Obstacle.OUT_OF_REACH or skill is None:
                continue
            # Hectometres to whole km, rounded up: the km that are said must suffice.
            km = -(-distance // 10)
            # Either the radius lacks, or the reach: where both do, one change would not be enough.
            if km > limit and km <= min(skill.reach_km, limit + MOST_KM_MORE):
                found.append(BeyondReach(candidate.id, package.id, km - limit, is_own_reach=False))
            elif skill.reach_km < km <= min(limit, skill.reach_km + MOST_KM_BEYOND_REACH):
                more = km - skill.reach_km
                found.append(BeyondReach(candidate.id, package.id, more, is_own_reach=True))
    return found


def with_radius(problem: Problem, km: int) -> Problem:
    """Return the problem with a radius so many km wider."""
    wider = replace(problem.params, max_distance_km=problem.params.max_distance_km + km)
    return problem.replace(params=wider)


def with_reach(problem: Problem, those: Sequence[BeyondReach], km: int) -> Problem:
    """Return the problem where those within so many km beyond their reach come all the same."""
    asked: dict[tuple[str, str], int] = defaultdict(int)
    for each in those:
        if each.km <= km:
            # A reach is said by trade, so two packages of one trade share the larger step.
            key = each.candidate, problem.packages_by_id[each.package].trade
            asked[key] = max(asked[key], each.km)
    names = {name for name, _ in asked}
    changed = (
        replace(
            candidate,
            skills=tuple(
                replace(skill, reach_km=skill.reach_km + asked.get((candidate.id, skill.trade), 0))
                for skill in candidate.skills
            ),
        )
        if candidate.id in names
        else candidate
        for candidate in problem.candidates
    )
    return problem.replace(candidates=tuple(changed))


def parts_beyond(
    problem: Problem, those: Sequence[BeyondReach], plan: Plan
) -> tuple[CurePart, ...]:
    """Return the shares of a plan that are beyond, and by how much."""
    by_key = {(each.candidate, each.package): each.km for each in those}
    return tuple(
        CurePart(
            organisation=partner.organisation,
            candidate=share.candidate,
            trade=problem.packages_by_id[share.package].trade,
            package=share.package,
            km=by_key[share.candidate, share.package],
        )
        for partner in plan.partners
        for share in partner.shares
        if (share.candidate, share.package) in by_key
    )


def later(problem: Problem, moved: frozenset[str], months: int) -> Problem:
    """Return the problem with packages moved later, among those whose figures reach as far.

    Who told its figures for the months asked, and not for the later ones, is left out: a month
    that nobody told of must not pass for a free one.
    """
    packages = tuple(
        replace(package, first_month=package.first_month + months)
        if package.id in moved
        else package
        for package in problem.packages
    )
    changes = [
        (package, after)
        for package, after in zip(problem.packages, packages, strict=True)
        if package.id in moved
    ]
    # Unknown months set no limit, so forgetting figures must not make a cure.
    kept = (c for c in problem.candidates if not any(_loses(c, *each) for each in changes))
    return problem.replace(packages=packages, candidates=tuple(kept))


def _loses(candidate: Candidate, before: Package, after: Package) -> bool:
    """Whether moving a package makes a figure unknown that was known for all its months."""
    if candidate.skill(before.trade) is None:
        return False
    was = range(before.first_month, before.end_month)
    now = range(after.first_month, after.end_month)
    return any(
        all(known(candidate, month) for month in was)
        and not all(known(candidate, month) for month in now)
        for known in (_knows_capacity, _knows_ceiling)
    )


def _knows_capacity(candidate: Candidate, month: int) -> bool:
    return candidate.capacity_cfte(month) is not None


def _knows_ceiling(candidate: Candidate, month: int) -> bool:
    year = candidate.accounting_year(month)
    return not candidate.is_capped or (year is not None and year.headroom_cents is not None)


def parts_of_people(
    problem: Problem, more: Mapping[tuple[str, int], int], quantities: Quantities
) -> tuple[CurePart, ...]:
    """Return extra cFTE by chantier, trade and run of months; the largest shares take it first."""
    owners = {candidate.id: candidate.organisation for candidate in problem.candidates}
    by_trade: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for (name, month), over in more.items():
        held = [
            (cfte, package.trade)
            for package in problem.packages
            if package.first_month <= month < package.end_month
            and (cfte := quantities.get((name, package.id), 0))
        ]
        # The largest shares first: fewer trades to find people for.
        for cfte, trade in sorted(held, reverse=True):
            part = min(over, cfte)
            over -= part
            if part:
                months = by_trade[name, trade]
                months[month] = months.get(month, 0) + part
    return tuple(
        CurePart(organisation=owners[name], candidate=name, trade=trade, months=months, cfte=cfte)
        for (name, trade), by_month in sorted(by_trade.items())
        for months, cfte in _runs(by_month)
    )


def _runs(by_month: Mapping[int, int]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the runs of consecutive months with the same figure."""
    # Month minus rank is constant along consecutive months: it groups them into runs.
    numbered = enumerate(sorted(by_month.items()))
    for (_, cfte), run in groupby(numbered, key=lambda each: (each[1][0] - each[0], each[1][1])):
        yield tuple(month for _, (month, _) in run), cfte


def parts_of_headroom(
    problem: Problem, more: Mapping[tuple[str, int], int]
) -> tuple[CurePart, ...]:
    """Return extra cents by chantier and accounting year."""
    owners = {candidate.id: candidate.organisation for candidate in problem.candidates}
    return tuple(
        CurePart(organisation=owners[name], candidate=name, months=(year,), cents=cents)
        for (name, year), cents in sorted(more.items())
    )


def trades_wanted(problem: Problem, reasons: Iterable[Reason]) -> list[str]:
    """Return the trades that reasons name, the largest need first; all where they name none."""
    named = {reason.package for reason in reasons if reason.package is not None}
    needs: dict[str, int] = defaultdict(int)
    for package in problem.packages:
        if not named or package.id in named:
            needs[package.trade] += package.need_cfte * package.months
    return sorted(needs, key=lambda trade: (-needs[trade], trade))


def newcomer(
    problem: Problem, kind: Kind, trades: Sequence[str], cfte_by_month: Mapping[int, int] | None
) -> Candidate | None:
    """Return a structure that does not exist yet, at the place of the largest need of its trades.

    `None` where the law leaves it nothing: the lots of these trades are reserved to others.
    Without figures it has all the people that are needed, but for a share (`never_whole`).
    """
    kinds = eligible_kinds_by_lot(problem.packages)
    allowed = [
        package
        for package in problem.packages
        if package.trade in trades
        and (kinds[package.lot_id] is None or kind in (kinds[package.lot_id] or ()))
    ]
    if not {package.trade for package in allowed} >= set(trades):
        return None
    # On the spot: how far it comes from is not what is asked of it.
    at = max(allowed, key=lambda p: (p.need_cfte * p.months, p.id))
    everything = sum(package.need_cfte for package in problem.packages)
    free = dict.fromkeys(problem.months, everything) if cfte_by_month is None else cfte_by_month
    # As dear as the dearest there: a newcomer must not be chosen because nobody priced it.
    coordination = max((c.coordination_cost_cents for c in problem.candidates), default=0)
    lead = max((c.lead_cost_cents for c in problem.candidates), default=0)
    drawn = Candidate(
        id=NEWCOMER,
        organisation=NEWCOMER,
        name=NEWCOMER,
        kind=kind,
        latitude_deg=at.latitude_deg,
        longitude_deg=at.longitude_deg,
        skills=tuple(
            Skill(
                trade=trade,
                certainty=Certainty.KNOWN,
                proficiency=NEWCOMER_PROFICIENCY,
                reach_km=NEWCOMER_REACH_KM,
            )
            for trade in trades
        ),
        capacity_cfte_by_month=free,
        capacity_certainty=Certainty.KNOWN,
        max_packages=len(allowed),
        # A company that comes as a subcontractor represents nobody.
        can_lead=kind is Kind.EI,
        coordination_cost_cents=coordination,
        lead_cost_cents=lead,
        certifications=frozenset(c for p in allowed for c in p.required_certifications),
    )
    return never_whole(problem, drawn)


def pricing_newcomer(problem: Problem) -> Problem:
    """Return the problem whose cheapest plan asks least of the newcomer."""
    changed = (
        replace(
            candidate,
            skills=tuple(
                replace(
                    skill,
                    learning=BEST_PROFICIENCY - (1 if candidate.id == NEWCOMER else 0),
                )
                for skill in candidate.skills
            ),
        )
        for candidate in problem.candidates
    )
    params = replace(problem.params, weights=ONLY_THE_NEWCOMER)
    return problem.replace(candidates=tuple(changed), params=params)


def cfte_months(units: int) -> int:
    """Return cFTE-months from a cost of `pricing_newcomer`, rounded up."""
    return -(-units // (CENTS_PER_CFTE_MONTH * UNITS_PER_CENT))


def load_of_newcomer(problem: Problem, plan: Plan) -> tuple[dict[int, int], tuple[CurePart, ...]]:
    """Return what the newcomer gives in each month, and its shares."""
    load: dict[int, int] = dict.fromkeys(problem.months, 0)
    parts = []
    for share in plan.shares:
        if share.candidate == NEWCOMER:
            package = problem.packages_by_id[share.package]
            months = tuple(range(package.first_month, package.end_month))
            for month in months:
                load[month] += share.cfte
            parts.append(
                CurePart(
                    organisation=NEWCOMER,
                    candidate=NEWCOMER,
                    trade=package.trade,
                    package=package.id,
                    months=months,
                    cfte=share.cfte,
                )
            )
    return load, tuple(parts)
