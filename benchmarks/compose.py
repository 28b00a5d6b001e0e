"""Composing on the benchmark world: what each method proves, finds and loses, in one process.

    ./go bench compose                          about ten minutes: a fixed part of each class
    ./go bench compose --sizes 5000 --classes ordinary,hard --count 5 --methods exact,highs
    ./go bench compose --mix                    the 21 a size of core.md
    ./go bench compose --full --update          everything; best known values and bounds stored
    ./go bench compose --mix --seed 1,2,3       other countries, other notices; median and worst

Ends with 1 where two methods, or a method and what is stored, contradict each other.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from benchmarks import known as knowledge
from benchmarks import ted
from benchmarks.instances import CLASSES, COUNT, MIX, SIZES, Instance, instance
from benchmarks.known import Contradiction, Known
from benchmarks.measure import Run, contradictions, measure
from benchmarks.methods import METHODS
from benchmarks.report import Case, Measured, print_all, print_seeds

# What `./go bench compose` takes of each class; all sorts of impossible ones.
PART = {"ordinary": 4, "dense": 2, "hard": 3, "impossible": 6}
TED_PART = 3
# From these sizes on, methods that overrun any limit by minutes are run on demand only.
ON_DEMAND_FROM = {"milp": 50_000, "highs": 500_000, "local": 500_000}


@dataclass(frozen=True)
class Choice:
    """What is run: sizes, how many of each class, methods, seconds for each."""

    sizes: tuple[int, ...]
    counts: dict[str, int]
    methods: tuple[str, ...]
    limit_s: float
    all_methods: bool
    seeds: tuple[int, ...] = (0,)

    def methods_at(self, size: int) -> list[str]:
        """Return the methods that are run on a country of this size."""
        beyond = {name for name, least in ON_DEMAND_FROM.items() if size >= least}
        return [each for each in self.methods if self.all_methods or each not in beyond]


def run(arguments: Sequence[str] = ()) -> int:
    """Measure what is asked, print the tables, return 1 on a contradiction."""
    asked = _parser().parse_args(list(arguments))
    try:
        choice = chosen(asked)
    except ValueError as wrong:
        print(wrong)
        return 2
    _warm_up(choice.methods)
    measured: list[Measured] = []
    faults: list[str] = []
    for each in selected(choice):
        one, wrong_ones = _measured(each, choice)
        measured.append(one)
        faults += wrong_ones
        if asked.update and not wrong_ones:
            knowledge.store({each.name: (each, one[1])})
    print_all(measured, choice.methods, choice.limit_s)
    if len(choice.seeds) > 1:
        print_seeds(measured, choice.methods, choice.limit_s)
    if asked.json:
        _write_runs(Path(asked.json), measured)
    for fault in faults:
        print(f"CONTRADICTION {fault}")
    print(f"\nCross-checked {len(measured)} instances: {len(faults)} contradictions.")
    return 1 if faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./go bench compose")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--classes", default=",".join((*CLASSES, ted.CLASS)))
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--limit", type=float, default=5.0, help="seconds for each run")
    parser.add_argument("--count", type=int, help="so many of each class")
    parser.add_argument("--seed", default="0", help="0 is the stored world; 1,2,3 draws three")
    parser.add_argument("--mix", action="store_true", help="9, 3, 6 and 3, as core.md has them")
    parser.add_argument("--full", action="store_true", help="20 a class, all methods everywhere")
    parser.add_argument("--update", action="store_true", help="store better values and bounds")
    parser.add_argument("--json", metavar="FILE", help="write every run there")
    return parser


def chosen(asked: argparse.Namespace) -> Choice:
    """Return what is run; raises `ValueError` on a name or a size that does not exist."""
    sizes = tuple(int(each) for each in asked.sizes.split(","))
    classes, methods = asked.classes.split(","), tuple(asked.methods.split(","))
    for what, given, known in (
        ("--sizes", sizes, SIZES),
        ("--classes", classes, (*CLASSES, ted.CLASS)),
        ("--methods", methods, tuple(METHODS)),
    ):
        for each in given:
            if each not in known:
                raise ValueError(f"{what}: {each} does not exist; there are {known}.")
    seeds = tuple(int(each) for each in asked.seed.split(","))
    if asked.update and seeds != (0,):
        raise ValueError("--update stores what is known of seed 0: leave --seed out.")
    counts = {**PART, ted.CLASS: TED_PART}
    if asked.mix:
        counts = {**MIX, ted.CLASS: 0}
    if asked.full:
        counts = {**dict.fromkeys(CLASSES, COUNT), ted.CLASS: 10 * COUNT}
    if asked.count is not None:
        counts = dict.fromkeys((*CLASSES, ted.CLASS), asked.count)
    counts = {klass: counts[klass] for klass in classes}
    # Methods that were named are run wherever they are asked for.
    everywhere = asked.full or asked.methods != ",".join(METHODS)
    return Choice(sizes, counts, methods, asked.limit, everywhere, seeds)


def selected(choice: Choice) -> Iterator[Instance]:
    """Yield the instances of a choice, by size, seed and class."""
    for size, seed in product(choice.sizes, choice.seeds):
        for klass, count in choice.counts.items():
            if klass == ted.CLASS:
                yield from ted.instances(size, count, seed)
            else:
                for number in range(count):
                    yield instance(size, klass, number, seed=seed)


def _measured(each: Instance, choice: Choice) -> tuple[Measured, list[str]]:
    """Run all methods on one instance; add what they teach to what is known, or say the fault."""
    faults = []
    try:
        known = knowledge.known_of(each)
    except Contradiction as wrong:
        faults.append(str(wrong))
        known = Known()
    runs: dict[str, Run] = {}
    for method in choice.methods_at(each.size):
        runs[method] = measure(each, method, choice.limit_s)
        _report(each, runs[method])
    never = each.klass == "impossible" or known.impossible
    team_values = known.value if not any(run.solo for run in runs.values()) or known.solo else None
    faults += contradictions(each, list(runs.values()), team_values, known.bound, impossible=never)
    if not faults:
        try:
            known = knowledge.improved(each, known, list(runs.values()), datetime.now(UTC).date())
        except Contradiction as wrong:
            faults.append(str(wrong))
    return (Case.of(each), known, runs), faults


def _report(each: Instance, run: Run) -> None:
    value = "-" if run.value is None else f"{run.value / 1e8:.2f} EUR"
    gap = "" if run.gap is None or run.is_proven else f" gap {run.gap:.1%}"
    first = "" if run.first_s is None else f", first team {run.first_s:.2f} s"
    people = len(each.problem.candidates)
    print(
        f"  {each.name:<24} {people:>6} {run.method:<7}{run.status:<10} {value:>14}{gap} "
        f"{run.seconds:.2f} s{first} {' '.join(run.reasons)}",
        file=sys.stderr,
        flush=True,
    )


def _warm_up(methods: Sequence[str]) -> None:
    """Load and compile what each method needs, outside of all measures."""
    easy = instance(SIZES[0], "ordinary", 0)
    for method in methods:
        measure(easy, method, 5.0)


def _write_runs(path: Path, measured: Sequence[Measured]) -> None:
    rows = [
        {"size": each.size, "class": each.klass, "load_permille": each.load_permille, **asdict(one)}
        for each, _, runs in measured
        for one in runs.values()
    ]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
