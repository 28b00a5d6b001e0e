"""The independent check: every constraint and every cost recomputed from the raw inputs.

Nothing here is shared with what builds plans (`pairs`, `plan`, `model`, `greedy`, `milp`): a
mistake there must not be able to hide here. Integers and fractions only.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from cordee.engine.problem import Candidate, Certainty, Package, Problem
from cordee.engine.result import Plan, Result, Share, Status, Terms, Violation
from cordee.rules.kinds import supplies_staff

Held = list[tuple[Candidate, Package, Share]]


def verify(problem: Problem, plan: Plan, *, solo: bool = False) -> tuple[Violation, ...]:
    """Return every rule that a plan breaks; an empty answer means that it holds."""
    names, ids = set(plan.organisations), {share.candidate for share in plan.shares}
    # The one pass over a whole country: nothing else is read of those who are not in the plan.
    near = [c for c in problem.candidates if c.organisation in names or c.id in ids]
    candidates = {candidate.id: candidate for candidate in near}
    packages = {package.id: package for package in problem.packages}
    unknown = [
        Violation("known_names", f"{share.candidate}/{share.package}")
        for share in plan.shares
        if share.candidate not in candidates or share.package not in packages
    ]
    # Nothing below could be said of names that are not there.
    if unknown:
        return tuple(unknown)
    held = [(candidates[s.candidate], packages[s.package], s) for s in plan.shares]
    return (
        *_check_form(plan, held),
        *_check_team(problem, plan, near, solo),
        *_check_wishes(problem, plan),
        *_check_eligibility(problem, held),
        *_check_cover(problem, plan),
        *_check_limits(held),
        *_check_ceilings(held),
        *_check_euros(problem, held),
        *_check_terms(problem, plan, near, held),
    )


def verify_result(problem: Problem, result: Result) -> tuple[Violation, ...]:
    """Return what a result claims wrongly: its plan, its bound, its status."""
    found: list[Violation] = []
    if result.plan is not None:
        found.extend(verify(problem, result.plan, solo=result.solo))
    has_plan = result.status in {Status.OPTIMAL, Status.GAP}
    if has_plan != (result.plan is not None):
        found.append(Violation("status_and_plan", result.status))
    if (result.status is Status.IMPOSSIBLE) != (result.impossibility is not None):
        found.append(Violation("status_and_reason", result.status))
    if result.plan is not None:
        cost = result.plan.terms.total
        if result.bound is None or result.bound > cost:
            found.append(Violation("bound", "above the cost", (result.bound or 0) - cost))
        # One cent in units of cost: bounds come from floats, and are lowered by their noise.
        elif result.status is Status.OPTIMAL and cost - result.bound > 1_000_000:
            found.append(Violation("bound", "too low for an optimum", cost - result.bound))
    return tuple(found)


def _check_form(plan: Plan, held: Held) -> Iterator[Violation]:
    owners = {share.candidate: p.organisation for p in plan.partners for share in p.shares}
    for partner in plan.partners:
        if not partner.shares:
            yield Violation("partner_without_share", partner.organisation)
    for name, times in Counter(plan.organisations).items():
        if times > 1:
            yield Violation("organisation_twice", name, times - 1)
    lines = Counter((share.candidate, share.package) for share in plan.shares)
    for line, times in lines.items():
        if times > 1:
            yield Violation("line_twice", "/".join(line), times - 1)
    for candidate, package, share in held:
        if owners[candidate.id] != candidate.organisation:
            yield Violation("owner", f"{candidate.id}/{package.id}")
        if type(share.cfte) is not int or share.cfte <= 0:
            yield Violation("whole_positive_cfte", f"{candidate.id}/{package.id}")


def _check_team(
    problem: Problem, plan: Plan, near: list[Candidate], solo: bool
) -> Iterator[Violation]:
    names = set(plan.organisations)
    # A group has two members at least: one alone is another form of answer.
    least, most = (1, 1) if solo else (2, problem.params.max_partners)
    if len(names) < least:
        yield Violation("partners_at_least", str(least), least - len(names))
    if len(names) > most:
        yield Violation("partners_at_most", str(most), len(names) - most)
    for name in sorted(problem.pinned - names):
        yield Violation("pinned", name)
    for name in sorted(problem.excluded & names):
        yield Violation("excluded", name)
    leads = [partner.organisation for partner in plan.partners if partner.is_lead]
    if len(leads) != (0 if solo else 1):
        yield Violation("one_lead", ",".join(leads), abs(len(leads) - (0 if solo else 1)))
    for name in leads:
        if not any(may_lead(problem, c) for c in near if c.organisation == name):
            yield Violation("lead_able", name)


def _check_wishes(problem: Problem, plan: Plan) -> Iterator[Violation]:
    names = set(plan.organisations)
    for unlike in problem.unlike:
        absent = sum(name not in names for name in unlike.organisations)
        if absent < unlike.least_absent:
            where = ",".join(sorted(unlike.organisations))
            yield Violation("unlike", where, unlike.least_absent - absent)
    for limit in problem.share_limits:
        held = sum(
            share.cfte
            for share in plan.shares
            if share.candidate == limit.candidate and share.package == limit.package
        )
        beyond = max(limit.least_cfte - held, held - limit.most_cfte)
        if beyond > 0:
            yield Violation("share_limit", f"{limit.candidate}/{limit.package}", beyond)


def may_lead(problem: Problem, candidate: Candidate) -> bool:
    """Tell whether a chantier can lead: it signs for every lot, those reserved among them."""
    return candidate.can_lead and all(
        package.eligible_kinds is None or candidate.kind in package.eligible_kinds
        for package in problem.packages
    )


def _check_eligibility(problem: Problem, held: Held) -> Iterator[Violation]:
    for candidate, package, _ in held:
        where = f"{candidate.id}/{package.id}"
        skill = next((s for s in candidate.skills if s.trade == package.trade), None)
        if skill is None or skill.certainty is Certainty.UNKNOWN:
            yield Violation("trade", where)
        for other in problem.packages:
            # A lot is signed as one: what one of its packages reserves holds for all (RULE-15).
            reserved = other.lot_id == package.lot_id and other.eligible_kinds is not None
            if reserved and candidate.kind not in (other.eligible_kinds or ()):
                yield Violation("reserved_lot", where)
        if supplies_staff(candidate.kind) and not package.accepts_staff_supply:
            yield Violation("staff_supply", where)
        if candidate.certifications is not None:
            for name in sorted(package.required_certifications - candidate.certifications):
                yield Violation("certification", f"{where}/{name}")
        distance = candidate.hm_to(package)
        if distance is None:
            yield Violation("place", where)
        elif skill is not None:
            reach = 10 * min(skill.reach_km, problem.params.max_distance_km)
            if distance > reach:
                yield Violation("reach", where, distance - reach)


def _check_cover(problem: Problem, plan: Plan) -> Iterator[Violation]:
    missing = dict(plan.missing_cfte)
    for package in problem.packages:
        given = sum(share.cfte for share in plan.shares if share.package == package.id)
        if given != package.need_cfte:
            yield Violation("cover", package.id, given - package.need_cfte)
        if missing.get(package.id, 0) != max(0, package.need_cfte - given):
            yield Violation("missing_told", package.id)


def _check_limits(held: Held) -> Iterator[Violation]:
    busy: dict[tuple[str, int], int] = defaultdict(int)
    packages: Counter[str] = Counter()
    for candidate, package, share in held:
        # Counted again here, not taken from `pairs`: that it is written twice is the point.
        crew = candidate.min_crew_cfte
        least = min(package.need_cfte, package.min_share_cfte if crew is None else crew)
        if share.cfte < least:
            yield Violation("least_share", f"{candidate.id}/{package.id}", least - share.cfte)
        packages[candidate.id] += 1
        for month in range(package.first_month, package.first_month + package.months):
            busy[candidate.id, month] += share.cfte
    candidates = {candidate.id: candidate for candidate, _, _ in held}
    for name, count in packages.items():
        if count > candidates[name].max_packages:
            yield Violation("max_packages", name, count - candidates[name].max_packages)
    for (name, month), load in sorted(busy.items()):
        capacity = (candidates[name].capacity_cfte_by_month or {}).get(month)
        # An unknown month sets no limit: the plan then rests on it, and says so.
        if capacity is not None and load > capacity:
            yield Violation("capacity", f"{name}/{month}", load - capacity)


def _check_ceilings(held: Held) -> Iterator[Violation]:
    for candidate in {c.id: c for c, _, _ in held}.values():
        if not candidate.is_capped:
            continue
        for year in candidate.accounting_years:
            if year.headroom_cents is None:
                continue
            where = f"{candidate.id}/{year.first_month}"
            receipts, lines, cents = Fraction(0), 0, 0
            for owner, package, share in held:
                months = _months_within(package, year.first_month, year.months)
                if owner.id == candidate.id and months:
                    whole = package.need_cfte * package.months
                    receipts += Fraction(package.amount_cents * months * share.cfte, whole)
                    lines += 1
                    cents += sum(
                        part.cents
                        for part in share.cents_by_year
                        if part.first_month == year.first_month
                    )
            # One cent of prudence for each line beyond the first: lines are rounded to the cent.
            prudent = receipts + max(0, lines - 1)
            if prudent > year.headroom_cents:
                yield Violation("ceiling", where, math.ceil(prudent - year.headroom_cents))
            if cents > year.headroom_cents:
                yield Violation("ceiling_in_cents", where, cents - year.headroom_cents)


def _months_within(package: Package, first_month: int, months: int) -> int:
    end = min(package.first_month + package.months, first_month + months)
    return max(0, end - max(package.first_month, first_month))


def _check_euros(problem: Problem, held: Held) -> Iterator[Violation]:
    for package in problem.packages:
        lines = sorted(
            ((c, share) for c, p, share in held if p is package), key=lambda line: line[0].id
        )
        expected = _split(package, lines)
        for candidate, share in lines:
            where = f"{candidate.id}/{package.id}"
            stored = {part.first_month: part.cents for part in share.cents_by_year}
            mine = {year: cents for (name, year), cents in expected.items() if name == candidate.id}
            # A year given twice would pass as a mapping, so the number of parts is compared too.
            if stored != mine or len(stored) != len(share.cents_by_year):
                yield Violation("euros_by_year", where)
            if share.cents != sum(mine.values()):
                yield Violation("euros", where, share.cents - sum(mine.values()))


def _split(
    package: Package, lines: list[tuple[Candidate, Share]]
) -> dict[tuple[str, int | None], int]:
    """Split the price by line and accounting year, largest remainders first."""
    weights: dict[tuple[str, int | None], int] = {}
    for candidate, share in lines:
        left = package.months
        for year in candidate.accounting_years:
            months = _months_within(package, year.first_month, year.months)
            if months:
                weights[candidate.id, year.first_month] = months * share.cfte
                left -= months
        if left:
            weights[candidate.id, None] = left * share.cfte
    short = package.need_cfte - sum(share.cfte for _, share in lines)
    whole = sum(weights.values()) + max(0, short) * package.months
    exact = {cell: Fraction(package.amount_cents * w, whole) for cell, w in weights.items()}
    cents = {cell: math.floor(value) for cell, value in exact.items()}
    # What is left short is one more cell of the apportionment.
    rest = Fraction(package.amount_cents * max(0, short) * package.months, whole or 1)
    spare = package.amount_cents - sum(cents.values()) - math.floor(rest)
    # What is left short stands last in line, after every cell of the same remainder.
    queue = [(-(exact[cell] - cents[cell]), place) for place, cell in enumerate(cents)]
    queue.append((-(rest - math.floor(rest)), len(queue)))
    cells = list(cents)
    for _, place in sorted(queue)[:spare]:
        if place < len(cells):
            cents[cells[place]] += 1
    return cents


def _check_terms(
    problem: Problem, plan: Plan, near: list[Candidate], held: Held
) -> Iterator[Violation]:
    for (name, stored), (_, true) in zip(
        plan.terms.items(), _recomputed(problem, plan, near, held).items(), strict=True
    ):
        if stored != true:
            yield Violation("cost", name, stored - true)


def _recomputed(problem: Problem, plan: Plan, near: list[Candidate], held: Held) -> Terms:
    weights = problem.params.weights
    travel = fit = learning = 0
    for candidate, package, share in held:
        skill = next((s for s in candidate.skills if s.trade == package.trade), None)
        proficiency, level = (skill.proficiency, skill.learning) if skill else (0, 0)
        hm_months = (candidate.hm_to(package) or 0) * package.months
        travel += share.cfte * _nearest(
            Fraction(weights.travel_millicents_per_hm_cfte_month * hm_months, 1_000)
        )
        permille = weights.fit_permille_by_proficiency[proficiency]
        fit += share.cfte * _nearest(
            Fraction(permille * package.amount_cents, 1_000 * package.need_cfte)
        )
        fit += weights.no_reference_cents if proficiency == 0 else 0
        levels = (3 - level) * package.months * share.cfte
        learning += weights.learning_cents_per_level_cfte_month * levels
    return Terms(
        travel=travel * 1_000_000,
        fit=fit * 1_000_000,
        interface=len(held) * weights.interface_cents * 1_000_000,
        coordination=_coordination(problem, plan, near),
        lead=_lead(problem, plan, near),
        ceiling_tightness=_ceiling_tightness(problem, held),
        capacity_tightness=_capacity_tightness(problem, held),
        learning=learning * 1_000_000,
    )


def _nearest(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def _coordination(problem: Problem, plan: Plan, near: list[Candidate]) -> int:
    if len(plan.partners) < 2:
        return 0
    cents = sum(
        min(
            (c.coordination_cost_cents for c in near if c.organisation == name),
            default=0,
        )
        for name in plan.organisations
    )
    return cents * problem.params.weights.coordination_permille * 1_000


def _lead(problem: Problem, plan: Plan, near: list[Candidate]) -> int:
    costs = [
        min(
            (
                c.lead_cost_cents
                for c in near
                if c.organisation == partner.organisation and may_lead(problem, c)
            ),
            default=0,
        )
        for partner in plan.partners
        if partner.is_lead
    ]
    return sum(costs) * problem.params.weights.lead_permille * 1_000


def _ceiling_tightness(problem: Problem, held: Held) -> int:
    weights = problem.params.weights
    total = 0
    for candidate in {c.id: c for c, _, _ in held}.values():
        for year in candidate.accounting_years if candidate.is_capped else ():
            if year.headroom_cents is None:
                continue
            millicents = 0
            for owner, package, share in held:
                months = _months_within(package, year.first_month, year.months)
                if owner.id == candidate.id and months:
                    rate = Fraction(
                        1_000 * package.amount_cents * months, package.need_cfte * package.months
                    )
                    # Rounded up by share, as the cost is defined.
                    millicents += math.ceil(rate) * share.cfte
            over = millicents - year.headroom_cents * weights.ceiling_tight_from_permille
            total += max(0, over) * weights.ceiling_tightness_permille
    return total


def _capacity_tightness(problem: Problem, held: Held) -> int:
    weights = problem.params.weights
    horizon = {
        month
        for package in problem.packages
        for month in range(package.first_month, package.first_month + package.months)
    }
    total = 0
    for candidate in {c.id: c for c, _, _ in held}.values():
        known = candidate.capacity_cfte_by_month or {}
        # One unknown month, and nothing is near any limit.
        if not horizon <= known.keys():
            continue
        capacity = sum(known[month] for month in horizon)
        load = sum(p.months * s.cfte for c, p, s in held if c.id == candidate.id)
        over = 1_000 * load - weights.capacity_tight_from_permille * capacity
        total += max(0, over) * weights.capacity_tightness_cents_per_cfte_month * 1_000
    return total
