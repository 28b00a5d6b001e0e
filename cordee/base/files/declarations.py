"""Whether a part of an office file declares a document type, which no office program writes.

Entities are declared there: they are how a few bytes become gigabytes, or read files.
"""

import zipfile
from typing import Any
from xml.parsers import expat

# A declaration stands before the first element, which begins within a few hundred bytes.
MOST_BYTES_BEFORE_ROOT = 16_384
ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
# "<?xm" in EBCDIC, which other readers than ours would recognise.
EBCDIC = b"\x4c\x6f\xa7\x94"


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
