"""The model of a repair: limits of the composer, euros moved, cells changed, usual cost.

Euros in the objectives, cents in the ceiling rows, work in cFTE; see `docs/algorithms/repair.md`
for the formulas. What a step minimises is chosen by `aim`, what earlier steps reached is a row.

Each line of the table: what the pins take of it, what is left, and how money is shared.

A line is either left as it is, to the cent, or shared again: what the pins leave of its price goes
to the free cells in proportion to their cFTE. Cells whose work did not move keep their cents where
they were in proportion already.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from fractions import Fraction

from cordee.engine.method import TeamRule
from cordee.engine.model import INFINITY, NEAREST, Coefficients, Model, build_model
from cordee.engine.pairs import Pair, Pairs, build_pairs, months_by_year
from cordee.engine.problem import AccountingYear, Candidate, Certainty, Package
from cordee.engine.repair.question import Held, Key, RepairQuestion
from cordee.rules.sharing_out import shared_out

CENTS_PER_EURO = 100


class Present(Enum):
    """How the money of a line stands to its work today."""

    IN_PROPORTION = auto()
    OTHERWISE = auto()
    WRONG = auto()


@dataclass(frozen=True)
class RepairLine:
    """One package: what the pins hold, what the others hold now, what is left for the others."""

    package: Package
    pinned: Mapping[str, Held]
    old: Mapping[str, Held]
    present: Present

    @property
    def free_cents(self) -> int:
        """What the pins leave of the price."""
        return self.package.amount_cents - sum(each.cents for each in self.pinned.values())

    @property
    def free_cfte(self) -> int:
        """What the pins leave of the need."""
        return self.package.need_cfte - sum(each.cfte for each in self.pinned.values())

    @property
    def is_possible(self) -> bool:
        """Whether the pins leave both work and money, or neither."""
        return min(self.free_cents, self.free_cfte) >= 0 and (
            (self.free_cents > 0) == (self.free_cfte > 0)
        )

    @property
    def rate(self) -> Fraction:
        """Cents per cFTE of the free part."""
        return Fraction(self.free_cents, self.free_cfte) if self.free_cfte > 0 else Fraction(0)

    def old_cfte(self, candidate: str) -> int:
        """What a free cell holds now of the work."""
        held = self.old.get(candidate)
        return 0 if held is None else held.cfte

    def old_cents(self, candidate: str) -> Fraction:
        """What a free cell holds now: in proportion exactly, where only rounding parts them."""
        held = self.old.get(candidate)
        if held is None:
            return Fraction(0)
        # Cents of a proportional split differ from it by rounding alone: nothing moved.
        exact = self.rate * held.cfte
        return exact if self.present is Present.IN_PROPORTION else Fraction(held.cents)


def lines_of(asked: RepairQuestion) -> tuple[RepairLine, ...]:
    """Return the lines in the order of the packages."""
    found = []
    for package in asked.posed.packages:
        cells = {c: held for (c, p), held in asked.present.items() if p == package.id}
        pinned = {c: h for c, h in cells.items() if (c, package.id) in asked.pinned}
        old = {c: h for c, h in cells.items() if c not in pinned}
        line = RepairLine(package, pinned, old, Present.OTHERWISE)
        found.append(RepairLine(package, pinned, old, _present(line)))
    return tuple(found)


def _present(line: RepairLine) -> Present:
    cfte = sum(held.cfte for held in line.old.values())
    cents = sum(held.cents for held in line.old.values())
    # Within a cent of its work's part of the price: in proportion, but for rounding.
    near = all(abs(held.cents - line.rate * held.cfte) < 1 for held in line.old.values())
    if line.free_cfte > 0 and near:
        return Present.IN_PROPORTION
    if (cfte, cents) == (line.free_cfte, line.free_cents):
        return Present.OTHERWISE
    return Present.WRONG


def shared(line: RepairLine, cfte: Mapping[str, int], *, is_kept: bool) -> dict[str, Held]:
    """Return every cell of a line once its work is dealt out; cents add up to the price exactly.

    `cfte` holds the free cells and adds up to what the pins leave.
    """
    given = {name: q for name, q in sorted(cfte.items()) if q > 0}
    stays = {name for name, q in given.items() if q == line.old_cfte(name)}
    # Where nobody's work changes and the cents add up, the cells stay as they are.
    sums_up = sum(held.cents for held in line.old.values()) == line.free_cents
    if (
        sums_up
        and stays == line.old.keys() == given.keys()
        and (is_kept or line.present is Present.IN_PROPORTION)
    ):
        return dict(line.old) | dict(line.pinned)
    found = {}
    left = line.free_cents
    # Cells of the same work keep their cents; the others share what is left.
    if line.present is Present.IN_PROPORTION and len(stays) < len(given):
        for name in stays:
            found[name] = line.old[name]
            left -= line.old[name].cents
        given = {name: q for name, q in given.items() if name not in stays}
    for name, cents in zip(given, shared_out(left, list(given.values())), strict=True):
        found[name] = Held(given[name], cents)
    return found | dict(line.pinned)


def split_of(
    lines: tuple[RepairLine, ...], cfte: Mapping[Key, int], kept: frozenset[str]
) -> dict[Key, Held]:
    """Return the whole split from the work of its free cells; `kept` lines keep their money."""
    found: dict[Key, Held] = {}
    for line in lines:
        name = line.package.id
        mine = {c: q for (c, p), q in cfte.items() if p == name}
        for candidate, held in shared(line, mine, is_kept=name in kept).items():
            found[candidate, name] = held
    return dict(sorted(found.items()))


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
    _add_changes(columns)
    _add_ceilings(columns)
    return columns


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
