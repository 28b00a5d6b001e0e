"""Writes of the files that an alliance keeps."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AllianceFile
from cordee.alliances.revisions import locked
from cordee.base import files

MOST_FILES = 100


@transaction.atomic
def add_file(
    *,
    alliance: Alliance,
    name: str,
    content: bytes,
    words: str,
    brought_for: str,
    by: User,
    now: datetime,
) -> AllianceFile:
    """Bring a file to those inside; the same bytes twice are one file.

    Raises `ValidationError` for a sort or a size that is not accepted.
    """
    alliance = locked(alliance)
    kept = alliance.files.filter(removed_at=None)
    if kept.count() >= MOST_FILES:
        raise ValidationError(f"Une alliance garde {MOST_FILES} fichiers au plus. Retirez-en.")
    stored = files.store(name=name, content=content, now=now)
    known: AllianceFile | None = kept.filter(stored__sha256=stored.sha256).first()
    if known is not None:
        files.erase(stored, now=now)
        stored.delete()
        return known
    row = AllianceFile(
        alliance=alliance,
        stored=stored,
        words=words.strip(),
        brought_at=now,
        brought_by=by,
        brought_for=brought_for,
    )
    row.full_clean(exclude=["brought_by"])
    row.save(force_insert=True)
    journal.record("alliances.add_file", alliance, by=by, after={"file": row.pk})
    return row


@transaction.atomic
def remove_file(*, file: AllianceFile, by: User, now: datetime) -> None:
    """Take a file away for everybody: its bytes and its name go. Twice is once."""
    alliance = locked(file.alliance)
    row = AllianceFile.objects.select_related("stored").get(pk=file.pk)
    if row.removed_at is not None:
        return
    row.removed_at, row.words = now, ""
    row.save(update_fields=["removed_at", "words"])
    files.erase(row.stored, now=now)
    journal.record("alliances.remove_file", alliance, by=by, after={"file": row.pk})
