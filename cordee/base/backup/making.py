"""Making a copy: aside, then named. What has its name is whole."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cordee.base.backup import postgres
from cordee.base.backup.manifest import (
    DUMP_NAME,
    SQLITE_NAME,
    BadCopy,
    Manifest,
    copy_hashed,
    hash_of,
    make_folders,
    newest_migrations,
    open_new,
    read_manifest,
    sync_folders,
)
from cordee.base.backup.state import state_files
from cordee.base.version import noted_version, version

NAMES = re.compile(r"cordee-\d{4}-\d\d-\d\d-\d{6}")


def make_copy(folder: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Copy all state into a new folder under this one, even while Cordée is served.

    Raises `OSError`, `ToolFailed`, or `BadCopy` where the base itself is damaged; nothing stays
    then. A killed one leaves a folder in `.part`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"cordee-{timezone.localtime(now):%Y-%m-%d-%H%M%S}"
    if target.exists():
        raise FileExistsError(17, "Existe déjà, réessayez dans une seconde", str(target))
    # Under another name until it is whole: what has a copy's name can be restored.
    part = target.with_name(f"{target.name}.part")
    part.mkdir(mode=0o700)
    try:
        migrations = newest_migrations()
        # Files before the base and after it: each row of the base finds its bytes, those of a file
        # that is brought or erased meanwhile too.
        files: dict[str, tuple[int, str]] = {}
        _copy_files(part, files)
        base, server = _copy_base(part)
        files[base.name] = hash_of(base)
        _copy_files(part, files)
        manifest = Manifest(
            version=noted_version() or version(),
            made_at=timezone.localtime(now).isoformat(timespec="seconds"),
            installation=installation(),
            database=connection.vendor,
            server=server,
            migrations=migrations,
            files=files,
        )
        manifest.write(part)
        sync_folders(part)
        # A rename is atomic, and comes after the bytes are on the disk.
        part.rename(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folders(target)
    return target, manifest


def installation() -> str:
    """Tells our copies from those of another Cordée that has the same folder."""
    return salted_hmac("cordee.backup", "installation", algorithm="sha256").hexdigest()[:16]


def made_in(folder: Path) -> list[Path]:
    """The whole copies of this installation, the oldest first."""
    return [path for path in _named(folder, "") if _is_ours(path)]


def unfinished_in(folder: Path) -> list[Path]:
    """What copies left that were killed."""
    return _named(folder, ".part")


def _named(folder: Path, ending: str) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir()
        and path.name.endswith(ending)
        and NAMES.fullmatch(path.name.removesuffix(ending))
    )


def _is_ours(path: Path) -> bool:
    try:
        return read_manifest(path).installation == installation()
    except BadCopy:
        return False


def _copy_files(target: Path, files: dict[str, tuple[int, str]]) -> None:
    """Copy what is not in `files` yet, and note it there."""
    for name, source in state_files():
        # Stored files never change once written: one copy of each is enough.
        if name in files:
            continue
        copied = target / name
        make_folders(copied.parent)
        try:
            files[name] = copy_hashed(source, copied)
        except FileNotFoundError:
            continue  # erased a moment ago


def _copy_base(target: Path) -> tuple[Path, int]:
    """The base at one instant, in one file; the major version of its server, or 0."""
    if connection.vendor == "postgresql":
        server = postgres.server_version()
        postgres.dump(target / DUMP_NAME)
        return target / DUMP_NAME, server
    base = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        # By the connection of Django: constraints call its functions.
        cursor.execute("PRAGMA quick_check(1)")
        (verdict,) = cursor.fetchone()
    if verdict != "ok":
        raise BadCopy(
            f"{base} : la base est abîmée ({verdict}). Gardez vos "
            "copies d’avant, et restaurez la dernière."
        )
    file = target / SQLITE_NAME
    open_new(file).close()
    # SQLite's own online copy: a plain copy of the file could tear a transaction in two.
    with closing(sqlite3.connect(base)) as source, closing(sqlite3.connect(file)) as copy:
        source.backup(copy)
        # WAL would need two more files beside: the copy is one file.
        copy.execute("PRAGMA journal_mode=DELETE")
    return file, 0
