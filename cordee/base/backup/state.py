"""What of the state folder is state, and what is made again where it lacks."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from cordee.base.serving import LOCK

# By name: base knows no room above it. Downloads and blocks of columns that a run left, worlds of
# the demo, what is compiled or served from the code, what was thrown away, copies themselves.
REMADE = frozenset(
    {
        "cache",
        "classement",
        "compiled",
        "corbeille",
        "decp",
        "demo",
        "demo-alliances",
        "demo-contracts",
        "demo-notices",
        "mondes",
        "sauvegardes",
        "sources",
        "static",
        "lost+found",
        LOCK,
    }
)
SET_ASIDE = "avant-"


def state_folder() -> Path:
    return Path(settings.STATE_DIR).resolve()


def is_state(name: str) -> bool:
    """Whether what lies under this name of the state folder is to be kept; the base is apart."""
    return not (
        name in REMADE
        or name.startswith(SET_ASIDE)
        or name.endswith((".part", ".partial"))
        or ".sqlite3" in name
    )


def state_entries() -> list[Path]:
    """Files and folders to keep, the base left out."""
    return sorted(path for path in state_folder().iterdir() if is_state(path.name))


def state_files() -> Iterator[tuple[str, Path]]:
    """Each file to keep, with its path as a copy names it; none that is only being written."""
    for entry in state_entries():
        inside = [entry]
        if entry.is_dir():
            walk = os.walk(entry, followlinks=True)
            inside = sorted(Path(folder) / name for folder, _, names in walk for name in names)
        for path in inside:
            if path.is_file() and not path.name.endswith((".part", ".partial")):
                yield path.relative_to(state_folder()).as_posix(), path
