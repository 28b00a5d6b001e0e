"""Ranking packages on blocks: here on some threads, or wherever an executor sends the work.

The lists that it gives have a digest, the same wherever they were computed.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from cordee.engine.problem import Candidate, Package, Params
from cordee.engine.rank import Ranked, rank
from cordee.engine.ranking import kernel, scan
from cordee.engine.ranking.block import Block
from cordee.engine.ranking.index import Array
from cordee.engine.ranking.kernel import LAST_ROW, ROW_BITS, TERMS
from cordee.engine.ranking.package_columns import PackageColumns
from cordee.engine.result import Obstacle

REASONS = (
    Obstacle.NO_PLACE,
    Obstacle.UNKNOWN_TRADE,
    Obstacle.NO_TRADE,
    Obstacle.NOT_ELIGIBLE,
    Obstacle.STAFF_SUPPLY,
    Obstacle.CERTIFICATION,
    Obstacle.OUT_OF_REACH,
)
_COLUMNS = {reason: column for column, reason in enumerate(REASONS)}
LISTED = 50
BLOCKS_KEPT = 8


def tally(block: Block, asked: PackageColumns) -> Array:
    """Return [package, reason] counts of a block, with all who pass counted as out of reach.

    No structure is looked at one by one: every reason but distance depends on trade, kind and
    certifications alone.
    """
    structures, trades = block.structures, len(block.trades)
    placed = ~np.isnan(block.latitude_deg)
    skill_counts = structures["end_skill"] - structures["first_skill"]
    owners = np.repeat(np.arange(len(block)), skill_counts)
    skills, owners = block.skills[placed[owners]], owners[placed[owners]]
    unsure = skills["certainty"] == 0
    silent = np.bincount(skills["trade"][unsure], minlength=trades)
    profiles = len(block.profiles)
    # One number by trade and profile, so that one count gives the whole table.
    pairs = skills["trade"][~unsure].astype(np.int64) * profiles
    pairs += structures["profile"][owners[~unsure]]
    practising = np.bincount(pairs, minlength=trades * profiles).reshape(trades, profiles)
    counts = np.zeros((len(asked), len(REASONS)), np.int64)
    counts[:, _COLUMNS[Obstacle.NO_PLACE]] = (~placed).sum()
    mute = int((placed & (skill_counts == 0)).sum())
    codes = block.trade_codes(asked.trades)[asked.rows["trade"]]
    known = codes >= 0
    counts[:, _COLUMNS[Obstacle.UNKNOWN_TRADE]] = mute
    counts[known, _COLUMNS[Obstacle.UNKNOWN_TRADE]] += silent[codes[known]]
    reasons = _reasons(block, asked)[asked.rows["condition"][known]]
    here = practising[codes[known]]
    for reason in REASONS[3:]:
        column = _COLUMNS[reason]
        counts[known, column] = np.where(reasons == column, here, 0).sum(axis=1)
    # Whoever no other reason counts does not practise the trade.
    counts[:, _COLUMNS[Obstacle.NO_TRADE]] = len(block) - counts.sum(axis=1)
    return counts


def _reasons(block: Block, asked: PackageColumns) -> Array:
    """Return [condition, profile]: the column of the reason, out of reach for those who pass."""
    found = [
        [
            _COLUMNS[profile.obstacle(condition) or Obstacle.OUT_OF_REACH]
            for profile in block.profiles
        ]
        for condition in asked.conditions
    ]
    return np.array(found, np.int64).reshape(len(asked.conditions), len(block.profiles))


def by_reason(counts: Array, ranked: Array) -> list[dict[Obstacle, int]]:
    """Return, by package, how many are set aside for each reason that somebody meets."""
    rest = counts.copy()
    rest[:, _COLUMNS[Obstacle.OUT_OF_REACH]] -= ranked
    return [
        {reason: n for reason, n in zip(REASONS, line, strict=True) if n} for line in rest.tolist()
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The best structures of each package: line `p`, from the first to the last.

    `found[p]` of them; what stands beyond means nothing. `points` and `out_of` are by term, in the
    order of `TermName`; `ranked` counts all in reach, listed or not.
    """

    keys: Array
    ids: Array
    points: Array
    out_of: Array
    ranked: Array

    @property
    def found(self) -> Array:
        """How many structures each list holds."""
        return (self.keys >= 0).sum(axis=1)

    @property
    def rows(self) -> Array:
        """Rows counted through all blocks."""
        return rows_of(self.keys)

    @property
    def digest(self) -> str:
        """One digest of identifiers, points and terms, the same wherever they were computed."""
        whole = hashlib.sha256()
        for p, found in enumerate(self.found.tolist()):
            whole.update(f"{found} {int(self.ranked[p])}\n".encode())
            whole.update(b"\n".join(self.ids[p, :found].tolist()))
            whole.update(self.points[p, :found].tobytes())
            whole.update(self.out_of[p, :found].tobytes())
        return whole.hexdigest()


def best_first(keys: Array) -> Array:
    """Return keys from the largest to the smallest in each line."""
    ordered: Array = np.sort(keys, axis=1)[:, ::-1]
    return ordered


