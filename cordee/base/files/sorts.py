"""What a file is: told by its content, and not by its name alone.

A part of an office file that declares a document type, which no office program writes, is refused:
entities are declared there, and are how a few bytes become gigabytes, or read files.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from django.core.exceptions import ValidationError

# A declaration stands before the first element, which begins within a few hundred bytes.
MOST_BYTES_BEFORE_ROOT = 16_384
ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
# "<?xm" in EBCDIC, which other readers than ours would recognise.
EBCDIC = b"\x4c\x6f\xa7\x94"
MOST_BYTES = 10_000_000
# A real one has a few dozen parts; a bomb has its millions.
MOST_PARTS = 5_000
OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
ACCEPTED = "PDF, image (PNG, JPEG), document Word, Excel ou LibreOffice, texte ou CSV"


class _RootReached(Exception):
    """What may be declared lies behind: the rest is not read."""


class _Refused(Exception):
    """A document type, or letters that two readers may read otherwise."""


def declares_a_type(archive: zipfile.ZipFile) -> bool:
    """Whether any part, whatever its name, holds one, or hides whether it does.

    Raises what `zipfile` raises for an archive that is damaged.
    """
    for part in archive.infolist():
        with archive.open(part) as stream:
            start = stream.read(MOST_BYTES_BEFORE_ROOT)
        if _is_refused(start, is_xml=part.filename.lower().endswith((".xml", ".rels", ".vml"))):
            return True
    return False


def _is_refused(start: bytes, *, is_xml: bool) -> bool:
    bare = start.lstrip(b"\xff\xfe\xef\xbb\xbf\x00 \t\r\n")
    if not is_xml and bare and not bare.startswith((b"<", EBCDIC)):
        return False
    parser: Any = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise _Refused

    def begin(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise _Refused

    def reach(*_: Any) -> None:
        raise _RootReached

    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = begin
    parser.StartElementHandler = reach
    try:
        parser.Parse(start, False)
    except _RootReached:
        return False
    except (_Refused, expat.ExpatError):
        return True
    # Still before the first element: empty parts apart, nothing honest begins so late.
    return bool(bare) or len(start) == MOST_BYTES_BEFORE_ROOT


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of file that is accepted: its type on the web, and the endings of its names."""

    content_type: str
    words: str
    endings: tuple[str, ...]


PDF = Sort("application/pdf", "PDF", (".pdf",))
PNG = Sort("image/png", "image PNG", (".png",))
JPEG = Sort("image/jpeg", "image JPEG", (".jpg", ".jpeg"))
DOCX = Sort(f"{OPEN_XML}.wordprocessingml.document", "document Word", (".docx",))
XLSX = Sort(f"{OPEN_XML}.spreadsheetml.sheet", "classeur Excel", (".xlsx",))
ODT = Sort(f"{OPEN_DOCUMENT}.text", "document LibreOffice", (".odt",))
ODS = Sort(f"{OPEN_DOCUMENT}.spreadsheet", "classeur LibreOffice", (".ods",))
TEXT = Sort("text/plain", "texte", (".txt", ".csv"))
SORTS = (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, TEXT)
MOST_SOUND_BYTES = 2_000_000
# By what stands in a file, and where.
SOUNDS = (
    (Sort("audio/mpeg", "son MP3", (".mp3",)), 0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    (Sort("audio/ogg", "son OGG", (".ogg", ".oga", ".opus")), 0, (b"OggS",)),
    (Sort("audio/mp4", "son M4A", (".m4a", ".mp4")), 4, (b"ftyp",)),
    (Sort("audio/webm", "son WebM", (".webm",)), 0, (b"\x1a\x45\xdf\xa3",)),
)
# What only a picture that moves has, in the last three.
MOVING = (b"vmhd", b"theora", b"V_VP", b"V_AV1", b"V_MPEG")


def sort_of(name: str, content: bytes) -> Sort:
    """The sort of a file. Raises `ValidationError` where it is not one of ours, or too big."""
    if not content:
        raise ValidationError("Ce fichier est vide.")
    if len(content) > MOST_BYTES:
        raise ValidationError(f"Ce fichier dépasse {MOST_BYTES // 1_000_000} Mo. Allégez-le.")
    found = _by_content(content)
    if found is None:
        raise ValidationError(f"Ce fichier n’est pas lisible ici. Envoyez : {ACCEPTED}.")
    if not name.lower().endswith(found.endings):
        raise ValidationError(
            f"Contenu : {found.words}. Son nom doit finir par {' ou '.join(found.endings)}."
        )
    return found


def sound_of(_name: str, content: bytes) -> Sort:
    """The sort of a sound, of a few seconds. Raises `ValidationError` where it is none of ours."""
    if len(content) > MOST_SOUND_BYTES:
        most = MOST_SOUND_BYTES // 1_000_000
        raise ValidationError(f"Ce son dépasse {most} Mo. Enregistrez la phrase seule.")
    for sort, at, starts in SOUNDS:
        if content[at:].startswith(starts) and not any(mark in content for mark in MOVING):
            return sort
    raise ValidationError("Ce n’est pas un son. Envoyez\u00a0: MP3, OGG, M4A ou WebM, sans image.")


def _by_content(content: bytes) -> Sort | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return TEXT if _is_plain_text(content) else None


def _office(content: bytes) -> Sort | None:
    """Word, Excel or LibreOffice by what the archive holds; no macros, no document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > MOST_PARTS or any("vbaProject" in name for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                content_type = archive.read("mimetype").decode("ascii", "replace").strip()
                return next((s for s in (ODT, ODS) if s.content_type == content_type), None)
            if declares_a_type(archive):
                return None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _decoded(content: bytes) -> str | None:
    """UTF-8, or what Excel and Notepad write on a French Windows; None for other bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_plain_text(content: bytes) -> bool:
    """Words and figures only: no page, no drawing, no programme that something could run."""
    text = _decoded(content)
    if text is None or any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
        return False
    return not text.lstrip().startswith(("<", "#!", "{\\rtf"))
