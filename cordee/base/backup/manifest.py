"""What a copy says of itself: what made it, of what, and each of its files with its fingerprint."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NAME = "manifeste.json"
FORMAT = 1
SQLITE_NAME = "cordee.sqlite3"
DUMP_NAME = "cordee.dump"
PIECE = 1 << 20


class BadCopy(Exception):
    """Not a copy, not whole, altered, or of a version that this code does not know."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations`: the newest applied of each app. `server`: major version of PostgreSQL, or 0.

    `files`: size in bytes and SHA-256 by path. `installation`: whose copy it is.
    """

    version: str
    made_at: str
    installation: str
    database: str
    server: int
    migrations: dict[str, str]
    files: dict[str, tuple[int, str]]
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        return sum(size for size, _ in self.files.values())

    def count(self, folder: str) -> int:
        """How many files lie under one folder of the state."""
        return sum(name.startswith(f"{folder}/") for name in self.files)

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        with open_new(folder / NAME) as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Raises `BadCopy` where there is none, or it is not ours."""
    try:
        words: Any = json.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise BadCopy(
            f"{folder} : pas de {NAME}. Ce dossier n’est pas une copie de Cordée, ou elle a été "
            "interrompue."
        ) from None
    except (OSError, ValueError) as error:
        raise BadCopy(f"{folder / NAME} ne se lit pas : {error}.") from error
    try:
        if words["format"] > FORMAT:
            raise BadCopy(
                f"{folder} : copie faite par une Cordée plus récente ({words['version']}). "
                "Mettez le code à jour, puis restaurez."
            )
        files = {name: (int(size), str(sha)) for name, (size, sha) in words["files"].items()}
        return Manifest(**words | {"files": files})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadCopy(f"{folder / NAME} : manifeste abîmé ({error}).") from error


def newest_migrations() -> dict[str, str]:
    """The last migration applied in each app of the present base.

    Never a squashed one: Django notes it after all others where those that it replaces were applied
    one by one, and with each of them where it ran itself.
    """
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return {}
    known = MigrationLoader(None).disk_migrations
    applied = recorder.migration_qs.order_by("pk").values_list("app", "name")
    return dict(key for key in applied if key not in known or not known[key].replaces)


def unknown_migrations(migrations: Mapping[str, str]) -> list[str]:
    """Those that this code does not have: whoever applied them was newer."""
    known = set(MigrationLoader(None).disk_migrations)
    known |= {old for new in MigrationLoader(None).disk_migrations.values() for old in new.replaces}
    return [f"{app}.{name}" for app, name in migrations.items() if (app, name) not in known]


def make_folders(folder: Path) -> None:
    """A folder and those above it, for their owner alone: `mkdir` says so of the last one only."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(mode=0o700)


def open_new(path: Path) -> Any:
    """A file that was not there, for its owner alone, open for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def copy_hashed(source: Path, target: Path) -> tuple[int, str]:
    """Copy to a new file, down to the disk; its size and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, open_new(target) as written:
        while piece := read.read(PIECE):
            digest.update(piece)
            size += len(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    return size, digest.hexdigest()


def hash_of(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def sync_folders(folder: Path) -> None:
    """Have the names under a folder on the disk, as their bytes are."""
    for each, _, _ in os.walk(folder):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
