"""From a path or bytes to documents, and from each to a notice: files, folders, archives, lines.

What a file is is decided by its content, never by its name. A file that cannot be read yields one
`NoticeError` and never stops the others. Sizes are bounded; nothing is ever extracted to disk.
"""

import gzip
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, cast

from cordee.notices.formats.documents import (
    BLANK,
    TOO_DEEP,
    Foreign,
    broken,
    read_content,
    without_notice,
)
from cordee.notices.formats.json_text import begins_a_list, load_json, records
from cordee.notices.notice import Notice, NoticeError

__all__ = ["NoticeError", "NoticeFile", "canonical", "documents", "read", "read_bytes"]

MAX_DOCUMENT_BYTES = 20_000_000
"""One document, decompressed. The largest true notices are under 5 MB."""

MAX_LINES_BYTES = 4_000_000_000
"""All lines of one file of JSON lines, decompressed; they are read one at a time."""

HEAD_BYTES = 4096
"""Enough to see how a document begins."""

# Whole years of a source come as one archive: the bound is for hostile ones.
MAX_ARCHIVE_MEMBERS = 200_000
MAX_NESTED_ARCHIVES = 1

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_ANSWERS = (b'"results"', b'"records"')


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """One file, archive member, line or record, byte for byte: `place` names it.

    `number` counts lines and records of one file from 1; 0 where the file is one document.
    """

    place: str
    content: bytes
    number: int = 0

    def read(self) -> Notice | NoticeError:
        """The notice that it is, or why it cannot be read."""
        return _light(read_content(self.content, self.place))


type _Cut = Iterator[NoticeFile | NoticeError]


class _Memory(io.BytesIO):
    """Bytes in memory; a reader with a buffer would reserve the largest document at each read."""

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        return self.getvalue()[self.tell() : self.tell() + size]


type _Stream = _Memory | io.BufferedReader | gzip.GzipFile | zipfile.ZipExtFile


def read(path: str | Path) -> Iterator[Notice | NoticeError]:
    """Read every notice at a path: a file, a folder, an archive or `archive.zip!member`.

    Files come in the order of their names. Yields a Notice for each that can be read and exactly
    one NoticeError for each document that cannot; nothing else is raised.
    """
    return _read_each(documents(path))


def read_bytes(content: bytes, name: str) -> Iterator[Notice | NoticeError]:
    """Read every notice in bytes already in memory; `name` is the place told in errors."""
    return _read_each(_cut_stream(_Memory(content), name, None, MAX_NESTED_ARCHIVES))


def documents(path: str | Path) -> _Cut:
    """Every document at a path, as `read`, before it is read."""
    return map(_light, _cut_path(str(path)))


def _read_each(found: _Cut) -> Iterator[Notice | NoticeError]:
    is_foreign = False
    for one in found:
        if isinstance(one, NoticeError):
            yield _light(one)
        elif not (is_foreign and one.number > 1):
            yield (read := one.read())
            # These are no notices: said once, and not of each of the records that follow.
            is_foreign = one.number == 1 and isinstance(read, Foreign)


def _light[T](found: T | NoticeError) -> T | NoticeError:
    """An error without the frames it was raised through: whoever keeps it keeps no document."""
    return found.at(found.place) if isinstance(found, NoticeError) else found


def _cut_path(text: str) -> _Cut:
    if not text:
        # An unset variable of a shell, which would otherwise name the whole folder one stands in.
        yield NoticeError('""', "Ce chemin est vide.", "Donnez un fichier ou un dossier.")
        return
    archive, mark, member = text.partition("!")
    # A file may have an exclamation mark in its name: it is then read as it is.
    if mark and not Path(text).exists():
        yield from _cut_file(Path(archive), member)
    elif Path(text).is_dir():
        files = _visible_files(Path(text))
        if not files:
            yield without_notice(text)
        for file in files:
            yield from _cut_file(file)
    else:
        yield from _cut_file(Path(text))


