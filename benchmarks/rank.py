"""Ranking at the size of a country: ratios to plain scans, one digest, threads against Dask.

Everything is measured in one process, alternated where two times are compared; the Dask workers
are two processes of this machine. Absolute times say little on a shared machine.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.rank_baselines import (
    PlainScan,
    compiled_scan,
    trade_masks,
    whole_formula,
)
from benchmarks.rank_country import LIMIT_KM, country, packages
from cordee.engine.compiled import uncompiled
from cordee.engine.ranking import kernel
from cordee.engine.ranking.block import Block
from cordee.engine.ranking.index import Array, half_heights_deg
from cordee.engine.ranking.kernel import BANDS_PER_DEGREE
from cordee.engine.ranking.package_columns import PackageColumns, columns_of
from cordee.engine.ranking.run import Lists, StoredBlock, opened, rank_blocks, rank_stored
from cordee.engine.warm_up import ranking as warm

ONE_BY_ONE = 150
BATCH = 5_000
FULL_SCAN_SAMPLE = 40
REPEATS = 5
# Measured by others on other machines (the issue): Le Marché's matching of one need.
MARCHE_MS = 686.0
MARCHE_WITHOUT_IDS_MS = 47.7


def run(options: Sequence[str] = ()) -> int:
    """Print one line for each figure; an exit code. It takes no option."""
    if options:
        print(f"{options[0]}: no option is known here.")
        return 2
    blocks = country(500_000)
    started = time.perf_counter()
    for block in blocks:
        _ = block.index
    per_block = (time.perf_counter() - started) / len(blocks)
    print(f"index of one block of {len(blocks[0])} structures: {per_block * 1e3:.0f} ms")
    wanted = packages(BATCH)
    ones = [columns_of([package], limit_km=LIMIT_KM) for package in wanted[:ONE_BY_ONE]]
    index_ms = _one_package(country(50_000), ones, "50,000", 15)
    # In memory a block may be as large as one likes: fewer calls, the same lists.
    _one_package(country(1_000_000, block_rows=1_000_000), ones[:60], "1,000,000", 40)
    print(
        f"Le Marché (constants of the issue, another machine): {MARCHE_MS} ms at 50,000, "
        f"{MARCHE_WITHOUT_IDS_MS} ms without its id list: {MARCHE_MS / index_ms:,.0f} and "
        f"{MARCHE_WITHOUT_IDS_MS / index_ms:,.0f} times the median of the index"
    )
    asked = columns_of(wanted, limit_km=LIMIT_KM)
    _batch(country(500_000, block_rows=125_000), asked)
    _cluster(blocks, asked)
    return 0


def _one_package(blocks: list[Block], ones: list[PackageColumns], size: str, target: int) -> float:
    """Print medians for one package at a time; return that of the index in milliseconds."""
    plain, masks = PlainScan(blocks), [trade_masks(block) for block in blocks]
    first = np.zeros(1, np.int64)
    ways: dict[str, Callable[[PackageColumns], Lists]] = {
        "NumPy scan": plain.rank,
        "NumPy, entries of the trade": lambda asked: _without_numba(blocks, asked),
        "numba full scan": lambda asked: compiled_scan(blocks, masks, asked, first),
        "numba index + cut": lambda asked: rank_blocks(blocks, asked),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for name in ways:
        ways[name](ones[0])
    for asked in ones:
        digests = set()
        for name, rank in ways.items():
            started = time.perf_counter()
            lists = rank(asked)
            times[name].append(time.perf_counter() - started)
            digests.add(lists.digest)
        _one(digests)
    for name, spent in times.items():
        ratio = median(a / b for a, b in zip(times["NumPy scan"], spent, strict=True))
        print(f"1 x {size}, {name}: {median(spent) * 1e3:.3f} ms, {ratio:.1f} times the NumPy scan")
    print(f"   target of the index: {target} times; one digest for all four")
    return median(times["numba index + cut"]) * 1e3


def _without_numba(blocks: list[Block], asked: PackageColumns) -> Lists:
    kernel.IS_COMPILED = False
    try:
        return rank_blocks(blocks, asked)
    finally:
        kernel.IS_COMPILED = True


def _batch(blocks: list[Block], asked: PackageColumns) -> None:
    """5,000 x 500,000 against the full scan of a sample, and the cost of an entry."""
    masks = [trade_masks(block) for block in blocks]
    sample = np.linspace(0, len(asked) - 1, FULL_SCAN_SAMPLE).astype(np.int64)
    rank_blocks(blocks, asked, threads=2)
    _full_scan(blocks, masks, asked, sample)
    alone: list[Spent] = []
    both: list[Spent] = []
    full: list[Spent] = []
    digests = set()
    for _ in range(REPEATS):
        for times, threads in ((alone, 1), (both, 2)):
            with _timed(times):
                lists = rank_blocks(blocks, asked, threads=threads)
            digests.add(lists.digest)
        with _timed(full):
            _full_scan(blocks, masks, asked, sample)
    _one(digests)
    print(
        f"{len(asked)} x {sum(map(len, blocks)):,}, index + cut: "
        f"1 thread {median(t.wall_s for t in alone):.2f} s ({median(t.cpu_s for t in alone):.2f} s "
        f"of processor), 2 threads {median(t.wall_s for t in both):.2f} s; the same digest"
    )
    more = len(asked) / FULL_SCAN_SAMPLE
    wall, cpu = (
        median(getattr(f, name) * more / getattr(b, name) for f, b in zip(full, both, strict=True))
        for name in ("wall_s", "cpu_s")
    )
    print(
        f"   numba full scan, 2 threads: {median(t.wall_s for t in full) * more:.0f} s, "
        f"extrapolated from {FULL_SCAN_SAMPLE} packages; index + cut is {wall:.0f} times faster "
        f"(target 35), {cpu:.0f} times in processor time"
    )
    entries = _entries_read(blocks, asked)
    spent_ns = median(t.cpu_s for t in alone) * 1e9 / (entries * len(asked))
    limit_ns = _limit_ns(blocks[0])
    print(
        f"   {entries:,.0f} index entries read a package, {spent_ns:.1f} ns of processor each, "
        "lists and terms included; scalar limit, the whole formula of an entry from the first "
        f"cache: {limit_ns:.1f} ns, so {spent_ns / limit_ns:.1f} times (target 8)"
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, and of the processor over all threads of this process."""

    wall_s: float
    cpu_s: float


