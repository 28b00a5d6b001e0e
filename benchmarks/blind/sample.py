"""Draw the notices of a blind set, or print them for the one who labels.

python -m benchmarks.blind.sample NAME draw --seed 20261130
python -m benchmarks.blind.sample NAME draw --seed 20261131 --figures
python -m benchmarks.blind.sample NAME show sectors 1 12

A set holds no notice of the label files, nor of an earlier set, nor one told by them.
`targeted` lines are drawn where title, text or keywords hold a word of `words.txt`, the others
anywhere. With `--figures`, two thirds of the clauses are drawn where the text holds a number of
hours (`hours`) or one of the words of `FIGURES` (`figures`). Where a source runs out of lines,
other notices of 2021 take their place.
"""

import argparse
import json
import os
import random
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from pathlib import Path

from benchmarks.blind import CLAUSES, HERE, SECTORS, file_of
from benchmarks.blind.texts import Record, conditions, key, notices

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
DATA = Path(os.environ.get("CORDEE_SHARED_DATA") or BESIDE)
TARGETED, ANY, OF_HOURS, OF_WORDS = "targeted", "random", "hours", "figures"
REST = ("boamp-2021", ANY)
# (source, stratum, lines): about the proportions of the label file, except that few notices of 2026
# are left: older ones take the place of the rest.
OF_SECTORS = (
    ("boamp-2026", ANY, 3), ("ted-2026", ANY, 2), ("ted-export", TARGETED, 30),
    ("boamp-2021", TARGETED, 72), ("ted-export", ANY, 16), ("boamp-2021", ANY, 27),
)  # fmt: skip
OF_CLAUSES = (
    ("boamp-2021-conditions", ANY, 45), ("ted-export", ANY, 21),
    ("boamp-2021", ANY, 6), ("boamp-2026", ANY, 2), ("ted-2026", ANY, 2),
)  # fmt: skip
OF_CLAUSES_WITH_FIGURES = (
    ("boamp-2021-conditions", OF_HOURS, 22), ("ted-export", OF_HOURS, 3),
    ("boamp-2021", OF_HOURS, 3),
    ("boamp-2021-conditions", OF_WORDS, 6), ("ted-export", OF_WORDS, 7),
    ("boamp-2021", OF_WORDS, 9),
    ("boamp-2021-conditions", ANY, 12), ("ted-export", ANY, 8), ("boamp-2021", ANY, 3),
    ("ted-2026", ANY, 2),
)  # fmt: skip
HOURS = r"\d[\d .,]*h(eures?)?\b|\bheures?\b.{0,40}\d"
FIGURES = (
    r"\d\s*%.{0,80}(heure|insertion|main d)|part du temps",
    r"sans objet|néant|ne comporte (pas|aucun)",
    r"2113-(7|1[2-6])|réservée?s? (à des|aux?) ",
    r"réserv",
    r"\d\s*%",
    r"groupement",
)
"""What a text with figures holds, a kind a line, the rarest first."""
WORDS = [line.split(", ") for line in (HERE / "words.txt").read_text("utf-8").splitlines()]
"""Words that begin a word of the notice, a trade a line: targeted lines take trades in turn."""


def draw(name: str, seed: int, *, figures: bool = False) -> None:
    """Write the two files of a set: identifier, source and stratum of each line, no label yet."""
    paths = [file_of(name, kind) for kind in (SECTORS, CLAUSES)]
    if any(path.exists() for path in paths):
        raise SystemExit(f"The set {name} is drawn already.")
    seen = _known([*(DATA / "labels").glob("*.jsonl"), *HERE.glob("*.jsonl")])
    every, chance = notices(DATA), random.Random(seed)
    of_clauses = OF_CLAUSES_WITH_FIGURES if figures else OF_CLAUSES
    for path, pool, parts in (
        (paths[0], every, OF_SECTORS),
        (paths[1], conditions(DATA), of_clauses),
    ):
        lines: list[Record] = []
        told = {_told(each) for each in pool.values() if each["id"] in seen}
        order = sorted(pool)
        chance.shuffle(order)
        whole = sum(count for _, _, count in parts)
        for source, stratum, most in (*parts, (*REST, whole)):
            count = min(most, whole - len(lines))
            own = [pool[place] for place in order if place[0] == source]
            for record in islice(_fresh(_ordered(own, stratum), seen, told), count):
                lines.append({"id": record["id"], "source": source, "stratum": stratum})
        chance.shuffle(lines)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def show(name: str, kind: str, first: int, last: int) -> None:
    """Print lines of a set with their text, and the label where there is one."""
    pool = notices(DATA) if kind == SECTORS else conditions(DATA)
    lines = file_of(name, kind).read_text("utf-8").splitlines()[first - 1 : last]
    for number, line in enumerate(map(json.loads, lines), first):
        print(f"\n=== {number} {json.dumps(line, ensure_ascii=False)}")
        for field, value in pool[key(line)].items():
            if field not in {"id", "source"} and value:
                print(f"{field}: {value}")


def _known(paths: Iterable[Path]) -> set[str]:
    lines = (line for path in paths for line in path.read_text("utf-8").splitlines())
    return {json.loads(line)["id"] for line in lines}


def _ordered(records: list[Record], stratum: str) -> Iterator[Record]:
    """The records in order, or by trade in turn or rarest figure first where asked for."""
    if stratum == ANY:
        return iter(records)
    if stratum == TARGETED:
        hints = [(each, " " + _plain(" ".join(map(str, each.values())))) for each in records]
        turns = [
            [each for each, text in hints if any(f" {word}" in text for word in words)]
            for words in WORDS
        ]
    else:
        kinds = (HOURS,) if stratum == OF_HOURS else FIGURES
        said = [(each, f"{each['text']}\n{each['grouping_text']}".lower()) for each in records]
        turns = [[each for kind in kinds for each, text in said if re.search(kind, text)]]
    return (each for row in zip_longest(*turns) for each in row if each is not None)


def _fresh(records: Iterator[Record], seen: set[str], told: set[str]) -> Iterator[Record]:
    """Those not seen yet, nor told under another identifier; each is seen from then on."""
    for record in records:
        if record["id"] not in seen and (words := _told(record)) not in told:
            seen.add(record["id"])
            told.add(words)
            yield record


def _told(record: Record) -> str:
    """What two notices of one contract share: the end of the title, or what is said."""
    if "title" in record:
        return _plain(record["title"].rpartition(" – ")[2])
    return _plain(record["text"] + record["grouping_text"])


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFD", text.lower())
    letters = "".join(each for each in parted if not unicodedata.combining(each))
    return " ".join(
        re.sub(r"[^a-z0-9'-]", " ", letters.replace("’", "'").replace("œ", "oe")).split()
    )


def main() -> int:
    """Draw or show."""
    parser = argparse.ArgumentParser(prog="benchmarks.blind.sample", description=__doc__)
    parser.add_argument("name")
    tasks = parser.add_subparsers(dest="task", required=True)
    of_draw = tasks.add_parser("draw")
    of_draw.add_argument("--seed", type=int, required=True)
    of_draw.add_argument("--figures", action="store_true", help="clauses that hold figures")
    of_show = tasks.add_parser("show")
    of_show.add_argument("kind", choices=(SECTORS, CLAUSES))
    of_show.add_argument("first", type=int)
    of_show.add_argument("last", type=int)
    options = parser.parse_args()
    if options.task == "draw":
        draw(options.name, options.seed, figures=options.figures)
    else:
        show(options.name, options.kind, options.first, options.last)
    return 0


if __name__ == "__main__":
    sys.exit(main())
