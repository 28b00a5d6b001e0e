"""Blind sets are well formed, apart from the label files, and find their notices again."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import blind
from benchmarks.blind import CLAUSES, HERE, SECTORS, sample
from benchmarks.blind.texts import conditions, key, notices
from benchmarks.labels import read_blind
from cordee.notices.notice import ClauseKind, GroupingForm
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

MOST_WORDS = 12
FIRST_SEED = 20261130


def _lines(kind: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(HERE.glob(f"*-{kind}.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


@pytest.mark.parametrize("kind", [SECTORS, CLAUSES])
def test_no_notice_is_labelled_twice(kind: str) -> None:
    names = [line["id"] for line in _lines(kind)]
    assert names
    assert len(names) == len(set(names))


def test_trades_and_fit_follow_the_guidelines() -> None:
    for line in _lines(SECTORS):
        assert set(line["sectors"]) <= set(TRADES), line["id"]
        assert len(set(line["sectors"])) == len(line["sectors"]) <= 3, line["id"]
        assert line["fit"] in {0, 1, 2}, line["id"]
        assert (line["fit"] == 0) == (not line["sectors"]), line["id"]
        assert line["hard"] in {True, False}, line["id"]
        assert len(line["note"].split()) <= MOST_WORDS, line["id"]


def test_clauses_have_the_values_of_the_guidelines() -> None:
    for line in _lines(CLAUSES):
        assert line["reserved"].upper() in {each.value.upper() for each in Reservation}, line["id"]
        assert line["clause"] in {each.value for each in ClauseKind}, line["id"]
        assert line["grouping"] in {each.value for each in GroupingForm}, line["id"]
        assert line["hours"] is None or line["hours"] > 0, line["id"]
        assert line["rate_pct"] is None or 0 < line["rate_pct"] <= 100, line["id"]
        assert line["negated"] in {True, False}, line["id"]


def test_no_text_of_a_notice_is_kept() -> None:
    for line in (*_lines(SECTORS), *_lines(CLAUSES)):
        assert not {"title", "text", "grouping_text", "buyer"} & set(line), line["id"]


def test_a_blind_line_finds_its_notice_outside_the_label_files(shared_data: Path) -> None:
    labelled = {
        json.loads(line)["id"]
        for path in (shared_data / "labels").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
    pools = {SECTORS: notices(shared_data), CLAUSES: conditions(shared_data)}
    for kind, pool in pools.items():
        for line in _lines(kind):
            assert line["id"] not in labelled
            assert key(line) in pool


def test_the_first_set_is_read_as_label_files_are(shared_data: Path) -> None:
    labels = read_blind("first", shared_data)
    assert len(labels) == 150
    assert all(label.title for label in labels)
    assert any(label.document.descripteurs for label in labels)
    assert any(label.is_hard for label in labels)


def test_a_draw_is_reproduced_by_its_seed(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _of_boamp(HERE / f"first-{SECTORS}.jsonl")
    for module in (blind, sample):
        monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(sample, "DATA", shared_data)
    sample.draw("again", FIRST_SEED)
    assert _of_boamp(tmp_path / f"again-{SECTORS}.jsonl") == kept
    with pytest.raises(SystemExit, match="drawn already"):
        sample.draw("again", FIRST_SEED)


def _of_boamp(path: Path) -> list[str]:
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return [line["id"] for line in lines if line["source"] == "boamp-2021"]
