"""The web server is made of copies of one process that has read the code."""

import gc
import multiprocessing
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from granian import Granian

from cordee.base.management.commands import web


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What the server was when it was asked to serve."""
    told: list[dict[str, Any]] = []

    def serve(self: Granian) -> None:
        told.append(
            {
                "target": self.target,
                "start": multiprocessing.get_start_method(),
                "buffer": self.http1_settings.max_buffer_size if self.http1_settings else None,
                "frozen": gc.get_freeze_count(),
            }
        )

    before = multiprocessing.get_start_method()
    monkeypatch.setattr(web.Granian, "serve", serve)
    monkeypatch.setattr("signal.signal", lambda *args: None)
    monkeypatch.setattr("cordee.base.serving.hold", lambda: None)
    # The suite freezes what it has loaded, for itself.
    gc.unfreeze()
    yield told
    gc.freeze()
    multiprocessing.set_start_method(before, force=True)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Connections that were closed; those of a test must stay open."""
    names: list[str] = []

    class Pooled:
        def close(self) -> None:
            names.append("connection")

        def close_pool(self) -> None:
            names.append("pool")

    monkeypatch.setattr(connections, "all", lambda **options: [Pooled()])
    return names


def test_the_code_is_read_before_the_copies_are_made(
    served: list[dict[str, Any]], closed: list[str]
) -> None:
    call_command("web", port=8123)
    (it,) = served
    assert it["target"] == "config.wsgi:application"
    assert {"config.wsgi", "config.urls"} <= set(sys.modules)
    assert it["buffer"] == 65_536
    assert it["frozen"] > 10_000
    # A connection, or a thread of a pool, that two processes share breaks both.
    assert closed == ["connection", "pool"]
    if sys.platform == "linux":
        assert it["start"] == "fork"


def test_what_comes_first_is_done_before_serving(
    served: list[dict[str, Any]], closed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def done(*words: str) -> None:
        asked.append((words, len(served)))

    monkeypatch.setattr(web, "call_command", done)
    call_command("web", "--first", "demo", "--fresh")
    assert asked == [(("demo", "--fresh"), 0)]
    assert len(served) == 1


def test_nothing_is_served_where_what_comes_first_fails(
    served: list[dict[str, Any]], closed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*words: str) -> None:
        raise CommandError("La base ne répond pas.")

    monkeypatch.setattr(web, "call_command", fail)
    with pytest.raises(CommandError, match="La base"):
        call_command("web", "--first", "prepare")
    assert (served, closed) == ([], [])
