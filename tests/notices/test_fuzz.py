"""Mutated files: only Notice or NoticeError ever comes out, never another exception.

`CORDEE_FUZZ=full` tries many more examples (`./go bench fuzz`).
"""

import json
import os
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from cordee.notices.buyer_questions import last_day_for_questions, questions_to_ask
from cordee.notices.green_flags import green_flags
from cordee.notices.notice import Notice, NoticeError
from cordee.notices.notice_json import notice_from_json, notice_to_json
from cordee.notices.packages import estimate_packages, scope
from cordee.notices.reading import read_bytes
from tests.notices.conftest import SAMPLE_NAMES, SAMPLES
from tests.notices.mutations import MUTATIONS, is_storable

SPOILT = 500
LIMIT_S = 1.0
EXAMPLES = 4_000 if os.environ.get("CORDEE_FUZZ") == "full" else 150
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SPLICES = [
    *(b"<", b">", b"&", b"]]>", b"<!DOCTYPE a>", b'"', b"{", b"}", b"[", b"]", b"null", b"true"),
    *(b"-1", b"9" * 30, b"1e999", b"00000000", b"99999999999999", b"+99:99", b"\\u0000", b"\x00"),
    *(b"2027-99-99", b"0001-01-01", b"9999-12-31T23:59Z", b"\xff\xfe", b"\xc3", "é٣".encode()),
    *(b'{"#text": []}', b"<P/>"),
]
LEAVES: list[Any] = [
    None,
    True,
    -1,
    0.1,
    10**30,
    "",
    " ",
    "٣٣٣٣٣٣٣٣",
    "9999-12-31",
    "\x00",
    [],
    {},
    [[]],
    [None],
]


@cache
def good(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, double, splice or flip a few places of a good file."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 5, 40, 400])))
        splice = draw(st.one_of(st.sampled_from(SPLICES), st.binary(max_size=4)))
        double = content[start:end] if draw(st.booleans()) else b""
        content = content[:start] + double + splice + content[end:]
    return content


def replace_one(draw: st.DrawFn, value: Any) -> Any:
    """The same JSON with one value somewhere replaced by another kind of value."""
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(replace_one(draw, json.loads(value)))
    if value and isinstance(value, dict) and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: replace_one(draw, value[key])}
    if value and isinstance(value, list) and draw(st.integers(0, 9)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], replace_one(draw, value[place]), *value[place + 1 :]]
    return draw(st.sampled_from(LEAVES))


@st.composite
def retyped_samples(draw: st.DrawFn) -> bytes:
    names = [name for name in SAMPLE_NAMES if name.endswith(".json")]
    value = json.loads(good(draw(st.sampled_from(names))))
    for _ in range(draw(st.integers(1, 3))):
        value = replace_one(draw, value)
    return json.dumps(value).encode()


@st.composite
def broken_samples(draw: st.DrawFn) -> bytes:
    return mutated(draw, good(draw(st.sampled_from(SAMPLE_NAMES))))


def check(content: bytes) -> None:
    found = list(read_bytes(content, "fichier"))
    assert found
    for item in found:
        assert isinstance(item, Notice | NoticeError)
        if isinstance(item, Notice):
            stored = json.dumps(notice_to_json(item), ensure_ascii=False)
            assert is_storable(stored)
            assert notice_from_json(json.loads(stored)) == item
            scope(item, on=date(2027, 1, 1))
            packages = estimate_packages(item, on=date(2027, 1, 1))
            flags = green_flags(item, on=date(2027, 1, 1), packages=packages)
            questions_to_ask(item, packages=packages, flags=flags, on=date(2027, 1, 1))
            last_day_for_questions(item, on=date(2027, 1, 1))
        else:
            assert item.place
            assert item.reason
            assert item.cure


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_spoilt_samples(name: str) -> None:
    """Every sample in every way (500 in all): read or refused, within a second of work."""
    random = Random(f"20261125 {name}")
    ways = list(MUTATIONS) * max(1, SPOILT // len(SAMPLE_NAMES) // len(MUTATIONS) + 1)
    for way in ways[: SPOILT // len(SAMPLE_NAMES) + 1]:
        content = MUTATIONS[way](random, good(name))
        began = process_time()
        check(content)
        assert process_time() - began < LIMIT_S, way


@seed(20261125)
@FUZZ
@given(broken_samples())
def test_mutated_samples(content: bytes) -> None:
    """Whatever a sample becomes, it is read or refused; what is read can be worked with."""
    check(content)


@seed(20261125)
@FUZZ
@given(retyped_samples())
def test_retyped_samples(content: bytes) -> None:
    """JSON that stays JSON, with a value of another kind in some place."""
    check(content)


@seed(20261125)
@FUZZ
@given(st.data())
@pytest.mark.shared_data
def test_mutated_real_files(shared_data: Path, data: st.DataObject) -> None:
    """The same with real files, larger and stranger than ours."""
    files = sorted(
        file
        for folder in ("ted/eforms", "boamp/records", "boamp/xml_v230")
        for file in (shared_data / folder).iterdir()
    )
    content = data.draw(st.sampled_from(files)).read_bytes()
    check(data.draw(st.composite(mutated)(content)))
