"""A copy of all state, made while Cordée runs, that only its owner reads."""

import sqlite3
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cordee.base.management.commands.backup import Command


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with a key and a mail; the base itself is copied by its own test."""
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path / "var")
    (tmp_path / "var" / "mail").mkdir(parents=True)
    (tmp_path / "var" / "secret_key").write_text("clé")
    (tmp_path / "var" / "mail" / "1.eml").write_text("Bonjour")
    for way in ("_copy_sqlite", "_dump_postgres"):
        monkeypatch.setattr(Command, way, lambda self, target: None)
    return tmp_path / "var"


def backup(folder: Path) -> Path:
    said = StringIO()
    call_command("backup", str(folder), stdout=said)
    return Path(said.getvalue().strip().removeprefix("Copie faite : "))


def test_keys_and_mail_are_copied_for_their_owner_alone(state: Path, tmp_path: Path) -> None:
    copy = backup(tmp_path / "copies")
    assert (copy / "secret_key").read_text() == "clé"
    assert (copy / "mail" / "1.eml").read_text() == "Bonjour"
    assert copy.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("below", [".", "copies"])
def test_a_folder_among_what_is_copied_is_refused(state: Path, below: str) -> None:
    """Each copy would hold all earlier ones, and the copy under way itself."""
    with pytest.raises(CommandError, match="parmi ce qu’on copie"):
        backup(state / below)


def test_a_file_in_the_place_of_the_folder_is_named(state: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").touch()
    with pytest.raises(CommandError, match="copies : File exists"):
        backup(tmp_path / "copies")


def test_sqlite_is_copied_whole_while_somebody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "cordee.sqlite3"
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(base))
    writer = sqlite3.connect(base)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE t (n INTEGER)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    writer.execute("INSERT INTO t VALUES (2)")
    (tmp_path / "copie").mkdir()
    Command()._copy_sqlite(tmp_path / "copie")
    writer.close()
    copied = sqlite3.connect(tmp_path / "copie" / "cordee.sqlite3")
    assert copied.execute("SELECT n FROM t").fetchall() == [(1,)]
    copied.close()