def _visible_files(folder: Path) -> list[Path]:
    return sorted(
        item
        for item in folder.rglob("*")
        if item.is_file()
        and not any(part.startswith(".") for part in item.relative_to(folder).parts)
    )


def not_opened(place: str, error: OSError) -> NoticeError:
    """Why a file cannot be opened, in French where it is one of the usual reasons."""
    why = {
        FileNotFoundError: "il n’existe pas",
        IsADirectoryError: "c’est un dossier",
        PermissionError: "vous n’avez pas le droit de le lire",
    }.get(type(error), error.strerror or str(error))
    return NoticeError(
        place,
        f"Le fichier ne peut pas être ouvert : {why}.",
        "Vérifiez son nom et vos droits de lecture.",
    )


def _cut_file(file: Path, member: str | None = None) -> _Cut:
    try:
        with file.open("rb") as stream:
            yield from _cut_stream(stream, str(file), member, MAX_NESTED_ARCHIVES)
    except OSError as error:
        yield not_opened(str(file), error)
    except ValueError as error:
        # A null character in a path.
        yield NoticeError(
            repr(str(file)), f"Ce chemin n’est pas valable ({error}).", "Vérifiez son nom."
        )


def _cut_stream(stream: _Stream, name: str, member: str | None, nested: int) -> _Cut:
    # Names lie: feeds serve archives as .xml and notices as .bin.
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(_ZIP) or head.startswith(b"PK\x05\x06"):
        yield from _cut_archive(stream, name, member, nested)
    elif member is not None:
        yield NoticeError(
            f"{name}!{member}",
            "Ce fichier n’est pas une archive ZIP.",
            "Donnez seulement le chemin du fichier, sans nom de membre.",
        )
    elif head.startswith(_GZIP):
        with gzip.GzipFile(fileobj=stream) as opened:
            yield from _cut(opened, name)
    else:
        yield from _cut(stream, name)


def _cut_archive(stream: _Stream, name: str, member: str | None, nested: int) -> _Cut:
    try:
        if nested == 0:
            raise NoticeError(
                name,
                "Une archive est cachée dans une archive.",
                "Sortez d’abord l’archive intérieure.",
            )
        archive = zipfile.ZipFile(stream)
        names = _members(archive, name, member)
    except NoticeError as error:
        yield error
        return
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        yield broken(name, f"L’archive ZIP est abîmée ({error}).")
        return
    with archive:
        for inner in names:
            place = f"{name}!{inner}"
            try:
                with cast(zipfile.ZipExtFile, archive.open(inner)) as opened:
                    # Read whole, and bounded: what it unpacks to is not known before.
                    if opened.peek(4)[:2] in (_GZIP, _ZIP[:2]):
                        packed = _Memory(_bounded(opened, place))
                        yield from _cut_stream(packed, place, None, nested - 1)
                    else:
                        yield from _cut(opened, place)
            except NoticeError as error:
                yield error
            except _UNREADABLE as error:
                yield broken(place, f"Ce fichier de l’archive est abîmé ({error}).")


_UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
)
"""What the standard library raises for a member that is broken, encrypted or oddly packed."""


def _members(archive: zipfile.ZipFile, name: str, member: str | None) -> list[str]:
    names = sorted(
        item.filename
        for item in archive.infolist()
        if not item.is_dir() and not item.filename.startswith("__MACOSX/")
    )
    if len(names) > MAX_ARCHIVE_MEMBERS:
        raise NoticeError(
            name,
            f"L’archive contient plus de {MAX_ARCHIVE_MEMBERS} fichiers.",
            "Séparez-la en plusieurs archives.",
        )
    if not names:
        raise without_notice(name)
    if member is None:
        return names
    if member not in names:
        raise NoticeError(
            f"{name}!{member}",
            "L’archive n’a pas de fichier de ce nom.",
            f"Son premier fichier s’appelle « {names[0]} ».",
        )
    return [member]


