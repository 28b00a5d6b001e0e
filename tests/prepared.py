"""What every test process would else do for itself, done once while sources are read (`./go test`).

The engine is compiled, then an empty base migrated on each database; `CORDEE_TEST_BASE` tells the
tests which one to copy: a file of SQLite, or the name of a database of PostgreSQL.
"""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

BASE = "CORDEE_TEST_BASE"
MIGRATE = "django.core.management.commands.migrate.Command.handle"


@contextmanager
def migrating_fast() -> Iterator[None]:
    """Make the same tables in half the time, as `./go serve` makes those of an empty base."""
    from cordee.base.migrating import _new_models_rendered_alone

    # Each migration makes classes by the thousand: they are all swept up once, at the end.
    gc.disable()
    try:
        with _new_models_rendered_alone():
            yield
    finally:
        gc.enable()


@contextmanager
def copying(base: str) -> Iterator[None]:
    """Let Django make its test database as a copy of one that is migrated already."""
    from django.db import connection

    creation = type(connection.creation)
    as_django_does = creation._create_test_db

    def create(self: Any, *args: Any) -> Any:
        name = as_django_does(self, *args)
        if connection.vendor == "sqlite":
            shutil.copyfile(base, name)
        return name

    # PostgreSQL copies by itself, SQLite does not look at this.
    connection.settings_dict["TEST"]["TEMPLATE"] = base
    with (
        mock.patch(MIGRATE, return_value=None),
        mock.patch.object(creation, "_create_test_db", create),
    ):
        yield


@contextmanager
def emptying_what_is_full() -> Iterator[None]:
    """After a test with transactions of its own, delete the rows of the tables that have some.

    Truncated, the files of two hundred tables and of their indexes are made again on PostgreSQL.
    """
    from django.db import connection

    ops = type(connection.ops)
    as_django_does = ops.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: bool) -> list[str]:
        if any(options.values()) or not tables:
            return as_django_does(self, style, tables, **options)
        names = [self.quote_name(table) for table in tables]
        any_row = [
            f"SELECT {n} WHERE EXISTS (SELECT 1 FROM {name})" for n, name in enumerate(names)
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(any_row))
            return [f"DELETE FROM {names[n]}" for (n,) in cursor.fetchall()]

    if connection.vendor != "postgresql":
        yield
        return
    with mock.patch.object(ops, "sql_flush", sql_flush):
        yield


def migrate(base: str) -> None:
    """Make the base that is copied, anew."""
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{base}"')
            cursor.execute(f'CREATE DATABASE "{base}"')
        connection.close()
    connection.settings_dict["NAME"] = base
    with migrating_fast():
        # As Django does for a test database.
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    connection.close()


def main(bases: list[str]) -> int:
    """`bases`: the address of a database, "" for SQLite, and what to make on it, in pairs."""
    todo = [("cordee.engine.compiling", [], {})]
    todo += [
        ("tests.prepared", ["base", base], {"CORDEE_DATABASE_URL": url} if url else {})
        for url, base in zip(bases[::2], bases[1::2], strict=True)
    ]
    for module, words, more in todo:
        done = subprocess.run([sys.executable, "-m", module, *words], env={**os.environ, **more})
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    if sys.argv[1:2] == ["base"]:
        migrate(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
