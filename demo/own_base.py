"""The demo world in a database of its own, so that `compose` needs no earlier command.

One SQLite file for each day and each state of the code, made once, under the state folder.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from demo import loading
from demo.world import build_world

KEPT_WORLDS = 4


def use_world(today: date, *, progress: Callable[[str], None] = lambda line: None) -> None:
    """Point the default connection of this process to the world of a day, building it if needed."""
    folder = Path(settings.STATE_DIR) / "mondes"
    folder.mkdir(exist_ok=True)
    target = folder / f"{today:%Y-%m-%d}-{_code_digest()}.sqlite3"
    if not target.exists():
        progress("Le monde de démonstration est bâti, une fois pour ce jour")
        unfinished = target.with_suffix(".partial")
        unfinished.unlink(missing_ok=True)
        _connect(unfinished)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_territories", verbosity=0, stdout=StringIO())
        loading.load_world(build_world(today), progress=progress)
        connections["default"].close()
        unfinished.rename(target)
        for old in sorted(folder.glob("*.sqlite3"), key=lambda f: f.stat().st_mtime)[:-KEPT_WORLDS]:
            old.unlink()
    _connect(target)


def _connect(file: Path) -> None:
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}}
    )["default"]
    del connections["default"]


def _code_digest() -> str:
    """Changes with the world and with the tables it fills."""
    root = Path(settings.BASE_DIR)
    files = [*root.glob("demo/**/*.py"), *root.glob("cordee/*/migrations/*.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
