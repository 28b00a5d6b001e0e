"""A first answer to a changed question: composed among few, then a start for the whole search."""

from collections.abc import Iterable
from dataclasses import replace

from cordee.engine.compose import compose
from cordee.engine.method import Method
from cordee.engine.pairs import Pair, Pairs, build_pairs
from cordee.engine.problem import Problem
from cordee.engine.result import Result, Status

# Below this the whole search is as quick as one among few.
MANY_PAIRS = 800
CHEAPEST = 8
LARGEST = 8
MOST_SECONDS = 0.5
SHARE_OF_TIME = 4


def start_for(
    changed: Problem,
    near: Result,
    keep: Iterable[str],
    *,
    time_limit_s: float,
    seed: int,
    method: Method | None,
    groups_allowed: bool,
) -> Result:
    """Return what a search of a changed problem starts from: a team found among few, else `near`.

    Few are those of `near`, those of `keep`, and for each package the cheapest and the largest.
    """
    pairs = build_pairs(changed)
    if len(pairs.all) < MANY_PAIRS or not groups_allowed:
        return near
    first = compose(
        _among_few(changed, pairs, {*keep, *(near.plan.organisations if near.plan else ())}),
        time_limit_s=min(MOST_SECONDS, time_limit_s / SHARE_OF_TIME),
        seed=seed,
        method=method,
        near=near,
    )
    if first.plan is None or first.solo:
        return near
    return replace(near, plan=first.plan, solo=False, status=Status.GAP)


def _among_few(problem: Problem, pairs: Pairs, keep: set[str]) -> Problem:
    names = keep | problem.pinned
    names |= {pair.candidate.organisation for pair in pairs.all if pair.must_hold}
    for package in problem.packages:
        mine = pairs.of_package(package.id)
        names |= {pair.candidate.organisation for pair in sorted(mine, key=_cost)[:CHEAPEST]}
        names |= {pair.candidate.organisation for pair in sorted(mine, key=_size)[:LARGEST]}
    kept = tuple(c for c in problem.candidates if c.organisation in names)
    return problem.replace(candidates=kept)


def _cost(pair: Pair) -> tuple[float, str]:
    return pair.cents_per_cfte + pair.cents_once / pair.most_cfte, pair.candidate.id


def _size(pair: Pair) -> tuple[int, str]:
    return -pair.most_cfte, pair.candidate.id
