"""A copy of all state: whole or not there, checked before it is put back, for its owner alone."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from config.environment import postgres_settings
from cordee.base import backup, serving
from cordee.base.backup import making, postgres, restoring
from cordee.base.backup.manifest import NAME, open_new
from cordee.base.backup.restoring import restore_copy
from cordee.base.version import version

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with all that lies there; the base itself is copied by the drill."""
    var = tmp_path / "var"
    monkeypatch.setattr(settings, "STATE_DIR", var)
    for name in (
        *("secret_key", "courrier/1.eml", "fichiers/ab/abc", "inconnu/de/nous"),
        *("cache/x", "compiled/x", "static/x", "demo/cordee.sqlite3", "decp/x", "classement/x"),
        *("corbeille/2026-11-01/x", "avant-2026-11-01-120000/x", "fichiers/ab/abd.part"),
        serving.LOCK,
    ):
        (var / name).parent.mkdir(parents=True, exist_ok=True)
        (var / name).write_text(name)

    def base(target: Path) -> tuple[Path, int]:
        with open_new(target / "cordee.sqlite3") as file:
            file.write(b"la base")
        return target / "cordee.sqlite3", 0

    monkeypatch.setattr(making, "_copy_base", base)
    return var


def copied(folder: Path, *options: Any) -> Path:
    return Path(said(folder, *options).splitlines()[0].partition("faite")[2][3:])


def said(folder: Path, *options: Any) -> str:
    out = StringIO()
    call_command("backup", str(folder), *options, stdout=out)
    return out.getvalue()


def make(folder: Path, day: int) -> Path:
    return making.make_copy(folder, now=NOW + timedelta(days=day))[0]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_people_wrote_is_copied_and_what_is_remade_is_not(state: Path, tmp_path: Path) -> None:
    copy = copied(tmp_path / "copies")
    assert names(copy) == {
        *("secret_key", "courrier", "fichiers", "inconnu", "cordee.sqlite3", NAME)
    }
    assert (copy / "inconnu/de/nous").read_text() == "inconnu/de/nous"
    assert names(copy / "fichiers/ab") == {"abc"}, "what is being written is not"


def test_the_manifest_tells_version_migrations_and_every_file(state: Path, tmp_path: Path) -> None:
    words = json.loads((copied(tmp_path / "copies") / NAME).read_text())
    assert words["version"] == version()
    assert words["migrations"]["base"]
    assert set(words["files"]) == {
        *("secret_key", "courrier/1.eml", "fichiers/ab/abc", "inconnu/de/nous", "cordee.sqlite3")
    }


