"""What the runs come to: tables by size and class, in plain text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, log
from statistics import median

from benchmarks.instances import Instance
from benchmarks.known import Known
from benchmarks.measure import Run
from benchmarks.methods import PROVING
from cordee.engine.result import Status


@dataclass(frozen=True)
class Case:
    """What is kept of an instance once it was run: thirty thousand candidates are not."""

    name: str
    size: int
    seed: int
    klass: str
    load_permille: int | None
    candidates: int

    @classmethod
    def of(cls, instance: Instance) -> "Case":
        """Return what is kept of an instance."""
        people = len(instance.problem.candidates)
        return cls(
            instance.name,
            instance.size,
            instance.seed,
            instance.klass,
            instance.load_permille,
            people,
        )


# One instance: what it was, what is known of it after the runs, and its runs by method.
Measured = tuple[Case, Known, Mapping[str, Run]]
Group = tuple[int, str]


def groups(measured: Iterable[Measured]) -> dict[Group, list[Measured]]:
    """Return instances by size and class, in the order met."""
    found: dict[Group, list[Measured]] = {}
    for each in measured:
        found.setdefault((each[0].size, each[0].klass), []).append(each)
    return found


def print_all(measured: Sequence[Measured], methods: Sequence[str], limit_s: float) -> None:
    """Print every table; nothing where nothing was run."""
    by_group = groups(measured)
    _print_world(by_group)
    for method in methods:
        if method in PROVING:
            _print_method(by_group, method, limit_s)
    for method in methods:
        if method not in PROVING:
            _print_loss(by_group, method)
    if "highs" in methods:
        for method in methods:
            if method in PROVING and method != "highs":
                _print_ratio(by_group, method)


def _print_world(by_group: Mapping[Group, list[Measured]]) -> None:
    print("\nInstances")
    print(
        f"{'size':>7} {'class':<11}{'n':>3} {'candidates':>11} {'known optimal':>14}  other known"
    )
    for (size, klass), each in by_group.items():
        people = sorted(case.candidates for case, _, _ in each)
        states = [known.status for _, known, _ in each]
        closed = states.count(Status.OPTIMAL) + states.count(Status.IMPOSSIBLE)
        print(
            f"{size:>7} {klass:<11}{len(each):>3} {median(people):>6.0f} {people[-1]:>5}"
            f"{closed:>11}/{len(each):<3}  {states.count(Status.GAP)} gap, "
            f"{states.count(Status.UNDECIDED)} unknown"
        )


def _print_method(by_group: Mapping[Group, list[Measured]], method: str, limit_s: float) -> None:
    print(f"\n{method}: proven (optimal or impossible), within {limit_s:g} s asked")
    print(
        f"{'size':>7} {'class':<11}{'n':>3} {'1 s':>4} {'5 s':>4} {'limit':>5} "
        f"{'p50 s':>7} {'p95 s':>7} {'max s':>7} {'first p50':>9} {'0.3 s':>5} {'max':>7} "
        f"{'no team':>7} "
        f"{'gap p50':>7} {'worst':>6} {'to best':>7}"
    )
    for (size, klass), each in by_group.items():
        runs = [runs[method] for _, _, runs in each if method in runs]
        if not runs:
            continue
        seconds = [run.seconds for run in runs]
        teams = [run for run in runs if run.value is not None]
        without = sum(
            1
            for _, known, by in each
            if method in by and by[method].value is None and known.value is not None
        )
        firsts = [run.first_s for run in teams if run.first_s is not None]
        gaps = [gap for run in teams if (gap := run.gap) is not None]
        print(
            f"{size:>7} {klass:<11}{len(runs):>3} {_proven(runs, 1.0):>4} {_proven(runs, 5.0):>4} "
            f"{sum(run.is_proven for run in runs):>5} {median(seconds):>7.3f} "
            f"{quantile(seconds, 0.95):>7.3f} {max(seconds):>7.3f} "
            f"{_seconds(firsts, median):>9} {sum(first <= 0.3 for first in firsts):>5} "
            f"{_seconds(firsts, max):>7} {without:>7} "
            f"{_percent(gaps, median):>7} {_percent(gaps, max):>6} "
            f"{_percent(losses(each, method), max):>7}"
        )


def print_seeds(measured: Sequence[Measured], methods: Sequence[str], limit_s: float) -> None:
    """Print what each figure that was promised is from one world to another: median and worst.

    One seed flatters or slanders: what is drawn weighs more than how fast it is solved.
    """
    for method in methods:
        if method not in PROVING:
            continue
        print(f"\n{method}, one world a seed: median (worst), within {limit_s:g} s asked")
        print(
            f"{'size':>7} {'seeds':>5} {'proven':>12} {'ordinary p95 s':>16} "
            f"{'first dense s':>16} {'first hard s':>16} {'worst gap':>16} {'longest s':>10}"
        )
        for size in dict.fromkeys(case.size for case, _, _ in measured):
            worlds: dict[int, list[tuple[str, Run]]] = {}
            for case, _, runs in measured:
                if case.size == size and method in runs:
                    worlds.setdefault(case.seed, []).append((case.klass, runs[method]))
            _print_worlds(size, list(worlds.values()))


def _print_worlds(size: int, worlds: list[list[tuple[str, Run]]]) -> None:
    if not worlds:
        return
    asked = min(len(world) for world in worlds)
    proven = [sum(run.is_proven for _, run in world) for world in worlds]
    ordinary: list[float] = []
    dense: list[float] = []
    hard: list[float] = []
    gaps: list[float] = []
    for world in worlds:
        seconds = [run.seconds for klass, run in world if klass == "ordinary"]
        ordinary += [quantile(seconds, 0.95)] if seconds else []
        for klass, kept in (("dense", dense), ("hard", hard)):
            first = [run.first_s for each, run in world if each == klass and run.first_s]
            kept += [median(first)] if first else []
        # A run without any team has no gap, and is no better for it.
        gaps.append(max((run.gap or 0.0 for _, run in world if run.value is not None), default=0.0))
    longest = max(run.seconds for world in worlds for _, run in world)
    spreads = [
        f"{median(values):.2f} ({max(values):.2f})" if values else "-"
        for values in (ordinary, dense, hard)
    ]
    told = f"{median(proven):g} ({min(proven)})/{asked}"
    print(
        f"{size:>7} {len(worlds):>5} {told:>12} "
        + " ".join(f"{spread:>16}" for spread in spreads)
        + f" {f'{median(gaps):.1%} ({max(gaps):.1%})':>16} {longest:>10.2f}"
    )


def _proven(runs: Sequence[Run], within_s: float) -> int:
    return sum(run.is_proven and run.seconds <= within_s for run in runs)


def losses(each: Iterable[Measured], method: str) -> list[float]:
    """Return by how much the teams of a method are dearer than the best known, as shares."""
    found = []
    for _, known, runs in each:
        run = runs.get(method)
        if run is not None and run.value is not None and known.value:
            found.append(run.value / known.value - 1)
    return found


def _print_loss(by_group: Mapping[Group, list[Measured]], method: str) -> None:
    print(f"\n{method}: loss against the best known")
    print(
        f"{'size':>7} {'class':<11}{'n':>3} {'no team':>7} {'p25':>7} {'p50':>7} {'p75':>7} "
        f"{'p95':>7} {'within 1 %':>10} {'p50 s':>7}"
    )
    for (size, klass), each in by_group.items():
        asked = [m for m in each if method in m[2] and m[1].value is not None]
        if not asked:
            continue
        lost = losses(asked, method)
        quarters = [
            f"{quantile(lost, share):.1%}" if lost else "-" for share in (0.25, 0.5, 0.75, 0.95)
        ]
        seconds = median(runs[method].seconds for _, _, runs in asked)
        print(
            f"{size:>7} {klass:<11}{len(asked):>3} {len(asked) - len(lost):>7} "
            + " ".join(f"{quarter:>7}" for quarter in quarters)
            + f" {sum(loss <= 0.01 for loss in lost):>10} {seconds:>7.3f}"
        )


def _print_ratio(by_group: Mapping[Group, list[Measured]], method: str) -> None:
    print(f"\n{method} against plain HiGHS on the tight model (times where both prove)")
    print(
        f"{'size':>7} {'class':<11}{'both':>5} {'times faster':>13} {'only it':>8} "
        f"{'only HiGHS':>10}"
    )
    for (size, klass), each in by_group.items():
        pairs = [(r[method], r["highs"]) for _, _, r in each if method in r and "highs" in r]
        if not pairs:
            continue
        both = [(a, b) for a, b in pairs if a.is_proven and b.is_proven]
        ratios = [b.seconds / max(a.seconds, 1e-6) for a, b in both]
        middle = f"{exp(sum(map(log, ratios)) / len(ratios)):.1f}" if ratios else "-"
        print(
            f"{size:>7} {klass:<11}{len(both):>5} {middle:>13} "
            f"{sum(a.is_proven and not b.is_proven for a, b in pairs):>8} "
            f"{sum(b.is_proven and not a.is_proven for a, b in pairs):>10}"
        )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the least value that a share of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _seconds(values: Sequence[float], of: Callable[[Sequence[float]], float]) -> str:
    return f"{of(values):.3f}" if values else "-"


def _percent(values: Sequence[float], of: Callable[[Sequence[float]], float]) -> str:
    return f"{of(values):.1%}" if values else "-"
