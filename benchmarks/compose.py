"""Composing on seeded notices: how many are proven, in which time, and what greedy loses.

Structures lie at random in a square of about 65 km; `tight` scales the needs, and with them how
much the number of partners binds.
"""

from dataclasses import dataclass
from random import Random
from statistics import median

from cordee.engine.compose import compose
from cordee.engine.problem import (
    AccountingYear,
    Candidate,
    Certainty,
    Package,
    Params,
    Problem,
    Skill,
    month_number,
)
from cordee.engine.result import Status

FIRST_MONTH = month_number(2027, 3)
TRADES = tuple(f"trade-{number}" for number in range(6))
SIDE_DEG = 0.6


@dataclass(frozen=True)
class Shape:
    """A class of notices."""

    name: str
    candidates: int
    packages: int
    max_partners: int
    tight: float


SHAPES = (
    Shape("small", 60, 3, 4, 0.3),
    Shape("ordinary", 200, 6, 6, 0.3),
    Shape("dense", 200, 6, 8, 0.5),
)


def draw_notice(seed: int, shape: Shape) -> Problem:
    """Return the problem of a seed."""
    dice = Random(seed)
    candidates = tuple(_candidate(dice, number) for number in range(shape.candidates))
    packages = tuple(_package(dice, number, shape.tight) for number in range(shape.packages))
    params = Params(max_partners=shape.max_partners)
    return Problem(packages=packages, candidates=candidates, params=params)


def _candidate(dice: Random, number: int) -> Candidate:
    kind = dice.choice(("ACI", "ACI", "EI"))
    usual = dice.choice((100, 150, 200, 300, 400, 600))
    months = range(FIRST_MONTH, FIRST_MONTH + 36)
    years = tuple(
        AccountingYear(
            first_month=FIRST_MONTH - 2 + 12 * year,
            headroom_cents=dice.randint(500_000, 12_000_000),
        )
        for year in range(4)
    )
    return Candidate(
        id=f"c{number:05}",
        organisation=f"o{number if dice.random() < 0.9 else max(0, number - 1):05}",
        name=f"structure {number}",
        kind=kind,
        latitude_deg=45 + dice.random() * SIDE_DEG,
        longitude_deg=5 + dice.random() * SIDE_DEG * 1.4,
        skills=tuple(
            Skill(
                trade=trade,
                certainty=Certainty.KNOWN,
                proficiency=dice.randint(0, 3),
                reach_km=dice.choice((20, 30, 50, 80)),
            )
            for trade in dice.sample(TRADES, dice.randint(1, 3))
        ),
        capacity_cfte_by_month={m: int(usual * dice.uniform(0.5, 1)) for m in months},
        capacity_certainty=Certainty.KNOWN,
        is_capped=kind == "ACI",
        accounting_years=years if kind == "ACI" else (),
        max_packages=dice.randint(1, 4),
        can_lead=dice.random() < 0.5,
        min_crew_cfte=dice.choice((None, 50, 80)),
        coordination_cost_cents=dice.randint(120_000, 220_000),
        lead_cost_cents=dice.randint(60_000, 300_000),
    )


def _package(dice: Random, number: int, tight: float) -> Package:
    months = dice.randint(6, 24)
    need = int(dice.randint(200, 900) * tight)
    return Package(
        id=f"p{number}",
        lot_id=f"lot{number // 2}",
        label=f"package {number}",
        trade=TRADES[number % len(TRADES)],
        latitude_deg=45 + SIDE_DEG * dice.uniform(0.3, 0.7),
        longitude_deg=5 + SIDE_DEG * 1.4 * dice.uniform(0.3, 0.7),
        first_month=FIRST_MONTH + dice.randint(0, 6),
        months=months,
        need_cfte=need,
        amount_cents=need * months * dice.randint(2_600, 3_300),
        min_share_cfte=min(need, max(50, -(-need // 10))),
    )


def run(*, count: int = 6, time_limit_s: float = 10.0) -> None:
    """Print one line for each class: proven, impossible, times, gaps and the loss of greedy."""
    for shape in SHAPES:
        results = [
            compose(draw_notice(seed, shape), time_limit_s=time_limit_s, seed=0)
            for seed in range(count)
        ]
        proven = [r for r in results if r.status in {Status.OPTIMAL, Status.IMPOSSIBLE}]
        seconds = sorted(result.seconds for result in results)
        gaps = [result.gap for result in results if result.gap]
        losses = [
            result.greedy.terms.total / result.objective - 1
            for result in results
            if result.objective and not result.greedy_violations
        ]
        whole = sum(1 for result in results if result.objective)
        print(
            f"{shape.name:9} {shape.candidates} structures, {shape.packages} packages: "
            f"proven {len(proven)} of {count}, "
            f"median {median(seconds):.2f} s, slowest {seconds[-1]:.2f} s, "
            f"worst gap {max(gaps, default=0.0):.1%}; "
            f"greedy whole in {len(losses)} of {whole}"
            + (f", then {median(losses):.0%} dearer" if losses else "")
        )


if __name__ == "__main__":
    run()
