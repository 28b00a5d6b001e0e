"""Compiled once, behind whatever else goes on; until then the plain road, to the same answers."""

import ast
import fcntl
import importlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cordee.engine import compiled, compiling
from cordee.engine.compose import compose
from cordee.engine.result import Result
from tests.engine.instances import draw_crowded, draw_problem
from tests.engine.ranking.worlds import draw_world, lists_of

ROOT = Path(__file__).resolve().parents[2]

WARMED_THEN_USED = """
from pathlib import Path
from tempfile import TemporaryDirectory
from concurrent.futures import ThreadPoolExecutor
from cordee.engine import compiled, compiling
from cordee.engine.compose import compose
from cordee.engine.exact import Exact
from cordee.engine import warm_up
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.block import blocks_of
from cordee.engine.ranking.run import StoredBlock, rank_blocks, rank_stored
from tests.engine.instances import draw_crowded
from tests.engine.ranking.worlds import draw_world

compiling.compile_all()
compiling.warm()
warm_up.ranking()
for seed in range(6):
    compose(draw_crowded(seed), time_limit_s=20.0, seed=0, method=Exact())
world = draw_world(6)
asked = columns_of(world.packages, limit_km=70)
blocks = blocks_of(world.candidates, rows=7)
rank_blocks(blocks, asked, threads=2)
with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
    stored = []
    for n, block in enumerate(blocks):
        path = Path(folder) / f"{n}.npz"
        block.save(path)
        stored.append(StoredBlock(str(path), block.version, len(block)))
    rank_stored(stored, asked, pool)
for f in compiled.FUNCTIONS:
    # On disk too: of what is read from there, only what Python calls is there by itself.
    kept = len(f._cache._cache_file._load_index())
    if kept != 1 or len(f.signatures) > 1 or (f in compiled.ENTRIES and not f.signatures):
        print(f.__name__, kept, len(f.signatures))
"""


def test_each_function_is_compiled_once_and_for_all_that_is_asked_of_it() -> None:
    """For one sort of arguments, as the warm-up has it: nobody waits for another one later."""
    done = subprocess.run(
        [sys.executable, "-c", WARMED_THEN_USED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""


def numbers_of(function: Any) -> set[str]:
    """Return the names of the numbers that a function takes from its module."""
    plain = function.py_func
    return {
        name
        for name in plain.__code__.co_names
        if isinstance(plain.__globals__.get(name), int | float)
    }


@pytest.mark.parametrize("module", sorted({f.py_func.__module__ for f in compiled.FUNCTIONS}))
def test_a_number_that_is_compiled_in_stands_in_a_source_of_the_cache(module: str) -> None:
    """Else another number would go on with the code that was compiled for the old one."""
    numbers = {
        name for f in compiled.FUNCTIONS if f.py_func.__module__ == module for name in numbers_of(f)
    }
    source = Path(sys.modules[module].__file__ or "").read_text("utf-8")
    assert "engine.compiled" in source
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and numbers & {each.name for each in node.names}:
            origin = importlib.import_module(node.module or "")
            assert "engine.compiled" in Path(origin.__file__ or "").read_text("utf-8")


@pytest.fixture
def not_ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing is compiled yet, as far as anybody is told; the file that will say so."""
    file = tmp_path / "compiled" / "ready"
    monkeypatch.setattr(compiled, "_in_use", False)
    monkeypatch.setattr(compiled, "ready_file", lambda: file)
    return file


def told(result: Result) -> object:
    """All of an answer but the way to it."""
    return (
        result.status, result.plan, result.objective, result.solo, result.alone, result.alone_if,
        result.impossibility, result.greedy, result.violations,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(700, 740))
def test_both_roads_give_the_same_verified_optimum(
    seed: int, not_ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_crowded if seed % 2 else draw_problem
    plain = compose(draw(seed), time_limit_s=60.0, seed=0)
    monkeypatch.setattr(compiled, "_in_use", True)
    fast = compose(draw(seed), time_limit_s=60.0, seed=0)
    assert (plain.method, fast.method) == ("milp", "exact")
    assert told(plain) == told(fast)


@pytest.mark.parametrize("seed", range(4))
def test_both_roads_rank_to_the_same_bits(
    seed: int, not_ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = draw_world(seed)
    plain = lists_of(world.packages, world.candidates, limit_km=70).digest
    monkeypatch.setattr(compiled, "_in_use", True)
    assert lists_of(world.packages, world.candidates, limit_km=70).digest == plain


class Warming:
    """Stands for the warm-up: counts, and may be killed midway."""

    def __init__(self) -> None:
        self.begun = 0
        self.is_killed = False

    def warm(self) -> None:
        self.begun += 1
        if self.is_killed:
            raise KeyboardInterrupt


@pytest.fixture
def warming(not_ready: Path, monkeypatch: pytest.MonkeyPatch) -> Warming:
    stand_in = Warming()
    monkeypatch.setattr("cordee.engine.warm_up.composing", stand_in.warm)
    monkeypatch.setattr("cordee.engine.warm_up.ranking", lambda: None)
    called = SimpleNamespace(signatures=["once"], __name__="called")
    monkeypatch.setattr(compiled, "FUNCTIONS", [called])
    monkeypatch.setattr(compiled, "ENTRIES", [called])
    return stand_in


def test_killed_midway_it_goes_on_the_next_time(
    warming: Warming, not_ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warming.is_killed = True
    with pytest.raises(KeyboardInterrupt):
        compiling.compile_all()
    assert not not_ready.exists()
    monkeypatch.setattr(compiled, "_in_use", False)
    warming.is_killed = False
    compiling.compile_all()
    compiling.compile_all()
    assert not_ready.exists()
    assert warming.begun == 2


def test_what_the_warm_up_leaves_out_is_never_called_ready(
    warming: Warming, not_ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that ran out of time on a busy machine."""
    left_out = SimpleNamespace(signatures=[], __name__="left_out")
    monkeypatch.setattr(compiled, "ENTRIES", [left_out])
    with pytest.raises(RuntimeError, match="never called left_out"):
        compiling.compile_all()
    assert not not_ready.exists()


def test_whoever_comes_while_another_process_compiles_waits_for_it(
    warming: Warming, not_ready: Path
) -> None:
    not_ready.parent.mkdir()
    with open(not_ready.with_name("lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=compiling.compile_all)
        waiting.start()
        waiting.join(0.05)
        assert waiting.is_alive()
        not_ready.touch()
    waiting.join(10)
    assert warming.begun == 0
    assert compiled.is_ready()


def test_a_web_process_does_not_wait(warming: Warming) -> None:
    compiling.warm()
    assert warming.begun == 0


def test_it_is_told_once_and_only_where_there_is_something_to_do(
    warming: Warming, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "nice", lambda more: more)
    assert compiling.main() == 0
    assert "fonctions à préparer, une seule fois" in capsys.readouterr().err
    assert compiling.main() == 0
    assert capsys.readouterr().err == ""
