"""The model of a repair: limits of the composer, euros moved, cells changed, usual cost.

Euros in the objectives, cents in the ceiling rows, work in cFTE; see `docs/algorithms/repair.md`
for the formulas. What a step minimises is chosen by `aim`, what earlier steps reached is a row.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cordee.engine.method import TeamRule
from cordee.engine.model import INFINITY, NEAREST, Coefficients, Model, build_model
from cordee.engine.pairs import Pair, Pairs, build_pairs, months_by_year
from cordee.engine.problem import AccountingYear, Candidate, Certainty
from cordee.engine.repair.lines import Present, RepairLine, lines_of
from cordee.engine.repair.question import Key, RepairQuestion

CENTS_PER_EURO = 100


@dataclass(frozen=True)
class CeilingRow:
    """Which accounting year of which chantier a row stands for."""

    row: int
    candidate: Candidate
    year: AccountingYear


@dataclass
class RepairModel:
    """The model, and where everything of a repair stands in it.

    `once_cents` is what moves whatever is decided.
    """

    asked: RepairQuestion
    lines: tuple[RepairLine, ...]
    pairs: Pairs
    model: Model
    # What a plan costs, in euros by column.
    usual: list[float]
    moved: dict[int, float] = field(default_factory=dict)
    changed: dict[Key, int] = field(default_factory=dict)
    reshared: dict[str, int] = field(default_factory=dict)
    ceilings: list[CeilingRow] = field(default_factory=list)
    once_cents: Fraction = Fraction(0)

    def cells(self) -> dict[int, float]:
        """One for each cell changed, by column."""
        return dict.fromkeys(self.changed.values(), 1.0)


def able_pairs(asked: RepairQuestion, lines: tuple[RepairLine, ...]) -> Pairs:
    """Return who may hold what, between which bounds: limits by ceiling are rows of the model.

    A pinned cell holds what it holds, however small; one pinned empty is no pair.
    """
    problem = asked.posed
    # Limits of months and years are rows here: a pinned share may stand above its own bounds.
    bare = problem.replace(candidates=tuple(map(_without_limits, problem.candidates)))
    all_pairs = build_pairs(bare)
    of_line = {line.package.id: line for line in lines}
    busy = _pinned_load(asked)
    found = []
    for pair in all_pairs.all:
        line = of_line[pair.package.id]
        candidate = problem.candidates_by_id[pair.candidate.id]
        if pair.key in asked.pinned:
            held = asked.held(pair.key).cfte
            bounds = (held, held, True) if held else None
        else:
            bounds = _bounds(pair, candidate, line, busy, asked.most.get(pair.key))
        if bounds is not None:
            least, most, must = bounds
            found.append(
                pair._replace(candidate=candidate, least_cfte=least, most_cfte=most, must_hold=must)
            )
    return Pairs(problem, tuple(found), all_pairs.obstacles)


def _bounds(
    pair: Pair,
    candidate: Candidate,
    line: RepairLine,
    busy: dict[tuple[str, int], int],
    wanted: int | None,
) -> tuple[int, int, bool] | None:
    # What pins hold is spoken for, in work as in capacity.
    most = line.free_cfte if wanted is None else min(wanted, line.free_cfte)
    for month in range(pair.package.first_month, pair.package.end_month):
        capacity = candidate.capacity_cfte(month)
        if capacity is not None:
            most = min(most, capacity - busy.get((candidate.id, month), 0))
    return (pair.least_cfte, most, False) if most >= pair.least_cfte else None


def _pinned_load(asked: RepairQuestion) -> dict[tuple[str, int], int]:
    load: dict[tuple[str, int], int] = defaultdict(int)
    for key in asked.pinned:
        package = asked.posed.packages_by_id[key[1]]
        for month in range(package.first_month, package.end_month):
            load[key[0], month] += asked.held(key).cfte
    return load


def _without_limits(candidate: Candidate) -> Candidate:
    return replace(
        candidate,
        capacity_cfte_by_month=None,
        capacity_certainty=Certainty.UNKNOWN,
        is_capped=False,
        accounting_years=(),
    )


def build_repair_model(asked: RepairQuestion, *, is_all_covered: bool = True) -> RepairModel:
    """Return the model of a repair, without an objective yet."""
    lines = lines_of(asked)
    pairs = able_pairs(asked, lines)
    most = asked.posed.params.max_partners
    rule = TeamRule(1, most)
    form = replace(NEAREST, is_all_covered=is_all_covered)
    model = build_model(asked.posed, pairs, rule, form)
    columns = RepairModel(asked, lines, pairs, model, list(model.cost))
    _add_newcomers(columns)
    _add_changes(columns)
    _add_ceilings(columns)
    return columns


def _add_newcomers(columns: RepairModel) -> None:
    asked, model = columns.asked, columns.model
    held = {name for name, _ in asked.present}
    holders = {c.organisation for c in asked.posed.candidates if c.id in held}
    # Whoever is neither a party nor holds anything now is a newcomer.
    others = model.signs.keys() - asked.parties - holders
    if others:
        row = {model.signs[name]: 1.0 for name in sorted(others)}
        model.row(row, -INFINITY, asked.newcomers)


def _add_changes(columns: RepairModel) -> None:
    asked = columns.asked
    at = {pair.key: index for index, pair in enumerate(columns.pairs.all)}
    for line in columns.lines:
        gone = [name for name in line.old if (name, line.package.id) not in at]
        # One binary for a line: whether its money is shared again in proportion to its work.
        reshared = _reshared(columns, line, has_gone=bool(gone))
        for name in gone:
            columns.once_cents += line.old_cents(name)
        for pair in columns.pairs.of_package(line.package.id):
            if pair.key not in asked.pinned:
                _add_change(columns, line, pair, at[pair.key], reshared)


def _reshared(columns: RepairModel, line: RepairLine, *, has_gone: bool) -> int | None:
    """The column that says whether a line is shared again; `None` where nothing depends on it."""
    if line.present is Present.IN_PROPORTION:
        return None
    must = line.present is Present.WRONG or has_gone
    column = columns.model.column(0.0, 1, integer=True, lower=1.0 if must else 0.0)
    columns.reshared[line.package.id] = column
    return column


def _add_change(
    columns: RepairModel, line: RepairLine, pair: Pair, index: int, reshared: int | None
) -> None:
    model, name = columns.model, pair.candidate.id
    quantity, held = model.quantity[index], model.held[index]
    old_cfte, old_cents = line.old_cfte(name), line.old_cents(name)
    # |rate·work − old| as two columns, up and down, of which an optimum has one at zero.
    rate = float(line.rate) / CENTS_PER_EURO
    most_cents = max(old_cents, line.rate * pair.most_cfte)
    up = model.column(0.0, float(most_cents) / CENTS_PER_EURO + 1, integer=False)
    down = model.column(0.0, float(old_cents) / CENTS_PER_EURO + 1, integer=False)
    columns.moved[up] = columns.moved[down] = 1.0
    # Shared again: rate × work − old. Left as it is: the work is the old one, nothing moves.
    row: Coefficients = {quantity: rate, up: -1.0, down: 1.0}
    if reshared is None:
        moved = float(old_cents) / CENTS_PER_EURO
        model.row(row, moved, moved)
    else:
        row[reshared] = float(line.rate * old_cfte - old_cents) / CENTS_PER_EURO
        still = rate * old_cfte
        model.row(row, still, still)
        grow = max(0, pair.most_cfte - old_cfte)
        model.row({quantity: 1.0, reshared: -float(grow)}, -INFINITY, old_cfte)
        model.row({quantity: 1.0, reshared: float(old_cfte)}, old_cfte, INFINITY)
    # A new cell is changed as soon as it is held: no binary of its own.
    if name not in line.old:
        columns.changed[pair.key] = held
        return
    # Big-M rows: without the change the work is the old one.
    change = model.column(0.0, 1, integer=True)
    columns.changed[pair.key] = change
    grow = max(0, pair.most_cfte - old_cfte)
    model.row({quantity: 1.0, change: -float(grow)}, -INFINITY, old_cfte)
    model.row({quantity: 1.0, change: float(old_cfte)}, old_cfte, INFINITY)
    model.row({change: 1.0, held: 1.0}, 1, INFINITY)
    if reshared is not None and line.rate * old_cfte != old_cents:
        model.row({change: 1.0, reshared: -1.0}, 0, INFINITY)


def _add_ceilings(columns: RepairModel) -> None:
    asked = columns.asked
    for candidate in asked.posed.candidates:
        if not candidate.is_capped:
            continue
        for year in candidate.accounting_years:
            if year.headroom_cents is not None:
                _add_ceiling(columns, candidate, year)


def _add_ceiling(columns: RepairModel, candidate: Candidate, year: AccountingYear) -> None:
    """Pinned and kept cells to the cent; a cent of prudence for each other share but the first."""
    model = columns.model
    assert year.headroom_cents is not None
    limit = Fraction(year.headroom_cents)
    row: Coefficients = defaultdict(float)
    free = 0
    at = {pair.key: index for index, pair in enumerate(columns.pairs.all)}
    for line in columns.lines:
        months = months_by_year(candidate, line.package).get(year.first_month, (0, 0))[0]
        part = Fraction(months, line.package.months)
        key = candidate.id, line.package.id
        if not months:
            continue
        if candidate.id in line.pinned:
            # Pinned money is spent: what is left of the ceiling is for the others.
            limit -= part * line.pinned[candidate.id].cents
        if key not in at or key in columns.asked.pinned:
            continue
        free += 1
        quantity, held = model.quantity[at[key]], model.held[at[key]]
        row[quantity] += float(part * line.rate)
        reshared = columns.reshared.get(line.package.id)
        if reshared is None:
            row[held] += 1.0
        else:
            kept = line.rate * line.old_cfte(candidate.id) - line.old_cents(candidate.id)
            row[reshared] += float(part * kept) + 1.0
            limit += part * kept
    if free:
        index = model.row(dict(row), -INFINITY, float(limit + 1))
        columns.ceilings.append(CeilingRow(index, candidate, year))
