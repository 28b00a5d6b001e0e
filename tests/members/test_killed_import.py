"""Whatever happens to a list in the queue, it ends as if nothing had."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from benchmarks.import_kills import PROJECT, ListBench, environment

PREPARE = """
import django
django.setup()
from django.core.management import call_command
from tests.members.makers import make_valley
call_command("migrate", verbosity=0)
make_valley()
"""


@pytest.fixture
def bench(tmp_path: Path, db: None) -> ListBench:
    """A base with a small territory, and what one undisturbed run makes of a list in it."""
    base = tmp_path / "base"
    base.mkdir()
    if connection.vendor == "sqlite":
        # The empty base of the tests: to make another takes a while.
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as made,
            closing(sqlite3.connect(base / "cordee.sqlite3")) as copied,
        ):
            made.backup(copied)
    env = environment(base)
    subprocess.run([sys.executable, "-c", PREPARE], cwd=PROJECT, env=env, check=True)
    bench = ListBench(tmp_path, lines=350)
    bench.undisturbed()
    return bench


def test_whatever_stops_the_queue_the_base_ends_the_same(bench: ListBench) -> None:
    """Killed at three seeded moments, an error of the base, a full disk; two workers at once."""
    assert len(bench.expected["members_structure"]) == 343
    assert len(bench.expected["members_membership"]) == 343
    assert len(bench.expected["members_importpart"]) == 4
    troubled = bench.troubled(3, random.Random(4), pages=8)
    assert troubled.differing == ()
    assert "disk I/O error and database or disk is full" in str(troubled)
    assert bench.two_at_once().differing == ()
