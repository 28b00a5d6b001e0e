"""From a path or bytes to notices: files, folders, archives, compressed lines.

What a file is is decided by its content, never by its name. A file that cannot be read yields one
`NoticeError` and never stops the others. Sizes are bounded; nothing is ever extracted to disk.
"""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from cordee.notices.formats.boamp import read_announcement, read_record
from cordee.notices.formats.decp import is_contract, read_contract
from cordee.notices.formats.eforms import ROOTS, read_eforms
from cordee.notices.formats.json_text import begins_a_list, load_json, records
from cordee.notices.formats.private_need import FORMAT, read_private_need
from cordee.notices.formats.ted_export import read_ted_export
from cordee.notices.formats.tree import from_xml
from cordee.notices.notice import Notice, NoticeError

__all__ = ["NoticeError", "read", "read_bytes"]

MAX_DOCUMENT_BYTES = 20_000_000
"""One document, decompressed. The largest true notices are under 5 MB."""

MAX_LINES_BYTES = 4_000_000_000
"""All lines of one file of JSON lines, decompressed; they are read one at a time."""

HEAD_BYTES = 4096
"""Enough to see how a document begins."""

MAX_ARCHIVE_MEMBERS = 200_000
MAX_NESTED_ARCHIVES = 1

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_BLANK = b" \t\r\n\xef\xbb\xbf"

_TOO_DEEP = "Le document a trop de niveaux imbriqués."
_FOREIGN = "Ce JSON n’est pas un avis connu."

Stream = io.BufferedReader | gzip.GzipFile | zipfile.ZipExtFile
Read = Iterator[Notice | NoticeError]


def read(path: str | Path) -> Read:
    """Read every notice at a path: a file, a folder, an archive or `archive.zip!member`.

    Files come in the order of their names. Yields a Notice for each that can be read and exactly
    one NoticeError for each document that cannot; nothing else is raised.
    """
    text = str(path)
    archive, mark, member = text.partition("!")
    if mark and not Path(text).exists():
        yield from _read_file(Path(archive), member)
    elif Path(text).is_dir():
        files = _visible_files(Path(text))
        if not files:
            yield _without_notice(text)
        for file in files:
            yield from _read_file(file)
    else:
        yield from _read_file(Path(text))


def _visible_files(folder: Path) -> list[Path]:
    return sorted(
        item
        for item in folder.rglob("*")
        if item.is_file()
        and not any(part.startswith(".") for part in item.relative_to(folder).parts)
    )


def _without_notice(place: str) -> NoticeError:
    return NoticeError(place, "Il n’y a aucun avis ici.", "Vérifiez le chemin ou le fichier.")


def read_bytes(content: bytes, name: str) -> Read:
    """Read every notice in bytes already in memory; `name` is the place told in errors."""
    yield from _read_stream(_in_memory(content), name, None, MAX_NESTED_ARCHIVES)


def _in_memory(content: bytes) -> Stream:
    return io.BufferedReader(io.BytesIO(content))


def _read_file(file: Path, member: str | None = None) -> Read:
    try:
        with file.open("rb") as stream:
            yield from _read_stream(stream, str(file), member, MAX_NESTED_ARCHIVES)
    except OSError as error:
        yield NoticeError(
            str(file),
            f"Le fichier ne peut pas être ouvert ({error.strerror or error}).",
            "Vérifiez son nom et vos droits de lecture.",
        )
    except ValueError as error:
        # A null character in a path.
        yield NoticeError(
            repr(str(file)), f"Ce chemin n’est pas valable ({error}).", "Vérifiez son nom."
        )


def _read_stream(stream: Stream, name: str, member: str | None, nested: int) -> Read:
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(_ZIP) or head.startswith(b"PK\x05\x06"):
        yield from _read_archive(stream, name, member, nested)
    elif member is not None:
        yield NoticeError(
            f"{name}!{member}",
            "Ce fichier n’est pas une archive ZIP.",
            "Donnez seulement le chemin du fichier, sans nom de membre.",
        )
    elif head.startswith(_GZIP):
        with gzip.GzipFile(fileobj=stream) as opened:
            yield from _read_document(opened, name)
    else:
        yield from _read_document(stream, name)


def _read_archive(stream: Stream, name: str, member: str | None, nested: int) -> Read:
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
        yield _broken(name, f"L’archive ZIP est abîmée ({error}).")
        return
    with archive:
        for inner in names:
            place = f"{name}!{inner}"
            try:
                with cast(zipfile.ZipExtFile, archive.open(inner)) as opened:
                    if opened.peek(4)[:2] in (_GZIP, _ZIP[:2]):
                        packed = _in_memory(_bounded(opened, place))
                        yield from _read_stream(packed, place, None, nested - 1)
                    else:
                        yield from _read_document(opened, place)
            except NoticeError as error:
                yield error
            except _UNREADABLE as error:
                yield _broken(place, f"Ce fichier de l’archive est abîmé ({error}).")


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
        raise _without_notice(name)
    if member is None:
        return names
    if member not in names:
        raise NoticeError(
            f"{name}!{member}",
            "L’archive n’a pas de fichier de ce nom.",
            f"Son premier fichier s’appelle « {names[0]} ».",
        )
    return [member]


def _bounded(stream: Stream, place: str, first: bytes = b"") -> bytes:
    content = first + stream.read(MAX_DOCUMENT_BYTES + 1 - len(first))
    if len(content) > MAX_DOCUMENT_BYTES:
        raise NoticeError(
            place,
            f"Le document dépasse {MAX_DOCUMENT_BYTES // 1_000_000} Mo : ce n’est pas un avis.",
            "Séparez-le en un fichier par avis, ou en une ligne JSON par avis.",
        )
    return content


