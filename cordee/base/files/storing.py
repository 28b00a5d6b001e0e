"""Writing, reading and erasing the bytes of a file."""

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from cordee.base.files.sorts import Sort, sort_of
from cordee.base.models import StoredFile

# A file whose row was rolled back is alone in its folder; one just written may get its row yet.
ORPHAN_AFTER = timedelta(days=1)
KEPT_IN_BIN = timedelta(days=30)
# More at once, and more than this share of all files: it is the base that is wrong, not the files.
HANDFUL, SHARE = 5, 0.03
LONGEST_NAME = 120


class LostFile(Exception):
    """The row is there and its bytes are not, or are not what they were."""


class TooManyOrphans(Exception):
    """So many files have no row that nothing was moved; says what the operator does."""


def store(
    *,
    name: str,
    content: bytes,
    now: datetime,
    told_by: Callable[[str, bytes], Sort] = sort_of,
) -> StoredFile:
    """Keep a file. Raises `ValidationError` where its sort or its size is not accepted."""
    shown = _plain_name(name)
    sort = told_by(shown, content)
    row = StoredFile(
        name=shown,
        content_type=sort.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        kept_at=now,
    )
    path = _path(row.pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = path.with_suffix(".part")
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(begun, path)
    row.save(force_insert=True)
    return row


def content_of(row: StoredFile) -> bytes:
    """The bytes of a file. Raises `LostFile` where they are gone, or are others."""
    path = _path(row.pk)
    if not path.exists() and row.erased_at is None:
        _put_back(str(row.pk))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LostFile(f"{row.pk}: no bytes under {_folder()}; restore a backup.") from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise LostFile(f"{row.pk}: the bytes are not those of {row.sha256}; restore a backup.")
    return content


def download(row: StoredFile) -> HttpResponse:
    """The file to save, checked against its fingerprint: a browser opens no page of ours from it.

    Raises `LostFile`.
    """
    return to_save(row.name, content_of(row), row.content_type)


def play(row: StoredFile, asked: str) -> HttpResponse:
    """A sound, or the part of it that a browser asks for by its `Range` (some play nothing else).

    Raises `LostFile`.
    """
    content, part = content_of(row), re.fullmatch(r"bytes=(\d{1,9})-(\d{0,9})", asked)
    start, end = (int(part[1]), int(part[2] or row.size)) if part else (0, row.size)
    end = min(end, row.size - 1)
    # One that ends before it starts, or starts after the end, is not answered in part (RFC 9110).
    is_part = part is not None and start <= end
    piece = content[start : end + 1] if is_part else content
    response = HttpResponse(piece, row.content_type, 206 if is_part else 200)
    if is_part:
        response["Content-Range"] = f"bytes {start}-{end}/{row.size}"
    response["Accept-Ranges"], response["Cache-Control"] = "bytes", "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def to_save(name: str, content: bytes | str, content_type: str) -> HttpResponse:
    """A private file to save, which no cache keeps."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def erase(row: StoredFile, *, now: datetime) -> None:
    """Take the bytes and the name away, once the transaction holds; twice is once."""
    transaction.on_commit(partial(_unlink, str(row.pk)))
    if row.erased_at is None:
        row.name, row.erased_at = "fichier effacé", now
        row.save(update_fields=["name", "erased_at"])


def forget_orphans(now: datetime, *, however_many: bool = False) -> int:
    """What the schedule does each day: bytes without a row go to the bin. Gives how many.

    A row may lack because the base is not the right one, or not restored yet: what lies in the bin
    comes back with its row, for thirty days. Raises `TooManyOrphans`, with nothing gone.
    """
    is_alive = {
        str(pk): erased_at is None
        for pk, erased_at in StoredFile.objects.values_list("pk", "erased_at")
    }
    for path in _bin().glob("*/*"):
        if is_alive.get(path.name) and not _path(path.name).exists():
            _put_back(path.name)
    present, orphans = 0, []
    for path, age in _ages(now):
        present += 1
        if is_alive.get(path.name) is False:
            _unlink(path.name)
        elif path.name not in is_alive and age >= ORPHAN_AFTER:
            orphans.append(path)
    if len(orphans) > max(HANDFUL, SHARE * present) and not however_many:
        raise TooManyOrphans(
            f"{len(orphans)} fichiers sur {present} n’ont pas de ligne dans la base. Aucun n’est "
            "déplacé : est-ce la bonne base (CORDEE_DATABASE_URL), et est-elle restaurée ? S’ils "
            "sont bien de trop : ./go run -- clear_orphans."
        )
    today = timezone.localdate(now)
    for path in orphans:
        thrown = _bin() / today.isoformat() / path.name
        thrown.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, thrown)
    _empty_bin(today)
    return len(orphans)


def _ages(now: datetime) -> Iterator[tuple[Path, timedelta]]:
    """Every file of the folder; one that is being written may be gone under its first name."""
    for path in sorted(_folder().glob("*/*")):
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
        except FileNotFoundError:
            continue
        yield path, now - written


def _empty_bin(today: date) -> None:
    """Delete the oldest day of the bin, where it is old enough.

    One a run: a clock that is once a year ahead does not empty it.
    """
    for folder in sorted(_bin().glob("????-??-??"))[:1]:
        if today - date.fromisoformat(folder.name) > KEPT_IN_BIN:
            shutil.rmtree(folder)


def _put_back(name: str) -> None:
    for thrown in _bin().glob(f"*/{name}"):
        path = _path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(thrown, path)


def _unlink(name: str) -> None:
    for path in (_path(name), *_bin().glob(f"*/{name}")):
        path.unlink(missing_ok=True)


def _bin() -> Path:
    return Path(settings.STATE_DIR) / "corbeille"


def _folder() -> Path:
    return Path(settings.STATE_DIR) / "fichiers"


def _path(pk: uuid.UUID | str) -> Path:
    return _folder() / str(pk)[:2] / str(pk)


def _plain_name(name: str) -> str:
    """The last part of a name, without what a terminal or a header could stumble on."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else shown[:LONGEST_NAME]
