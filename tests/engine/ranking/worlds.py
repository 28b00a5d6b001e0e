"""Small worlds on which the columnar ranking is compared with the readable one."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from cordee.engine.problem import Candidate, Package, Params, Problem
from cordee.engine.rank import rank
from cordee.engine.ranking.block import blocks_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import Lists, by_reason, rank_blocks, tally
from tests.engine.instances import Size, draw_problem

SIZE = Size(candidates=40, packages=4)


def draw_world(seed: int) -> Problem:
    """Return up to forty structures, with unknowns and guesses, some of them scattered widely."""
    problem = draw_problem(seed, SIZE)
    if seed % 3:
        return problem
    dice = Random(seed)
    return replace(
        problem,
        candidates=tuple(
            each
            if each.latitude_deg is None or dice.random() < 0.5
            else replace(
                each,
                latitude_deg=each.latitude_deg + dice.uniform(-0.9, 0.9),
                longitude_deg=(each.longitude_deg or 0) + dice.uniform(-1.2, 1.2),
            )
            for each in problem.candidates
        ),
    )


def lists_of(
    packages: Sequence[Package],
    candidates: Sequence[Candidate],
    *,
    limit_km: int,
    rows: int = 1_000,
    listed: int = 50,
    threads: int = 1,
) -> Lists:
    """Rank with the columns."""
    asked = columns_of(packages, limit_km=limit_km)
    return rank_blocks(blocks_of(candidates, rows=rows), asked, listed=listed, threads=threads)


def assert_as_rank(
    packages: Sequence[Package], candidates: Sequence[Candidate], lists: Lists, *, limit_km: int
) -> None:
    """Check every list, term, count and reason against `rank`, package by package."""
    params = Params(max_distance_km=limit_km)
    asked = columns_of(packages, limit_km=limit_km)
    counts = sum(tally(block, asked) for block in blocks_of(candidates, rows=7))
    aside = by_reason(counts, lists.ranked)
    listed = lists.ids.shape[1]
    for p, package in enumerate(packages):
        ranking = rank(package, candidates, params=params)
        best = ranking.ranked[:listed]
        found = int(lists.found[p])
        assert [each.decode() for each in lists.ids[p, :found]] == [r.candidate for r in best]
        assert lists.points[p, :found].tolist() == [[t.points for t in r.terms] for r in best]
        assert lists.out_of[p, :found].tolist() == [[t.out_of for t in r.terms] for r in best]
        assert int(lists.ranked[p]) == len(ranking.ranked)
        assert aside[p] == ranking.set_aside_by_obstacle
