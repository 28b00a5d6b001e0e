"""Ranking packages on blocks: here on some threads, or wherever an executor sends the work."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from cordee.engine.problem import Candidate, Package, Params
from cordee.engine.rank import Ranked, rank
from cordee.engine.ranking import kernel, scan
from cordee.engine.ranking.aside import tally
from cordee.engine.ranking.asked import Asked
from cordee.engine.ranking.block import Block
from cordee.engine.ranking.lists import (
    Lists,
    Part,
    Places,
    assembled,
    best_first,
    merged,
    places_by_block,
)
from cordee.engine.ranking.near import Array

LISTED = 50
BLOCKS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Stored:
    """A block by the name of its file, as it travels to workers that share a folder."""

    path: str
    version: str
    rows: int


def rank_blocks(
    blocks: Sequence[Block], asked: Asked, *, listed: int = LISTED, threads: int = 1
) -> Lists:
    """Rank packages on blocks in memory; blocks stand in the order of their identifiers.

    Each thread takes some packages through all blocks, so that what is found in one cuts the next.
    """
    bases = _bases([len(block) for block in blocks])
    keys, ranked = _empty(asked, listed)

    def search(packages: Array) -> None:
        for block, base in zip(blocks, bases.tolist(), strict=True):
            search_block(block, asked, packages, base=base, keys=keys, ranked=ranked)

    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(search, np.array_split(asked.by_place(), threads)))
    else:
        search(asked.by_place())
    ordered = best_first(keys)
    parts = [
        part_of(block, asked, places)
        for block, places in zip(blocks, places_by_block(ordered, bases), strict=True)
        if len(places.where)
    ]
    return assembled(ordered, ranked, parts)


def rank_stored(
    blocks: Sequence[Stored], asked: Asked, executor: Executor, *, listed: int = LISTED
) -> Lists:
    """Rank packages on stored blocks, one task a block; any executor gives the same bits.

    A task is a pure function of a block and the packages, so a lost one may be done again.
    """
    bases = _bases([block.rows for block in blocks])
    keys, ranked = _empty(asked, listed)
    count = len(blocks)
    found = executor.map(search_stored, blocks, [asked] * count, bases.tolist(), [listed] * count)
    for more, in_reach in found:
        keys, ranked = merged(keys, more), ranked + in_reach
    ordered = best_first(keys)
    places = places_by_block(ordered, bases)
    used = [n for n in range(count) if len(places[n].where)]
    parts = executor.map(
        part_of_stored,
        [blocks[n] for n in used],
        [asked] * len(used),
        [replace(places[n], where=places[n].where[:0]) for n in used],
    )
    return assembled(
        ordered,
        ranked,
        [replace(part, where=places[n].where) for n, part in zip(used, parts, strict=True)],
    )


def search_stored(block: Stored, asked: Asked, base: int, listed: int) -> tuple[Array, Array]:
    """Return the keys of the best rows of one block, and how many are in reach."""
    keys, ranked = _empty(asked, listed)
    search_block(opened(block), asked, asked.by_place(), base=base, keys=keys, ranked=ranked)
    return keys, ranked


def tally_stored(block: Stored, asked: Asked) -> Array:
    """Return who is set aside in a stored block, see `aside.tally`."""
    return tally(opened(block), asked)


def part_of_stored(block: Stored, asked: Asked, places: Places) -> Part:
    """Return who some winners of a stored block are, and their terms."""
    return part_of(opened(block), asked, places)


@lru_cache(maxsize=BLOCKS_KEPT)
def opened(block: Stored) -> Block:
    """Return a stored block, kept for the next task; refuses a file that has changed."""
    found = Block.load(Path(block.path))
    if found.version != block.version:
        raise ValueError(f"{block.path} is not the block {block.version[:12]}: store it again.")
    return found


def ranked_rows(
    lists: Lists, packages: Sequence[Package], blocks: Sequence[Stored], params: Params
) -> Iterator[list[Ranked]]:
    """Give the list of each package as `rank` writes it, with terms and facts, best first.

    Each row is ranked again by the readable function; raises `RuntimeError` where they differ.
    """
    candidates = _winners(lists, blocks)
    for p, package in enumerate(packages):
        found = []
        for place, row in enumerate(lists.rows[p, : int(lists.found[p])].tolist()):
            candidate = candidates[row]
            again = rank(package, [candidate], params=params).ranked
            terms = lists.points[p, place].tolist(), lists.out_of[p, place].tolist()
            name = lists.ids[p, place].decode()
            if not again or _terms(again[0]) != terms or again[0].candidate != name:
                raise RuntimeError(
                    f"{name} for {package.id}: the columns and `rank` differ; trust neither."
                )
            found.append(again[0])
        yield found


def _winners(lists: Lists, blocks: Sequence[Stored]) -> dict[int, Candidate]:
    """Return who stands in the lists, by row through all blocks; each block is opened once."""
    bases = _bases([block.rows for block in blocks])
    found = {}
    for block, base, places in zip(
        blocks, bases.tolist(), places_by_block(lists.keys, bases), strict=True
    ):
        rows = np.unique(places.rows).tolist()
        if rows:
            own = opened(block)
            found.update({base + row: own.candidate(row) for row in rows})
    return found


def _terms(ranked: Ranked) -> tuple[list[int], list[int]]:
    return [term.points for term in ranked.terms], [term.out_of for term in ranked.terms]


def search_block(
    block: Block, asked: Asked, packages: Array, *, base: int, keys: Array, ranked: Array
) -> None:
    """Bring into `keys` (heaps, by package) the best rows of a block, and count those in reach."""
    if not kernel.IS_COMPILED:
        scan.search(block, asked, packages, base=base, keys=keys, ranked=ranked)
        return
    kernel.search(
        *block.columns,
        *block.index,
        *block.rules(asked),
        asked.rows,
        packages,
        base,
        keys,
        ranked,
    )


def part_of(block: Block, asked: Asked, places: Places) -> Part:
    """Return identifiers and terms of the rows of a block that stand in the lists.

    Raises `RuntimeError` where terms do not add up to the points that put a row in its place.
    """
    shape = len(places.rows), len(kernel.TERMS)
    points, out_of = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    wrong = kernel.count_terms(
        *block.columns,
        *block.rules(asked),
        asked.rows,
        places.packages,
        places.rows,
        places.points,
        points,
        out_of,
    )
    if wrong:
        raise RuntimeError(f"{wrong} notes are not the sum of their terms: do not use this list.")
    return Part(places.where, block.ids[places.rows], points, out_of)


def _empty(asked: Asked, listed: int) -> tuple[Array, Array]:
    return np.full((len(asked), listed), kernel.EMPTY), np.zeros(len(asked), np.int64)


def _bases(sizes: Sequence[int]) -> Array:
    return np.array([0, *sizes], np.int64).cumsum()[:-1]
