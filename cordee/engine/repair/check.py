"""The independent check of a split: every limit, every cent and every pin from the raw inputs.

Nothing here is shared with what builds splits (`lines`, `model`, `search`). `verify` checks the
work of a split as a plan of the composer; this file checks what a plan does not know: money that
was agreed apart from work, pins, and the distance from the present split.
"""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from cordee.engine.problem import AccountingYear, Problem
from cordee.engine.repair.question import NOTHING, Held, Key, RepairQuestion
from cordee.engine.result import Plan, Violation
from cordee.engine.verify import may_lead, verify

# What `verify` says of money supposes it in proportion to work; and a pin may be a small share.
MONEY_RULES = {"euros", "euros_by_year", "ceiling", "ceiling_in_cents"}


def over_ceiling(
    problem: Problem, split: Mapping[Key, Held], candidate: str, year: AccountingYear
) -> int:
    """Return by how many whole cents the receipts of a year pass its headroom, at most 0 if not."""
    receipts = Fraction(0)
    for package in problem.packages:
        held = split.get((candidate, package.id), NOTHING)
        first = max(year.first_month, package.first_month)
        last = min(year.first_month + year.months, package.first_month + package.months)
        receipts += Fraction(held.cents * max(0, last - first), package.months)
    return math.floor(receipts) - (year.headroom_cents or 0)


def broken_limits(problem: Problem, split: Mapping[Key, Held]) -> Iterator[Violation]:
    """Yield what a split breaks that its money alone decides: sums by line, ceilings by year."""
    for package in problem.packages:
        cells = [held for (_, name), held in split.items() if name == package.id]
        cents = sum(held.cents for held in cells)
        if cents != package.amount_cents:
            yield Violation("price", package.id, cents - package.amount_cents)
    holders = {candidate for candidate, _ in split}
    for candidate in problem.candidates:
        if candidate.id in holders and candidate.is_capped:
            for year in candidate.accounting_years:
                if year.headroom_cents is None:
                    continue
                excess = over_ceiling(problem, split, candidate.id, year)
                if excess > 0:
                    where = f"{candidate.id}/{year.first_month}"
                    yield Violation("ceiling_in_cents", where, excess)


def check_split(
    asked: RepairQuestion, split: Mapping[Key, Held], plan: Plan
) -> tuple[Violation, ...]:
    """Return every rule that a split breaks; `plan` is the same work as the composer writes it."""
    problem = asked.posed
    found = list(broken_limits(problem, split))
    small = {f"{candidate}/{package}" for candidate, package in asked.pinned}
    holders = {name for name, _ in split}
    leads = any(may_lead(problem, c) for c in problem.candidates if c.id in holders)
    for violation in verify(problem, plan, solo=len(plan.organisations) == 1):
        waived = (
            violation.rule in MONEY_RULES
            or (violation.rule == "least_share" and violation.where in small)
            or (violation.rule in {"one_lead", "lead_able"} and not leads)
        )
        if not waived:
            found.append(violation)
    found.extend(_check_work(split, plan))
    for key in sorted(asked.pinned):
        if split.get(key, NOTHING) != asked.held(key):
            found.append(Violation("pin", "/".join(key)))
    return tuple(found)


def _check_work(split: Mapping[Key, Held], plan: Plan) -> Iterator[Violation]:
    planned = {(share.candidate, share.package): share.cfte for share in plan.shares}
    for key in sorted(split.keys() | planned.keys()):
        if split.get(key, NOTHING).cfte != planned.get(key, 0):
            yield Violation("work_of_plan", "/".join(key))


def moved_cents(present: Mapping[Key, Held], split: Mapping[Key, Held]) -> int:
    """Return the whole cents that leave a cell or come to one."""
    keys = present.keys() | split.keys()
    return sum(abs(present.get(k, NOTHING).cents - split.get(k, NOTHING).cents) for k in keys)


def changed_cells(present: Mapping[Key, Held], split: Mapping[Key, Held]) -> tuple[Key, ...]:
    """Return the cells whose work or money is another."""
    keys = sorted(present.keys() | split.keys())
    return tuple(k for k in keys if present.get(k, NOTHING) != split.get(k, NOTHING))
