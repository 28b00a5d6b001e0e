"""`./go bench [name]`: runs one benchmark, or all of them. Figures are ratios within one run."""

import sys

from benchmarks import compose, fuzz, pages

BENCHMARKS = {"compose": compose.run, "pages": pages.main, "fuzz": fuzz.main}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"{unknown[0]}: no such benchmark; there are {', '.join(BENCHMARKS)}.")
        return 2
    for name in names or list(BENCHMARKS):
        print(f"== {name}")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
