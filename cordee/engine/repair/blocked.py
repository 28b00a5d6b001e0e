"""Why no split keeps the pins: which of them break a limit, what is short, which to lift."""

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from time import perf_counter

from cordee.engine.method import Budget
from cordee.engine.milp import run_highs
from cordee.engine.pairs import eligible_kinds_by_lot, months_by_year, obstacle
from cordee.engine.problem import Candidate, Package
from cordee.engine.repair.model import build_repair_model, lines_of
from cordee.engine.repair.question import InTheWay, Key, RepairQuestion
from cordee.engine.repair.search import Infeasible, OutOfTime, RepairSearch
from cordee.engine.result import Obstacle, Shortage

# What the law or the buyer forbids whoever holds it; the rest people judge (`with_assumed_skills`).
_FORBIDDEN = {
    Obstacle.NOT_ELIGIBLE: Shortage.ELIGIBILITY,
    Obstacle.STAFF_SUPPLY: Shortage.STAFF_SUPPLY,
    Obstacle.CERTIFICATION: Shortage.CERTIFICATION,
    Obstacle.OUT_OF_REACH: Shortage.REACH,
}


def pins_in_the_way(asked: RepairQuestion) -> tuple[InTheWay, ...]:
    """Return what the pins break by themselves, whatever the free cells become."""
    pins = sorted(key for key in asked.pinned if key in asked.present)
    if not pins:
        return ()
    found = list(_broken_lines(asked))
    candidates, packages = asked.posed.candidates_by_id, asked.posed.packages_by_id
    kinds = eligible_kinds_by_lot(asked.posed.packages)
    for key in pins:
        candidate, package = candidates[key[0]], packages[key[1]]
        hurdle, _ = obstacle(candidate, package, kinds[package.lot_id], asked.posed.params)
        if hurdle is not None:
            limit = _FORBIDDEN.get(hurdle, Shortage.PINNED)
            found.append(
                InTheWay(limit=limit, pins=(key,), candidate=candidate.id, package=package.id)
            )
        if candidate.organisation in asked.posed.excluded:
            found.append(InTheWay(limit=Shortage.PINNED, pins=(key,), candidate=candidate.id))
    for name in sorted({candidate for candidate, _ in pins}):
        mine = [(packages[package], (c, package)) for c, package in pins if c == name]
        found.extend(_over_capacity(asked, candidates[name], mine))
        found.extend(_over_ceilings(asked, candidates[name], mine))
        most = candidates[name].max_packages
        if len(mine) > most:
            keys = tuple(key for _, key in mine)
            found.append(InTheWay(limit=Shortage.MIN_SHARE, pins=keys, candidate=name))
    return tuple(found)


def _broken_lines(asked: RepairQuestion) -> Iterator[InTheWay]:
    for line in lines_of(asked):
        if line.is_possible:
            continue
        name = line.package.id
        yield InTheWay(
            limit=Shortage.PINNED,
            pins=tuple((candidate, name) for candidate in sorted(line.pinned)),
            package=name,
            excess_cfte=-line.free_cfte,
            excess_cents=-line.free_cents,
        )


def _over_capacity(
    asked: RepairQuestion, candidate: Candidate, mine: list[tuple[Package, Key]]
) -> Iterator[InTheWay]:
    """Yield one entry for the months in which the same pins pass what is free, at the worst."""
    worst: dict[tuple[Key, ...], tuple[int, list[int]]] = {}
    for month in asked.posed.months:
        capacity = candidate.capacity_cfte(month)
        active = tuple(key for p, key in mine if p.first_month <= month < p.end_month)
        if capacity is None or not active:
            continue
        excess = sum(asked.held(key).cfte for key in active) - capacity
        if excess > 0:
            most, months = worst.get(active, (0, []))
            worst[active] = max(most, excess), [*months, month]
    for pins, (excess, months) in worst.items():
        yield InTheWay(
            limit=Shortage.CAPACITY,
            pins=pins,
            candidate=candidate.id,
            months=tuple(months),
            excess_cfte=excess,
        )


def _over_ceilings(
    asked: RepairQuestion, candidate: Candidate, mine: list[tuple[Package, Key]]
) -> Iterator[InTheWay]:
    for year in candidate.accounting_years if candidate.is_capped else ():
        if year.headroom_cents is None:
            continue
        receipts, pins = Fraction(0), []
        for package, key in mine:
            months = months_by_year(candidate, package).get(year.first_month, (0, 0))[0]
            if months:
                receipts += Fraction(asked.held(key).cents * months, package.months)
                pins.append(key)
        excess = math.floor(receipts) - year.headroom_cents
        if excess > 0:
            yield InTheWay(
                limit=Shortage.CEILING,
                pins=tuple(pins),
                candidate=candidate.id,
                months=(year.first_month,),
                excess_cents=excess,
            )


