"""The fingerprint of a document: of what is read, not of a file.

The DOCX and the PDF of one document have the same; one changed letter changes it.
"""

import hashlib
import json

from cordee.base.documents.model import Document
from cordee.base.documents.plain import document_to_plain

# Rises when the plain form changes: an old fingerprint is then known to be of another sort.
FORMAT = 1


def canonical_text(document: Document) -> str:
    """All that is read, the annex left out, as one ASCII text; `reading` makes a document of it.

    Kept, it tells later what a fingerprint was of.
    """
    value = {"format": FORMAT, **document_to_plain(document)}
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def document_sha256(document: Document) -> str:
    """64 hexadecimal digits over all that is read, the annex left out."""
    return text_sha256(canonical_text(document))


def text_sha256(text: str) -> str:
    """The fingerprint of a document of which `canonical_text` gave this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def short_fingerprint(sha256: str) -> str:
    """The first sixteen digits in groups of four, to compare two papers by eye."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))