def _broken(place: str, reason: str) -> NoticeError:
    return NoticeError(place, reason, "Téléchargez de nouveau le fichier à la source.")


def _read_document(stream: Stream, name: str) -> Read:
    """One document: XML, one JSON value, a JSON list or JSON lines."""
    try:
        if begins_a_list(stream.peek(HEAD_BYTES)):
            yield from _read_list(stream, name)
            return
        first = stream.readline(MAX_DOCUMENT_BYTES + 1)
        while first and not first.strip(_BLANK):
            first = stream.readline(MAX_DOCUMENT_BYTES + 1)
        if _starts_json_line(first):
            second = stream.readline(MAX_DOCUMENT_BYTES + 1)
            if second.strip().startswith(b"{"):
                yield from _read_lines(stream, name, [first, second])
                return
            first += second
        content = _bounded(stream, name, first)
    except NoticeError as error:
        yield error
    except _UNREADABLE as error:
        yield _broken(name, f"Le fichier compressé est abîmé ({error}).")
    else:
        yield from _guarded_content(content, name)


def _read_list(stream: Stream, name: str) -> Read:
    number = 0
    try:
        for value in records(stream.read, MAX_DOCUMENT_BYTES):
            number += 1
            try:
                yield _read_object(value, f"{name}, avis {number}")
            except NoticeError as error:
                yield error
                if number == 1 and _is_foreign(error):
                    return
        if not number:
            yield _without_notice(name)
    except ValueError as error:
        yield _broken(f"{name}, après {number} avis", f"Le JSON est abîmé ({error}).")
    except RecursionError:
        yield _broken(f"{name}, après {number} avis", _TOO_DEEP)


def _starts_json_line(line: bytes) -> bool:
    stripped = line.strip(_BLANK)
    return stripped.startswith(b"{") and stripped.endswith(b"}")


def _read_lines(stream: Stream, name: str, first: list[bytes]) -> Read:
    number = total = 0
    waiting = list(first)
    while True:
        line = waiting.pop(0) if waiting else stream.readline(MAX_DOCUMENT_BYTES + 1)
        if not line:
            return
        number += 1
        total += len(line)
        place = f"{name}, ligne {number}"
        if len(line) > MAX_DOCUMENT_BYTES or total > MAX_LINES_BYTES:
            yield NoticeError(
                place,
                "Le fichier est trop grand pour être lu.",
                "Séparez-le en plusieurs fichiers.",
            )
            return
        if not line.strip(_BLANK):
            continue
        for item in _guarded_content(line, place):
            yield item
            if number == 1 and _is_foreign(item):
                return


def _guarded_content(content: bytes, place: str) -> Read:
    try:
        yield from _read_content(content, place)
    except NoticeError as error:
        yield error
    except RecursionError:
        yield _broken(place, _TOO_DEEP)


def _read_content(content: bytes, place: str) -> Read:
    stripped = content.lstrip(_BLANK)
    if not stripped:
        raise _broken(place, "Le fichier est vide.")
    if stripped[:1] in (b"{", b"["):
        yield from _read_json(load_json(content, place), place)
    elif stripped[:1] == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield _read_xml(content, place)
    else:
        raise NoticeError(
            place,
            "Le fichier n’est ni du XML ni du JSON.",
            "Cordée lit les avis eForms, TED_EXPORT et BOAMP, et nos besoins privés en JSON.",
        )


def _read_xml(content: bytes, place: str) -> Notice:
    root = from_xml(content, place)
    if root.name in ROOTS:
        return read_eforms(root, place)
    if root.name == "TED_EXPORT":
        return read_ted_export(root, place)
    if root.name == "ANNONCE":
        return read_announcement(root, place)
    raise NoticeError(
        place,
        f"Le document XML commence par « {root.name[:60]} » : ce n’est pas un avis connu.",
        "Cordée lit eForms (ContractNotice…), TED_EXPORT et ANNONCE (BOAMP).",
    )


def _read_json(value: Any, place: str) -> Read:
    """One record, a list of them, or the answer of an API that holds a list."""
    for key in ("results", "records"):
        if isinstance(value, Mapping) and isinstance(value.get(key), list):
            value = value[key]
    if not isinstance(value, list):
        yield _read_object(value, place)
        return
    if not value:
        yield _without_notice(place)
    for number, item in enumerate(value, 1):
        inner = f"{place}, avis {number}"
        try:
            yield _read_object(item, inner)
        except NoticeError as error:
            yield error
            if number == 1 and _is_foreign(error):
                return


def _is_foreign(item: Notice | NoticeError) -> bool:
    """The first record tells what a file is: one that is no notice speaks for all the others."""
    return isinstance(item, NoticeError) and item.reason == _FOREIGN


def _read_object(value: Any, place: str) -> Notice:
    for key in ("record", "fields"):
        # The two older versions of the API wrapped each record.
        if isinstance(value, Mapping) and isinstance(value.get(key), Mapping):
            value = value[key]
    if isinstance(value, Mapping):
        if "donnees" in value or ("idweb" in value and "nomacheteur" in value):
            return read_record(value, place)
        if value.get("format") == FORMAT:
            return read_private_need(value, place)
        if is_contract(value):
            return read_contract(value, place)
    raise NoticeError(
        place,
        _FOREIGN,
        "Il faut un enregistrement du BOAMP (idweb, donnees), un marché des données essentielles "
        f'(id, acheteur, titulaires) ou « format »: "{FORMAT}".',
    )
