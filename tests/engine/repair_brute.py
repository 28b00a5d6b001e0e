"""The oracle of repair: every split tried, with arithmetic of its own; easy to believe."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from cordee.engine.problem import Candidate, Package
from cordee.engine.repair import Held, RepairQuestion

Key = tuple[str, str]


@dataclass(frozen=True)
class Tried:
    """One split that holds: cFTE by cell, exact cents moved, cells changed."""

    cfte: dict[Key, int]
    moved: Fraction
    cells: int


@dataclass(frozen=True)
class _LineChoice:
    cfte: dict[str, int]
    cents: dict[str, Fraction]
    moved: Fraction
    cells: int


def all_splits(asked: RepairQuestion, slack_cents: int) -> list[Tried]:
    """Every split that keeps the pins and holds, ceilings taken so many cents wider."""
    problem = asked.problem
    choices = [list(_of_line(asked, package)) for package in problem.packages]
    found = []
    for choice in product(*choices):
        named = list(zip(problem.packages, choice, strict=True))
        if all(_holds(c, named, slack_cents) for c in problem.candidates):
            cfte = {(c, p.id): q for p, line in named for c, q in line.cfte.items() if q}
            owners = {c.organisation for c in problem.candidates if any(k[0] == c.id for k in cfte)}
            if len(owners) <= problem.params.max_partners:
                moved = sum((line.moved for line in choice), Fraction(0))
                found.append(Tried(cfte, moved, sum(line.cells for line in choice)))
    return found


def _of_line(asked: RepairQuestion, package: Package) -> Iterator[_LineChoice]:
    now = {c: held for (c, p), held in asked.present.items() if p == package.id}
    pinned = {c for c, p in asked.pinned if p == package.id}
    kept = {c: held for c, held in now.items() if c in pinned}
    free = [c for c in asked.problem.candidates if c.id not in pinned]
    work = package.need_cfte - sum(held.cfte for held in kept.values())
    money = package.amount_cents - sum(held.cents for held in kept.values())
    kinds = {c.id: c.kind for c in asked.problem.candidates}
    if (
        package.eligible_kinds is not None
        and not {kinds[c] for c in kept} <= package.eligible_kinds
    ):
        return
    if work < 0 or money < 0 or (work > 0) != (money > 0):
        return
    rate = Fraction(money, work) if work else Fraction(0)
    old = {c.id: now[c.id] for c in free if c.id in now}
    near = work > 0 and all(abs(h.cents - rate * h.cfte) < 1 for h in old.values())
    sums = sum(h.cfte for h in old.values()) == work and sum(h.cents for h in old.values()) == money
    for dealt in _deals(free, package, work):
        cents = {c: rate * q for c, q in dealt.items()} | {
            c: Fraction(h.cents) for c, h in kept.items()
        }
        cfte = dealt | {c: h.cfte for c, h in kept.items()}
        same = {c: q for c, q in dealt.items() if q} == {c: h.cfte for c, h in old.items()}
        if same and (near or sums):
            whole = cents | ({} if near else {c: Fraction(h.cents) for c, h in old.items()})
            yield _LineChoice(cfte, whole, Fraction(0), 0)
            if near:
                continue
        moved, cells = Fraction(0), 0
        for c, q in dealt.items():
            held = old.get(c, Held(0, 0))
            before = rate * held.cfte if near else Fraction(held.cents)
            moved += abs(rate * q - before)
            cells += (q, rate * q) != (held.cfte, before)
        yield _LineChoice(cfte, cents, moved, cells)


def _deals(free: list[Candidate], package: Package, work: int) -> Iterator[dict[str, int]]:
    if not free:
        if work == 0:
            yield {}
        return
    first, *rest = free
    least = package.min_share_cfte if first.min_crew_cfte is None else first.min_crew_cfte
    least = min(least, package.need_cfte)
    may = package.eligible_kinds is None or first.kind in package.eligible_kinds
    for q in [0, *(range(least, work + 1) if may else [])]:
        for others in _deals(rest, package, work - q):
            yield {first.id: q} | others


def _holds(
    candidate: Candidate, named: list[tuple[Package, _LineChoice]], slack_cents: int
) -> bool:
    mine = [
        (p, line.cfte[candidate.id], line.cents[candidate.id])
        for p, line in named
        if line.cfte.get(candidate.id)
    ]
    if len(mine) > candidate.max_packages:
        return False
    for month, capacity in (candidate.capacity_cfte_by_month or {}).items():
        if sum(q for p, q, _ in mine if p.first_month <= month < p.end_month) > capacity:
            return False
    for year in candidate.accounting_years if candidate.is_capped else ():
        if year.headroom_cents is None:
            continue
        receipts = Fraction(0)
        for p, _, cents in mine:
            inside = sum(
                year.first_month <= m < year.end_month for m in range(p.first_month, p.end_month)
            )
            receipts += cents * inside / p.months
        if receipts > year.headroom_cents + slack_cents:
            return False
    return True
