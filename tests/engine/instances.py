"""Seeded small problems, of all the sorts that the engine must survive."""

from dataclasses import dataclass, replace
from random import Random

from cordee.engine.problem import (
    AccountingYear,
    Candidate,
    Certainty,
    Package,
    Params,
    Problem,
    ShareLimit,
    Skill,
    Unlike,
    Weights,
    month_number,
)

FIRST_MONTH = month_number(2027, 3)
TRADES = ("espaces-verts", "proprete", "second-oeuvre-batiment")
KINDS = ("ACI", "ACI", "ACI", "EI", "EI", "ETTI", "ENTREPRISE", "EA")
RESERVED = frozenset({"ACI", "EI", "AI", "ETTI", "EITI"})
# Fixed costs in proportion to packages of a few cFTE, so that every term matters.
SMALL_WEIGHTS = Weights(
    interface_cents=900, no_reference_cents=700, learning_cents_per_level_cfte_month=20
)


@dataclass(frozen=True)
class Size:
    """How large a drawn problem may be."""

    candidates: int = 6
    packages: int = 2
    need_cfte: int = 5
    months: int = 5


def draw_problem(seed: int, size: Size = Size()) -> Problem:
    """Return the problem of a seed: always the same one, whatever the machine."""
    dice = Random(seed)
    packages = tuple(_package(dice, n, size) for n in range(dice.randint(1, size.packages)))
    candidates = tuple(_candidate(dice, n, size) for n in range(dice.randint(4, size.candidates)))
    if dice.random() < 0.25:
        twin = replace(dice.choice(candidates), id="twin", organisation="otwin", name="twin")
        candidates = (*candidates[:-1], twin)
    names = sorted({candidate.organisation for candidate in candidates})
    pinned = frozenset(dice.sample(names, 1)) if dice.random() < 0.1 else frozenset()
    excluded = frozenset(dice.sample(names, 1)) - pinned if dice.random() < 0.1 else frozenset()
    params = Params(
        max_partners=dice.choice((2, 2, 3, 3, 4)), max_distance_km=70, weights=SMALL_WEIGHTS
    )
    return Problem(
        packages=packages, candidates=candidates, params=params, pinned=pinned, excluded=excluded
    )


def draw_crowded(seed: int) -> Problem:
    """Return a problem that nobody can carry alone and that many teams can."""
    problem, dice = draw_problem(seed, Size(candidates=7, need_cfte=4)), Random(seed)
    packages = tuple(
        replace(package, eligible_kinds=None, required_certifications=frozenset(), min_share_cfte=1)
        for package in problem.packages
    )
    need = max(package.need_cfte for package in packages)
    candidates = tuple(
        replace(
            candidate,
            latitude_deg=45 + dice.random() * 0.3,
            longitude_deg=5 + dice.random() * 0.4,
            kind="ACI" if candidate.is_capped else "EI",
            skills=tuple(
                Skill(
                    trade=trade,
                    certainty=Certainty.KNOWN,
                    proficiency=dice.randint(0, 3),
                    reach_km=100,
                    learning=dice.randint(0, 3),
                )
                for trade in TRADES
            ),
            capacity_cfte_by_month=dict.fromkeys(problem.months, dice.randint(1, need - 1)),
            capacity_certainty=Certainty.KNOWN,
            can_lead=dice.random() < 0.8,
        )
        for candidate in problem.candidates
    )
    params = replace(problem.params, max_partners=max(3, problem.params.max_partners))
    return problem.replace(
        packages=packages,
        candidates=candidates,
        params=params,
        pinned=frozenset(),
        excluded=frozenset(),
    )