def test_its_owner_alone_reads_a_copy(state: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        copy = copied(tmp_path / "copies")
    finally:
        os.umask(before)
    for path in [copy, *copy.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_that_the_key_is_inside_is_said(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "La clé secrète est dedans" in said(tmp_path / "copies")
    monkeypatch.setenv("CORDEE_SECRET_KEY", "x")
    assert "La clé secrète n’y est pas" in said(tmp_path / "others")


@pytest.mark.parametrize("below", [".", "courrier", "new"])
def test_a_folder_among_what_is_copied_is_refused(state: Path, below: str) -> None:
    """Each copy would hold all earlier ones, and the copy under way itself."""
    with pytest.raises(CommandError, match="parmi ce qu’on copie"):
        said(state / below)


def test_a_file_in_the_place_of_the_folder_is_named(state: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").touch()
    with pytest.raises(CommandError, match=r"copies.*: File exists"):
        said(tmp_path / "copies")


def test_a_file_brought_while_the_base_is_copied_is_in_the_copy(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is in the base; and so are the bytes of what is erased meanwhile."""
    base = making._copy_base

    def slowly(target: Path) -> tuple[Path, int]:
        (state / "fichiers/ab/new").write_text("new")
        (state / "fichiers/ab/abc").unlink()
        return base(target)

    monkeypatch.setattr(making, "_copy_base", slowly)
    assert names(copied(tmp_path / "copies") / "fichiers/ab") == {"abc", "new"}


def test_a_full_disk_leaves_no_copy(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr(making, "_copy_base", full)
    with pytest.raises(CommandError, match=r"No space left on device. Aucune copie n’est faite"):
        said(tmp_path / "copies")
    assert names(tmp_path / "copies") == set()


def test_a_killed_backup_does_not_look_whole(tmp_path: Path) -> None:
    """Stopped by force among the files: what is left is named as what it is."""
    var = tmp_path / "var"
    (var / "fichiers").mkdir(parents=True)
    for number in range(5):
        (var / "fichiers" / str(number)).write_text("x")
    script = (
        "import os, signal, django; django.setup()\n"
        "from cordee.base.backup import making\n"
        "making._copy_base = lambda target: os.kill(os.getpid(), signal.SIGKILL)\n"
        "making.newest_migrations = dict\n"
        "from django.core.management import call_command\n"
        f"call_command('backup', {str(tmp_path / 'copies')!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=os.environ | {"CORDEE_STATE": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    (left,) = names(tmp_path / "copies")
    assert left.endswith(".part")
    with pytest.raises(backup.BadCopy, match="interrompue"):
        restore_copy(tmp_path / "copies" / left, replace=False, now=NOW)


def test_as_many_copies_are_kept_as_asked_and_nothing_of_others(
    state: Path, tmp_path: Path, settings: Any
) -> None:
    folder = tmp_path / "copies"
    settings.SECRET_KEY = "another installation"
    foreign = make(folder, -9)
    settings.SECRET_KEY = "ours"
    old = [make(folder, -day) for day in (4, 3, 2)]
    unreadable = make(folder, -8)
    (unreadable / NAME).write_text("{")
    (folder / "photos").mkdir()
    left = folder / "cordee-2026-01-01-000000.part"
    left.mkdir()
    words = said(folder, "--keep", 2)
    kept = names(folder) - {path.name for path in (foreign, unreadable, left, old[2])} - {"photos"}
    assert len(kept) == 1, "the new one"
    assert not any(path.exists() for path in old[:2])
    assert left.name in words
    with pytest.raises(CommandError, match="--keep 0"):
        said(folder, "--keep", 0)


def change(path: Path) -> None:
    """One letter, so that its size says nothing."""
    path.write_bytes(path.read_bytes()[:-1] + b"~")


def rewrite(copy: Path, **values: Any) -> None:
    words = json.loads((copy / NAME).read_text()) | values
    (copy / NAME).write_text(json.dumps(words))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda copy: (copy / NAME).unlink(), "n’est pas une copie de Cordée"),
        (lambda copy: (copy / NAME).write_text("{"), "ne se lit pas"),
        (lambda copy: (copy / NAME).write_text("{}"), "manifeste abîmé"),
        (lambda copy: (copy / "fichiers/ab/abc").unlink(), "fichiers/ab/abc manque"),
        (lambda copy: change(copy / "secret_key"), "secret_key n’est plus ce qu’il était"),
        (lambda copy: change(copy / "cordee.sqlite3"), "n’est plus ce qu’il était"),
        (lambda copy: (copy / "more").write_text("x"), "more n’est pas dans le manifeste"),
        (lambda copy: rewrite(copy, format=2, version="9"), r"plus récente \(9\)"),
        (
            lambda copy: rewrite(copy, migrations={"base": "0999_later"}),
            r"plus récente.*base\.0999_later.*Mettez le code à jour",
        ),
        (
            lambda copy: rewrite(copy, migrations={"alliances": "0009_private_files"}),
            r"trop ancienne.*alliances y est à 0009_private_files.*Restaurez-la avec.*v0\.1\.0a1",
        ),
        (
            lambda copy: rewrite(copy, files={"../evil": [1, "0"]}),
            "n’est pas dans le manifeste",
        ),
        (
            lambda copy: rewrite(
                copy, database={"sqlite": "postgresql"}.get(connection.vendor, "sqlite")
            ),
            "CORDEE_DATABASE_URL",
        ),
    ],
)
def test_a_copy_that_is_not_right_changes_nothing(
    state: Path, tmp_path: Path, damage: Callable[[Path], Any], words: str
) -> None:
    copy = make(tmp_path / "copies", 0)
    damage(copy)
    before = sorted(state.rglob("*"))
    with pytest.raises(CommandError, match=words):
        call_command("restore", str(copy), "--replace")
    assert sorted(state.rglob("*")) == before


def test_a_path_out_of_the_state_is_refused(state: Path, tmp_path: Path) -> None:
    copy = make(tmp_path / "copies", 0)
    words = json.loads((copy / NAME).read_text())
    rewrite(copy, files=words["files"] | {"../evil": [1, "0"]})
    with pytest.raises(CommandError, match="evil ne vient pas d’une copie"):
        call_command("restore", str(copy), "--replace")
    assert not (tmp_path / "evil").exists()


def test_a_state_with_something_in_it_is_not_replaced_unasked(state: Path, tmp_path: Path) -> None:
    copy = make(tmp_path / "copies", 0)
    with pytest.raises(CommandError, match=r"n’est pas vide \(une base, courrier.*--replace"):
        call_command("restore", str(copy))


def test_nothing_is_put_under_a_site_that_is_served(state: Path, tmp_path: Path) -> None:
    copy = make(tmp_path / "copies", 0)
    serving.hold()
    try:
        for command in (["restore", str(copy), "--replace"], ["upgrade"]):
            with pytest.raises(CommandError, match=r"en service.*Rien n’a changé"):
                call_command(*command)
    finally:
        os.close(serving._held.pop())


@pytest.mark.parametrize("at", [1, 4, 7])
def test_a_restore_that_stops_midway_leaves_all_as_it_was(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """At the first name that it changes, in the middle, and at those that it brings."""

    def base(target: Path) -> tuple[Path, int]:
        with closing(sqlite3.connect(target / "cordee.sqlite3")) as made:
            made.execute("CREATE TABLE django_migrations (name)")
        return target / "cordee.sqlite3", 0

    monkeypatch.setattr(making, "_copy_base", base)
    copy = make(tmp_path / "copies", 0)
    if connection.vendor == "sqlite":
        base(state)
    (state / "courrier" / "1.eml").write_text("depuis")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(state / "cordee.sqlite3"))
    monkeypatch.setattr(connection, "close", lambda: None)
    rename, asked = Path.rename, list[Path]()

    def or_fail(self: Path, target: Path) -> Path:
        asked.append(self)
        if len(asked) == at:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    def kept() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}

    before = kept()
    monkeypatch.setattr(Path, "rename", or_fail)
    with pytest.raises(OSError, match="Input/output error"):
        restore_copy(copy, replace=True, now=NOW)
    assert len(asked) > at or at == 1, "some were changed back"
    assert kept() == before


def fake_tool(folder: Path, major: int) -> Path:
    folder.mkdir(parents=True)
    path = folder / "pg_dump"
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {major}.1'\n")
    path.chmod(0o755)
    return path


def test_the_tool_of_the_server_is_taken_or_what_to_install_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PLACES", (f"{tmp_path}/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    with pytest.raises(postgres.ToolFailed, match=r"pg_dump manque.*postgresql-client-17"):
        postgres.tool("pg_dump", server=17)
    fake_tool(tmp_path / "path", 15)
    with pytest.raises(postgres.ToolFailed, match=r"pg_dump 15 est plus ancien.*client-17"):
        postgres.tool("pg_dump", server=17)
    newer = fake_tool(tmp_path / "18" / "bin", 18)
    assert postgres.tool("pg_dump", server=17) == str(newer)
    same = fake_tool(tmp_path / "17" / "bin", 17)
    assert postgres.tool("pg_dump", server=17) == str(same)


def test_the_address_of_the_base_takes_what_the_library_of_postgresql_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("X", "postgresql://me:p%40ss@/base?host=/run/pg&sslmode=require")
    found = postgres_settings("X")
    assert found is not None
    assert (found["HOST"], found["PASSWORD"]) == ("/run/pg", "p@ss")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_a_password_is_in_no_argument(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> Any:
        seen.update(options, command=command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(postgres, "server_version", lambda: 17)
    monkeypatch.setattr(postgres, "tool", lambda name, server: name)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(
        connection,
        "get_connection_params",
        lambda: {"dbname": "b", "host": "/run/pg", "password": "s3cret", "pool": {}},
        raising=False,
    )
    monkeypatch.setattr(connection, "close", lambda: None)
    postgres.dump(tmp_path / "x")
    assert not any("s3cret" in word for word in seen["command"])
    assert seen["env"]["PGPASSWORD"] == "s3cret"
    assert "--dbname=dbname=b host=/run/pg" in seen["command"]


def test_two_restores_in_one_second_set_aside_under_two_names(state: Path) -> None:
    first = restoring._free_mark(NOW)
    (state / f"avant-{first}").mkdir()
    assert restoring._free_mark(NOW) == f"{first}-2"
