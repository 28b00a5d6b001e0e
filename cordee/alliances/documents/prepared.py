"""Files just made, kept for a quarter of an hour: taking all documents out makes none twice.

A file is named by all that it says, so that whoever gets it has read the very same document. They
lie in the cache, which backups leave out, and go by the schedule: people are named in them.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from django.conf import settings

from cordee.base.documents import Document
from cordee.base.documents.plain import block_to_plain, document_to_plain
from cordee.dossier.writing import RENDER

KEPT_FOR = timedelta(minutes=15)


def run(now: datetime) -> int:
    """What the schedule does: delete what is older; how many files went."""
    before, gone = (now - KEPT_FOR).timestamp(), 0
    for path in folder().glob("*"):
        try:
            if path.stat().st_mtime < before:
                path.unlink()
                gone += 1
        except FileNotFoundError:
            # Another process was faster.
            continue
    return gone


def folder() -> Path:
    """Where they lie; it may not be there yet."""
    return Path(settings.STATE_DIR) / "cache" / "documents"


def file_of(document: Document, extension: str) -> bytes:
    """A document as DOCX or PDF, made now or a moment ago."""
    path = _path(document, extension)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return _made(document, extension, path)


def waiting(documents: Sequence[Document]) -> list[Document]:
    """Those of which a file is still to make."""
    return [
        document
        for document in documents
        if not all(_path(document, extension).exists() for extension in RENDER)
    ]


def make_some(documents: Sequence[Document], *, seconds: float) -> int:
    """Make the files of as many as fit in a time, one at least; how many still wait."""
    end = monotonic() + seconds
    left = waiting(documents)
    while left:
        document = left.pop(0)
        for extension in RENDER:
            file_of(document, extension)
        if monotonic() >= end:
            break
    return len(left)


def _made(document: Document, extension: str, path: Path) -> bytes:
    written = RENDER[extension](document)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whole or not at all: another request may read it at this moment.
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(written)
    Path(name).replace(path)
    return written


def _path(document: Document, extension: str) -> Path:
    parts = {
        **document_to_plain(document),
        "annex": [block_to_plain(block) for block in document.annex],
    }
    key = json.dumps(parts, sort_keys=True).encode()
    return folder() / f"{hashlib.sha256(key).hexdigest()}.{extension}"
