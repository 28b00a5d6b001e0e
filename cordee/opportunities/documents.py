"""Cutting what is imported into single documents, so that each is kept byte for byte.

`cordee.notices.reading` says what a document means; this only finds where each one begins.
"""

import gzip
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cordee.notices.notice import NoticeError
from cordee.notices.reading import MAX_DOCUMENT_BYTES, read

_BLANK = b" \t\r\n\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """One file, archive member, line or record: `place` names it."""

    place: str
    content: bytes


def documents(path: str | Path) -> Iterator[Document | NoticeError]:
    """Every document at a path: a file, a folder, an archive or `archive.zip!member`.

    What cannot be opened yields the error that `reading.read` gives for it.
    """
    text = str(path)
    archive, mark, member = text.partition("!")
    if mark and not Path(text).exists():
        yield from _members(archive, member)
    elif Path(text).is_dir():
        root = Path(text)
        for file in sorted(item for item in root.rglob("*") if item.is_file()):
            if not any(part.startswith(".") for part in file.relative_to(root).parts):
                yield from _file(file)
    else:
        yield from _file(Path(text))


def _file(file: Path) -> Iterator[Document | NoticeError]:
    try:
        if zipfile.is_zipfile(file):
            yield from _members(str(file), None)
            return
        with file.open("rb") as stream:
            is_gzip = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            if is_gzip:
                with gzip.GzipFile(fileobj=stream) as opened:
                    yield from _cut(opened, str(file))
            else:
                yield from _cut(stream, str(file))
    except (OSError, EOFError, ValueError):
        yield from _errors(str(file))


def _members(archive: str, member: str | None) -> Iterator[Document | NoticeError]:
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [member] if member else sorted(opened.namelist())
            for name in names:
                if name.endswith("/") or name.startswith("__MACOSX/"):
                    continue
                place = f"{archive}!{name}"
                try:
                    with opened.open(name) as stream:
                        yield from _cut(stream, place)
                except (OSError, EOFError, ValueError, RuntimeError, KeyError, zipfile.BadZipFile):
                    yield from _errors(place)
    except (OSError, ValueError, zipfile.BadZipFile):
        yield from _errors(f"{archive}!{member}" if member else archive)


def _errors(path: str) -> Iterator[NoticeError]:
    yield from (found for found in read(path) if isinstance(found, NoticeError))


def _cut(stream: IO[bytes] | gzip.GzipFile, place: str) -> Iterator[Document | NoticeError]:
    """One document; or, in JSON lines and JSON lists, one for each record."""
    first = stream.readline(MAX_DOCUMENT_BYTES + 1)
    second = stream.readline(MAX_DOCUMENT_BYTES + 1)
    head = first.strip(_BLANK)
    if head.startswith(b"{") and head.endswith(b"}") and second.strip().startswith(b"{"):
        lines = (line for part in ((first, second), stream) for line in part)
        for number, line in enumerate(lines, 1):
            if line.strip(_BLANK):
                yield Document(f"{place}, ligne {number}", line)
        return
    # One byte too many makes `read_bytes` refuse the document by its size.
    content = first + second + stream.read(max(0, MAX_DOCUMENT_BYTES + 1 - len(first + second)))
    yield from _records(content, place)


def _records(content: bytes, place: str) -> Iterator[Document]:
    if content.lstrip(_BLANK)[:1] not in (b"[", b"{"):
        yield Document(place, content)
        return
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        yield Document(place, content)
        return
    for key in ("results", "records"):
        if isinstance(value, dict) and isinstance(value.get(key), list):
            value = value[key]
    if not isinstance(value, list):
        yield Document(place, content)
        return
    for number, record in enumerate(value, 1):
        yield Document(
            f"{place}, avis {number}",
            json.dumps(record, ensure_ascii=False, sort_keys=True).encode(),
        )
