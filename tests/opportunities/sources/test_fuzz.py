"""Whatever a source answers, it ends, and nothing but `SourceDown` comes out."""

import io
import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cordee.base.web.client import Answer, Client, parsed
from cordee.base.web.transport import Passing, SourceDown
from cordee.opportunities.sources.boamp.fetch import Boamp
from cordee.opportunities.sources.decp.fetch import Decp, MonthFile, _in_utf8, _pages, _wanted
from cordee.opportunities.sources.decp.fetch import _files as decp_files
from cordee.opportunities.sources.harvest import HarvestRequest, Source, document
from cordee.opportunities.sources.ted.fetch import Ted
from tests.opportunities.sources.makers import ON, before, sample

MOST_PAGES = 400
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside),
    max_leaves=8,
)
KEYS = ["total_count", "results", "totalNoticeCount", "notices", "iterationNextToken", "timedOut",
        "resources"]  # fmt: skip
answers = anything | st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, anything))


class Stub(Client):
    """A client whose answers are given beforehand, the last one for ever."""

    def __init__(self, contents: list[Any]) -> None:
        super().__init__()
        self.contents = contents

    def _next(self) -> Any:
        return self.contents.pop(0) if len(self.contents) > 1 else self.contents[0]

    def get_json(self, url: str, **validators: str) -> tuple[Answer, Any]:
        return Answer(b"", etag="x"), self._next()

    def post_json(self, url: str, question: Mapping[str, Any]) -> Any:
        return self._next()

    def get(self, url: str, **validators: str) -> Answer:
        return Answer(json.dumps(self._next()).encode())


@given(st.lists(answers, min_size=1, max_size=4), st.dictionaries(st.text(max_size=6), anything))
def test_no_answer_breaks_a_source(contents: list[Any], left: dict[str, Any]) -> None:
    sources: list[Source] = [
        Boamp("http://127.0.0.1/"),
        Ted("http://127.0.0.1/", "http://127.0.0.1/{id}"),
        Decp("http://127.0.0.1/", Path("/nowhere")),
    ]
    for source in sources:
        asked = HarvestRequest(before(1), ON, resume=left, seen=left)
        pages = source.pages(Stub(list(contents)), asked, lambda identifiers: set())
        with suppress(SourceDown):
            assert len(list(islice(pages, MOST_PAGES))) < MOST_PAGES


@given(answers)
def test_no_list_of_files_breaks_the_decp(content: Any) -> None:
    with suppress(SourceDown):
        _wanted(decp_files(content), before(60), ON)


@given(st.binary(max_size=60), st.sampled_from(["", "utf-8", "utf-16", "latin-1", "zlib", "é"]))
def test_no_bytes_break_the_reading_of_json(body: bytes, charset: str) -> None:
    with suppress(Passing):
        document(parsed(Answer(body, charset=charset)), "x")


def test_a_record_too_deep_is_refused() -> None:
    record: Any = {}
    for _ in range(100_000):
        record = {"a": record}
    assert "imbriqués" in str(document(record, "x"))


WHOLE = json.dumps(sample("decp/samples/decp-2026-11.json"), ensure_ascii=False).encode()


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3), st.integers(1, 40))
def test_a_damaged_file_ends(place: int, put: bytes, size: int) -> None:
    """Cut or overwritten anywhere, and read in pieces of any size."""
    damaged = io.BytesIO(WHOLE[:place] + put + (WHOLE[place + 3 :] if put else b""))
    read = _in_utf8(damaged)
    while piece := read(size):
        piece.decode()


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3))
def test_a_damaged_file_is_told_or_read(place: int, put: bytes) -> None:
    file = MonthFile("id", "decp-2026-11.json", (2026, 11), "", "")
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(WHOLE[:place] + put + (WHOLE[place + 3 :] if put else b""))
        kept.flush()
        with suppress(SourceDown):
            list(_pages(Path(kept.name), file, HarvestRequest(ON, ON), "x", {}))
