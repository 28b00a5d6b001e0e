"""`./go bench [name [options]]`: runs one benchmark, or all of them with their defaults.

Figures are ratios within one run. `./go bench compose --help` tells its options.
"""

import sys
from collections.abc import Callable, Sequence

from benchmarks import (
    alliances,
    alternatives,
    compose,
    cures,
    delivery,
    economics,
    fuzz,
    fuzz_reading,
    guesses,
    import_kills,
    mobilisation,
    pages,
    practices,
    rank,
    reading,
    reading_speed,
    sizes,
    skills,
    what_if,
)
from benchmarks.instances import table
from cordee.engine.compiling import compile_all

# A benchmark takes what follows its name and returns an exit code; a new one is a line here.
BENCHMARKS: dict[str, Callable[[Sequence[str]], int]] = {
    "instances": table.run,
    "compose": compose.run,
    "rank": rank.run,
    "alternatives": alternatives.run,
    "alliances": alliances.run,
    "what-if": what_if.run,
    "cures": cures.run,
    "economics": economics.run,
    "delivery": delivery.run,
    "pages": pages.run,
    "practices": practices.run,
    "mobilisation": mobilisation.run,
    "fuzz": fuzz.run,
    "guesses": guesses.run,
    "reading": reading.run,
    "fuzz_reading": fuzz_reading.run,
    "import_kills": import_kills.run,
    "reading_speed": reading_speed.run,
    "sizes": sizes.run,
    "skills": skills.run,
}


def main(arguments: Sequence[str]) -> int:
    """Run what is named, with what follows its name; the exit code is the worst."""
    # Else what says that it is compiled would take the plain road.
    compile_all()
    if not arguments:
        return max([_run(name, ()) for name in BENCHMARKS])
    name, *options = arguments
    if name not in BENCHMARKS:
        print(f"{name}: no such benchmark; there are {', '.join(BENCHMARKS)}.")
        return 2
    return _run(name, options)


def _run(name: str, options: Sequence[str]) -> int:
    print(f"== {name}", flush=True)
    return BENCHMARKS[name](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
