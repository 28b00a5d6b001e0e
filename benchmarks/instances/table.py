"""`./go bench instances [--sizes 750,5000] [--update]`: what the world holds, class by class.

`--update` makes the needs and planted teams of real places anew and stores them in the project.
"""

import argparse
import sys
from collections.abc import Sequence
from statistics import median
from time import perf_counter

from benchmarks.instances import CLASSES, COUNT, SIZES, instance
from benchmarks.instances.country import country
from benchmarks.instances.drafts import draft
from benchmarks.instances.layout import REAL, default_layout
from benchmarks.instances.sizing import size
from benchmarks.instances.stored import made_for, path_of, read, to_json, write
from cordee.engine.pairs import build_pairs


def run(arguments: Sequence[str] = ()) -> int:
    """Print a line for each size and class."""
    parser = argparse.ArgumentParser(prog="./go bench instances", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--update", action="store_true")
    asked = parser.parse_args(list(arguments))
    sizes = [int(each) for each in asked.sizes.split(",")]
    if asked.update and default_layout() != REAL:
        print("The stored needs are those of real places: there are none beside the project.")
        return 1
    print(f"Places: {default_layout()}")
    print(f"{'size':>7} {'class':<10} {'candidates':>16} {'pairs':>16} {'planted':>8}  ms to make")
    for number in sizes:
        if asked.update:
            _update(number)
        for klass in CLASSES:
            _line(number, klass)
    return 0


def _line(number: int, klass: str) -> None:
    began = perf_counter()
    made = [instance(number, klass, each) for each in range(COUNT)]
    seconds = (perf_counter() - began) / COUNT
    candidates = [len(each.problem.candidates) for each in made]
    pairs = [len(build_pairs(each.problem).all) for each in made]
    planted = sum(1 for each in made if each.planted)
    print(
        f"{number:>7} {klass:<10} {median(candidates):>8.0f} {max(candidates):>7} "
        f"{median(pairs):>8.0f} {max(pairs):>7} {planted:>5}/{COUNT}  {1000 * seconds:.0f}",
        flush=True,
    )


def _update(number: int) -> None:
    of = country(number)
    path = path_of(of)
    before, entries = read(path), {}
    for klass in CLASSES:
        for each in range(COUNT):
            drawn = draft(of, klass, each)
            kept = before.get(drawn.name)
            if kept is not None and kept["draft"] == made_for(drawn):
                entries[drawn.name] = kept
                continue
            print(f"  {number}/{drawn.name}", file=sys.stderr, flush=True)
            entries[drawn.name] = to_json(drawn, size(of, drawn))
    write(path, entries)