def merged(keys: Array, more: Array) -> Array:
    """Return the best of two sets of lists: in whatever order lists come, the end is the same."""
    both = np.concatenate((keys, more), axis=1)
    return np.sort(both, axis=1)[:, -keys.shape[1] :]


def rows_of(keys: Array) -> Array:
    """Return the rows that keys stand for; those of empty places mean nothing."""
    return LAST_ROW - (keys & LAST_ROW)


def places_by_block(keys: Array, bases: Array) -> list[Array]:
    """Return, for each block that begins at one of `bases`, the flat places that it fills."""
    filled = np.flatnonzero(keys.ravel() >= 0)
    owner = np.searchsorted(bases, rows_of(keys.ravel()[filled]), side="right") - 1
    return [filled[owner == n] for n in range(len(bases))]


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block by the name of its file, as it travels to workers that share a folder."""

    path: str
    version: str
    rows: int

    def __len__(self) -> int:
        return self.rows


def rank_blocks(
    blocks: Sequence[Block], asked: PackageColumns, *, listed: int = LISTED, threads: int = 1
) -> Lists:
    """Rank packages on blocks in memory; blocks stand in the order of their identifiers.

    Each thread takes some packages through all blocks, so that what is found in one cuts the next.
    """
    bases = _bases(blocks)
    keys, ranked = _empty(asked, listed)

    def search(packages: Array) -> None:
        for block, base in zip(blocks, bases.tolist(), strict=True):
            search_block(block, asked, packages, base=base, keys=keys, ranked=ranked)

    if threads > 1:
        # By place, so that each thread reads pages of memory of its own.
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(search, np.array_split(asked.by_place(), threads)))
    else:
        search(asked.by_place())
    return with_terms(blocks, asked, best_first(keys), ranked)


def with_terms(
    blocks: Sequence[Block | StoredBlock],
    asked: PackageColumns,
    keys: Array,
    ranked: Array,
    run: Callable[..., Iterable[Any]] = map,
) -> Lists:
    """Return the lists that ordered keys stand for, with identifiers and terms.

    These are asked of those blocks alone that hold somebody of some list.
    """
    bases = _bases(blocks)
    flat, packages, places = keys.ravel(), _packages_of(keys), places_by_block(keys, bases)
    used = [n for n in range(len(blocks)) if len(places[n])]
    parts = list(
        run(
            terms_of_block,
            [blocks[n] for n in used],
            [asked] * len(used),
            [packages[places[n]] for n in used],
            [flat[places[n]] for n in used],
            [int(bases[n]) for n in used],
        )
    )
    points, out_of = _no_terms(len(flat))
    ids = np.zeros(len(flat), f"S{max((part[0].dtype.itemsize for part in parts), default=1)}")
    for n, part in zip(used, parts, strict=True):
        ids[places[n]], points[places[n]], out_of[places[n]] = part
    terms = *keys.shape, len(kernel.TERMS)
    return Lists(
        keys, ids.reshape(keys.shape), points.reshape(terms), out_of.reshape(terms), ranked
    )


def rank_stored(
    blocks: Sequence[StoredBlock],
    asked: PackageColumns,
    executor: Executor,
    *,
    listed: int = LISTED,
) -> Lists:
    """Rank packages on stored blocks, one task a block; any executor gives the same bits.

    A task is a pure function of a block and the packages, so a lost one may be done again.
    """
    keys, ranked = _empty(asked, listed)
    count = len(blocks)
    bases = _bases(blocks).tolist()
    found = executor.map(search_stored, blocks, [asked] * count, bases, [listed] * count)
    for more, in_reach in found:
        # Merging is associative and commutative: tasks may end in any order.
        keys, ranked = merged(keys, more), ranked + in_reach
    return with_terms(blocks, asked, best_first(keys), ranked, executor.map)


def search_stored(
    block: StoredBlock, asked: PackageColumns, base: int, listed: int
) -> tuple[Array, Array]:
    """Return the keys of the best rows of one block, and how many are in reach."""
    keys, ranked = _empty(asked, listed)
    search_block(opened(block), asked, asked.by_place(), base=base, keys=keys, ranked=ranked)
    return keys, ranked


def tally_stored(block: StoredBlock, asked: PackageColumns) -> Array:
    """Return who is set aside in a stored block, see `aside.tally`."""
    return tally(opened(block), asked)


def terms_of_block(
    block: Block | StoredBlock, asked: PackageColumns, packages: Array, keys: Array, base: int
) -> tuple[Array, Array, Array]:
    """Return identifiers, points and maxima of some keys whose rows lie in one block."""
    points, out_of = _no_terms(len(keys))
    own = block if isinstance(block, Block) else opened(block)
    fill_terms(own, asked, packages, keys, base, points, out_of)
    return own.ids[rows_of(keys) - base], points, out_of


@lru_cache(maxsize=BLOCKS_KEPT)
def opened(block: StoredBlock) -> Block:
    """Return a stored block, kept for the next task; refuses a file that has changed."""
    found = Block.load(Path(block.path))
    if found.version != block.version:
        raise ValueError(f"{block.path} is not the block {block.version[:12]}: store it again.")
    return found


def ranked_rows(
    lists: Lists, packages: Sequence[Package], blocks: Sequence[StoredBlock], params: Params
) -> Iterator[list[Ranked]]:
    """Give the list of each package as `rank` writes it, with terms and facts, best first.

    Each row is ranked again by the readable function; raises `RuntimeError` where they differ.
    """
    candidates = _winners(lists, blocks)
    for p, package in enumerate(packages):
        found = []
        for place, row in enumerate(lists.rows[p, : int(lists.found[p])].tolist()):
            candidate = candidates[row]
            # By the readable definition, one by one: two ways of counting, or no list.
            ranked = rank(package, [candidate], params=params).ranked
            terms = lists.points[p, place].tolist(), lists.out_of[p, place].tolist()
            name = lists.ids[p, place].decode()
            if not ranked or _terms(ranked[0]) != terms or ranked[0].candidate != name:
                raise RuntimeError(
                    f"{name} for {package.id}: the columns and `rank` differ; trust neither."
                )
            found.append(ranked[0])
        yield found


def _winners(lists: Lists, blocks: Sequence[StoredBlock]) -> dict[int, Candidate]:
    """Return who stands in the lists, by row through all blocks; each block is opened once."""
    bases = _bases(blocks)
    flat, found = lists.keys.ravel(), {}
    for block, base, places in zip(
        blocks, bases.tolist(), places_by_block(lists.keys, bases), strict=True
    ):
        if len(places):
            own = opened(block)
            rows = np.unique(rows_of(flat[places])).tolist()
            found.update({row: own.candidate(row - base) for row in rows})
    return found


def _terms(ranked: Ranked) -> tuple[list[int], list[int]]:
    return [term.points for term in ranked.terms], [term.out_of for term in ranked.terms]


def search_block(
    block: Block, asked: PackageColumns, packages: Array, *, base: int, keys: Array, ranked: Array
) -> None:
    """Bring into `keys` (heaps, by package) the best rows of a block, and count those in reach."""
    if not kernel.is_compiled():
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


def fill_terms(
    block: Block,
    asked: PackageColumns,
    packages: Array,
    keys: Array,
    base: int,
    points: Array,
    out_of: Array,
) -> None:
    """Fill the terms of those keys whose rows lie in a block.

    Raises `RuntimeError` where terms do not add up to the points that put a row in its place.
    """
    count_terms = kernel.count_terms if kernel.is_compiled() else kernel.plain_count_terms
    wrong = count_terms(
        *block.columns,
        *block.rules(asked),
        asked.rows,
        packages,
        keys,
        base,
        points,
        out_of,
    )
    if wrong:
        raise RuntimeError(f"{wrong} notes are not the sum of their terms: do not use this list.")


def _packages_of(keys: Array) -> Array:
    """Return, for each flat place of some lists, whose list it is in."""
    lists, listed = keys.shape
    return np.repeat(np.arange(lists, dtype=np.int32), listed)


def _no_terms(places: int) -> tuple[Array, Array]:
    shape = places, len(kernel.TERMS)
    return np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)


def _empty(asked: PackageColumns, listed: int) -> tuple[Array, Array]:
    return np.full((len(asked), listed), kernel.EMPTY), np.zeros(len(asked), np.int64)


def _bases(blocks: Sequence[Block | StoredBlock]) -> Array:
    return np.array(list(accumulate([0, *map(len, blocks)]))[:-1], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Columns: a row of the block, a package by its place in `asked`, and the note of the two.

    In the order of rows, then of packages.
    """

    rows: Array
    packages: Array
    points: Array
    out_of: Array

    def __len__(self) -> int:
        return len(self.rows)


