"""Putting a copy back: checked whole beside the state, then in its place at once."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils import timezone

from cordee.base import serving
from cordee.base.backup import postgres
from cordee.base.backup.manifest import (
    DUMP_NAME,
    NAME,
    SQLITE_NAME,
    BadCopy,
    Manifest,
    copy_hashed,
    make_folders,
    read_manifest,
    sync_folders,
    unknown_migrations,
)
from cordee.base.backup.state import SET_ASIDE, is_state, state_entries, state_folder
from cordee.base.migrating import OlderBase, refuse_older_base

BASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
KEY = "secret_key"


class NotRestored(Exception):
    """The copy is good, and cannot be put here; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; where the state of before is kept, and under which schema its tables."""

    manifest: Manifest
    aside: Path | None
    schema: str | None


def restore_copy(copy: Path, *, replace: bool, now: datetime) -> Restored:
    """Put all of a copy in the place of the present state, which is set aside, never deleted.

    Raises `BadCopy`, `NotRestored`, `ToolFailed` or `serving.Served`; the state is then as it was.
    """
    manifest = read_manifest(copy)
    _refuse_other(copy, manifest)
    with serving.stopped():
        has_base = bool(connection.introspection.table_names())
        _refuse_occupied(has_base, replace)
        mark = _free_mark(now)
        # In the state folder, so on the same disk: an exchange is then a rename and not a copy.
        staged = state_folder() / "restauration.part"
        shutil.rmtree(staged, ignore_errors=True)
        aside = state_folder() / f"{SET_ASIDE}{mark}"
        schema = f"avant_{mark.replace('-', '_')}" if has_base else None
        renamed: list[tuple[Path, Path]] = []
        try:
            _stage(copy, manifest, staged)
            _exchange(staged, aside, has_base, renamed)
            if manifest.database == "postgresql":
                _load(copy / DUMP_NAME, schema)
        except BaseException:
            # In reverse, as each name was freed by the change before.
            for old, new in reversed(renamed):
                new.rename(old)
            raise
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        sync_folders(state_folder())
    is_postgres = manifest.database == "postgresql"
    return Restored(manifest, aside if aside.exists() else None, schema if is_postgres else None)


def _free_mark(now: datetime) -> str:
    """The moment, as what is set aside is named by it; numbered where that second is taken."""
    second = f"{timezone.localtime(now):%Y-%m-%d-%H%M%S}"
    marks = (second, *(f"{second}-{number}" for number in range(2, 100)))
    return next(mark for mark in marks if not (state_folder() / f"{SET_ASIDE}{mark}").exists())


def _refuse_other(copy: Path, manifest: Manifest) -> None:
    """Raise where this code, or the base that is set, is not one for the copy."""
    if newer := unknown_migrations(manifest.migrations):
        raise BadCopy(
            f"{copy} : copie faite par une Cordée plus récente ({manifest.version}) ; ce code ne "
            f"connaît pas {', '.join(newer)}. Mettez le code à jour, puis restaurez."
        )
    try:
        refuse_older_base(manifest.migrations.items())
    except OlderBase as older:
        raise BadCopy(
            f"{copy} : copie d’une base trop ancienne pour ce code ({older.found}). "
            f"Restaurez-la avec la version {older.tag} (git checkout {older.tag}), lancez-y "
            "./go run -- upgrade, puis revenez à ce code."
        ) from older
    if manifest.database == connection.vendor:
        # A dump is read by its own version or a newer one, never by an older.
        if connection.vendor == "postgresql" and postgres.server_version() < manifest.server:
            wanted = f"PostgreSQL {manifest.server}"
            raise NotRestored(
                f"La copie vient de {wanted}, et ce serveur est plus ancien "
                f"({postgres.server_version()}). Restaurez sur {wanted} ou plus."
            )
        return
    cure = (
        "Ôtez CORDEE_DATABASE_URL pour restaurer dans un fichier SQLite"
        if manifest.database == "sqlite"
        else "Donnez dans CORDEE_DATABASE_URL l’adresse d’une base PostgreSQL"
    )
    raise NotRestored(
        f"La copie est celle d’une base {BASES[manifest.database]}, et c’est "
        f"{BASES[connection.vendor]} qui est réglé ici. {cure}."
    )


def _refuse_occupied(has_base: bool, replace: bool) -> None:
    # The settings make a key and a folder or two before any command runs.
    kept = [path.name for path in state_entries() if path.name not in {KEY, "version"}]
    if (has_base or any(kept)) and not replace:
        found = ", ".join([*(["une base"] if has_base else []), *kept])
        raise NotRestored(
            f"{state_folder()} n’est pas vide ({found}). Ajoutez --replace pour mettre la copie à "
            "la place : ce qui est là sera gardé à côté."
        )


def _stage(copy: Path, manifest: Manifest, staged: Path) -> None:
    """Copy all files beside the state, each checked. Raises `BadCopy` for the first that is not."""
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if not path.is_dir()} - {
        NAME
    }
    if strange := sorted(there - set(manifest.files)):
        raise BadCopy(f"{copy} : {strange[0]} n’est pas dans le manifeste. La copie a été changée.")
    for name, listed in manifest.files.items():
        target = staged / name
        first = name.partition("/")[0]
        # A manifest is a file like another: `..` in a name must write nowhere else.
        is_inside = target.resolve().is_relative_to(staged.resolve())
        if not is_inside or not (is_state(first) or name in (SQLITE_NAME, DUMP_NAME)):
            raise BadCopy(f"{copy} : {name} ne vient pas d’une copie de Cordée.")
        make_folders(target.parent)
        try:
            found = copy_hashed(copy / name, target)
        except FileNotFoundError:
            raise BadCopy(f"{copy} : {name} manque. La copie n’est pas entière.") from None
        except OSError as error:
            raise NotRestored(f"{name} : {error.strerror}. Rien n’a changé.") from error
        if found != listed:
            raise BadCopy(f"{copy} : {name} n’est plus ce qu’il était. La copie est abîmée.")
    if manifest.database == "sqlite":
        try:
            with closing(sqlite3.connect(staged / SQLITE_NAME)) as base:
                base.execute("SELECT count(*) FROM django_migrations")
        except sqlite3.DatabaseError as error:
            raise BadCopy(f"{copy} : {SQLITE_NAME} ne se lit pas ({error}).") from error
    sync_folders(staged)


def _load(dump: Path, schema: str | None) -> None:
    """Fill PostgreSQL; what was there stands again where the tool refuses."""
    try:
        if schema:
            postgres.set_aside(schema)
    except DatabaseError as error:
        raise NotRestored(
            f"La base ne laisse pas mettre à part ce qu’elle contient : {error} Faites de ce rôle "
            "le propriétaire de la base et du schéma public, ou donnez une base vide."
        ) from error
    try:
        postgres.load(dump)
    except BaseException:
        if schema:
            postgres.take_back(schema)
        raise


def _exchange(staged: Path, aside: Path, has_base: bool, renamed: list[tuple[Path, Path]]) -> None:
    """Move the present state aside and the staged one in its place; only names change.

    Notes each change in `renamed`, for whoever has to undo them.
    """

    def rename(old: Path, new: Path) -> None:
        old.rename(new)
        renamed.append((old, new))

    present = state_entries()
    if connection.vendor == "sqlite":
        base = Path(str(connection.settings_dict["NAME"]))
        # SQLite would keep writing in the renamed file.
        connection.close()
        if has_base:
            names = [base.name + ending for ending in ("", "-wal", "-shm")]
            present += [base.with_name(name) for name in names if base.with_name(name).exists()]
        if base.name != SQLITE_NAME:
            (staged / SQLITE_NAME).rename(staged / base.name)
    if present:
        aside.mkdir(mode=0o700)
    for path in present:
        rename(path, aside / path.name)
    for path in list(staged.iterdir()):
        if path.name != DUMP_NAME:
            rename(path, state_folder() / path.name)