def _bounded(stream: _Stream, place: str, first: bytes = b"") -> bytes:
    # One byte more than allowed: enough to know that there is too much.
    content = first + stream.read(max(0, MAX_DOCUMENT_BYTES + 1 - len(first)))
    if len(content) > MAX_DOCUMENT_BYTES:
        raise NoticeError(
            place,
            f"Le document dépasse {MAX_DOCUMENT_BYTES // 1_000_000} Mo : ce n’est pas un avis.",
            "Séparez-le en un fichier par avis, ou en une ligne JSON par avis.",
        )
    return content


def _cut(stream: _Stream, name: str) -> _Cut:
    """One document; or, of JSON lines, JSON lists and answers of an API, one for each record."""
    try:
        if begins_a_list(stream.peek(HEAD_BYTES)):
            yield from _listed(stream, name)
            return
        first = stream.readline(MAX_DOCUMENT_BYTES + 1)
        while first and not first.strip(BLANK):
            first = stream.readline(MAX_DOCUMENT_BYTES + 1)
        if _starts_json_line(first):
            second = stream.readline(MAX_DOCUMENT_BYTES + 1)
            if second.strip().startswith(b"{"):
                following = iter(partial(stream.readline, MAX_DOCUMENT_BYTES + 1), b"")
                yield from _lines(chain((first, second), following), name)
                return
            first += second
        content = _bounded(stream, name, first)
    except NoticeError as error:
        yield error
    except _UNREADABLE as error:
        yield broken(name, f"Le fichier compressé est abîmé ({error}).")
    else:
        yield from _answer(content, name)


def _starts_json_line(line: bytes) -> bool:
    stripped = line.strip(BLANK)
    return stripped.startswith(b"{") and stripped.endswith(b"}")


def _listed(stream: _Stream, name: str) -> _Cut:
    """The records of a list of any length, one at a time in memory."""
    number = 0
    try:
        for number, record in enumerate(records(stream.read, MAX_DOCUMENT_BYTES), 1):
            yield _record(record, name, number)
        if not number:
            yield without_notice(name)
    except ValueError as error:
        yield broken(f"{name}, après {number} avis", f"Le JSON est abîmé ({error}).")
    except RecursionError:
        yield broken(f"{name}, après {number} avis", TOO_DEEP)


def _lines(lines: Iterable[bytes], name: str) -> _Cut:
    total = 0
    for number, line in enumerate(lines, 1):
        total += len(line)
        place = f"{name}, ligne {number}"
        if len(line) > MAX_DOCUMENT_BYTES or total > MAX_LINES_BYTES:
            yield NoticeError(
                place,
                "Le fichier est trop grand pour être lu.",
                "Séparez-le en plusieurs fichiers.",
            )
            return
        if line.strip(BLANK):
            yield NoticeFile(place, line, number)


def _answer(content: bytes, name: str) -> _Cut:
    """The records in the answer of an API; anything else is one document."""
    value: Any = None
    if content.lstrip(BLANK)[:1] == b"{" and any(key in content for key in _ANSWERS):
        with suppress(NoticeError):
            value = load_json(content, name)
    for key in ("results", "records"):
        if isinstance(value, dict) and isinstance(value.get(key), list):
            value = value[key]
    if not isinstance(value, list):
        yield NoticeFile(name, content)
    elif not value:
        yield without_notice(name)
    else:
        yield from (_record(record, name, number) for number, record in enumerate(value, 1))


def _record(record: Any, name: str, number: int) -> NoticeFile:
    return NoticeFile(f"{name}, avis {number}", canonical(record), number)


def canonical(record: Any) -> bytes:
    """One record as bytes that depend on its content alone, whatever the order of its keys.

    Lone surrogates stay as their three bytes, so that the reader refuses them.
    """
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", errors="surrogatepass")
