"""How much a team of so many partners could carry if shares and signatures came in parts.

The linear program: the most `theta` such that `theta x weight` cFTE of each package are held, with
signatures that add up to the number of partners. Only those with most to give are asked, which
makes it a little prudent in the largest countries.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import highspy
import numpy as np

from benchmarks.instances.country import KINDS, YEARS, Country, Floats, Ints
from benchmarks.instances.drafts import FROM_CFTE, Draft
from benchmarks.instances.near import reaches
from cordee.engine.problem import Package

ASKED_A_PACKAGE = 80
ASKED = 200
ROUNDS = 4
INFINITY = float("inf")


@dataclass(frozen=True, eq=False)
class Able:
    """Pairs of a draft, as parallel arrays: row of the country, package, most cFTE, least cFTE."""

    row: Ints
    package: Ints
    most: Ints
    least: Ints

    def only(self, keep: Any) -> "Able":
        """Return some of the pairs."""
        return Able(self.row[keep], self.package[keep], self.most[keep], self.least[keep])


@dataclass(frozen=True, eq=False)
class Carried:
    """What the relaxation says: theta, signature by organisation, worth of a cFTE by package."""

    theta: float
    signs: dict[int, float]
    worth: Floats


def able_pairs(of: Country, draft: Draft) -> Able:
    """Return every pair of a draft, needs left aside."""
    ones = draft.sized((1,) * len(draft.packages))
    parts = []
    for number, reach in enumerate(reaches(of, ones, draft.params)):
        least = np.maximum(reach.least_cfte, 0)
        least = np.where(least > 0, least, FROM_CFTE)
        keep = reach.most_cfte >= least
        rows = reach.rows[keep]
        parts.append(Able(rows, np.full(len(rows), number), reach.most_cfte[keep], least[keep]))
    return Able(*(np.concatenate([getattr(p, n) for p in parts]) for n in Able.__annotations__))


def strongest(of: Country, able: Able, draft: Draft) -> Able:
    """Keep the pairs of those with most to give, in one package or over all they may supervise."""
    keep: set[int] = set()
    for number in range(len(draft.packages)):
        mine = able.only(able.package == number)
        keep.update(mine.row[np.argsort(-mine.most, kind="stable")[:ASKED_A_PACKAGE]].tolist())
    weight = np.array(draft.weights, dtype=float)
    worth = able.most / weight[able.package]
    by_row: dict[int, list[float]] = defaultdict(list)
    for row, each in zip(able.row.tolist(), worth.tolist(), strict=True):
        by_row[row].append(each)
    sums = {
        row: sum(sorted(each, reverse=True)[: of.supervisors[row]]) for row, each in by_row.items()
    }
    keep.update(sorted(sums, key=lambda row: (-sums[row], row))[:ASKED])
    return able.only(np.isin(able.row, np.array(sorted(keep))))


def carried(of: Country, able: Able, draft: Draft) -> Carried:
    """Return what the relaxation carries, no pair holding more than the need it leads to."""
    weights = np.array(draft.weights, dtype=float)
    capped = able
    best = _solve(of, capped, draft)
    for _ in range(ROUNDS):
        need = np.maximum(1.0, np.floor(best.theta * weights))[able.package]
        capped = Able(able.row, able.package, np.minimum(able.most, need), able.least)
        next_best = _solve(of, capped, draft)
        is_steady = next_best.theta > 0.99 * best.theta
        best = next_best
        if is_steady:
            break
    return best


class Rows:
    """Rows of a linear program, gathered one after the other."""

    def __init__(self) -> None:
        self.starts, self.index, self.value = [0], list[int](), list[float]()
        self.lower, self.upper = list[float](), list[float]()

    def add(self, row: dict[int, float], lower: float, upper: float) -> None:
        """Add a row."""
        self.index.extend(row.keys())
        self.value.extend(row.values())
        self.starts.append(len(self.index))
        self.lower.append(lower)
        self.upper.append(upper)


def limit_rows(
    of: Country,
    able: Able,
    draft: Draft,
    rows: Rows,
    sign_of: Sequence[int],
    held: Sequence[int] | None,
) -> None:
    """Add the limits of each chantier: supervision, months, ceilings; column `i` is pair `i`.

    `sign_of` gives the column of the signature of a pair, `held` that of its use (whole models).
    """
    by_row: dict[int, list[int]] = defaultdict(list)
    for pair, row in enumerate(able.row.tolist()):
        by_row[row].append(pair)
    for row, mine in by_row.items():
        sign = sign_of[mine[0]]
        if len(mine) > of.supervisors[row]:
            used = (
                {pair: 1.0 / able.most[pair] for pair in mine}
                if held is None
                else {held[pair]: 1.0 for pair in mine}
            )
            rows.add(used | {sign: -float(of.supervisors[row])}, -INFINITY, 0.0)
        _month_rows(of, able, draft, rows, row, mine, sign)
        if KINDS[of.kind[row]] == "ACI":
            _ceiling_rows(of, draft, able, rows, row, mine, sign)


def _month_rows(
    of: Country, able: Able, draft: Draft, rows: Rows, row: int, mine: list[int], sign: int
) -> None:
    packages = [draft.packages[able.package[pair]] for pair in mine]
    cuts = sorted({p.first_month for p in packages} | {p.end_month for p in packages})
    for start, end in pairwise(cuts):
        active = [
            pair
            for pair, p in zip(mine, packages, strict=True)
            if p.first_month <= start < p.end_month
        ]
        if len(active) > 1:
            free = int(of.capacity_cfte(np.array([row]), range(start, end)).min())
            if sum(able.most[pair] for pair in active) > free:
                rows.add(dict.fromkeys(active, 1.0) | {sign: -float(free)}, -INFINITY, 0.0)


def _ceiling_rows(
    of: Country, draft: Draft, able: Able, rows: Rows, row: int, mine: list[int], sign: int
) -> None:
    for number in range(YEARS):
        start = int(of.first_year_month[row]) + 12 * number
        used = {}
        for pair in mine:
            at = able.package[pair]
            months = _months_in(draft.packages[at], start)
            if months > 0:
                used[pair] = float(draft.rates_cents[at] * months)
        if len(used) > 1:
            # A cent of prudence for each share beyond the first, as the engine asks.
            room = float(max(0, of.headroom_cents[row, number] - len(used)))
            if sum(rate * able.most[pair] for pair, rate in used.items()) > room:
                scaled = {pair: rate / 1e3 for pair, rate in used.items()}
                rows.add(scaled | {sign: -room / 1e3}, -INFINITY, 0.0)


def _months_in(package: Package, start: int) -> int:
    return min(start + 12, package.end_month) - max(start, package.first_month)


def _solve(of: Country, able: Able, draft: Draft) -> Carried:
    organisations = sorted(set(of.organisation[able.row].tolist()))
    count, theta = len(able.row), len(able.row) + len(organisations)
    place = {name: count + at for at, name in enumerate(organisations)}
    sign_of = [place[name] for name in of.organisation[able.row].tolist()]
    rows = Rows()
    for number, weight in enumerate(draft.weights):
        pairs = np.flatnonzero(able.package == number).tolist()
        rows.add(dict.fromkeys(pairs, 1.0) | {theta: -float(weight)}, 0.0, INFINITY)
    for pair in range(count):
        rows.add({pair: 1.0, sign_of[pair]: -float(able.most[pair])}, -INFINITY, 0.0)
    limit_rows(of, able, draft, rows, sign_of, None)
    rows.add(dict.fromkeys(place.values(), 1.0), 0.0, draft.params.max_partners)
    upper = [*able.most.astype(float).tolist(), *[1.0] * len(organisations), 1e6]
    cost = [0.0] * theta + [-1.0]
    solver = run(rows, cost, upper, [])
    solution = solver.getSolution()
    values = list(solution.col_value)
    worth = np.abs(np.array(list(solution.row_dual)[: len(draft.weights)]))
    signs = {name: values[place[name]] for name in organisations}
    return Carried(values[theta], signs, worth)


def run(
    rows: Rows, cost: list[float], upper: list[float], whole: Sequence[int], nodes: int = 0
) -> Any:
    """Solve with HiGHS, one thread and one seed; columns start at 0, those of `whole` are whole."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows.lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, [0.0] * len(cost), upper
    lp.row_lower_, lp.row_upper_ = rows.lower, rows.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
        rows.starts,
        rows.index,
        rows.value,
    )
    if whole:
        kinds = [highspy.HighsVarType.kContinuous] * len(cost)
        for column in whole:
            kinds[column] = highspy.HighsVarType.kInteger
        lp.integrality_ = kinds
    make: Any = _Quiet
    solver = make()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_max_nodes": nodes,
    }.items():
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    return solver


class _Quiet(highspy.Highs):
    """HiGHS without the banner that its constructor prints."""

    def enableCallbacks(self) -> None:
        make_silent: Any = super().silent
        make_silent()
        enable: Any = super().enableCallbacks
        enable()