def pairs_of(block: Block, asked: PackageColumns) -> ScoredPairs:
    """Return every structure of a block with every package that it may take and reach.

    What is said to a structure needs all of its own, and lists hold the first fifty of a package.
    Nothing is cut: all pairs of a country fit in memory as four columns.

    Each note is counted by NumPy and again term by term by the kernel: raises `RuntimeError` where
    they differ.
    """
    verdicts = block.verdicts(asked.conditions)
    codes = block.trade_codes(asked.trades)
    found = [scan.in_reach(block, asked, p, verdicts, codes) for p in range(len(asked))]
    none = np.zeros(0, np.int64)
    rows = np.concatenate([none, *(rows for rows, _ in found)])
    totals = np.concatenate([none, *(points for _, points in found)])
    packages = np.repeat(np.arange(len(asked), dtype=np.int32), [len(rows) for rows, _ in found])
    order = np.lexsort((packages, rows))
    rows, totals, packages = rows[order], totals[order], packages[order]
    points = np.zeros((len(rows), len(TERMS)), np.uint8)
    out_of = np.zeros_like(points)
    keys = (totals << ROW_BITS) + (LAST_ROW - rows)
    fill_terms(block, asked, packages, keys, 0, points, out_of)
    return ScoredPairs(rows, packages, totals, out_of.sum(axis=1, dtype=np.int64))
