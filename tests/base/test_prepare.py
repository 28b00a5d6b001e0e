"""What `prepare` puts right before anything is served."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from cordee.base.management.commands import prepare


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the communes of France."""
    really = prepare.call_command
    monkeypatch.setattr(
        prepare, "call_command", lambda name, **o: None if name != "migrate" else really(name, **o)
    )
    monkeypatch.setattr(prepare, "note_version", lambda: None)


@pytest.mark.django_db
def test_a_migrate_that_was_cut_before_its_permissions_is_completed(quick: None) -> None:
    """Its tables are all there: Django would never write them again."""
    count = Permission.objects.count()
    assert prepare.is_migrated()
    ContentType.objects.filter(app_label="base").delete()
    assert Permission.objects.count() < count
    call_command("prepare", stdout=StringIO(), stderr=StringIO())
    assert Permission.objects.count() == count
    assert prepare.is_migrated()


def test_files_of_the_state_are_for_their_owner_alone(tmp_path: Path) -> None:
    outside, state = tmp_path / "outside", tmp_path / "state"
    outside.write_text("")
    outside.chmod(0o644)
    (state / "fichiers" / "ab").mkdir(parents=True)
    for name, mode in (("cordee.sqlite3", 0o644), ("fichiers/ab/x", 0o666), ("script", 0o755)):
        (state / name).write_text("")
        (state / name).chmod(mode)
    (state / "link").symlink_to(outside)
    (state / "fichiers").chmod(0o755)
    state.chmod(0o755)
    assert prepare.keep_private(state) == 0
    modes = {path.name: path.lstat().st_mode & 0o777 for path in state.rglob("*")}
    modes.pop("link")
    assert modes == {
        "cordee.sqlite3": 0o600,
        "x": 0o600,
        "script": 0o700,
        "fichiers": 0o700,
        "ab": 0o700,
    }
    assert state.stat().st_mode & 0o777 == 0o700
    assert outside.stat().st_mode & 0o777 == 0o644, "what a link leads to is not ours"


@pytest.mark.django_db
def test_preparing_closes_what_was_left_open_to_others(
    quick: None, tmp_path: Path, settings: Any
) -> None:
    settings.STATE_DIR = tmp_path
    (tmp_path / "cordee.sqlite3").touch()
    (tmp_path / "cordee.sqlite3").chmod(0o644)
    call_command("prepare", stdout=StringIO(), stderr=StringIO())
    assert (tmp_path / "cordee.sqlite3").stat().st_mode & 0o777 == 0o600


def test_files_of_another_account_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError

    (tmp_path / "x").write_text("")
    (tmp_path / "x").chmod(0o644)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(os, "chmod", refuse)
    assert prepare.keep_private(tmp_path) == 1
