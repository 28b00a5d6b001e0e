from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.opportunities.sources.server import Behave, LocalSource, serving

# No source is slow here (see `test_web_client`): on a busy machine an answer may take a second.
LIMITS = {"connect": 10.0, "read": 10.0, "total": 20.0, "max_bytes": 5_000_000}
PATIENT = {"interval": 0.0, "attempts": 2, "first_pause": 0.001, "longest_pause": 0.01}


@pytest.fixture
def live(settings: Any, tmp_path: Any) -> Iterator[Callable[..., LocalSource]]:
    """`live(boamp=…, ted=…, decp=…)`: local sources, in place of the true ones."""
    settings.STATE_DIR = tmp_path / "state"
    settings.SOURCES_LIMITS = LIMITS
    settings.SOURCES_MANNERS = PATIENT
    settings.SOURCES_ADDRESSES = dict.fromkeys(("boamp", "ted", "ted_notice", "decp"), "")
    with ExitStack() as running:

        def start(**sources: Behave) -> LocalSource:
            for name, behave in sources.items():
                source = running.enter_context(serving(behave))
                addresses = {name: f"{source.url}/{name}"}
                if name == "ted":
                    addresses["ted_notice"] = f"{source.url}/fr/notice/{{id}}/xml"
                if name == "decp" and hasattr(behave, "url"):
                    behave.url = source.url
                settings.SOURCES_ADDRESSES = settings.SOURCES_ADDRESSES | addresses
            return source

        yield start
