"""An empty base gets the very tables that Django's own way makes, in a third of the time."""

import ast
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.state import ProjectState

from cordee.base.migrating import _new_models_rendered_alone, migrate

ROOT = Path(__file__).resolve().parents[2]
IN_WORDS = re.compile(r"IN \(('\w+'(?:,'\w+')+)\)")
TABLES = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
MADE = f"""
import gc
gc.disable()
import django
django.setup()
from cordee.base.migrating import migrate
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
migrate()
with connection.cursor() as cursor:
    print(cursor.execute({TABLES!r}).fetchall())
"""


def in_any_order(rows: list[Any]) -> dict[tuple[str, str], list[str]]:
    """What each statement holds, whatever the order of columns: SQLite makes a table anew for many
    a change, and a test of older bases that ran before has made some of them once more. Nor does
    the order of a set of words count: that in which Django writes the kinds of JSON values is that
    of their hashes, which change with each process."""
    return {
        (kind, name): sorted(re.split(', (?=["C])', IN_WORDS.sub(_sorted, sql)))
        for kind, name, sql in rows
    }


def _sorted(words: re.Match[str]) -> str:
    return f"IN ({','.join(sorted(words[1].split(',')))})"


@pytest.mark.django_db
def test_an_empty_base_gets_the_same_tables(tmp_path: Path) -> None:
    """Those of the tests are made our way (`django_db_setup`), those of a second base Django's.

    On PostgreSQL there is no second base to fill.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        ours = cursor.execute(TABLES).fetchall()
    done = subprocess.run(
        [sys.executable, "-c", MADE],
        cwd=ROOT,
        env={
            **os.environ,
            "CORDEE_STATE": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert in_any_order(ours) == in_any_order(ast.literal_eval(done.stdout))


@pytest.mark.parametrize(("tables", "is_ours"), [([], True), (["django_migrations"], False)])
def test_an_empty_base_alone_is_made_our_way(
    tables: list[str], is_ours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    djangos, called = ProjectState.add_model, []

    def command(name: str, **options: Any) -> None:
        called.append((name, ProjectState.add_model is not djangos))

    monkeypatch.setattr(connection.introspection, "table_names", lambda: tables)
    monkeypatch.setattr("cordee.base.migrating.call_command", command)
    migrate()
    assert called == [("migrate", is_ours)]


def test_django_is_left_as_it_was() -> None:
    before = ProjectState.add_model
    with suppress(ZeroDivisionError), _new_models_rendered_alone():
        assert ProjectState.add_model is not before
        raise ZeroDivisionError
    assert ProjectState.add_model is before
