"""The harness itself: offline, no silent skip, a fixed day, real files only from their fixture."""

import socket
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection

from cordee.accounts.models import User
from tests import conftest


def test_a_test_cannot_leave_this_machine() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as wire,
        pytest.raises(RuntimeError, match=r"wanted to reach 192\.0\.2\.1"),
    ):
        wire.connect(("192.0.2.1", 80))


def test_this_machine_itself_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as wire:
        wire.connect(server.getsockname())
        assert wire.getpeername() == server.getsockname()


@pytest.mark.parametrize(("no_skip", "outcome"), [(True, "failed"), (False, "skipped")])
def test_a_skip_fails_where_none_is_allowed(
    monkeypatch: pytest.MonkeyPatch, no_skip: bool, outcome: str
) -> None:
    monkeypatch.setattr(conftest, "NO_SKIP", no_skip)
    report: Any = SimpleNamespace(
        outcome="skipped", skipped=True, longrepr=("f.py", 3, "no Chromium")
    )
    conftest._refuse_skip(report)
    assert report.outcome == outcome
    assert not no_skip or "no Chromium" in report.longrepr


def test_an_expected_failure_is_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "NO_SKIP", True)
    report: Any = SimpleNamespace(outcome="skipped", skipped=True, longrepr="", wasxfail="known")
    conftest._refuse_skip(report)
    assert report.outcome == "skipped"


def test_the_day_is_fixed(today: date) -> None:
    assert today == date(2026, 11, 25)


@pytest.mark.django_db
def test_queries_are_counted_for_a_visitor_and_for_a_person(count_queries: Any) -> None:
    assert count_queries("/aide/") == 0
    user = User.objects.create_user("nadia@reseau.example")
    assert count_queries("/aide/", user) >= 1


@pytest.mark.django_db
def test_the_base_of_the_tests_is_migrated() -> None:
    """Made here, or copied from the one that `./go test` made once."""
    call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.django_db
def test_on_postgresql_only_tables_with_rows_are_emptied() -> None:
    names, flush = ["members_network", "django_content_type"], connection.ops.sql_flush
    emptied = flush(no_style(), names, reset_sequences=False)
    assert 'DELETE FROM "django_content_type"' in [line.strip(";") for line in emptied]
    if connection.vendor == "postgresql":
        assert len(emptied) == 1
        assert flush(no_style(), names, reset_sequences=True)[0].startswith("TRUNCATE")


def test_who_migrates_a_whole_base_comes_before_others_with_transactions_of_their_own() -> None:
    def item(file: str, *fixtures: str) -> Any:
        return SimpleNamespace(
            path=Path(file), fixturenames=fixtures, get_closest_marker=lambda name: None
        )

    rolled_back, other = item("test_a.py", "db"), item("test_b.py", "transactional_db")
    longest = item("test_older_bases.py", "transactional_db")
    pure = item("test_older_bases.py")
    found = conftest._longest_first([rolled_back, other, longest, pure])
    assert found == [rolled_back, longest, other, pure]
    assert conftest._longest_first([rolled_back, other]) == [rolled_back, other]
