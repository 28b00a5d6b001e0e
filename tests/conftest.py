"""Fixtures of the whole suite. Offline, in random order, on a fixed day."""

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import prepared
from tests.strict_client import StrictClient

PROJECT = Path(__file__).resolve().parent.parent
NO_SKIP = os.environ.get("CORDEE_NO_SKIP") == "1"
LOCAL = {"127.0.0.1", "::1", "localhost"}
# Up to a minute each: their tests migrate a whole base.
MIGRATING = {"test_older_bases.py", "test_rooms_migration.py", "test_import_migration.py"}

# Properties try the same small set each time; CORDEE_FUZZ=full tries many others. No deadline:
# machines that share their cores are slow without being wrong.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("fuzz" if os.environ.get("CORDEE_FUZZ") == "full" else "suite")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A test that leaves this machine fails, and says where it wanted to go."""
    really_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOCAL:
            raise RuntimeError(f"A test wanted to reach {address[0]}: tests are offline.")
        really_connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """What a shell starts in the background is told to ignore Ctrl-C, and so are its tests."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tables: copied where `./go test` has made them once, else made."""
    base = os.environ.get(prepared.BASE)
    with prepared.copying(base) if base else prepared.migrating_fast():
        request.getfixturevalue("django_db_setup")
    with prepared.emptying_what_is_full():
        yield


@pytest.fixture
def today() -> date:
    """The day of the tests: the demo world and every `on=` start from it."""
    return date(2026, 11, 25)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real files beside the project, which are never copied into it."""
    folder = Path(os.environ.get("CORDEE_SHARED_DATA") or PROJECT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real files at {folder}: set CORDEE_SHARED_DATA to their folder")
    return folder


@pytest.fixture(autouse=True)
def no_limit_left_over() -> None:
    """What one test tried too often does not stop the next one."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def client() -> StrictClient:
    """A visitor without account, whose client refuses faulty HTML."""
    return StrictClient()


@pytest.fixture
def signed_in_client(db: None) -> Callable[[Any], StrictClient]:
    """Call it with a user: a strict client of that person."""

    def sign_in(user: Any) -> StrictClient:
        signed_in = StrictClient()
        signed_in.force_login(user)
        return signed_in

    return sign_in


@pytest.fixture
def count_queries(
    client: StrictClient, signed_in_client: Callable[[Any], StrictClient]
) -> Callable[..., int]:
    """`count_queries(url, user)`: how many SQL queries one GET makes, once caches are warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(url: str, user: Any = None) -> int:
        visitor = signed_in_client(user) if user is not None else client
        assert visitor.get(url).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(url).status_code == 200
        return len(queries)

    return count


@pytest.fixture
def empty_base(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The default connection leads to a base of its own, without one table."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    own = connections["default"]
    other = own.copy()
    on_server = own.vendor == "postgresql"
    name = f"{own.settings_dict['NAME']}_older" if on_server else tmp_path / "older.sqlite3"
    other.settings_dict["NAME"] = name
    if on_server:
        with own.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connections["default"] = other
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        other.close()
        connections["default"] = own
        ContentType.objects.clear_cache()
        if on_server:
            with own.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}"')


def pytest_collection_finish() -> None:
    """Let nobody look again for garbage among what stays: modules, and tests by the thousand.

    Nor after every two thousand objects: one page makes that many. A tenth of the time of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if "shared_data" in used:
            item.add_marker(pytest.mark.shared_data)
        # Run again on PostgreSQL by `./go test`, where one is given.
        if item.get_closest_marker("django_db") or used & {"db", "transactional_db", "live_server"}:
            item.add_marker(pytest.mark.database)
    items[:] = _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Those that migrate a whole base, before the others with transactions of their own.

    pytest-django puts all of these after what is rolled back: else a process would end on the
    longest alone, while the other has nothing left to take over.
    """

    def is_own(item: pytest.Item) -> bool:
        mark = item.get_closest_marker("django_db")
        marked = bool(mark and mark.kwargs.get("transaction"))
        return marked or "transactional_db" in getattr(item, "fixturenames", ())

    def migrates(item: pytest.Item) -> bool:
        return item.path.name in MIGRATING and is_own(item)

    longest = [item for item in items if migrates(item)]
    if not longest:
        return items
    others = [item for item in items if not migrates(item)]
    start = next((n for n, item in enumerate(others) if is_own(item)), len(others))
    return [*others[:start], *longest, *others[start:]]


def _refuse_skip(report: Any) -> None:
    """Under CORDEE_NO_SKIP=1, what would be skipped fails: the CI has everything it needs."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CORDEE_NO_SKIP=1 allows no skip. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[Any]:
    report = yield
    _refuse_skip(report)
    return report
