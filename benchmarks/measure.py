"""One run of one method on one instance, measured, and checked apart."""

from dataclasses import dataclass
from time import perf_counter

from benchmarks.instances import Instance
from benchmarks.methods import METHODS
from cordee.engine.compose import Moment, RefusedResult, compose
from cordee.engine.milp import SolverFailure
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Status
from cordee.engine.verify import verify

Shares = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Run:
    """What a method answered. Costs are in micro-cents; `fault` says what was refused, if anything.

    `first_s` is when the first team that holds was told, `None` where none was.
    """

    instance: str
    method: str
    status: str
    value: int | None
    bound: int | None
    seconds: float
    first_s: float | None
    solo: bool
    shares: Shares
    reasons: tuple[str, ...]
    fault: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether it ended with a proof, of an optimum or that there is none."""
        return self.status in {Status.OPTIMAL, Status.IMPOSSIBLE}

    @property
    def gap(self) -> float | None:
        """How much could still be saved, as a share of the cost; `None` without a team."""
        if self.value is None:
            return None
        return max(0.0, (self.value - (self.bound or 0)) / self.value)


def measure(instance: Instance, method: str, limit_s: float) -> Run:
    """Run a method by the road of `compose`, and check its plan once more."""
    first: list[float] = []

    def watch(moment: Moment) -> bool:
        if moment.plan is not None and not first:
            first.append(moment.seconds)
        return True

    # A problem keeps what was worked out for it: each method starts from a new one.
    problem = instance.problem.replace()
    began = perf_counter()
    try:
        result = compose(
            problem, time_limit_s=limit_s, seed=0, method=METHODS[method](), watch=watch
        )
    except (RefusedResult, SolverFailure) as refused:
        return _failed(instance, method, perf_counter() - began, str(refused))
    seconds = perf_counter() - began
    shares: Shares = ()
    fault = ""
    if result.plan is not None:
        shares = tuple(sorted((s.candidate, s.package, s.cfte) for s in result.plan.shares))
        if broken := verify(instance.problem, result.plan, solo=result.solo):
            fault = f"verify: {broken}"
        if not first:
            first.append(seconds)
    impossible = result.impossibility
    return Run(
        instance=instance.name,
        method=method,
        status=str(result.status),
        value=result.objective,
        bound=result.bound,
        seconds=seconds,
        first_s=first[0] if first else None,
        solo=result.solo,
        shares=shares,
        reasons=tuple(str(each.shortage) for each in impossible.reasons) if impossible else (),
        fault=fault,
    )


def _failed(instance: Instance, method: str, seconds: float, why: str) -> Run:
    return Run(instance.name, method, "refused", None, None, seconds, None, False, (), (), why)


def contradictions(
    instance: Instance, runs: list[Run], value: int | None, bound: int | None, *, impossible: bool
) -> list[str]:
    """Return what cannot all be true of one instance: runs, and what is known of it.

    `value` and `bound` are the best known ones, `impossible` that it is known to have no team.
    """
    values = [(run.value, run.method) for run in runs if run.value is not None]
    values += [] if value is None else [(value, "known")]
    bounds = [(run.bound, run.method) for run in runs if run.bound is not None]
    bounds += [] if bound is None else [(bound, "known")]
    denied = [run.method for run in runs if run.status == Status.IMPOSSIBLE]
    denied += ["known"] if impossible else []
    found = [f"{instance.name}: {run.method} {run.fault}" for run in runs if run.fault]
    if values:
        least, who = min(values)
        for highest, whose in bounds:
            if highest > least + OPTIMAL_WITHIN_UNITS:
                found.append(
                    f"{instance.name}: the bound of {whose} ({_euros(highest)}) is above "
                    f"the value of {who} ({_euros(least)})"
                )
        for whose in denied:
            found.append(f"{instance.name}: {whose} says impossible, {who} has a team")
    return found


def _euros(units: int) -> str:
    return f"{units / 1e8:.4f} EUR"
