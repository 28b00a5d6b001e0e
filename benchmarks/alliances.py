"""Repair of alliances of twelve partners and twelve lots: time beside the bare solver's.

The ratio is to one call of HiGHS on the same model, for the first aim alone, in the same run: what
proving the two other aims, building the model and checking everything again cost beside it.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from statistics import median, quantiles
from time import perf_counter

from cordee.engine.method import Budget
from cordee.engine.milp import run_highs
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
from cordee.engine.repair import Held, RepairQuestion, repair
from cordee.engine.repair.model import build_repair_model
from cordee.engine.result import Status
from cordee.rules.sharing_out import shared_out

FIRST_MONTH = month_number(2027, 1)
CENTS_PER_CFTE_MONTH = 2_700
TRADES = tuple(f"trade-{number}" for number in range(6))
BREAKS = ("crews lost", "ceiling lowered", "lot grown", "partner gone")


def run(arguments: Sequence[str] = ()) -> int:
    """Print time by sort of break, and the ratio to the bare solver call."""
    parser = argparse.ArgumentParser(prog="./go bench alliances")
    parser.add_argument("--size", type=int, default=12, help="partners, and as many lots")
    parser.add_argument("--count", type=int, default=40, help="alliances")
    parser.add_argument("--seconds", type=float, default=10.0, help="limit of each repair")
    asked = parser.parse_args(list(arguments))
    measure(size=asked.size, count=asked.count, time_limit_s=asked.seconds)
    return 0


def measure(*, size: int, count: int, time_limit_s: float) -> None:
    """Repair each alliance once, and call the solver once on the model of the same repair."""
    seconds: list[float] = []
    ratios: list[float] = []
    by_break: dict[str, list[float]] = {name: [] for name in BREAKS}
    nearest = fewest = cheapest = impossible = 0
    for number in range(count):
        asked = alliance(number, size)
        bare = _bare_s(asked, time_limit_s)
        # A problem keeps what was worked out for it: the repair starts from a new one.
        began = perf_counter()
        answer = repair(alliance(number, size), time_limit_s=time_limit_s)
        spent = perf_counter() - began
        seconds.append(spent)
        ratios.append(spent / bare)
        by_break[BREAKS[number % len(BREAKS)]].append(spent)
        nearest += answer.status is Status.OPTIMAL
        fewest += answer.is_fewest
        cheapest += answer.is_cheapest
        impossible += answer.status is Status.IMPOSSIBLE
    low, middle, high = quantiles(ratios, n=4) if count > 1 else ratios * 3
    print(
        f"{count} alliances of {size} partners and {size} lots: {nearest} proven nearest, "
        f"{fewest} with the fewest cells, {cheapest} at the least cost; {impossible} impossible"
    )
    print(
        f"seconds: median {median(seconds):.3f}, at most {max(seconds):.3f}; "
        f"times the bare solver call: median {middle:.1f}, quarters {low:.1f} to {high:.1f}"
    )
    for name, times in by_break.items():
        if times:
            print(f"  {name}: median {median(times):.3f} s, at most {max(times):.3f} s")


def _bare_s(asked: RepairQuestion, time_limit_s: float) -> float:
    columns = build_repair_model(asked)
    model = columns.model
    cost = [columns.moved.get(column, 0.0) for column in range(len(model.cost))]
    began = perf_counter()
    run_highs(replace(model, cost=cost), Budget(time_limit_s, 0))
    return perf_counter() - began


def alliance(number: int, size: int = 12) -> RepairQuestion:
    """One alliance whose split held until something broke; the same for the same number."""
    draw = random.Random(number)
    packages = [_package(draw, at) for at in range(size)]
    shares = {package.id: _split(draw, package, size) for package in packages}
    candidates = [_candidate(draw, at, packages, shares) for at in range(size)]
    present = {}
    for package in packages:
        held = shares[package.id]
        cents = shared_out(package.amount_cents, list(held.values()))
        for (name, cfte), amount in zip(held.items(), cents, strict=True):
            present[name, package.id] = Held(cfte, amount)
    params = Params(max_partners=max(2, size), max_distance_km=100)
    problem = Problem(packages=tuple(packages), candidates=tuple(candidates), params=params)
    victim = draw.choice(candidates)
    while True:
        victim = draw.choice(candidates)
        pins = [key for key in sorted(present) if key[0] != victim.id]
        asked = RepairQuestion(
            problem=_break(draw, problem, victim, BREAKS[number % len(BREAKS)]),
            present=present,
            pinned=frozenset(draw.sample(pins, len(pins) // 5)),
        )
        # A break that breaks nothing is drawn again.
        found = repair(asked, time_limit_s=0.01)
        if found.split is None or found.changed:
            return asked


def _package(draw: random.Random, at: int) -> Package:
    need, months = draw.randrange(150, 900, 10), draw.randint(6, 18)
    price = need * months * CENTS_PER_CFTE_MONTH * draw.randint(90, 110) // 100
    return Package(
        id=f"{at + 1:02d}",
        lot_id=f"{at + 1}",
        label=f"Lot {at + 1}",
        trade=draw.choice(TRADES),
        latitude_deg=45.7 + draw.randint(-20, 20) / 100,
        longitude_deg=4.8 + draw.randint(-20, 20) / 100,
        first_month=FIRST_MONTH + draw.randint(0, 6),
        months=months,
        need_cfte=need,
        amount_cents=price,
        min_share_cfte=min(need, 50),
    )


def _split(draw: random.Random, package: Package, size: int) -> dict[str, int]:
    most = min(4, package.need_cfte // 50, size)
    names = sorted(_name(at) for at in draw.sample(range(size), draw.randint(1, most)))
    weights = [draw.randint(1, 4) for _ in names]
    spare = package.need_cfte - 50 * len(names)
    given = shared_out(spare, weights)
    return {name: 50 + part for name, part in zip(names, given, strict=True)}


def _name(at: int) -> str:
    return f"partner-{at:02d}"


def _candidate(
    draw: random.Random, at: int, packages: list[Package], shares: dict[str, dict[str, int]]
) -> Candidate:
    name = _name(at)
    held = [(p, shares[p.id][name]) for p in packages if name in shares[p.id]]
    trades = {p.trade for p, _ in held} | set(draw.sample(TRADES, 2))
    months = range(FIRST_MONTH, FIRST_MONTH + 24)
    slack = draw.randint(105, 150)
    load = {m: sum(q for p, q in held if p.first_month <= m < p.end_month) for m in months}
    capacity = {month: max(100, cfte * slack // 100) for month, cfte in load.items()}
    years = []
    for first in (FIRST_MONTH, FIRST_MONTH + 12):
        receipts = sum(
            p.amount_cents * q * _inside(p, first) // (p.need_cfte * p.months) for p, q in held
        )
        headroom = receipts * draw.randint(102, 160) // 100 + 1_000_000
        years.append(AccountingYear(first_month=first, headroom_cents=headroom))
    return Candidate(
        id=name,
        organisation=f"org-{at:02d}",
        name=f"Partenaire {at + 1}",
        kind="ACI" if draw.random() < 0.6 else "EI",
        latitude_deg=45.7 + draw.randint(-20, 20) / 100,
        longitude_deg=4.8 + draw.randint(-20, 20) / 100,
        skills=tuple(
            Skill(trade=t, certainty=Certainty.KNOWN, proficiency=draw.randint(0, 3), reach_km=90)
            for t in sorted(trades)
        ),
        capacity_cfte_by_month=capacity,
        capacity_certainty=Certainty.KNOWN,
        is_capped=True,
        accounting_years=tuple(years),
        max_packages=15,
        can_lead=True,
        coordination_cost_cents=150_000,
        lead_cost_cents=100_000,
    )


def _inside(package: Package, first: int) -> int:
    end = min(package.end_month, first + 12)
    return max(0, end - max(package.first_month, first))


def _break(draw: random.Random, problem: Problem, victim: Candidate, what: str) -> Problem:
    if what == "partner gone":
        return problem.replace(excluded=frozenset([victim.organisation]))
    if what == "lot grown":
        grown = draw.choice(problem.packages)
        percent = draw.randint(105, 120)
        bigger = replace(
            grown,
            need_cfte=grown.need_cfte * percent // 100,
            amount_cents=grown.amount_cents * percent // 100,
        )
        packages = tuple(bigger if p.id == grown.id else p for p in problem.packages)
        return problem.replace(packages=packages)
    left = draw.randint(40, 75)
    if what == "crews lost":
        known = victim.capacity_cfte_by_month or {}
        hurt = replace(
            victim,
            capacity_cfte_by_month={month: cfte * left // 100 for month, cfte in known.items()},
        )
    else:
        hurt = replace(
            victim,
            accounting_years=tuple(
                replace(year, headroom_cents=(year.headroom_cents or 0) * left // 100)
                for year in victim.accounting_years
            ),
        )
    candidates = tuple(hurt if c.id == victim.id else c for c in problem.candidates)
    return problem.replace(candidates=candidates)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
