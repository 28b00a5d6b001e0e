"""Blind sets are well formed, apart from the label files, and find their notices again."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks import blind, reading
from benchmarks.blind import CLAUSES, HERE, SECTORS, sample
from benchmarks.blind.texts import conditions, key, notices
from benchmarks.labels import Label, read_blind
from benchmarks.reading import Line, micro_f1, precision_recall
from cordee.notices.notice import ClauseKind, GroupingForm
from cordee.notices.trades.document import of_record
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

MOST_WORDS = 12
SETS = ("first", "second", "third", "fourth", "fifth")
FIRST_SEED, SECOND_SEED = 20261130, 20261131
LINES = {SECTORS: 150, CLAUSES: 75}


def _lines(kind: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(HERE.glob(f"*-{kind}.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", [SECTORS, CLAUSES])
def test_a_set_has_its_lines(name: str, kind: str) -> None:
    assert len((HERE / f"{name}-{kind}.jsonl").read_text("utf-8").splitlines()) == LINES[kind]


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


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_read_as_label_files_are(name: str, shared_data: Path) -> None:
    labels = read_blind(name, shared_data)
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


def test_a_draw_for_figures_is_reproduced_and_leaves_out_the_set_before_it(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in HERE.glob("first-*.jsonl"):
        shutil.copy(path, tmp_path)
    for module in (blind, sample):
        monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(sample, "DATA", shared_data)
    sample.draw("again", SECOND_SEED, figures=True)
    for kind in (SECTORS, CLAUSES):
        kept = _of_boamp(HERE / f"second-{kind}.jsonl")
        assert _of_boamp(tmp_path / f"again-{kind}.jsonl") == kept


def _of_boamp(path: Path) -> list[str]:
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return [line["id"] for line in lines if line["source"] == "boamp-2021"]


def test_the_bench_of_a_blind_set_counts_pairs() -> None:
    document = of_record({"title": "", "text": ""})
    asked = Label("1", document, ("proprete", "espaces-verts"), 2, "random", "", is_hard=False)
    nothing = Label("2", document, (), 0, "random", "", is_hard=False)
    lines = [Line(asked, ("proprete",), 2), Line(nothing, ("demenagement",), 1)]
    assert precision_recall(lines) == (1 / 2, 1 / 2)
    assert micro_f1(lines) == 1 / 2
    assert precision_recall([Line(nothing, (), 0)]) == (0, 0)


@pytest.mark.parametrize(("name", "hours"), [("first", 6), ("second", 23)])
def test_the_bench_of_a_blind_set_prints_figures_and_no_line(
    name: str,
    hours: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = of_record({"title": "Nettoyage de locaux", "text": ""})
    label = Label("77-1", document, ("proprete",), 2, "random", "", is_hard=False)
    monkeypatch.setattr(reading, "read_blind", lambda *_: [label])
    lines = [line for line in _lines(CLAUSES) if line["hours"]][:1]
    texts = {key(each): {"text": "rien", "grouping_text": ""} for each in _lines(CLAUSES)}
    monkeypatch.setattr(reading, "conditions", lambda _: texts)
    reading._print_blind(name)
    shown = capsys.readouterr().out
    assert "all          1 lines  micro-F1 1.000" in shown
    assert f"clauses: 75 lines, {hours} with hours" in shown
    assert "recall 0.000" in shown
    assert label.id not in shown
    assert lines[0]["id"] not in shown
