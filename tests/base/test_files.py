"""Private files: told by their content, checked when fetched, never opened as a page."""

import io
import os
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cordee.base import files, schedule
from cordee.base.files import storing
from cordee.base.files.storing import LostFile
from cordee.base.ui import french

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%recepisse\n"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path / "fichiers"


def archive(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


WORD = archive(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
MACRO = archive(
    **{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", "word/vbaProject.bin": b"x"}
)
WRITER = archive(mimetype=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("récépissé.pdf", PDF, "PDF"),
        ("Convention.DOCX", WORD, "document Word"),
        ("pouvoir.odt", WRITER, "document LibreOffice"),
        ("photo.jpg", b"\xff\xd8\xff\xe0rest", "image JPEG"),
        ("notes.csv", "métier;prix\nhaies;12,5\n".encode(), "texte"),
        # What Excel and Notepad write on a French Windows.
        ("excel.csv", "métier;prix €\nhaies;12,5\n".encode("cp1252"), "texte"),
        ("unicode.txt", "métier\tprix\n".encode("utf-16"), "texte"),
    ],
)
def test_a_sort_is_told_by_its_content(name: str, content: bytes, words: str) -> None:
    assert files.sort_of(name, content).words == words


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.pdf", b"", "vide"),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>", "pas lisible"),
        ("dessin.txt", b" <svg onload=alert(1)>", "pas lisible"),
        ("macros.docx", MACRO, "pas lisible"),
        ("archive.zip", archive(a=b"1"), "pas lisible"),
        ("programme.pdf", b"MZ\x90\x00", "pas lisible"),
        ("image.pdf", b"\x89PNG\r\n\x1a\nrest", "finir par .png"),
        ("abime.docx", b"PK\x03\x04abime", "pas lisible"),
        ("gros.pdf", PDF + b"0" * files.MOST_BYTES, "dépasse 10 Mo"),
    ],
)
def test_what_is_not_accepted_is_said(name: str, content: bytes, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        files.sort_of(name, content)


def test_a_file_is_kept_for_its_owner_alone_and_read_back(folder: Path) -> None:
    row = files.store(name="C:\\bureau\\récépissé.pdf", content=PDF, now=timezone.now())
    path = folder / str(row.pk)[:2] / str(row.pk)
    assert (row.name, row.size, files.content_of(row)) == ("récépissé.pdf", len(PDF), PDF)
    assert path.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"


def test_a_download_never_opens_as_a_page() -> None:
    row = files.store(name="récépissé.pdf", content=PDF, now=timezone.now())
    response = files.download(row)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''r")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_bytes_that_changed_are_not_served(folder: Path) -> None:
    row = files.store(name="a.pdf", content=PDF, now=timezone.now())
    (folder / str(row.pk)[:2] / str(row.pk)).write_bytes(PDF + b"autre prix")
    with pytest.raises(LostFile, match="restore a backup"):
        files.download(row)


def path_of(folder: Path, row: files.StoredFile) -> Path:
    return folder / str(row.pk)[:2] / str(row.pk)


def lose(row: files.StoredFile) -> None:
    """Its row goes, as with another base; the object stays for the test."""
    files.StoredFile.objects.filter(pk=row.pk).delete()


def later(days: float = 2) -> datetime:
    """Past the day in which a row may still be written; `now` of the job, not of the files."""
    return timezone.now() + timedelta(days=days)


def age(folder: Path) -> None:
    for path in folder.glob("*/*"):
        os.utime(path, ((timezone.now() - timedelta(days=2)).timestamp(),) * 2)


def keep(how_many: int) -> list[files.StoredFile]:
    return [files.store(name="a.pdf", content=PDF, now=timezone.now()) for _ in range(how_many)]


def test_erasing_takes_bytes_and_name_and_keeps_the_line(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = files.store(name="a.pdf", content=PDF, now=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        files.erase(row, now=timezone.now())
        files.erase(row, now=timezone.now())
    row.refresh_from_db()
    assert (row.name, row.erased_at is not None) == ("fichier effacé", True)
    assert not path_of(folder, row).exists()


def test_what_is_taken_back_erases_nothing() -> None:
    (row,) = keep(1)
    with transaction.atomic():
        files.erase(row, now=timezone.now())
        transaction.set_rollback(True)
    row.refresh_from_db()
    assert files.content_of(row) == PDF


def test_bytes_without_a_row_go_to_the_bin_after_a_day(folder: Path) -> None:
    kept, lost = keep(2)
    lose(lost)
    assert files.forget_orphans(timezone.now()) == 0, "its row may still be written"
    assert files.forget_orphans(later()) == 1
    assert not path_of(folder, lost).exists()
    assert files.content_of(kept) == PDF


@pytest.mark.parametrize("is_asked_first", [True, False])
def test_what_lies_in_the_bin_comes_back_with_its_row(folder: Path, is_asked_first: bool) -> None:
    """The base was restored after the files, or its address was wrong for a while."""
    (row,) = keep(1)
    lose(row)
    assert files.forget_orphans(later()) == 1
    row.save(force_insert=True)
    if not is_asked_first:
        assert files.forget_orphans(later(40)) == 0
        assert path_of(folder, row).exists()
    assert files.content_of(row) == PDF


def test_another_base_takes_no_file_away() -> None:
    rows = keep(20)
    for row in rows:
        lose(row)
    with pytest.raises(files.TooManyOrphans, match=r"20 fichiers sur 20 .*CORDEE_DATABASE_URL"):
        files.forget_orphans(later())
    for row in rows:
        row.save(force_insert=True)
        assert files.content_of(row) == PDF


def test_a_few_among_many_go_and_more_are_refused(folder: Path) -> None:
    rows = keep(100)
    for row in rows[: storing.HANDFUL]:
        lose(row)
    assert files.forget_orphans(later()) == storing.HANDFUL
    for row in rows[storing.HANDFUL : 2 * storing.HANDFUL + 1]:
        lose(row)
    with pytest.raises(files.TooManyOrphans, match="6 fichiers sur 95"):
        files.forget_orphans(later())
    said = io.StringIO()
    age(folder)
    call_command("clear_orphans", stdout=said)
    assert french.count(6, "fichier", "fichiers") in said.getvalue()


def test_the_refusal_is_a_failure_of_the_job_in_words() -> None:
    for row in keep(10):
        lose(row)
    ran = {run.name: run for run in schedule.tick(now=later())}
    job = ran["fichiers orphelins"]
    assert job.outcome == "failed"
    assert job.error.endswith("clear_orphans."), "whole, within what a line keeps"


def test_the_bin_is_emptied_after_thirty_days_one_day_at_a_time(folder: Path) -> None:
    thrown = folder.parent / "corbeille"
    for days in (0, 1, 2):
        lose(keep(1)[0])
        files.forget_orphans(later(2 + days))
    assert len(list(thrown.iterdir())) == 3
    files.forget_orphans(later(32))
    assert len(list(thrown.iterdir())) == 3, "thirty days, not twenty-nine"
    files.forget_orphans(later(33))
    assert len(list(thrown.iterdir())) == 2
    files.forget_orphans(later(400))
    assert len(list(thrown.iterdir())) == 1, "a clock ahead for once takes one day"


def test_bytes_left_by_an_erasing_cut_short_go_at_once(folder: Path) -> None:
    (row,) = keep(1)
    files.StoredFile.objects.filter(pk=row.pk).update(erased_at=timezone.now())
    files.forget_orphans(timezone.now())
    assert not path_of(folder, row).exists()
    assert not (folder.parent / "corbeille").exists(), "somebody asked for it to be gone"