def least_short(asked: RepairQuestion, budget: Budget) -> tuple[tuple[str, int], ...]:
    """Return the least work that finds no taker while the pins stay, by package.

    Least in cFTE-months; empty where even leaving work out makes no split.
    """
    columns = build_repair_model(asked, is_all_covered=False)
    model = columns.model
    short = {}
    costs = [0.0] * len(model.cost)
    for line in columns.lines:
        package = line.package
        column = model.column(float(package.months), package.need_cfte, integer=True)
        short[package.id] = column
        costs.append(float(package.months))
        # Elastic cover: what is short counts as work done, at the price of its months.
        model.rows[model.cover[package.id]][column] = 1.0
    model.cost = costs
    raw = run_highs(model, budget)
    if raw.values is None:
        return ()
    lacking = [(name, round(raw.values[column])) for name, column in short.items()]
    return tuple((name, cfte) for name, cfte in lacking if cfte > 0)


def to_lift(asked: RepairQuestion, budget: Budget) -> tuple[tuple[Key, ...], bool]:
    """Return pins whose lifting makes a split possible, and whether fewer are proven too few.

    Each alone is tried. Then the model says which pins change at the least where none is kept on
    purpose; where these are more than two, pairs are tried until the time is out.
    """
    ends = perf_counter() + budget.time_limit_s
    pins = sorted(key for key in asked.pinned if asked.held(key).cfte or not asked.held(key).cents)
    if not pins or not _is_possible(asked, frozenset(pins), ends, budget.seed):
        return (), False
    # Each limit broken by pins alone must lose one of them: a set that hits them all
    # (R. Reiter, A theory of diagnosis from first principles, Artificial Intelligence 32, 1987).
    broken = [frozenset(each.pins) for each in pins_in_the_way(asked)]
    for some in _hitting(pins, 1, broken):
        if _is_possible(asked, some, ends, budget.seed):
            return tuple(some), True
    # None kept on purpose: those that change in a nearest split are enough to lift.
    guess = _must_change(asked, ends, budget.seed)
    if len(guess) < 2 or not _is_possible(asked, guess, ends, budget.seed):
        guess = frozenset(pins)
    # Fewer might do: pairs are tried while there is time, all sets would be too many.
    if len(guess) > 2:
        for some in _hitting(pins, 2, broken):
            if perf_counter() > ends:
                break
            if _is_possible(asked, some, ends, budget.seed):
                return tuple(sorted(some)), True
    return tuple(sorted(guess)), len(guess) == 2


def _hitting(pins: list[Key], size: int, broken: list[frozenset[Key]]) -> Iterator[frozenset[Key]]:
    """Yield the sets of pins in which each limit that pins break by themselves loses one."""
    for some in map(frozenset, combinations(pins, size)):
        if all(each & some for each in broken):
            yield some


def _is_possible(asked: RepairQuestion, lifted: frozenset[Key], ends: float, seed: int) -> bool:
    freed = asked.without_pins(lifted)
    if pins_in_the_way(freed):
        return False
    columns = build_repair_model(freed)
    if columns.pairs.lack_somebody:
        return False
    # Whether there is any split, at no cost: the first one found will do.
    model = replace(columns.model, cost=[0.0] * len(columns.model.cost))
    raw = run_highs(model, Budget(max(0.05, ends - perf_counter()), seed), is_first_enough=True)
    return raw.values is not None


def _must_change(asked: RepairQuestion, ends: float, seed: int) -> frozenset[Key]:
    """The fewest pins that change in a split that keeps none of them on purpose."""
    columns = build_repair_model(asked.without_pins(asked.pinned))
    if columns.pairs.lack_somebody:
        return frozenset()
    aim = {}
    for key in asked.pinned:
        column = columns.changed.get(key)
        if column is not None:
            aim[column] = 1.0
    search = RepairSearch(columns, Budget(max(0.05, ends - perf_counter()), seed))
    try:
        step = search.step(aim)
    except (Infeasible, OutOfTime):
        return frozenset()
    return frozenset(key for key in asked.pinned if step.split.get(key) != asked.present.get(key))
