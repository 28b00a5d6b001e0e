"""`check --deploy` refuses what would let anybody in, and names the setting and the cure."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cordee.base.health import hosting

PROJECT = Path(__file__).resolve().parent.parent.parent

GOOD = {
    "DEMO": False,
    "HTTPS": True,
    "DEBUG": False,
    "SECRET_KEY": "9f3c1e0d7a8b46528e1f0c9d3b7a5e6f2d4c8b1a9e7f6d5c3b",
    "ALLOWED_HOSTS": ["cordee.exemple.fr"],
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}},
}
FILES = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, []),
        ({"DEMO": True}, ["E001"]),
        ({"DEMO": True, "HTTPS": False}, []),
        ({"SECRET_KEY": "court"}, ["E002"]),
        ({"SECRET_KEY": GOOD["SECRET_KEY"][:49]}, ["E002"]),
        ({"SECRET_KEY": "changeme" * 8}, ["E002"]),
        ({"SECRET_KEY": "0123456789" * 6}, ["E002"]),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, []),
        ({"ALLOWED_HOSTS": ["*"]}, ["E003"]),
        ({"MAILERS": FILES}, ["E004"]),
        ({"DEBUG": True}, ["E005"]),
    ],
)
def test_what_would_let_anybody_in_is_refused(
    given: dict[str, Any], refused: list[str], settings: Any
) -> None:
    for name, value in {**GOOD, **given}.items():
        setattr(settings, name, value)
    found = hosting(None)
    assert [each.id for each in found] == [f"cordee.{id_}" for id_ in refused]
    assert all("CORDEE_" in each.msg and each.hint for each in found)


def test_the_command_itself_asks_them(tmp_path: Path) -> None:
    """By itself, as an operator runs it: what only pages load is not there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CORDEE_")}
    served = {
        "CORDEE_DEMO": "True",
        "CORDEE_HTTPS": "True",
        "CORDEE_HOSTS": "c.exemple.fr",
        "CORDEE_SITE": "https://c.exemple.fr",
        **dict.fromkeys(
            (
                *("CORDEE_PUBLISHER", "CORDEE_PUBLICATION_DIRECTOR", "CORDEE_HOSTED_BY"),
                *("CORDEE_DATA_CONTACT", "CORDEE_DATA_GROUND"),
            ),
            "essai",
        ),
        "CORDEE_STATE": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "security"],
        cwd=PROJECT,
        env=kept | served,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    for fault in ("E001", "E004", "I001"):
        assert f"cordee.{fault}" in done.stderr
