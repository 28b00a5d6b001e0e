"""What if somebody is out or in: how long the new answer takes, and how often it is proven."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter

from benchmarks.instances import notice
from cordee.engine.compare import what_if
from cordee.engine.compose import compose
from cordee.engine.pairs import build_pairs
from cordee.engine.problem import Problem
from cordee.engine.result import Result, Status
from cordee.engine.wishes import Exclude, Pin, TeamSize, Wish

TARGET_S = 0.3
SORTS = ("exclude a partner", "pin an outsider", "one partner more", "exclude a stranger")


def run(arguments: Sequence[str] = ()) -> int:
    """Print what is measured at each size asked."""
    parser = argparse.ArgumentParser(prog="./go bench what_if")
    parser.add_argument("--sizes", default="50000", help="structures, with commas")
    parser.add_argument("--count", type=int, default=9, help="notices of each size")
    parser.add_argument("--seconds", type=float, default=5.0, help="limit of each question")
    asked = parser.parse_args(list(arguments))
    for size in asked.sizes.split(","):
        measure(size=int(size), count=asked.count, time_limit_s=asked.seconds)
    return 0


def measure(*, size: int, count: int, time_limit_s: float) -> None:
    """Print one line for each sort of wish, over ordinary notices that are proven first."""
    seconds: dict[str, list[float]] = {sort: [] for sort in SORTS}
    afresh: dict[str, list[float]] = {sort: [] for sort in SORTS}
    proven = dict.fromkeys(SORTS, 0)
    for number in range(count):
        problem = notice(size, "ordinary", number)
        best = compose(problem, time_limit_s=time_limit_s, seed=0)
        if best.status is not Status.OPTIMAL:
            continue
        for sort, wish in _wishes(problem, best):
            began = perf_counter()
            answer = what_if(problem, best, [wish], time_limit_s=time_limit_s, seed=0)
            seconds[sort].append(perf_counter() - began)
            began = perf_counter()
            compose(answer.problem, time_limit_s=time_limit_s, seed=0)
            afresh[sort].append(perf_counter() - began)
            final = answer.after.status in {Status.OPTIMAL, Status.IMPOSSIBLE}
            proven[sort] += final
    for sort, times in seconds.items():
        if times:
            print(
                f"{size} structures, {sort}: median {median(times):.3f} s (target {TARGET_S} s), "
                f"at most {max(times):.2f} s, {proven[sort]} of {len(times)} proven; "
                f"composed afresh {median(afresh[sort]):.3f} s"
            )


def _wishes(problem: Problem, best: Result) -> Iterator[tuple[str, Wish]]:
    """Yield three partners to do without, three outsiders to have, and two more."""
    assert best.plan is not None
    team = best.plan.organisations
    able = {pair.candidate.organisation for pair in build_pairs(problem).all}
    outsiders = sorted(able - set(team))
    step = max(1, len(outsiders) // 3)
    for name in team[:3]:
        yield SORTS[0], Exclude(name)
    for name in outsiders[::step][:3]:
        yield SORTS[1], Pin(name)
    yield SORTS[2], TeamSize(problem.params.max_partners + 1)
    for name in outsiders[:1]:
        yield SORTS[3], Exclude(name)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
