"""The bench of composition runs from end to end, and says what contradicts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import compose, fuzz, measure, ted
from benchmarks.instances import instance
from benchmarks.instances.layout import default_layout
from benchmarks.report import quantile

TINY = ("--sizes", "750", "--classes", "ordinary", "--count", "2", "--limit", "10")


def test_two_instances_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "runs.json"
    options = (*TINY, "--methods", "exact,highs,greedy,local", "--json", str(output))
    assert compose.run(options) == 0
    printed = capsys.readouterr()
    assert "Cross-checked 2 instances: 0 contradictions." in printed.out
    runs = json.loads(output.read_text())
    assert len(runs) == 8
    best = {run["instance"]: run["value"] for run in runs if run["method"] == "highs"}
    assert all(run["value"] >= best[run["instance"]] for run in runs if run["value"])
    assert all(run["status"] == "optimal" for run in runs if run["method"] in {"exact", "highs"})


def test_a_contradiction_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = measure.measure

    def lying(*arguments: object) -> measure.Run:
        run = honest(*arguments)  # type: ignore[arg-type]
        return replace(run, bound=(run.value or 0) + 10_000_000)

    monkeypatch.setattr(compose, "measure", lying)
    assert compose.run((*TINY, "--methods", "milp")) == 1
    assert "CONTRADICTION" in capsys.readouterr().out


def test_what_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert compose.run(("--sizes", "17")) == 2
    assert compose.run(("--methods", "magic")) == 2
    assert "magic" in capsys.readouterr().out


def test_other_seeds_are_other_worlds(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (instance(750, "ordinary", 0, seed=seed) for seed in (1, 2))
    assert first.digest != second.digest != instance(750, "ordinary", 0).digest
    assert first.digest == instance(750, "ordinary", 0, seed=1).digest
    assert compose.run((*TINY, "--methods", "exact", "--seed", "1,2")) == 0
    printed = capsys.readouterr().out
    assert "Cross-checked 4 instances: 0 contradictions." in printed
    assert "2 (2)/2" in printed


def test_only_the_stored_world_is_stored(capsys: pytest.CaptureFixture[str]) -> None:
    assert compose.run((*TINY, "--seed", "3", "--update")) == 2
    assert "leave --seed out" in capsys.readouterr().out


def test_methods_agree_with_brute_force(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.compare(("exact", "highs", "local"), range(2_000_000, 2_000_009)) == []
    assert "highs   agrees with brute force on 9 of 9" in capsys.readouterr().out


def test_local_search_is_no_dearer_than_greedy() -> None:
    each = instance(750, "ordinary", 1)
    greedy, local = (measure.measure(each, name, 5.0) for name in ("greedy", "local"))
    assert local.value is not None
    assert greedy.value is None or local.value <= greedy.value


def test_real_notices_are_left_out_where_they_are_absent() -> None:
    assert default_layout() == "density"
    assert list(ted.instances(5_000, 3)) == []


def test_quantiles_are_values_that_were_met() -> None:
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.95) == 4.0
