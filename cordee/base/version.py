"""Which Cordée this is, and which one last prepared this state."""

import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def version() -> str:
    """That of the code, as `pyproject.toml` gives it."""
    content = (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(content)["project"]["version"])


def noted_version() -> str:
    """That of the code which last prepared this state; empty where none noted it."""
    try:
        return _note().read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def note_version() -> None:
    if noted_version() != version():
        _note().write_text(version() + "\n", encoding="utf-8")


def _note() -> Path:
    return Path(settings.STATE_DIR) / "version"