def with_wishes(problem: Problem, seed: int) -> Problem:
    """Return the problem with teams to differ from and shares to hold, drawn by the seed."""
    dice = Random(seed)
    names = sorted({candidate.organisation for candidate in problem.candidates})
    unlike = []
    for _ in range(dice.choice((0, 1, 1, 2))):
        team = frozenset(dice.sample(names, min(len(names), dice.randint(1, 3))))
        unlike.append(Unlike(organisations=team, least_absent=dice.randint(1, len(team))))
    limits = {}
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        candidate, package = dice.choice(problem.candidates), dice.choice(problem.packages)
        least = dice.randint(1, package.need_cfte)
        limits[candidate.id, package.id] = ShareLimit(
            candidate=candidate.id,
            package=package.id,
            least_cfte=least,
            most_cfte=dice.randint(least, package.need_cfte),
        )
    return problem.replace(unlike=tuple(unlike), share_limits=tuple(limits.values()))


def _package(dice: Random, number: int, size: Size) -> Package:
    need = dice.randint(2, size.need_cfte)
    months = dice.randint(1, size.months)
    return Package(
        id=f"p{number}",
        lot_id=f"lot{dice.randint(0, number)}",
        label=f"package {number}",
        trade=dice.choice(TRADES),
        latitude_deg=45 + dice.random() * 0.3,
        longitude_deg=5 + dice.random() * 0.4,
        first_month=FIRST_MONTH + dice.randint(0, 6),
        months=months,
        need_cfte=need,
        amount_cents=need * months * 3_000 + dice.randint(-500, 500),
        min_share_cfte=dice.choice((1, 1, 2)),
        eligible_kinds=RESERVED if dice.random() < 0.2 else None,
        accepts_staff_supply=dice.random() < 0.4,
        required_certifications=frozenset({"certiphyto"} if dice.random() < 0.15 else ()),
    )


def _candidate(dice: Random, number: int, size: Size) -> Candidate:
    kind = dice.choice(KINDS)
    has_place = dice.random() > 0.05
    capacity = _capacity(dice, size)
    certainty = Certainty.GUESSED if dice.random() < 0.1 else Certainty.KNOWN
    return Candidate(
        id=f"c{number}",
        organisation=f"o{number - 1 if number and dice.random() < 0.2 else number}",
        name=f"structure {number}",
        kind=kind,
        latitude_deg=45 + dice.random() * 0.3 if has_place else None,
        longitude_deg=5 + dice.random() * 0.4 if has_place else None,
        skills=_skills(dice),
        capacity_cfte_by_month=capacity,
        capacity_certainty=Certainty.UNKNOWN if capacity is None else certainty,
        is_capped=kind == "ACI",
        accounting_years=_years(dice, size) if kind == "ACI" else (),
        max_packages=dice.choice((1, 2, 2, 3)),
        can_lead=dice.random() < 0.6,
        min_crew_cfte=dice.choice((None, None, 1, 2)),
        coordination_cost_cents=dice.randint(0, 2_000),
        lead_cost_cents=dice.randint(0, 3_000),
        certifications=dice.choice((None, frozenset(), frozenset({"certiphyto"}))),
    )


def _skills(dice: Random) -> tuple[Skill, ...]:
    sure = (Certainty.KNOWN,) * 6 + (Certainty.GUESSED, Certainty.UNKNOWN)
    return tuple(
        Skill(
            trade=trade,
            certainty=dice.choice(sure),
            proficiency=dice.randint(0, 3),
            reach_km=dice.choice((20, 40, 60, 100)),
            learning=dice.randint(0, 3),
        )
        for trade in TRADES
        if dice.random() < 0.85
    )


def _capacity(dice: Random, size: Size) -> dict[int, int] | None:
    if dice.random() < 0.12:
        return None
    usual = dice.randint(1, max(1, size.need_cfte - 2))
    months = range(FIRST_MONTH, FIRST_MONTH + 7 + size.months)
    return {m: max(0, usual + dice.randint(-1, 1)) for m in months if dice.random() > 0.02}


def _years(dice: Random, size: Size) -> tuple[AccountingYear, ...]:
    first = FIRST_MONTH - dice.randint(0, 11)
    usual = size.need_cfte * size.months * 3_000
    return tuple(
        AccountingYear(
            first_month=first + 12 * n,
            headroom_cents=None if dice.random() < 0.15 else dice.randint(usual // 8, usual),
        )
        for n in range(dice.choice((0, 1, 2, 2, 2)))
    )
