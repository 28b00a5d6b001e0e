"""From quantities to a plan: euros of each share, cost by term, and what was assumed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from cordee.engine.pairs import (
    Pair,
    Pairs,
    eligible_kinds_by_lot,
    months_by_year,
    receipts_millicents_per_cfte,
)
from cordee.engine.problem import Candidate, Certainty, Package, Problem, memoised
from cordee.engine.result import (
    UNITS_PER_CENT,
    Assumption,
    AssumptionKind,
    Partner,
    Plan,
    Share,
    Terms,
    YearAmount,
)
from cordee.rules.kinds import Kind
from cordee.rules.sharing_out import shared_out

Quantities = Mapping[tuple[str, str], int]


def build_plan(problem: Problem, pairs: Pairs | Iterable[Pair], quantities: Quantities) -> Plan:
    """Return the plan of some quantities (cFTE by candidate and package), led at least cost.

    A single organisation neither leads nor coordinates. Among `Pairs` those used are looked up,
    not searched.
    """
    used = _used(pairs, quantities)
    shares = _shares(problem, used, quantities)
    organisations = sorted({pair.candidate.organisation for pair in used})
    # Given who signs, the cheapest lead is the best one: no search is needed for it. One alone
    # leads nobody: no representative, and no cost of one.
    costs = lead_costs(problem) if len(organisations) > 1 else {}
    # By cost then name: the same lead on every machine.
    able = [(costs[name], name) for name in organisations if name in costs]
    lead = min(able)[1] if able else None
    partners = tuple(
        Partner(
            organisation,
            organisation == lead,
            tuple(shares[p.key] for p in used if p.candidate.organisation == organisation),
        )
        for organisation in organisations
    )
    missing = tuple(
        (package.id, short)
        for package in problem.packages
        if (short := package.need_cfte - _held(package, used, quantities)) > 0
    )
    by_partner = _terms_by_partner(problem, used, quantities, organisations, lead)
    return Plan(partners, sum_terms(by_partner.values()), missing)


def _used(pairs: Pairs | Iterable[Pair], quantities: Quantities) -> list[Pair]:
    if not isinstance(pairs, Pairs):
        return [pair for pair in pairs if quantities.get(pair.key, 0) > 0]
    found = (pairs.find(*key) for key, cfte in sorted(quantities.items()) if cfte > 0)
    return [pair for pair in found if pair is not None]


def partner_terms(problem: Problem, pairs: Iterable[Pair], plan: Plan) -> dict[str, Terms]:
    """Return what each organisation of a plan costs by term; they add up to those of the plan."""
    quantities = {(share.candidate, share.package): share.cfte for share in plan.shares}
    used = [pair for pair in pairs if pair.key in quantities]
    return _terms_by_partner(problem, used, quantities, list(plan.organisations), plan.lead)


def sum_terms(each: Iterable[Terms]) -> Terms:
    """Add costs term by term."""
    total: dict[str, int] = defaultdict(int)
    for terms in each:
        for name, units in terms.items():
            total[name] += units
    return Terms(**total)


@memoised
def lead_costs(problem: Problem) -> Mapping[str, int]:
    """Return, for each organisation able to lead, what its lead costs in micro-cents.

    A lead signs for every lot, so one of its chantiers that can lead must be eligible to all.
    """
    by_lot = eligible_kinds_by_lot(problem.packages)
    reserved = [allowed for allowed in by_lot.values() if allowed is not None]
    # The lead signs for every lot, so it must be allowed on each that is reserved (RULE-15).
    kinds = {kind for kind in Kind if all(kind in allowed for allowed in reserved)}
    scale = problem.params.weights.lead_permille * (UNITS_PER_CENT // 1_000)
    return _least_by_organisation(
        (candidate.organisation, candidate.lead_cost_cents * scale)
        for candidate in problem.candidates
        if candidate.can_lead and candidate.kind in kinds
    )


@memoised
def coordination_costs(problem: Problem) -> Mapping[str, int]:
    """Return what each organisation costs to coordinate in a team, in micro-cents."""
    scale = problem.params.weights.coordination_permille * (UNITS_PER_CENT // 1_000)
    return _least_by_organisation(
        (candidate.organisation, candidate.coordination_cost_cents * scale)
        for candidate in problem.candidates
    )


def _least_by_organisation(costs: Iterable[tuple[str, int]]) -> dict[str, int]:
    least: dict[str, int] = {}
    for name, cost in costs:
        if cost < least.get(name, cost + 1):
            least[name] = cost
    return least


def horizon_capacity_cfte_months(problem: Problem, candidate: Candidate) -> int | None:
    """Return the capacity over all months of the problem, `None` where one is unknown."""
    capacities = [candidate.capacity_cfte(month) for month in problem.months]
    # No sum over unknown months: half a horizon would look like a tight one.
    return None if None in capacities else sum(filter(None, capacities))


def assumptions(problem: Problem, plan: Plan) -> tuple[Assumption, ...]:
    """Return every guessed or unknown input on which a plan relies."""
    held: dict[str, list[Package]] = defaultdict(list)
    for share in plan.shares:
        held[share.candidate].append(problem.packages_by_id[share.package])
    candidates = {each.id: each for each in problem.candidates if each.id in held}
    found: list[Assumption] = []
    for identifier in sorted(held):
        found.extend(_assumed(candidates[identifier], held[identifier]))
    return tuple(found)


def _assumed(candidate: Candidate, packages: list[Package]) -> Iterable[Assumption]:
    who = candidate.organisation, candidate.id
    for trade in sorted({package.trade for package in packages}):
        skill = candidate.skill(trade)
        if skill is not None and skill.certainty is not Certainty.KNOWN:
            yield Assumption(*who, AssumptionKind.TRADE, skill.certainty, trade)
    months = sorted({m for p in packages for m in range(p.first_month, p.end_month)})
    unknown = tuple(m for m in months if candidate.capacity_cfte(m) is None)
    if unknown:
        yield Assumption(*who, AssumptionKind.CAPACITY, Certainty.UNKNOWN, months=unknown)
    if candidate.capacity_certainty is Certainty.GUESSED and len(unknown) < len(months):
        guessed = tuple(m for m in months if m not in unknown)
        yield Assumption(*who, AssumptionKind.CAPACITY, Certainty.GUESSED, months=guessed)
    if candidate.is_capped and (bare := tuple(m for m in months if _is_unknown(candidate, m))):
        yield Assumption(*who, AssumptionKind.CEILING, Certainty.UNKNOWN, months=bare)
    if candidate.certifications is None:
        for name in sorted({c for p in packages for c in p.required_certifications}):
            yield Assumption(*who, AssumptionKind.CERTIFICATION, Certainty.UNKNOWN, name)


def _is_unknown(candidate: Candidate, month: int) -> bool:
    year = candidate.accounting_year(month)
    return year is None or year.headroom_cents is None


def _held(package: Package, used: list[Pair], quantities: Quantities) -> int:
    return sum(quantities[pair.key] for pair in used if pair.package.id == package.id)


def _shares(
    problem: Problem, used: list[Pair], quantities: Quantities
) -> dict[tuple[str, str], Share]:
    shares: dict[tuple[str, str], Share] = {}
    for package in problem.packages:
        pairs = [pair for pair in used if pair.package.id == package.id]
        # One cell for each chantier and accounting year: that is what is paid and counted.
        cells = [
            (pair, year, months * quantities[pair.key])
            for pair in pairs
            for year, months in _accounting_split(pair.candidate, package)
        ]
        # What is left short takes its part of the price too, so that nobody is paid for it.
        short = package.need_cfte - _held(package, used, quantities)
        weights = [weight for _, _, weight in cells] + [max(short, 0) * package.months]
        # Largest remainders: whole cents that add up to the price.
        cents = shared_out(package.amount_cents, weights)
        for pair in pairs:
            years = tuple(
                YearAmount(year, amount)
                for (owner, year, _), amount in zip(cells, cents[:-1], strict=True)
                if owner is pair
            )
            total = sum(amount.cents for amount in years)
            shares[pair.key] = Share(*pair.key, quantities[pair.key], total, years)
    return shares


def _accounting_split(candidate: Candidate, package: Package) -> list[tuple[int | None, int]]:
    split: dict[int | None, int] = {}
    for month in range(package.first_month, package.end_month):
        year = candidate.accounting_year(month)
        key = None if year is None else year.first_month
        split[key] = split.get(key, 0) + 1
    return sorted(split.items(), key=lambda item: (item[0] is None, item[0] or 0))


def _terms_by_partner(
    problem: Problem,
    used: list[Pair],
    quantities: Quantities,
    organisations: list[str],
    lead: str | None,
) -> dict[str, Terms]:
    coordination = coordination_costs(problem) if len(organisations) > 1 else {}
    leads = lead_costs(problem)
    found: dict[str, Terms] = {}
    for name in organisations:
        each = [
            (pair, quantities[pair.key]) for pair in used if pair.candidate.organisation == name
        ]
        lead_cost = leads[name] if name == lead else 0
        found[name] = _terms(problem, each, coordination.get(name, 0), lead_cost)
    return found


def _terms(problem: Problem, each: list[tuple[Pair, int]], coordination: int, lead: int) -> Terms:
    return Terms(
        travel=UNITS_PER_CENT * sum(q * pair.travel_cents_per_cfte for pair, q in each),
        fit=UNITS_PER_CENT
        * sum(q * pair.fit_cents_per_cfte + pair.no_reference_cents for pair, q in each),
        interface=UNITS_PER_CENT * sum(pair.interface_cents for pair, _ in each),
        coordination=coordination,
        lead=lead,
        ceiling_tightness=_ceiling_tightness(problem, each),
        capacity_tightness=_capacity_tightness(problem, each),
        learning=UNITS_PER_CENT * sum(q * pair.learning_cents_per_cfte for pair, q in each),
    )


def _ceiling_tightness(problem: Problem, each: list[tuple[Pair, int]]) -> int:
    weights = problem.params.weights
    receipts: dict[tuple[str, int, int], int] = defaultdict(int)
    for pair, quantity in each:
        for year, (months, headroom) in months_by_year(pair.candidate, pair.package).items():
            rate = receipts_millicents_per_cfte(pair.package, months)
            receipts[pair.candidate.id, year, headroom] += rate * quantity
    # Integers all along: millicents of receipts against per mille of a headroom in cents.
    over = sum(
        max(0, millicents - headroom * weights.ceiling_tight_from_permille)
        for (_, _, headroom), millicents in receipts.items()
    )
    # Millicents times a per-mille are micro-cents, the unit of the objective.
    return over * weights.ceiling_tightness_permille


def _capacity_tightness(problem: Problem, each: list[tuple[Pair, int]]) -> int:
    weights = problem.params.weights
    loads: dict[str, int] = defaultdict(int)
    candidates: dict[str, Candidate] = {}
    for pair, quantity in each:
        loads[pair.candidate.id] += quantity * pair.package.months
        candidates[pair.candidate.id] = pair.candidate
    over = 0
    for identifier, load in loads.items():
        capacity = horizon_capacity_cfte_months(problem, candidates[identifier])
        if capacity is not None:
            over += max(0, 1_000 * load - weights.capacity_tight_from_permille * capacity)
    cents = weights.capacity_tightness_cents_per_cfte_month
    return over * cents * (UNITS_PER_CENT // 1_000)
