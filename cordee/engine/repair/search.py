"""Three steps of one model: the least euros moved, then the fewest cells, then the usual cost."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter

from cordee.engine.method import Budget
from cordee.engine.milp import TIGHTENINGS, Raw, SolverFailure, run_highs
from cordee.engine.model import INFINITY
from cordee.engine.pairs import months_by_year
from cordee.engine.repair.model import CENTS_PER_EURO, CeilingRow, RepairLine, RepairModel, split_of
from cordee.engine.repair.question import Held, Key

# Half a cent: amounts are compared before they are rounded, and a solver counts in floats.
WITHIN_EUROS = 0.005
WITHIN_CELLS = 1e-6
WITHIN_COST_EUROS = 0.01
LEAST_SECONDS_A_STEP = 0.05


@dataclass(frozen=True)
class RepairSolution:
    """A split with the proofs reached; `bound_cents` is exact before rounding."""

    split: Mapping[Key, Held]
    moved: Fraction
    bound_cents: Fraction
    is_fewest: bool
    is_cheapest: bool
    nodes: int


@dataclass(frozen=True)
class _Step:
    raw: Raw
    cfte: Mapping[Key, int]
    kept: frozenset[str]
    split: Mapping[Key, Held]


class Infeasible(Exception):
    """There is no split at all: proven by the solver."""


class OutOfTime(Exception):
    """No split was found in time, and none is excluded."""


class RepairSearch:
    """The search of one model, within one budget of time."""

    def __init__(self, columns: RepairModel, budget: Budget) -> None:
        self.columns, self.model = columns, columns.model
        self.seed, self.ends = budget.seed, perf_counter() + budget.time_limit_s
        self.nodes = 0

    def run(self) -> RepairSolution:
        """Return the nearest split. Raises `Infeasible` or `OutOfTime` where there is none."""
        # First aim: the euros moved. What it reaches is a row of what follows, half a cent wider.
        moved = self.step(self.columns.moved)
        distance = self._moved(moved)
        bound = self.columns.once_cents + _bound_cents(moved.raw.bound)
        best, is_fewest, is_cheapest = moved, False, False
        self._hold(self.columns.moved, _euros(distance - self.columns.once_cents) + WITHIN_EUROS)
        # Second aim: the cells changed, if time is left; then the usual cost.
        fewest = self._try(self.columns.cells())
        if fewest is not None and self._moved(fewest) <= distance + 1:
            best, cells = fewest, self._changed(fewest)
            # Cells are whole: a bound above the count less one proves it.
            is_fewest = fewest.raw.bound > cells - 1 + WITHIN_CELLS
            self._hold(self.columns.cells(), cells + WITHIN_CELLS)
            cheapest = self._try(dict(enumerate(self.columns.usual)))
            if cheapest is not None and self._changed(cheapest) <= cells:
                best = cheapest
                cost = self._cost(cheapest)
                is_cheapest = cost - cheapest.raw.bound <= WITHIN_COST_EUROS
        # A later step may stand a rounding below the first one's distance.
        distance = min(distance, self._moved(best))
        return RepairSolution(
            best.split,
            self._moved(best),
            min(bound, self._moved(best)),
            is_fewest,
            is_cheapest,
            self.nodes,
        )

    def _try(self, aim: Mapping[int, float]) -> _Step | None:
        if self.ends - perf_counter() < LEAST_SECONDS_A_STEP:
            return None
        try:
            return self.step(aim)
        except (Infeasible, OutOfTime):
            # The split of the step before stands; it is no longer proven to be the best of these.
            return None

    def step(self, aim: Mapping[int, float]) -> _Step:
        """Solve for an aim; a ceiling exceeded by a rounding is tightened and solved again.

        Raises `Infeasible` or `OutOfTime`.
        """
        model = self.model
        # One model, another objective: rows and columns stay, so earlier steps stay rows.
        model.cost = [aim.get(column, 0.0) for column in range(len(model.cost))]
        bound: float | None = None
        for _ in range(TIGHTENINGS):
            left = max(LEAST_SECONDS_A_STEP, self.ends - perf_counter())
            raw = run_highs(model, Budget(left, self.seed))
            self.nodes += raw.nodes
            # Of the first solve: tightening makes plans dearer, not the bound of all plans.
            bound = raw.bound if bound is None else bound
            if raw.is_infeasible:
                raise Infeasible
            if raw.values is None:
                raise OutOfTime
            step = self._read(Raw(raw.values, bound, False, raw.nodes))
            if not self._tighten(step.split):
                return step
        raise SolverFailure(f"ceilings still exceeded after {TIGHTENINGS} tightenings")

    def _read(self, raw: Raw) -> _Step:
        assert raw.values is not None
        asked, model = self.columns.asked, self.model
        cfte = {}
        for pair, column in zip(self.columns.pairs.all, model.quantity, strict=True):
            quantity = round(raw.values[column])
            if quantity > 0 and pair.key not in asked.pinned:
                cfte[pair.key] = quantity
        reshared = self.columns.reshared
        # A line whose binary is 0 is left as it is, to the cent.
        kept = frozenset(name for name, column in reshared.items() if raw.values[column] < 0.5)
        return _Step(raw, cfte, kept, split_of(self.columns.lines, cfte, kept))

    def _tighten(self, split: Mapping[Key, Held]) -> bool:
        tightened = False
        for row in self.columns.ceilings:
            excess = self._excess(split, row)
            if excess > 0:
                self.model.row_upper[row.row] -= max(1.0, float(excess))
                tightened = True
        return tightened

    def _excess(self, split: Mapping[Key, Held], row: CeilingRow) -> int:
        receipts = Fraction(0)
        for line in self.columns.lines:
            held = split.get((row.candidate.id, line.package.id))
            found = months_by_year(row.candidate, line.package).get(row.year.first_month)
            if held is not None and found is not None:
                # Cents as they will be paid, not the rates that the model counts with.
                receipts += Fraction(held.cents * found[0], line.package.months)
        return math.floor(receipts) - (row.year.headroom_cents or 0)

    def _hold(self, row: Mapping[int, float], most: float) -> None:
        self.model.row(dict(row), -INFINITY, most)

    def _moved(self, step: _Step) -> Fraction:
        """Euros moved in cents, before amounts are rounded."""
        return sum(
            (
                abs(line.rate * cfte - line.old_cents(candidate))
                for line, candidate, cfte in self._free_cells(step)
                if line.package.id not in step.kept
            ),
            Fraction(0),
        )

    def _changed(self, step: _Step) -> int:
        """Cells changed, those that are changed whatever is decided apart."""
        count = 0
        for line, candidate, cfte in self._free_cells(step):
            name = line.package.id
            if (candidate, name) in self.columns.changed:
                same_work = cfte == line.old_cfte(candidate)
                same_money = name in step.kept or line.rate * cfte == line.old_cents(candidate)
                count += not (same_work and same_money)
        return count

    def _free_cells(self, step: _Step) -> Iterator[tuple[RepairLine, str, int]]:
        """Yield the cells held today or then, pins apart, with the work they then hold."""
        for line in self.columns.lines:
            mine = {c: q for (c, p), q in step.cfte.items() if p == line.package.id}
            for candidate in line.old.keys() | mine.keys():
                yield line, candidate, mine.get(candidate, 0)

    def _cost(self, step: _Step) -> float:
        assert step.raw.values is not None
        return math.fsum(
            cost * value for cost, value in zip(self.columns.usual, step.raw.values, strict=False)
        )


def _euros(cents: Fraction) -> float:
    return float(cents) / CENTS_PER_EURO


def _bound_cents(euros: float) -> Fraction:
    if not math.isfinite(euros):
        return Fraction(0)
    return max(Fraction(0), Fraction(euros * CENTS_PER_EURO))
