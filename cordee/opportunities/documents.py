"""Cutting what is imported into single documents, so that each is kept byte for byte.

`cordee.notices.reading` says what a document means; this only finds where each one begins.
"""

import gzip
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, cast

from cordee.notices.formats.json_text import begins_a_list, load_json, records
from cordee.notices.notice import NoticeError
from cordee.notices.reading import (
    HEAD_BYTES,
    MAX_ARCHIVE_MEMBERS,
    MAX_DOCUMENT_BYTES,
    Stream,
    read,
)

_GZIP = b"\x1f\x8b"
_ANSWERS = (b'"results"', b'"records"')
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
            yield from _unpacked(stream, str(file))
    except _UNOPENED:
        yield from _errors(str(file))


def _members(archive: str, member: str | None) -> Iterator[Document | NoticeError]:
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [member] if member else sorted(opened.namelist())
            if len(names) > MAX_ARCHIVE_MEMBERS:
                yield from _errors(archive)
                return
            for name in names:
                if name.endswith("/") or name.startswith("__MACOSX/"):
                    continue
                place = f"{archive}!{name}"
                try:
                    with cast(zipfile.ZipExtFile, opened.open(name)) as stream:
                        yield from _unpacked(stream, place)
                except _UNOPENED:
                    yield from _errors(place)
    except (OSError, ValueError, zipfile.BadZipFile):
        yield from _errors(f"{archive}!{member}" if member else archive)


# What the standard library raises where something is absent, broken, encrypted or oddly packed.
_UNOPENED = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    KeyError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def _errors(path: str) -> Iterator[NoticeError]:
    yield from (found for found in read(path) if isinstance(found, NoticeError))


def _unpacked(stream: Stream, place: str) -> Iterator[Document | NoticeError]:
    if stream.peek(2).startswith(_GZIP):
        with gzip.GzipFile(fileobj=stream) as opened:
            yield from _cut(opened, place)
    else:
        yield from _cut(stream, place)


def _cut(stream: Stream, place: str) -> Iterator[Document | NoticeError]:
    """One document; or, in JSON lines and JSON lists, one for each record."""
    if begins_a_list(stream.peek(HEAD_BYTES)):
        yield from _listed(stream, place)
        return
    first = stream.readline(MAX_DOCUMENT_BYTES + 1)
    second = stream.readline(MAX_DOCUMENT_BYTES + 1)
    head = first.strip(_BLANK)
    if head.startswith(b"{") and head.endswith(b"}") and second.strip().startswith(b"{"):
        yield from _lines(chain((first, second), _next_lines(stream)), place)
        return
    # One byte too many makes `read_bytes` refuse the document by its size.
    content = first + second + stream.read(max(0, MAX_DOCUMENT_BYTES + 1 - len(first + second)))
    yield from _answer(content, place)


def _next_lines(stream: Stream) -> Iterator[bytes]:
    while line := stream.readline(MAX_DOCUMENT_BYTES + 1):
        yield line


def _lines(lines: Iterable[bytes], place: str) -> Iterator[Document]:
    for number, line in enumerate(lines, 1):
        if line.strip(_BLANK):
            yield Document(f"{place}, ligne {number}", line)
        if len(line) > MAX_DOCUMENT_BYTES:
            # Refused by its size; nobody knows where the next one begins.
            return


def _listed(stream: Stream, place: str) -> Iterator[Document | NoticeError]:
    """The records of a list of any length, one at a time in memory."""
    number = 0
    try:
        for record in records(stream.read, MAX_DOCUMENT_BYTES):
            number += 1
            yield _record(record, place, number)
    except (ValueError, RecursionError) as error:
        yield NoticeError(
            f"{place}, après {number} avis",
            f"Le JSON est abîmé ({error}).",
            "Téléchargez de nouveau le fichier à la source.",
        )
    else:
        if not number:
            yield from _errors(place)


def _answer(content: bytes, place: str) -> Iterator[Document]:
    """The records in the answer of an API; anything else is one document."""
    value: Any = None
    if content.lstrip(_BLANK)[:1] == b"{" and any(key in content for key in _ANSWERS):
        with suppress(NoticeError):
            value = load_json(content, place)
    for key in ("results", "records"):
        if isinstance(value, dict) and isinstance(value.get(key), list):
            value = value[key]
    if not (isinstance(value, list) and value):
        yield Document(place, content)
        return
    for number, record in enumerate(value, 1):
        yield _record(record, place, number)


def _record(record: Any, place: str, number: int) -> Document:
    return Document(f"{place}, avis {number}", canonical(record))


def canonical(record: Any) -> bytes:
    """One record as bytes that depend on its content alone, whatever the order of its keys.

    Lone surrogates stay as their three bytes, so that the reader refuses them.
    """
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", errors="surrogatepass")
