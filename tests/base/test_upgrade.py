"""New code over an old base: a copy first, then what changed, and the way back."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.executor import MigrationExecutor

from cordee.base.backup import making
from cordee.base.management.commands import upgrade
from cordee.base.version import note_version, version
from tests.base.test_backup import state

pytestmark = pytest.mark.django_db

__all__ = ["state"]


class Calls:
    """Stands for `call_command` inside upgrade: notes what it was asked, and what it fails at."""

    def __init__(self, failing: str = "", error: BaseException | None = None) -> None:
        self.made: list[str] = []
        self.failing, self.error = failing, error

    def __call__(self, name: str, *arguments: str, **options: Any) -> None:
        self.made.append(name)
        if name == "backup":
            call_command(name, *arguments, **options)
        if name == self.failing and self.error:
            raise self.error
        if name == "prepare":
            note_version()


def run(folder: Path) -> str:
    said = StringIO()
    call_command("upgrade", str(folder), stdout=said, stderr=StringIO())
    return said.getvalue()


def test_a_copy_comes_first_and_what_changed_is_said(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls()
    monkeypatch.setattr(upgrade, "call_command", calls)
    (state / "version").write_text("0.0.9\n")
    plan = MigrationExecutor.migration_plan
    monkeypatch.setattr(
        MigrationExecutor,
        "migration_plan",
        lambda self, targets, clean_start=False: plan(self, targets, clean_start=True)[-1:],
    )
    said = run(tmp_path / "copies")
    assert calls.made == ["backup", "prepare", "reread"]
    (copy,) = making.made_in(tmp_path / "copies")
    assert f"restore --replace {copy}" in said
    assert f"0.0.9 avant, {version()} maintenant" in said
    assert "Migrations faites\N{NO-BREAK SPACE}: 1." in said


@pytest.mark.parametrize("failing", ["prepare", "reread"])
@pytest.mark.parametrize("error", [RuntimeError("disque"), KeyboardInterrupt()])
def test_stopped_midway_it_says_the_way_back(
    state: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
    error: BaseException,
) -> None:
    monkeypatch.setattr(upgrade, "call_command", Calls(failing, error))
    with pytest.raises(CommandError) as stopped:
        run(tmp_path / "copies")
    (copy,) = making.made_in(tmp_path / "copies")
    assert f"restore --replace {copy}, puis remettez le code" in str(stopped.value)
    assert "Relancez upgrade, il reprendra" in str(stopped.value)


def test_without_a_copy_nothing_is_changed(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls()
    monkeypatch.setattr(upgrade, "call_command", calls)
    (tmp_path / "copies").touch()
    with pytest.raises(CommandError, match="Aucune copie n’est faite"):
        run(tmp_path / "copies")
    assert calls.made == ["backup"]


def test_the_copy_lies_among_the_data_where_no_folder_is_named(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "call_command", Calls())
    call_command("upgrade", stdout=StringIO(), stderr=StringIO())
    (copy,) = making.made_in(state / "sauvegardes")
    assert not (copy / "sauvegardes").exists()
