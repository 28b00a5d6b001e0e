"""Writes of what a structure had translated, or read aloud."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base import files
from cordee.members.models import Structure
from cordee.skills.models import Recording, Translation


@transaction.atomic
def write_translations(
    *,
    structure: Structure,
    language: str,
    sentences: Mapping[str, str],
    words: Mapping[str, str],
    by: User,
) -> None:
    """Keep translations by code, each of the sentence as it stands; an empty one goes, and what is
    not named stays."""
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    of_structure = {"structure": structure, "language": language}
    Translation.objects.filter(**of_structure, code__in=words).delete()
    Translation.objects.bulk_create(
        Translation(**of_structure, code=code, french=sentences[code], words=said)
        for code, said in words.items()
        if said
    )
    after = {"language": language, "count": len(words)}
    journal.record("skills.write_translations", structure, by=by, after=after)


@transaction.atomic
def record(
    *,
    structure: Structure,
    language: str,
    code: str,
    french: str,
    file: "UploadedFile[bytes] | None",
    by: User,
    now: datetime,
) -> None:
    """Keep a sentence read aloud, in the place of the former one. Raises ValidationError."""
    if not french or file is None:
        raise ValidationError("Choisissez une phrase et un son.")
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    content = file.read(files.MOST_SOUND_BYTES + 1)
    name = file.name or ""
    stored = files.store(name=name, content=content, now=now, told_by=files.sound_of)
    place = {"structure": structure, "language": language, "code": code}
    if old := Recording.objects.filter(**place).select_related("stored").first():
        old.delete()
        files.erase(old.stored, now=now)
    row = Recording.objects.create(**place, french=french, stored=stored)
    journal.record("skills.write_recording", structure, by=by, after={"recording": row.pk})
