"""The benchmark world: seeded countries of structures and notices in named classes.

`notice(50_000, "hard", 3)` is always the same problem for a layout of places. Classes and counts:
see `docs/algorithms/bench.md`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.instances.country import SIZES, Country, country
from benchmarks.instances.drafts import CLASSES, COUNT, Draft, draft
from benchmarks.instances.near import filtered
from benchmarks.instances.sizing import Sized
from benchmarks.instances.stored import sized
from cordee.engine.problem import Package, Params, Problem
from cordee.rules.plain import to_plain

# How many of each class make the mix of `core.md` section 3.
MIX = {"ordinary": 9, "dense": 3, "hard": 6, "impossible": 3}


@dataclass(frozen=True)
class Instance:
    """A notice of a country; `planted` is a team known to hold, cFTE by candidate and package.

    `digest` names packages, limits and country: what is stored for another one counts for nothing.
    """

    name: str
    digest: str
    size: int
    seed: int
    klass: str
    sort: str | None
    load_permille: int | None
    problem: Problem
    planted: Mapping[tuple[str, str], int]


def instance(
    size: int, klass: str, number: int, layout: str | None = None, seed: int = 0
) -> Instance:
    """Return a notice with what is known of it.

    `klass` is one of `CLASSES`, `number` runs from 0 (20 a class are stored, more can be drawn),
    `seed` draws another country and other notices in it.
    """
    if klass not in CLASSES:
        raise ValueError(f"klass is {klass!r}; give one of {CLASSES}.")
    of = country(size, layout, seed)
    drawn: Draft = draft(of, klass, number)
    made = sized(of, drawn)
    where = str(size) if seed == 0 else f"{size}/seed-{seed}"
    return posed(
        of, f"{where}/{drawn.name}", klass, drawn.sized(made.needs), drawn.params, drawn.sort, made
    )


def posed(
    of: Country,
    name: str,
    klass: str,
    packages: Sequence[Package],
    params: Params,
    sort: str | None = None,
    made: Sized | None = None,
) -> Instance:
    """Return the instance of some packages in a country."""
    asked = json.dumps([of.digest, to_plain(tuple(packages)), to_plain(params)], sort_keys=True)
    return Instance(
        name=name,
        digest=hashlib.sha256(asked.encode()).hexdigest()[:12],
        size=len(of),
        seed=of.seed,
        klass=klass,
        sort=sort,
        load_permille=made.load_permille if made else None,
        problem=filtered(of, packages, params),
        planted=made.planted if made else {},
    )


def notice(size: int, klass: str, number: int, layout: str | None = None) -> Problem:
    """Return the problem of a notice, among the candidates near it."""
    return instance(size, klass, number, layout).problem


__all__ = ["CLASSES", "COUNT", "MIX", "SIZES", "Instance", "instance", "notice", "posed"]
