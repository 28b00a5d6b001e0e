"""The compact formulation as columns and rows: what a solver of integer programs is given.

For each pair (chantier, package) a quantity in whole cFTE and a binary that says whether the share
is held; for each organisation a binary that says whether it signs, and one whether it leads:

    cover        Σ q = F                      each package
    links        least·held <= q <= most·held, held <= signs <= Σ held
    supervision  Σ held <= most packages · signs
    capacity     Σ q <= free cFTE · signs     each set of packages active in the same month
    ceilings     Σ receipts <= headroom · signs       each accounting year
    team         least <= Σ signs <= most,  Σ leads = 1,  leads <= signs

The form is the tight one: limits times `signs`, and `held <= signs` for each pair instead of one
sum for all, so that the linear relaxation cannot sign in fractions for nothing (L. Wolsey, Integer
Programming, 1998, on strong formulations of fixed charges). One builder makes the model of every
question, see `Form`: composing, how much is short, what a repair starts from, and, with limits of
their own added, what a repair moves (`repair.columns`) and what a cure exceeds (`cure.lifted`).

Money is in euros in the objective and in cents in the ceiling rows, work in cFTE. See
`docs/algorithms/compose.md` for the formulas and for why each added row is exact.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cordee.engine.method import TeamRule
from cordee.engine.pairs import Pairs, months_by_year, receipts_millicents_per_cfte
from cordee.engine.plan import coordination_costs, horizon_capacity_cfte_months, lead_costs
from cordee.engine.problem import Problem
from cordee.engine.result import UNITS_PER_CENT

UNITS_PER_EURO = 100 * UNITS_PER_CENT
MILLICENTS_PER_EURO = 100_000
INFINITY = float("inf")

Coefficients = dict[int, float]


@dataclass(slots=True)
class Ceiling:
    """One ceiling row with its exact coefficients, in cents."""

    row: int
    receipts: dict[int, Fraction]
    limit: Fraction


@dataclass(slots=True)
class Model:
    """Columns, rows and where to find them."""

    cost: list[float] = field(default_factory=list)
    column_lower: list[float] = field(default_factory=list)
    column_upper: list[float] = field(default_factory=list)
    is_integer: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    rows: list[Coefficients] = field(default_factory=list)
    quantity: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    signs: dict[str, int] = field(default_factory=dict)
    leads: dict[str, int] = field(default_factory=dict)
    shortage: dict[str, int] = field(default_factory=dict)
    ceilings: list[Ceiling] = field(default_factory=list)
    cover: dict[str, int] = field(default_factory=dict)

    def column(self, cost: float, upper: float, *, integer: bool, lower: float = 0.0) -> int:
        """Add a column and return its index."""
        self.cost.append(cost)
        self.column_lower.append(lower)
        self.column_upper.append(upper)
        self.is_integer.append(integer)
        return len(self.cost) - 1

    def row(self, coefficients: Coefficients, lower: float, upper: float) -> int:
        """Add a row and return its index."""
        self.rows.append(coefficients)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.rows) - 1

    def with_parts(self) -> "Model":
        """Return the model with shares that need not be whole, and rows of its own."""
        parts = list(self.is_integer)
        for column in self.quantity:
            parts[column] = False
        lower, upper = list(self.row_lower), list(self.row_upper)
        rows = list(self.rows)
        return replace(self, is_integer=parts, rows=rows, row_lower=lower, row_upper=upper)

    def with_pattern(self, values: list[float]) -> "Model":
        """Return the model in which those hold a share who do in some values."""
        # Both bounds of each binary at its value: what is left is linear in the quantities.
        lower, upper = list(self.column_lower), list(self.column_upper)
        for column in self.held:
            lower[column] = upper[column] = float(round(values[column]))
        # Limits of rows are tightened in place: the copy must have its own.
        limits = list(self.row_upper)
        return replace(self, column_lower=lower, column_upper=upper, row_upper=limits)


@dataclass(frozen=True, slots=True)
class Form:
    """Which model is built: what a question leaves out of the composition, or lets happen."""

    # Work may stay without a taker at a price of one a cFTE-month, and nothing else costs.
    may_fall_short: bool = False
    # Somebody has to sign and to lead; else work may stay without a taker for nothing.
    is_all_covered: bool = True
    # A lead is asked for only where somebody may lead.
    lead_if_any: bool = False
    # Ceilings as rows; a repair counts money cell by cell and has rows of its own.
    has_ceilings: bool = True
    # Rows that cut off no best plan but spare the solver a search among equals.
    breaks_symmetry: bool = True


CHEAPEST = Form()
LEAST_SHORT = Form(may_fall_short=True, breaks_symmetry=False)
NEAREST = Form(lead_if_any=True, has_ceilings=False, breaks_symmetry=False)


def build_model(problem: Problem, pairs: Pairs, rule: TeamRule, form: Form = CHEAPEST) -> Model:
    """Return the model of a question: the cheapest plan, the least shortage (in cFTE-months), or
    what a repair starts from.

    Columns and rows come in one order, whatever is left out: a solver's path depends on it.
    """
    model = Model()
    _add_columns(model, problem, pairs, rule)
    if form.may_fall_short:
        _add_shortages(model, problem)
    _add_cover(model, problem, pairs)
    _add_links(model, pairs)
    for members in members_by_candidate(pairs).values():
        sign = model.signs[pairs.all[members[0]].candidate.organisation]
        _add_supervision(model, pairs, members, sign)
        _add_capacity(model, problem, pairs, members, sign)
        if form.has_ceilings:
            _add_ceilings(model, pairs, members, sign)
    least = rule.least if form.is_all_covered else 0
    model.row(dict.fromkeys(model.signs.values(), 1.0), least, rule.most)
    _add_unlike(model, problem)
    if form.is_all_covered and (model.leads if form.lead_if_any else rule.is_team):
        _add_lead(model)
    if form.may_fall_short:
        return model
    _add_ceiling_tightness(model, problem, pairs)
    _add_capacity_tightness(model, problem, pairs)
    if form.is_all_covered:
        _add_counts(model, problem, pairs)
    if form.breaks_symmetry:
        _add_twins(model, problem, pairs)
    return model


def _add_columns(model: Model, problem: Problem, pairs: Pairs, rule: TeamRule) -> None:
    for pair in pairs.all:
        model.quantity.append(model.column(pair.cents_per_cfte / 100, pair.most_cfte, integer=True))
    for pair in pairs.all:
        lower = 1.0 if pair.must_hold else 0.0
        model.held.append(model.column(pair.cents_once / 100, 1, integer=True, lower=lower))
    coordination = coordination_costs(problem) if rule.is_team else {}
    organisations = sorted({pair.candidate.organisation for pair in pairs.all})
    for name in organisations:
        cost = coordination.get(name, 0) / UNITS_PER_EURO
        lower = 1.0 if name in problem.pinned else 0.0
        model.signs[name] = model.column(cost, 1, integer=True, lower=lower)
    if rule.is_team:
        # Only whoever has a pair may sign, and only whoever signs may lead.
        for name, units in sorted(lead_costs(problem).items()):
            if name in model.signs:
                model.leads[name] = model.column(units / UNITS_PER_EURO, 1, integer=True)


def _add_shortages(model: Model, problem: Problem) -> None:
    model.cost = [0.0] * len(model.cost)
    for package in problem.packages:
        column = model.column(package.months, package.need_cfte, integer=True)
        model.shortage[package.id] = column


def _add_cover(model: Model, problem: Problem, pairs: Pairs) -> None:
    for package in problem.packages:
        row = {
            column: 1.0
            for pair, column in zip(pairs.all, model.quantity, strict=True)
            if pair.package.id == package.id
        }
        if package.id in model.shortage:
            row[model.shortage[package.id]] = 1.0
        model.cover[package.id] = model.row(row, package.need_cfte, package.need_cfte)


def _add_unlike(model: Model, problem: Problem) -> None:
    for unlike in problem.unlike:
        most = len(unlike.organisations) - unlike.least_absent
        named = sorted(unlike.organisations & model.signs.keys())
        if len(named) > most:
            model.row({model.signs[name]: 1.0 for name in named}, -INFINITY, most)


def _add_lead(model: Model) -> None:
    model.row(dict.fromkeys(model.leads.values(), 1.0), 1, 1)
    for name, column in model.leads.items():
        model.row({column: 1.0, model.signs[name]: -1.0}, -INFINITY, 0)


def _add_links(model: Model, pairs: Pairs) -> None:
    held_by: dict[str, list[int]] = defaultdict(list)
    for pair, quantity, held in zip(pairs.all, model.quantity, model.held, strict=True):
        sign = model.signs[pair.candidate.organisation]
        model.row({quantity: 1.0, held: -float(pair.most_cfte)}, -INFINITY, 0)
        model.row({quantity: 1.0, held: -float(pair.least_cfte)}, 0, INFINITY)
        model.row({held: 1.0, sign: -1.0}, -INFINITY, 0)
        held_by[pair.candidate.organisation].append(held)
    for name, columns in held_by.items():
        row = dict.fromkeys(columns, 1.0)
        model.row(row | {model.signs[name]: -1.0}, 0, INFINITY)


def members_by_candidate(pairs: Pairs) -> dict[str, list[int]]:
    """Return the places of each candidate's pairs."""
    members: dict[str, list[int]] = defaultdict(list)
    for index, pair in enumerate(pairs.all):
        members[pair.candidate.id].append(index)
    return members


