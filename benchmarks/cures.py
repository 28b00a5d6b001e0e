"""Cures of impossible notices: the first one found and verified, and how near its least amount."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from statistics import median
from time import perf_counter

from benchmarks.instances import notice
from cordee.engine.compose import compose
from cordee.engine.cure import cures

TARGET_S = 1.0
NEAR = 0.02


def run(arguments: Sequence[str] = ()) -> int:
    """Print what is measured at each size asked."""
    parser = argparse.ArgumentParser(prog="./go bench cures")
    parser.add_argument("--sizes", default="50000", help="structures, with commas")
    parser.add_argument("--count", type=int, default=12, help="notices of each size")
    parser.add_argument("--seconds", type=float, default=5.0, help="limit of each question")
    asked = parser.parse_args(list(arguments))
    for size in asked.sizes.split(","):
        measure(size=int(size), count=asked.count, time_limit_s=asked.seconds)
    return 0


def measure(*, size: int, count: int, time_limit_s: float) -> None:
    """Print times and shares over impossible notices."""
    first: list[float] = []
    all_three: list[float] = []
    kinds: Counter[str] = Counter()
    cured = near = 0
    for number in range(count):
        problem = notice(size, "impossible", number)
        shown = compose(problem, time_limit_s=time_limit_s, seed=0)
        if shown.impossibility is None:
            continue
        began = perf_counter()
        one = cures(problem, shown, time_limit_s=time_limit_s, seed=0, most=1)
        first.append(perf_counter() - began)
        cured += bool(one.found)
        near += any(each.gap <= NEAR for each in one)
        began = perf_counter()
        found = cures(problem, shown, time_limit_s=time_limit_s, seed=0)
        all_three.append(perf_counter() - began)
        kinds.update(each.kind for each in found)
    if first:
        counts = ", ".join(f"{kind} {times}" for kind, times in kinds.most_common())
        print(
            f"{size} structures, {len(first)} impossible notices: the first cure in a median of "
            f"{median(first):.2f} s (target {TARGET_S} s), at most {max(first):.2f} s; "
            f"{cured} cured, {near} to within {NEAR:.0%} of the least; "
            f"up to three kinds {median(all_three):.2f} s ({counts})"
        )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
