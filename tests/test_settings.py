"""A wrong setting is told in one line; the queue worker says nothing but failures."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_tasks_db.management.commands import db_worker

from config.environment import env_folder

PROJECT = Path(__file__).resolve().parent.parent


def test_a_state_folder_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CORDEE_STATE", str(tmp_path / "a" / "b"))
    assert env_folder("CORDEE_STATE", tmp_path).is_dir()


def test_a_state_folder_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CORDEE_STATE", str(tmp_path / "file" / "below"))
    with pytest.raises(ImproperlyConfigured, match=r"CORDEE_STATE='.*below': Not a directory"):
        env_folder("CORDEE_STATE", tmp_path)


def test_a_wrong_setting_stops_a_command_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check_rules"],
        cwd=PROJECT,
        env={**os.environ, "CORDEE_DEBUG": "maybe", "CORDEE_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = done.stderr.splitlines()
    assert line.startswith("CORDEE_DEBUG='maybe': write True or False.")
    assert done.returncode == 1


@pytest.mark.parametrize("name", ["django_tasks_db", "django.tasks"])
def test_the_worker_is_heard_only_where_it_fails(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger(name)
    monkeypatch.setattr(logger, "level", logger.level)
    db_worker.Command().configure_logging(1)
    reached = list(logger.handlers)
    while logger.propagate and logger.parent:
        logger = logger.parent
        reached += logger.handlers
    ours = [handler for handler in reached if type(handler) is logging.StreamHandler]
    assert [handler.level for handler in ours] == [logging.ERROR]