def _add_supervision(model: Model, pairs: Pairs, members: list[int], sign: int) -> None:
    most = pairs.all[members[0]].candidate.max_packages
    if len(members) > most:
        row = {model.held[index]: 1.0 for index in members}
        model.row(row | {sign: -float(most)}, -INFINITY, 0)


def busy_together(problem: Problem, pairs: Pairs, members: list[int]) -> dict[frozenset[int], int]:
    """Return, for each set of pairs of a candidate active in the same month, the least capacity.

    Months with the same set are one row; a set inside another one with no more capacity says
    nothing and is dropped, like those whose capacity is unknown.
    """
    candidate = pairs.all[members[0]].candidate
    # By position among the pairs, with the first month and the month after the last.
    spans = [(i, (p := pairs.all[i].package).first_month, p.end_month) for i in members]
    tightest: dict[frozenset[int], int] = {}
    for month in problem.months:
        capacity = candidate.capacity_cfte(month)
        active = frozenset([i for i, first, end in spans if first <= month < end])
        if active and capacity is not None:
            tightest[active] = min(capacity, tightest.get(active, capacity))
    return {
        active: capacity
        for active, capacity in tightest.items()
        if not any(active < other and least <= capacity for other, least in tightest.items())
    }


def _add_capacity(
    model: Model, problem: Problem, pairs: Pairs, members: list[int], sign: int
) -> None:
    # One pair alone is within its capacity already.
    busy = busy_together(problem, pairs, members) if len(members) > 1 else {}
    for active, capacity in busy.items():
        if len(active) > 1 and sum(pairs.all[index].most_cfte for index in active) > capacity:
            row = {model.quantity[index]: 1.0 for index in sorted(active)}
            model.row(row | {sign: -float(capacity)}, -INFINITY, 0)


