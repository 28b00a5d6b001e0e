"""Writing, reading and erasing the bytes of a file."""

import hashlib
import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from cordee.base.files.models import StoredFile
from cordee.base.files.sorts import sort_of

# A file whose row was rolled back is alone in its folder; one just written may get its row yet.
ORPHAN_AFTER = timedelta(days=1)
LONGEST_NAME = 120


class LostFile(Exception):
    """The row is there and its bytes are not, or are not what they were."""


def store(*, name: str, content: bytes, now: datetime) -> StoredFile:
    """Keep a file. Raises `ValidationError` where its sort or its size is not accepted."""
    shown = _plain_name(name)
    sort = sort_of(shown, content)
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
    try:
        content = _path(row.pk).read_bytes()
    except OSError as error:
        raise LostFile(f"{row.pk}: no bytes under {_folder()}; restore a backup.") from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise LostFile(f"{row.pk}: the bytes are not those of {row.sha256}; restore a backup.")
    return content


def download(row: StoredFile) -> HttpResponse:
    """The file to save, checked against its fingerprint: a browser opens no page of ours from it.

    Raises `LostFile`.
    """
    response = HttpResponse(content_of(row), content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(True, row.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def erase(row: StoredFile, *, now: datetime) -> None:
    """Take the bytes and the name away; twice is once."""
    _path(row.pk).unlink(missing_ok=True)
    if row.erased_at is None:
        row.name, row.erased_at = "fichier effacé", now
        row.save(update_fields=["name", "erased_at"])


def forget_orphans(now: datetime) -> int:
    """What the schedule does each day: bytes without a row go. Gives how many."""
    gone = 0
    for path in sorted(_folder().glob("*/*")):
        age = now - datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
        if age < ORPHAN_AFTER:
            continue
        try:
            is_known = StoredFile.objects.filter(pk=uuid.UUID(path.name), erased_at=None).exists()
        except ValueError:
            is_known = False
        if not is_known:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return Path(settings.STATE_DIR) / "fichiers"


def _path(pk: uuid.UUID) -> Path:
    return _folder() / str(pk)[:2] / str(pk)


def _plain_name(name: str) -> str:
    """The last part of a name, without what a terminal or a header could stumble on."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else shown[:LONGEST_NAME]
