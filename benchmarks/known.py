"""The best value and bound known of each instance, with the plan that has the value.

Written by `./go bench compose --update` alone. A value comes down only with a plan that `verify`
accepts here and now; a bound goes up, and never above a known value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.instances import Instance
from benchmarks.instances.layout import REAL, default_layout
from benchmarks.instances.stored import read, write
from benchmarks.measure import Run, Shares
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import build_plan
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Status
from cordee.engine.verify import verify

FOLDER = Path(__file__).parent / "instances" / "known"


class Contradiction(RuntimeError):
    """What was just found cannot be true together with what is stored."""


@dataclass(frozen=True)
class Known:
    """What is known of an instance: micro-cents, the shares behind the value, where from."""

    value: int | None = None
    bound: int | None = None
    impossible: bool = False
    solo: bool = False
    shares: Shares = ()
    value_by: str = ""
    bound_by: str = ""

    @property
    def status(self) -> str:
        """`optimal`, `gap`, `impossible` or `undecided`, as a result says it."""
        if self.impossible:
            return Status.IMPOSSIBLE
        if self.value is None:
            return Status.UNDECIDED
        is_closed = self.bound is not None and self.value - self.bound <= OPTIMAL_WITHIN_UNITS
        return Status.OPTIMAL if is_closed else Status.GAP


def known_of(instance: Instance, folder: Path = FOLDER) -> Known:
    """Return what is stored of an instance, checked again, and what was planted in it.

    What was stored for another problem of that name counts for nothing. Raises `Contradiction`
    where the stored plan no longer has the stored value.
    """
    known = Known()
    entry = read(path_of(instance.size, folder)).get(instance.name) if _is_kept(folder) else None
    if entry is not None and entry["problem"] == instance.digest:
        known = from_json(entry)
        if known.shares:
            cost = cost_of(instance.problem, known.shares, solo=known.solo)
            if cost != known.value:
                raise Contradiction(
                    f"{instance.name}: the stored plan costs {cost}, not {known.value}."
                )
    if instance.planted and not known.solo:
        shares = tuple(sorted((*key, cfte) for key, cfte in instance.planted.items()))
        cost = cost_of(instance.problem, shares, solo=False)
        known = lowered(known, cost, shares, solo=False, by="planted")
    return known


def _is_kept(folder: Path) -> bool:
    """Stored figures are those of real places."""
    return folder != FOLDER or default_layout() == REAL


def path_of(size: int, folder: Path = FOLDER) -> Path:
    """Return the file of a size."""
    return folder / f"{size}.json"


def cost_of(problem: Problem, shares: Shares, *, solo: bool) -> int | None:
    """Return the cost of a plan in micro-cents, `None` where it breaks a rule."""
    names = {name for name, _, _ in shares}
    signing = {c.organisation for c in problem.candidates if c.id in names}
    part = problem.replace(
        candidates=tuple(c for c in problem.candidates if c.organisation in signing)
    )
    pairs = build_pairs(part)
    quantities = {(name, package): cfte for name, package, cfte in shares}
    if not quantities.keys() <= {pair.key for pair in pairs.all}:
        return None
    if not solo and not any(c.can_lead for c in part.candidates):
        return None
    plan = build_plan(part, pairs.all, quantities)
    return None if verify(problem, plan, solo=solo) else plan.terms.total


def lowered(known: Known, value: int | None, shares: Shares, *, solo: bool, by: str) -> Known:
    """Return what is known with a value, if it is lower."""
    if value is None or (known.value is not None and value >= known.value):
        return known
    return Known(
        value, known.bound, known.impossible, solo, shares, value_by=by, bound_by=known.bound_by
    )


def improved(instance: Instance, known: Known, runs: list[Run], on: date) -> Known:
    """Return what is known after some runs; values are recomputed from shares.

    Raises `Contradiction` on a bound above a value, or an impossibility with a team.
    """
    if any(run.solo for run in runs) and not known.solo:
        # One alone is the answer, cheaper or not than a team: costs of the two do not compare.
        known = Known()
    for run in runs:
        how = f"{run.method} {run.seconds:.2f} s {on.isoformat()}"
        if run.fault:
            raise Contradiction(f"{instance.name}: {run.method} {run.fault}")
        if run.shares:
            cost = cost_of(instance.problem, run.shares, solo=run.solo)
            if cost is None or cost != run.value:
                raise Contradiction(f"{instance.name}: {run.method} says {run.value}, not {cost}")
            known = lowered(known, cost, run.shares, solo=run.solo, by=how)
        if run.status == Status.IMPOSSIBLE and not known.impossible:
            known = Known(known.value, known.bound, True, bound_by=how)
        if run.bound is not None and (known.bound is None or run.bound > known.bound):
            known = Known(
                known.value, run.bound, known.impossible, known.solo, known.shares,
                known.value_by, how,
            )  # fmt: skip
    if known.impossible and known.value is not None:
        raise Contradiction(f"{instance.name}: said impossible ({known.bound_by}), has a team")
    above = (known.bound or 0) - (known.value if known.value is not None else known.bound or 0)
    if above > OPTIMAL_WITHIN_UNITS:
        raise Contradiction(
            f"{instance.name}: the bound {known.bound} ({known.bound_by}) is above "
            f"the value {known.value} ({known.value_by})"
        )
    return known


def store(found: Mapping[str, tuple[Instance, Known]], folder: Path = FOLDER) -> None:
    """Write what is known of some instances, beside what is stored of the others."""
    for size in sorted({instance.size for instance, _ in found.values()}):
        path = path_of(size, folder)
        entries = read(path)
        for name, (instance, known) in found.items():
            if instance.size == size and known != Known():
                entries[name] = to_json(instance, known)
        write(path, entries)


def to_json(instance: Instance, known: Known) -> dict[str, Any]:
    """Return an entry as plain values; a planted plan is in another file and stays there."""
    return {
        "problem": instance.digest,
        "status": str(known.status),
        "value": known.value,
        "bound": known.bound,
        "value_by": known.value_by,
        "bound_by": known.bound_by,
        "solo": known.solo,
        "shares": [list(share) for share in known.shares],
    }


def from_json(entry: dict[str, Any]) -> Known:
    """Return an entry as it was written."""
    shares = tuple((name, package, cfte) for name, package, cfte in entry["shares"])
    return Known(
        entry["value"],
        entry["bound"],
        entry["status"] == Status.IMPOSSIBLE,
        entry["solo"],
        shares,
        entry["value_by"],
        entry["bound_by"],
    )