def _add_ceilings(model: Model, pairs: Pairs, members: list[int], sign: int) -> None:
    for (_, headroom), shares in _years(pairs, members).items():
        if len(shares) > 1:
            # Exact rates beside the floats of the row: `milp` checks the plan against them.
            receipts = {}
            for index, months in shares.items():
                package = pairs.all[index].package
                whole = package.need_cfte * package.months
                receipts[index] = Fraction(package.amount_cents * months, whole)
            row: Coefficients = {}
            for index, rate in receipts.items():
                row[model.quantity[index]] = float(rate)
                # One cent of prudence for each share beyond the first: shares are whole cents.
                row[model.held[index]] = 1.0
            row[sign] = -float(headroom + 1)
            at = model.row(row, -INFINITY, 0)
            model.ceilings.append(Ceiling(at, receipts, Fraction(headroom + 1)))


def _years(pairs: Pairs, members: list[int]) -> dict[tuple[int, int], dict[int, int]]:
    years: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for index in members:
        pair = pairs.all[index]
        for year, (months, headroom) in months_by_year(pair.candidate, pair.package).items():
            years[year, headroom][index] = months
    return years


def _add_ceiling_tightness(model: Model, problem: Problem, pairs: Pairs) -> None:
    weights = problem.params.weights
    for members in (
        members_by_candidate(pairs).values() if weights.ceiling_tightness_permille else ()
    ):
        for (_, headroom), shares in _years(pairs, members).items():
            rates = {
                index: receipts_millicents_per_cfte(pairs.all[index].package, months)
                / MILLICENTS_PER_EURO
                for index, months in shares.items()
            }
            free = headroom * weights.ceiling_tight_from_permille / MILLICENTS_PER_EURO
            _add_hinge(model, pairs, rates, free, weights.ceiling_tightness_permille / 1_000)


