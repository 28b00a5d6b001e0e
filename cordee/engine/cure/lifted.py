"""The least more people, or the least more headroom, with which a team exists.

An elastic program (J. Chinneck, Feasibility and Infeasibility in Optimization, 2008): the model of
the composition with one sort of limit that may be exceeded, at a price: people in cFTE-months, or
headroom in cents. Everything else of the problem holds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from time import perf_counter

from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import Raw, run_highs
from cordee.engine.model import (
    INFINITY,
    LEAST_SHORT,
    Coefficients,
    Model,
    build_model,
    members_by_candidate,
)
from cordee.engine.pairs import Pairs, build_pairs, months_by_year
from cordee.engine.plan import Quantities
from cordee.engine.problem import MAX_CENTS, MAX_CFTE, Candidate, Package, Problem

CENTS_PER_EURO = 100
# Feasibility tolerance of the solver (1e-6) times shares of some hundreds, with a margin.
NOISE = 1e-3
LEAST_SECONDS = 0.1
# From here a restricted model pays: below, HiGHS is done before it is built.
FEW_PAIRS = 500
LARGEST = 30

# Headroom that may be reached, in cents, by candidate and first month of the accounting year.
Reachable = Mapping[tuple[str, int], int]


class Lift(StrEnum):
    """What may be exceeded."""

    PEOPLE = "people"
    HEADROOM = "headroom"


@dataclass(frozen=True, slots=True)
class Lifted:
    """Quantities of a team that exceeds least, what that is, and what any team exceeds at least.

    `amount` and `at_least` are in cFTE-months or cents. No quantities: none was found; then
    `is_impossible` says that none exists, however much is exceeded.
    """

    quantities: Quantities | None
    amount: int
    at_least: int
    is_impossible: bool


def lifted(problem: Problem, lift: Lift, reachable: Reachable | None = None) -> Problem:
    """Return the problem without one sort of limit; what is unknown stays unknown."""
    changed = (_lifted(problem, candidate, lift, reachable) for candidate in problem.candidates)
    return problem.replace(candidates=tuple(changed))


def least_lift(
    problem: Problem,
    lift: Lift,
    rule: TeamRule,
    budget: Budget,
    *,
    gap: float,
    reachable: Reachable | None = None,
) -> Lifted:
    """Return the plan that exceeds a limit least, to within a share `gap` where time allows.

    Where there are many pairs, a few organisations are asked first: those that shares of any size
    would use, and the largest. All of them give the bound, and a better plan if there is time.
    """
    ends = perf_counter() + budget.time_limit_s
    # Pairs are those of the lifted problem: who is too busy now may be the one to ask.
    free = lifted(problem, lift, reachable)
    pairs = build_pairs(free)
    if pairs.lack_somebody:
        return Lifted(None, 0, 0, is_impossible=True)
    model = build_model(free, pairs, rule, LEAST_SHORT)
    # No work is left out here: only the limit that is lifted may be exceeded.
    for column in model.shortage.values():
        model.column_upper[column] = 0.0
    _price(model, problem, pairs, lift)
    elastic = _Elastic(problem, pairs, model, lift, gap, ends, budget.seed)
    first: Lifted | None = None
    floor = 0.0
    # Restricted first: a good plan among few, the bound of the relaxation among all.
    if len(pairs.all) > FEW_PAIRS:
        names, floor = elastic.promising()
        few = tuple(c for c in problem.candidates if c.organisation in names)
        if len(few) < len(problem.candidates):
            part = Budget(max(LEAST_SECONDS, (ends - perf_counter()) / 2), budget.seed)
            asked = problem.replace(candidates=few)
            first = least_lift(asked, lift, rule, part, gap=gap, reachable=reachable)
    found = elastic.solve(floor)
    if first is None or first.quantities is None:
        return found
    if found.quantities is None or first.amount <= found.amount:
        # The bound of all holds, and no bound is above a plan.
        at_least = min(first.amount, found.at_least)
        return Lifted(first.quantities, first.amount, at_least, is_impossible=False)
    return found


@dataclass(frozen=True, slots=True)
class _Elastic:
    """One model with its prices, and until when it may be solved."""

    problem: Problem
    pairs: Pairs
    model: Model
    lift: Lift
    gap: float
    ends: float
    seed: int

    def solve(self, floor: float) -> Lifted:
        """Shares that need not be whole are quicker; then those of their pattern, then all, are
        whole.

        The last step is left out where the second is near enough to the bound of the first.
        """
        # Restrict and round: the binaries of the pattern stay whole, quantities come after.
        # Shares that need not be whole: a relaxation that is solved several times faster.
        raw = self._run(self.model.with_parts())
        at_least = self._at_least(max(floor, _finite(raw.bound)))
        found = Lifted(None, 0, at_least, raw.is_infeasible)
        if raw.is_infeasible:
            return found
        if raw.values is not None:
            found = self._better(found, self._run(self.model.with_pattern(raw.values)).values)
        # Within the gap of a bound that is valid for whole shares too: nothing more to prove.
        is_near = found.quantities is not None and found.amount * (1 - self.gap) <= found.at_least
        if is_near or perf_counter() >= self.ends:
            return found
        whole = self._run(self.model)
        at_least = max(found.at_least, self._at_least(_finite(whole.bound)))
        found = replace(found, at_least=at_least, is_impossible=whole.is_infeasible)
        return self._better(found, whole.values)

    def promising(self) -> tuple[set[str], float]:
        """Return who a linear relaxation uses, the largest and those wanted; and its bound."""
        # The linear relaxation (LP): its optimum is a lower bound, and its support a good guess.
        raw = run_highs(self.model, self._left(), relaxed=True)
        names = set(self.problem.pinned)
        pairs = self.pairs.all
        if raw.values is not None:
            named = zip(pairs, self.model.quantity, strict=True)
            names |= {p.candidate.organisation for p, column in named if raw.values[column] > NOISE}
        names |= {pair.candidate.organisation for pair in pairs if pair.must_hold}
        size: Counter[str] = Counter()
        for pair in pairs:
            months = range(pair.package.first_month, pair.package.end_month)
            known = [pair.candidate.capacity_cfte(month) for month in months]
            free = min((cfte for cfte in known if cfte is not None), default=pair.most_cfte)
            size[pair.candidate.organisation] += min(free, pair.most_cfte)
        largest = sorted(size, key=lambda name: (-size[name], name))
        return names | set(largest[:LARGEST]), _finite(raw.bound)

    def _left(self) -> Budget:
        return Budget(max(LEAST_SECONDS, self.ends - perf_counter()), self.seed)

    def _run(self, model: Model) -> Raw:
        return run_highs(model, self._left(), gap=self.gap)

    def _better(self, found: Lifted, values: list[float] | None) -> Lifted:
        """Return what was found, or the values of a solver where they exceed less."""
        if values is None:
            return found
        named = zip(self.pairs.all, self.model.quantity, strict=True)
        held = {pair.key: round(values[column]) for pair, column in named}
        quantities = {key: cfte for key, cfte in held.items() if cfte > 0}
        amount = amount_of(self.problem, quantities, self.lift)
        if found.quantities is not None and found.amount <= amount:
            quantities, amount = dict(found.quantities), found.amount
        return Lifted(quantities, amount, min(found.at_least, amount), is_impossible=False)

    def _at_least(self, bound: float) -> int:
        """Return a bound in cFTE-months or in cents, whole figures being meant."""
        scale = 1 if self.lift is Lift.PEOPLE else CENTS_PER_EURO
        return max(0, math.ceil(bound * scale - NOISE * scale))


def _finite(bound: float) -> float:
    return bound if math.isfinite(bound) else 0.0


def amount_of(problem: Problem, quantities: Quantities, lift: Lift) -> int:
    """Return by how much quantities exceed a limit in all: cFTE-months, or cents."""
    if lift is Lift.PEOPLE:
        return sum(more_people(problem, quantities).values())
    return sum(more_headroom(problem, quantities).values())


def more_people(problem: Problem, quantities: Quantities) -> dict[tuple[str, int], int]:
    """Return the cFTE by which quantities exceed known capacities, by candidate and month."""
    loads: Counter[tuple[str, int]] = Counter()
    for (name, package), cfte in quantities.items():
        asked = problem.packages_by_id[package]
        for month in range(asked.first_month, asked.end_month):
            loads[name, month] += cfte
    known = {c.id: c.capacity_cfte_by_month or {} for c in problem.candidates}
    return {
        (name, month): load - known[name][month]
        for (name, month), load in sorted(loads.items())
        if month in known[name] and load > known[name][month]
    }


def more_headroom(problem: Problem, quantities: Quantities) -> dict[tuple[str, int], int]:
    """Return the cents by which quantities exceed ceilings, by candidate and accounting year."""
    receipts: dict[tuple[str, int, int], list[Fraction]] = defaultdict(list)
    for (name, package), cfte in quantities.items():
        asked = problem.packages_by_id[package]
        for year, (months, headroom) in months_by_year(
            problem.candidates_by_id[name], asked
        ).items():
            # Exact fractions; rounded up once, at the end.
            receipts[name, year, headroom].append(_rate(asked, months) * cfte)
    found = {}
    for (name, year, headroom), lines in sorted(receipts.items()):
        # The prudent cent for each line beyond the first, as in the ceiling itself.
        over = math.ceil(sum(lines) + len(lines) - 1) - headroom
        if over > 0:
            found[name, year] = over
    return found


def with_more(
    problem: Problem,
    people: Mapping[tuple[str, int], int],
    headroom: Mapping[tuple[str, int], int],
) -> Problem:
    """Return the problem with more cFTE by candidate and month, and more cents by year."""
    names = {name for name, _ in (*people, *headroom)}
    changed = []
    for candidate in problem.candidates:
        if candidate.id in names:
            known = dict(candidate.capacity_cfte_by_month or {})
            for month in known:
                known[month] += people.get((candidate.id, month), 0)
            years = tuple(
                replace(year, headroom_cents=year.headroom_cents + more)
                if (more := headroom.get((candidate.id, year.first_month)))
                and year.headroom_cents is not None
                else year
                for year in candidate.accounting_years
            )
            capacity = None if candidate.capacity_cfte_by_month is None else known
            candidate = replace(candidate, capacity_cfte_by_month=capacity, accounting_years=years)
        changed.append(candidate)
    return problem.replace(candidates=tuple(changed))


def _lifted(
    problem: Problem, candidate: Candidate, lift: Lift, reachable: Reachable | None
) -> Candidate:
    if lift is Lift.PEOPLE:
        if candidate.capacity_cfte_by_month is None:
            return candidate
        # As many as there is work at all: no limit any more.
        need = min(MAX_CFTE, sum(package.need_cfte for package in problem.packages))
        known = {m: max(c, need) for m, c in candidate.capacity_cfte_by_month.items()}
        return replace(candidate, capacity_cfte_by_month=known)
    if not candidate.is_capped:
        return candidate
    price = sum(package.amount_cents for package in problem.packages)
    most = min(MAX_CENTS, price + len(problem.packages))
    years = []
    for year in candidate.accounting_years:
        if year.headroom_cents is not None:
            key = candidate.id, year.first_month
            limit = most if reachable is None else reachable.get(key, year.headroom_cents)
            year = replace(year, headroom_cents=max(year.headroom_cents, min(limit, most)))
        years.append(year)
    return replace(candidate, accounting_years=tuple(years))


def _price(model: Model, problem: Problem, pairs: Pairs, lift: Lift) -> None:
    """Add the true limits, each with a column for what exceeds it."""
    for name, mine in members_by_candidate(pairs).items():
        candidate = problem.candidates_by_id[name]
        sign = model.signs[candidate.organisation]
        if lift is Lift.PEOPLE:
            _price_people(model, problem, pairs, candidate, mine, sign)
        else:
            _price_headroom(model, pairs, candidate, mine, sign)


def _price_people(
    model: Model, problem: Problem, pairs: Pairs, candidate: Candidate, mine: list[int], sign: int
) -> None:
    # Months with the same packages and the same capacity are one row, priced by their number.
    months: Counter[tuple[frozenset[int], int]] = Counter()
    for month in problem.months:
        capacity = candidate.capacity_cfte(month)
        active = frozenset(
            index
            for index in mine
            if pairs.all[index].package.first_month <= month < pairs.all[index].package.end_month
        )
        if active and capacity is not None:
            months[active, capacity] += 1
    for (active, capacity), count in months.items():
        over = sum(pairs.all[index].most_cfte for index in active) - capacity
        if over > 0:
            column = model.column(count, over, integer=False)
            row: Coefficients = {model.quantity[index]: 1.0 for index in sorted(active)}
            model.row(row | {column: -1.0, sign: -float(capacity)}, -INFINITY, 0)


def _price_headroom(
    model: Model, pairs: Pairs, candidate: Candidate, mine: list[int], sign: int
) -> None:
    years: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for index in mine:
        package = pairs.all[index].package
        for year, (months, headroom) in months_by_year(candidate, package).items():
            years[year, headroom][index] = months
    for (_, headroom), shares in years.items():
        row: Coefficients = {}
        most = 0.0
        for index, months in shares.items():
            euros = float(_rate(pairs.all[index].package, months)) / CENTS_PER_EURO
            row[model.quantity[index]] = euros
            # The cent of prudence of each share, as in the ceiling itself.
            row[model.held[index]] = 1 / CENTS_PER_EURO
            most += euros * pairs.all[index].most_cfte + 1 / CENTS_PER_EURO
        column = model.column(1.0, most, integer=False)
        limit = (headroom + 1) / CENTS_PER_EURO
        model.row(row | {column: -1.0, sign: -limit}, -INFINITY, 0)


def _rate(package: Package, months: int) -> Fraction:
    return Fraction(package.amount_cents * months, package.need_cfte * package.months)
