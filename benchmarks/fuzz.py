"""Every method against brute force on 2,000 random small problems, then the random tests in full.

./go bench fuzz                          both
./go bench fuzz --count 200 --no-tests   the comparison alone, on fewer
"""

import argparse
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks.methods import METHODS, PROVING
from cordee.engine.compose import RefusedResult, compose
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Status
from tests.engine.brute_force import Best, best_plan
from tests.engine.instances import draw_problem, with_wishes

SUITES = ["tests/engine", "tests/notices/test_fuzz.py"]
# Other seeds than those of the suite.
FIRST_SEED = 1_000_000
COUNT = 2_000
LIMIT_S = 60.0


def run(arguments: Sequence[str] = ()) -> int:
    """Print how many agree by method; 1 where one does not, or a test fails."""
    parser = argparse.ArgumentParser(prog="./go bench fuzz")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--methods", default=",".join(PROVING))
    parser.add_argument("--no-tests", action="store_true")
    asked = parser.parse_args(list(arguments))
    differing = compare(asked.methods.split(","), range(FIRST_SEED, FIRST_SEED + asked.count))
    for line in differing:
        print(f"DIFFERENT {line}")
    code = 1 if differing else 0
    if not asked.no_tests:
        tests = [sys.executable, "-m", "pytest", "-q", "-n", "2", *SUITES]
        code = max(
            code, subprocess.run(tests, env={**os.environ, "CORDEE_FUZZ": "full"}).returncode
        )
    return code


def compare(methods: Sequence[str], seeds: range) -> list[str]:
    """Return what differs from brute force; one problem in three carries wishes."""
    agreeing: Counter[str] = Counter()
    differing: list[str] = []
    for seed in seeds:
        problem = draw_problem(seed)
        if seed % 3 == 0:
            problem = with_wishes(problem, seed)
        expected = best_plan(problem)
        for method in methods:
            wrong = _difference(problem, method, expected)
            if wrong:
                differing.append(f"seed {seed}, {method}: {wrong}")
            else:
                agreeing[method] += 1
        if (seed - seeds.start) % 250 == 249:
            print(f"  {seed - seeds.start + 1} of {len(seeds)}", file=sys.stderr, flush=True)
    for method in methods:
        print(f"{method:<7} agrees with brute force on {agreeing[method]} of {len(seeds)}")
    return differing


def _difference(problem: Problem, method: str, expected: Best | None) -> str:
    try:
        result = compose(problem, time_limit_s=LIMIT_S, seed=0, method=METHODS[method]())
    except RefusedResult as refused:
        return str(refused)
    if expected is None:
        # Those that only find cannot tell that there is nothing to find.
        is_right = result.status is Status.IMPOSSIBLE or (
            method not in PROVING and result.status is Status.UNDECIDED
        )
        return "" if is_right else f"{result.status}, there is none"
    if result.objective is None:
        is_missed = method in PROVING or result.status is Status.IMPOSSIBLE
        return f"{result.status}, there is one" if is_missed else ""
    if result.solo != expected.solo and method in PROVING:
        return f"alone {result.solo}, should be {expected.solo}"
    above = result.objective - expected.cost
    if result.solo == expected.solo and above < 0:
        return f"{-above} below the optimum"
    if method in PROVING and (result.status is not Status.OPTIMAL or above > OPTIMAL_WITHIN_UNITS):
        return f"{result.status}, {above} above the optimum"
    return ""
