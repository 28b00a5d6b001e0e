"""Documents as files: their names, and all of them in one ZIP that begins to arrive at once."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping

from django.utils.text import slugify

from cordee.base.documents import Document, render_docx, render_pdf
from cordee.dossier.catalogue import Entry

RENDER: Mapping[str, Callable[[Document], bytes]] = {"docx": render_docx, "pdf": render_pdf}
TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
# The same ZIP for the same documents.
ZIP_EPOCH = (2000, 1, 1, 0, 0, 0)


# Platforms refuse long names, accents and spaces, and count folders in.
LONGEST = 50
TO_CORRECT = "4-a-corriger"


def file_name(entry: Entry, extension: str, number: int | None = None) -> str:
    """ "02-dc2-lot-1-jardins-du-val.pdf"."""
    whose = entry.whose if entry.of else ""
    stem = slugify(f"{entry.name} {whose}".replace("’", " ")) or entry.key
    if len(stem) > LONGEST:
        # No word is cut, but one that is longer than all of it.
        stem = stem[: LONGEST + 1].rpartition("-")[0] or stem[:LONGEST]
    before = "" if number is None else f"{number:02d}-"
    return f"{before}{stem}.{extension}"


def zipped(made: Iterable[tuple[Entry, Document]]) -> Iterator[bytes]:
    """The folder to file, given out as it is made: PDF by envelope, and DOCX to correct apart."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for number, (entry, document) in enumerate(made):
            for extension, written in RENDER.items():
                folder = entry.folder if extension == "pdf" else TO_CORRECT
                path = "/".join(filter(None, (folder, file_name(entry, extension, number))))
                name = zipfile.ZipInfo(path, ZIP_EPOCH)
                name.external_attr = 0o600 << 16
                archive.writestr(name, written(document))
                yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What a ZIP writes to when nobody may go back in it."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.held += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        given, self.held = bytes(self.held), bytearray()
        return given