@contextmanager
def _timed(times: list[Spent]) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    times.append(Spent(time.perf_counter() - wall, time.process_time() - cpu))


def _full_scan(
    blocks: list[Block], masks: list[Array], asked: PackageColumns, sample: Array
) -> None:
    with ThreadPoolExecutor(2) as pool:
        halves = np.array_split(sample, 2)
        list(pool.map(lambda some: compiled_scan(blocks, masks, asked, some), halves))


def _entries_read(blocks: list[Block], asked: PackageColumns) -> float:
    """Count what the index opens, as the kernel does, for one package in a hundred."""
    # What the kernel calls inside has no way in from Python: the plain function, of the same bits.
    half_width_deg = uncompiled(vars(kernel))["half_width_deg"]
    heights = half_heights_deg(asked.limit_km)
    total, sample = 0, range(0, len(asked), 100)
    for p in sample:
        its = asked.rows[p]
        latitude, longitude = float(its["latitude_deg"]), float(its["longitude_deg"])
        for block in blocks:
            index = block.index
            trade = int(block.trade_codes(asked.trades)[its["trade"]])
            for c, height in enumerate(heights.tolist()):
                width = half_width_deg(latitude, height)
                first = int(np.floor((latitude - height) * BANDS_PER_DEGREE)) - index.first_band
                last = int(np.floor((latitude + height) * BANDS_PER_DEGREE)) - index.first_band
                for band in range(max(first, 0), min(last, index.bands - 1) + 1):
                    cell = (c * index.trades + trade) * index.bands + band
                    own = index.longitudes_deg[index.starts[cell] : index.starts[cell + 1]]
                    west, east = np.searchsorted(own, (longitude - width, longitude + width))
                    total += int(east - west)
    return total / len(sample)


def _limit_ns(block: Block) -> float:
    few = block.index.entries[:400]
    x, y, z = (np.ascontiguousarray(few[axis]) for axis in "xyz")
    reach = 1 / np.maximum(few["reach_km"], 1).astype(np.float64)
    whole_formula(x, y, z, reach, 1)
    rounds = 20_000
    times: list[Spent] = []
    for _ in range(REPEATS):
        with _timed(times):
            whole_formula(x, y, z, reach, rounds)
    return median(t.cpu_s for t in times) * 1e9 / (rounds * len(few))


def _cluster(blocks: list[Block], asked: PackageColumns) -> None:
    """The same function on the same stored blocks: two threads, then two processes of Dask."""
    from distributed import Client, LocalCluster

    digests = {rank_blocks(blocks, asked, threads=2).digest}
    with (
        tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder,
        ThreadPoolExecutor(2) as threads,
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        stored = [_stored(Path(folder) / f"{n:04}.npz", block) for n, block in enumerate(blocks)]
        dask = client.get_executor(pure=False)
        client.run(warm)
        for name, forgets in (("read, indexed and ranked", True), ("already open", False)):
            spent: dict[str, list[Spent]] = {"threads": [], "Dask": []}
            for turn in range(REPEATS + 1):
                for where, executor in (("threads", threads), ("Dask", dask)):
                    if forgets:
                        forget()
                        client.run(forget)
                    with _timed(spent[where]):
                        digests.add(rank_stored(stored, asked, executor).digest)
                if not turn:
                    spent = {"threads": [], "Dask": []}
            _one(digests)
            threads_s = [t.wall_s for t in spent["threads"]]
            dask_s = [t.wall_s for t in spent["Dask"]]
            ratio = median(b / a for a, b in zip(threads_s, dask_s, strict=True))
            print(
                f"   stored blocks, {name}: 2 threads {median(threads_s):.2f} s, Dask with 2 "
                f"processes {median(dask_s):.2f} s: {ratio - 1:+.0%} in the median pair "
                "(target +15 %); the same digest"
            )


def _stored(path: Path, block: Block) -> StoredBlock:
    block.save(path)
    return StoredBlock(str(path), block.version, len(block))


def forget() -> None:
    """Close the blocks that this process keeps open."""
    opened.cache_clear()


def _one(digests: set[str]) -> None:
    if len(digests) != 1:
        raise RuntimeError(f"{len(digests)} digests where there should be one: {digests}")


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
