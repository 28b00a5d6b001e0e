"""What supposing trades is worth, on real structures and on the contracts they won.

    ./go bench guesses

There is no list of what structures do. Two weak truths stand in for it: a contract that a
structure won is a trade it has (nothing says it has no other), and where both name and NAF code
speak, they should agree.
"""

import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import django

from benchmarks.instances.layout import shared_data
from cordee.rules import trades

KINDS = ("ACI", "EI", "EITI", "EA", "ESAT")


def run(options: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    folder = shared_data()
    path = folder / "structures" / "siae_2020.csv" if folder else None
    if folder is None or path is None or not path.is_file():
        print("structures/siae_2020.csv is absent: nothing measured.")
        return 0
    with path.open(encoding="utf-8") as file:
        structures = [row for row in csv.DictReader(file) if row["kind"] in KINDS]
    _coverage(structures)
    _agreement(structures)
    _against_awards(structures, folder / "decp" / "awards_to_siae.json")
    return 0


def _named(row: Mapping[str, str]) -> set[str]:
    from cordee.members import guessing

    return {guess.trade for guess in guessing.from_name(row["name"], row["brand"])}


def _coded(row: Mapping[str, str]) -> set[str]:
    from cordee.members import guessing

    return {guess.trade for guess in guessing.from_naf(row["naf"])}


def _coverage(structures: Sequence[Mapping[str, str]]) -> None:
    by_name = sum(bool(_named(row)) for row in structures)
    by_code = sum(bool(_coded(row)) for row in structures)
    either = sum(bool(_named(row) | _coded(row)) for row in structures)
    print(f"structures: {len(structures)}; guessed by name {by_name}, by NAF {by_code}, {either}")


def _agreement(structures: Sequence[Mapping[str, str]]) -> None:
    both = [(a, b) for row in structures if (a := _named(row)) and (b := _coded(row))]
    agree = sum(bool(a & b) for a, b in both)
    print(f"name and NAF both speak: {len(both)}; one trade in common: {agree}")


def _against_awards(structures: Sequence[Mapping[str, str]], path: Path) -> None:
    won: dict[str, set[str]] = defaultdict(set)
    for award in json.loads(path.read_text(encoding="utf-8")):
        code = award["cpv"][:8]
        if award["exact"] and len(code) == 8 and code.isdigit():
            won[award["siret"]] |= {match.trade.slug for match in trades.match_cpv(code)}
    known = {siret: found for siret, found in won.items() if found}
    counts: Counter[str] = Counter()
    for row in structures:
        truth = known.get(row["siret"])
        if truth is None:
            continue
        guessed = _named(row) | _coded(row)
        counts["structures"] += 1
        counts["trades won"] += len(truth)
        counts["trades won and guessed"] += len(truth & guessed)
        counts["with a guess"] += bool(guessed)
        counts["guesses"] += len(guessed)
        counts["guesses borne out by a contract"] += len(truth & guessed)
        counts["with a guess borne out"] += bool(truth & guessed)
    for what, count in counts.items():
        print(f"{what}: {count}")
