"""The next best teams: how long one and three in a row take, if proven, and what they cost."""

import argparse
import sys
from collections.abc import Sequence
from statistics import median, quantiles
from time import perf_counter

from benchmarks.instances import notice
from cordee.engine.alternatives import alternatives
from cordee.engine.compose import compose
from cordee.engine.result import Status

TARGET_S = 1.0


def run(arguments: Sequence[str] = ()) -> int:
    """Print what is measured at each size asked."""
    parser = argparse.ArgumentParser(prog="./go bench alternatives")
    parser.add_argument("--sizes", default="50000", help="structures, with commas")
    parser.add_argument("--count", type=int, default=9, help="notices of each size")
    parser.add_argument("--seconds", type=float, default=5.0, help="limit of each question")
    asked = parser.parse_args(list(arguments))
    for size in asked.sizes.split(","):
        measure(size=int(size), count=asked.count, time_limit_s=asked.seconds)
    return 0


def measure(*, size: int, count: int, time_limit_s: float) -> None:
    """Print medians over ordinary notices; those that are not proven first are left out."""
    seconds: list[float] = []
    in_a_row: list[float] = []
    dearer: list[float] = []
    proven = asked = ties = 0
    for number in range(count):
        problem = notice(size, "ordinary", number)
        best = compose(problem, time_limit_s=time_limit_s, seed=0)
        if best.status is not Status.OPTIMAL or best.plan is None:
            continue
        for wanted, times in ((1, seconds), (3, in_a_row)):
            began = perf_counter()
            found = alternatives(
                problem,
                best,
                count=wanted,
                least_difference=2,
                time_limit_s=wanted * time_limit_s,
                seed=0,
            )
            times.append(perf_counter() - began)
        asked += len(found)
        proven += sum(each.result.status is Status.OPTIMAL for each in found)
        ties += sum(each.is_tie for each in found)
        dearer += [each.plan.terms.total / best.plan.terms.total - 1 for each in found.found[:1]]
    if not seconds:
        print(f"{size} structures: no ordinary notice was proven in {time_limit_s} s.")
        return
    low, middle, high = quantiles(dearer, n=4) if len(dearer) > 1 else (0.0, *dearer, 0.0)
    print(
        f"{size} structures, {len(seconds)} ordinary notices: the next team in a median of "
        f"{median(seconds):.2f} s (target {TARGET_S} s), at most {max(seconds):.2f} s; three in a "
        f"row {median(in_a_row):.2f} s; {proven} of {asked} proven, {ties} ties; the second costs "
        f"{low:+.1%} / {middle:+.1%} / {high:+.1%} (quartiles)"
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