def _add_capacity_tightness(model: Model, problem: Problem, pairs: Pairs) -> None:
    weights = problem.params.weights
    cost = weights.capacity_tightness_cents_per_cfte_month / 100
    for members in members_by_candidate(pairs).values() if cost else ():
        candidate = pairs.all[members[0]].candidate
        capacity = horizon_capacity_cfte_months(problem, candidate)
        if capacity is not None:
            months = {index: float(pairs.all[index].package.months) for index in members}
            # Over all months together: peaks are what the capacity rows are for.
            free = capacity * weights.capacity_tight_from_permille / 1_000
            _add_hinge(model, pairs, months, free, cost)


def _add_hinge(
    model: Model, pairs: Pairs, rates: dict[int, float], free: float, cost: float
) -> None:
    # A convex piecewise linear cost: what is above is a column, which no optimum makes too large.
    most = sum(rate * pairs.all[index].most_cfte for index, rate in rates.items()) - free
    if most > 0:
        over = model.column(cost, most, integer=False)
        row = {model.quantity[index]: rate for index, rate in rates.items()}
        model.row(row | {over: -1.0}, -INFINITY, free)


def _add_counts(model: Model, problem: Problem, pairs: Pairs) -> None:
    """Add how many signatories each package and each month need at least (exact, all covered).

    Cover inequalities: even the largest so many together do not reach the need.
    """
    by_candidate = members_by_candidate(pairs)
    busy = {
        name: busy_together(problem, pairs, members) if len(members) > 1 else {}
        for name, members in by_candidate.items()
    }
    for packages, need in _loads(problem).items():
        # What each organisation can give at most, over all its chantiers.
        able: dict[str, int] = defaultdict(int)
        for name, members in by_candidate.items():
            mine = [index for index in members if pairs.all[index].package.id in packages]
            if mine:
                most = sum(pairs.all[index].most_cfte for index in mine)
                limits = [c for active, c in busy[name].items() if active >= set(mine)]
                able[pairs.all[mine[0]].candidate.organisation] += min([most, *limits])
        count = least_count(list(able.values()), need)
        # One signatory is asked for by the cover rows already.
        if count > 1:
            model.row({model.signs[name]: 1.0 for name in able}, count, INFINITY)


def _add_twins(model: Model, problem: Problem, pairs: Pairs) -> None:
    """Let organisations that differ by name alone sign in the order of their names.

    Rows that break the symmetry. Exact: exchanging two of them changes neither a limit nor a cost.
    It settles ties by identifier and spares the solver the search among equals. Those that a wish
    names are no equals.
    """
    named = {name for unlike in problem.unlike for name in unlike.organisations}
    named |= {pair.candidate.organisation for pair in pairs.all if pair.must_hold}
    coordination, leads = coordination_costs(problem), lead_costs(problem)
    chantiers: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for members in members_by_candidate(pairs).values():
        candidate = pairs.all[members[0]].candidate
        chantiers[candidate.organisation].append(_likeness(problem, pairs, members))
    first: dict[tuple[object, ...], str] = {}
    for name in sorted(model.signs.keys() - problem.pinned - named):
        alike = coordination[name], leads.get(name), tuple(sorted(map(repr, chantiers[name])))
        # The later of two twins signs only where the earlier one does.
        if alike in first:
            earlier = model.signs[first[alike]]
            model.row({model.signs[name]: 1.0, earlier: -1.0}, -INFINITY, 0)
        first[alike] = name


def _likeness(problem: Problem, pairs: Pairs, members: list[int]) -> tuple[object, ...]:
    mine = [pairs.all[index] for index in members]
    candidate = mine[0].candidate
    return (
        [(p.package.id, p.least_cfte, p.most_cfte, p.cents_per_cfte, p.cents_once) for p in mine],
        [candidate.capacity_cfte(month) for month in problem.months],
        candidate.accounting_years if candidate.is_capped else (),
        candidate.max_packages,
    )


def _loads(problem: Problem) -> dict[frozenset[str], int]:
    loads = {frozenset([package.id]): package.need_cfte for package in problem.packages}
    for month in problem.months:
        active = [p for p in problem.packages if p.first_month <= month < p.end_month]
        loads[frozenset(p.id for p in active)] = sum(p.need_cfte for p in active)
    return loads


def least_count(able: list[int], need: int) -> int:
    """Return how many of the largest are needed to reach a need; one more than all if they fail."""
    count = 0
    for most in sorted(able, reverse=True):
        if need <= 0:
            break
        need -= most
        count += 1
    return count if need <= 0 else len(able) + 1
