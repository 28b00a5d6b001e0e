"""The bench of reading counts what it says, on our own samples."""

import json
from collections.abc import Callable
from itertools import count

import pytest

from benchmarks import reading_speed
from benchmarks.import_kills import SAMPLES
from cordee.notices.notice import Format

DECLARATION = b'<?xml version="1.0"?>'


@pytest.mark.django_db
def test_each_format_is_parsed_read_and_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """In turn, and the best of the rounds kept: a clock that ticks once a call says so."""
    ticks = count(1)

    def seconds(call: Callable[[], object]) -> int:
        call()
        return next(ticks)

    monkeypatch.setattr(reading_speed, "_seconds", seconds)
    monkeypatch.setattr(reading_speed, "ROUNDS", 2)
    monkeypatch.setattr(reading_speed, "SECONDS", 0.0)
    rows = {row["format"]: row for row in reading_speed._formats([str(SAMPLES)])}
    assert {"eforms", "ted_r208", "ted_r209", "boamp_mapa", "decp", "private_need"} <= set(rows)
    assert set(rows) <= {format.value for format in Format}
    for row in rows.values():
        first = row["parse_s"]
        assert (row["read_s"], row["store_s"]) == (first + 1, first + 4)
        assert row["statements"] > row["notices"] >= 1
    line = reading_speed._line({**rows["eforms"], "parse_s": 0.1, "read_s": 0.6})
    assert line.endswith("above 5")
    assert " 6.0x " in line


def test_the_baseline_parses_what_a_text_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of the BOAMP holds its notice as a text: the bare parser parses both."""
    parsed: list[object] = []
    really_load = json.loads

    def load(text: bytes | str) -> object:
        parsed.append(really_load(text))
        return parsed[-1]

    monkeypatch.setattr(reading_speed.json, "loads", load)
    reading_speed._parse([json.dumps({"donnees": '{"MAPA": 1}'}).encode(), DECLARATION + b"<a/>"])
    assert parsed == [{"donnees": '{"MAPA": 1}'}, {"MAPA": 1}]


def test_the_peak_of_memory_is_that_of_this_process() -> None:
    before = reading_speed._peak_mb()
    held = bytearray(64 * 1024**2)
    assert reading_speed._peak_mb() >= before + (len(held) / 1024**2) / 2 or before > 500
