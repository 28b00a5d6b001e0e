"""Stored blocks: the same bits from threads, from Dask, and after a worker has died."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cordee.engine.problem import Package
from cordee.engine.ranking import run
from cordee.engine.ranking.block import FORMAT, Block, block_of, blocks_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import Lists, StoredBlock, rank_blocks, rank_stored
from cordee.engine.warm_up import ranking as warm
from tests.engine.conftest import structure
from tests.engine.ranking.worlds import draw_world

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture(autouse=True)
def no_open_block() -> Iterator[None]:
    run.opened.cache_clear()
    yield
    run.opened.cache_clear()


def store(folder: Path, blocks: list[Block]) -> list[StoredBlock]:
    stored = []
    for n, block in enumerate(blocks):
        path = folder / f"{n}.npz"
        block.save(path)
        stored.append(StoredBlock(str(path), block.version, len(block)))
    return stored


def test_a_block_comes_back_as_it_was(tmp_path: Path) -> None:
    block = block_of(sorted(draw_world(3).candidates, key=lambda each: each.id))
    block.save(tmp_path / "block.npz")
    again = Block.load(tmp_path / "block.npz")
    assert again.version == block.version
    del again.__dict__["version"]
    assert again.version == block.version
    assert [again.candidate(n) for n in range(len(again))] == [
        block.candidate(n) for n in range(len(block))
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["block.npz"]


def test_the_version_follows_every_figure() -> None:
    one = block_of([structure("a")])
    assert one.version == block_of([structure("a")]).version
    changes: list[dict[str, object]] = [
        {"latitude_deg": 45.01},
        {"min_crew_cfte": 10},
        {"kind": "EA"},
        {"skills": ()},
        {"certifications": None},
        {"capacity_cfte_by_month": {1: 2}},
    ]
    versions = {block_of([structure("a", **change)]).version for change in changes}
    assert len(versions | {one.version}) == len(changes) + 1


def test_a_block_refuses_what_has_no_order() -> None:
    with pytest.raises(ValueError, match="not rising"):
        block_of([structure("b"), structure("a")])


def test_a_block_that_changed_under_its_name_is_refused(tmp_path: Path) -> None:
    (stored,) = store(tmp_path, [block_of([structure("a")])])
    block_of([structure("b")]).save(Path(stored.path))
    with pytest.raises(ValueError, match="store it again"):
        run.opened(stored)


def test_a_block_of_another_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cordee.engine.ranking.block.FORMAT", "0")
    block_of([structure("a")]).save(tmp_path / "old.npz")
    monkeypatch.setattr("cordee.engine.ranking.block.FORMAT", FORMAT)
    with pytest.raises(ValueError, match="format 0"):
        Block.load(tmp_path / "old.npz")


@pytest.fixture
def world(tmp_path: Path) -> tuple[list[StoredBlock], list[Package], Lists]:
    """A stored world in blocks of three rows, its packages, and what they give in memory."""
    drawn = draw_world(6)
    blocks = blocks_of(drawn.candidates, rows=3)
    expected = rank_blocks(blocks, columns_of(drawn.packages, limit_km=70), listed=5)
    return store(tmp_path, blocks), list(drawn.packages), expected


def test_threads_on_stored_blocks(world: tuple[list[StoredBlock], list[Package], Lists]) -> None:
    stored, packages, expected = world
    with ThreadPoolExecutor(2) as threads:
        found = rank_stored(stored, columns_of(packages, limit_km=70), threads, listed=5)
    assert found.digest == expected.digest


def search_slowly(block: StoredBlock, *rest: object) -> object:
    """Leave the test the time to end a worker in the middle."""
    time.sleep(0.3)
    return run.search_stored(block, *rest)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_dask_gives_the_same_bits_after_a_worker_is_killed(
    world: tuple[list[StoredBlock], list[Package], Lists], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two worker processes; one of them is killed while both are at work."""
    distributed = pytest.importorskip("distributed")
    stored, packages, expected = world
    assert len(stored) >= 6
    monkeypatch.setattr(run, "search_stored", search_slowly)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = sorted(client.run(os.getpid).values())
        assert len(pids) == 2
        assert os.getpid() not in pids
        killing = threading.Timer(0.5, os.kill, (pids[0], signal.SIGKILL))
        killing.start()
        found = rank_stored(
            stored, columns_of(packages, limit_km=70), client.get_executor(pure=False), listed=5
        )
        killing.join()
        assert pids[0] not in client.run(os.getpid).values()
    assert found.digest == expected.digest


DIGEST = """
from cordee.engine.ranking import kernel
from tests.engine.ranking.worlds import draw_world, lists_of
world = draw_world(6)
print(kernel.IS_COMPILED, lists_of(world.packages, world.candidates, limit_km=70).digest)
"""


def test_without_compiling_the_digest_is_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    drawn = draw_world(6)
    expected = rank_blocks(blocks_of(drawn.candidates), columns_of(drawn.packages, limit_km=70))
    assert done.stdout.split() == ["False", expected.digest]


def test_warming_compiles_and_finds() -> None:
    warm()


def test_a_stored_block_is_of_the_types_that_were_compiled(tmp_path: Path) -> None:
    """The first ranking of a process, always of stored blocks, compiled all of it once more."""
    made = blocks_of(draw_world(6).candidates)[0]
    made.save(tmp_path / "block.npz")
    kept = Block.load(tmp_path / "block.npz")
    for rows in ("structures", "skills", "years"):
        assert getattr(kept, rows).dtype.isalignedstruct
        assert getattr(made, rows).dtype == getattr(kept, rows).dtype
