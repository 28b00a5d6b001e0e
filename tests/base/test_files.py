"""Private files: told by their content, checked when fetched, never opened as a page."""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.base import files
from cordee.base.files.storing import LostFile

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


def test_erasing_takes_bytes_and_name_and_keeps_the_line(folder: Path) -> None:
    row = files.store(name="a.pdf", content=PDF, now=timezone.now())
    files.erase(row, now=timezone.now())
    files.erase(row, now=timezone.now())
    row.refresh_from_db()
    assert (row.name, row.erased_at is not None) == ("fichier effacé", True)
    assert not (folder / str(row.pk)[:2] / str(row.pk)).exists()


def test_bytes_without_a_row_go_after_a_day(folder: Path) -> None:
    now = timezone.now()
    kept = files.store(name="a.pdf", content=PDF, now=now)
    lost = files.store(name="b.pdf", content=PDF, now=now)
    lost.delete()
    assert files.forget_orphans(now) == 0, "its row may still be written"
    for each in folder.glob("*/*"):
        os.utime(each, ((now - timedelta(days=2)).timestamp(),) * 2)
    assert files.forget_orphans(now) == 1
    assert files.content_of(kept) == PDF
