"""Awarded contracts of the DECP: the monthly files of data.gouv.fr, whole (see README.md)."""

import codecs
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import batched
from pathlib import Path
from typing import IO, Any

from cordee.base.web.client import Client
from cordee.base.web.transport import Limits, SourceDown
from cordee.notices.formats.json_text import records
from cordee.notices.notice import NoticeError
from cordee.notices.reading import MAX_DOCUMENT_BYTES, NoticeFile
from cordee.opportunities.sources.harvest import HarvestRequest, Held, Page, document

HOSTS = ("data.gouv.fr",)
RECORDS_AT_ONCE = 500
FILE_LIMITS = Limits(total=3_600.0, max_bytes=2_000_000_000)
_TITLE = re.compile(r"decp-(\d{4})(?:-(\d{2}))?\.json")


@dataclass(frozen=True, slots=True)
class MonthFile:
    """`month` is (year, month); month 0 for the file of a whole year. `sha1` may be unknown."""

    id: str
    title: str
    month: tuple[int, int]
    url: str
    sha1: str


@dataclass(frozen=True, slots=True)
class Decp:
    """`url`: the description of the data set. `folder`: where a file waits while it is read."""

    url: str
    folder: Path
    limits: Limits = FILE_LIMITS

    def pages(self, client: Client, asked: HarvestRequest, held: Held) -> Iterator[Page]:
        """Every contract of the files of these months that changed since they were read.

        A file is read as a whole: buyers publish late, and correct old contracts in place.
        """
        files = _wanted(_files(client.get_json(self.url)[1]), asked.first, asked.until)
        for number, file in enumerate(files, 1):
            label = f"{file.title} ({number} sur {len(files)})"
            key = file.sha1 or file.url
            resume = asked.at(max(asked.first, _first_day(file)))
            is_same = asked.seen.get(file.id) == key
            if not is_same:
                path = self._fetched(client, file)
                yield from _pages(path, file, asked, label, resume)
                path.unlink()
            yield Page(
                label=f"{label}, {'inchangé' if is_same else 'lu'}",
                documents=(),
                resume=resume,
                seen={file.id: key},
                finished=asked.until if file is files[-1] else None,
            )

    def _fetched(self, client: Client, file: MonthFile) -> Path:
        """The file on disk, whole; that of an interrupted run is used again."""
        path = self.folder / f"{file.id}.json"
        if file.sha1 and path.is_file() and _sha1(path) == file.sha1:
            return path
        if not client.may_go(self.url, file.url):
            raise SourceDown(
                f"Le fichier {file.title} est à l’adresse {file.url[:200]}, "
                "où Cordée ne va pas sans votre accord.",
                "Si elle est bonne, téléchargez-le, puis importez-le (import_notices).",
            )
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        client.download(file.url, path, limits=self.limits)
        if file.sha1 and _sha1(path) != file.sha1:
            path.unlink()
            raise SourceDown(
                f"Le fichier {file.title} n’est pas celui que data.gouv.fr annonce.",
                "Rien à faire : il vient d’être remplacé, Cordée essaiera de nouveau.",
            )
        return path


def _files(content: Any) -> list[MonthFile]:
    listed = content.get("resources") if isinstance(content, Mapping) else None
    if not isinstance(listed, list):
        raise SourceDown(
            "La réponse de data.gouv.fr n’a pas la forme connue (resources).",
            "L’API a changé : mettez Cordée à jour.",
        )
    found = []
    for item in listed:
        title = str(item.get("title", "")) if isinstance(item, Mapping) else ""
        if (named := _TITLE.fullmatch(title)) and item.get("url") and item.get("id"):
            checksum = item.get("checksum")
            is_sha1 = isinstance(checksum, Mapping) and checksum.get("type") == "sha1"
            # What lies elsewhere ("remote") has the checksum of an earlier day.
            known = str(checksum.get("value", "")) if is_sha1 else ""
            found.append(
                MonthFile(
                    id=re.sub(r"[^\w-]", "", str(item["id"])),
                    title=title,
                    month=(int(named[1]), int(named[2] or 0)),
                    url=str(item["url"]),
                    sha1=known if item.get("filetype") == "file" else "",
                )
            )
    return found


def _wanted(files: list[MonthFile], since: date, until: date) -> list[MonthFile]:
    """The months between two days, oldest first; the file of a year where it has no months."""
    by_month = [file for file in files if file.month[1]]
    years = {file.month[0] for file in by_month}
    first, last = (since.year, since.month), (until.year, until.month)
    wanted = [file for file in by_month if first <= file.month <= last]
    wanted += [
        file
        for file in files
        if not file.month[1] and file.month[0] not in years and first[0] <= file.month[0] <= last[0]
    ]
    if not wanted:
        raise SourceDown(
            f"data.gouv.fr n’a aucun fichier entre {since:%m/%Y} et {until:%m/%Y}.",
            "Si cela dure, les fichiers ont changé de nom : mettez Cordée à jour.",
        )
    return sorted(wanted, key=lambda file: (file.month, file.title))


def _first_day(file: MonthFile) -> date:
    return date(file.month[0], file.month[1] or 1, 1)


def _pages(
    path: Path, file: MonthFile, asked: HarvestRequest, label: str, resume: Mapping[str, Any]
) -> Iterator[Page]:
    done = _done(asked.resume, file)
    with path.open("rb") as stream:
        contents = enumerate(records(_in_utf8(stream), MAX_DOCUMENT_BYTES), 1)
        try:
            for group in batched(contents, RECORDS_AT_ONCE):
                last = group[-1][0]
                if last <= done:
                    continue
                found = tuple(_document(record, file, number) for number, record in group)
                yield Page(
                    label=f"{label}, {last} marchés",
                    documents=found,
                    resume={**resume, "file": file.id, "sha1": file.sha1, "done": last},
                )
        except (ValueError, RecursionError) as broken:
            raise SourceDown(
                f"Le fichier {file.title} est abîmé ({str(broken)[:100]}).",
                "Rien à faire : Cordée le demandera de nouveau.",
            ) from broken


def _in_utf8(stream: IO[bytes]) -> Callable[[int], bytes]:
    """The bytes of a file, with a mark for each letter in another encoding.

    A file joins the work of thousands of buyers: one bad letter does not lose the others.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def read(size: int) -> bytes:
        content = stream.read(size)
        letters = decoder.decode(content, final=not content)
        # Nothing means the end, and one letter may be split over two pieces.
        return letters.encode() if letters or not content else read(size)

    return read


def _done(resume: Mapping[str, Any], file: MonthFile) -> int:
    """How many records of this very file an interrupted run had kept."""
    is_same = file.sha1 and (resume.get("file"), resume.get("sha1")) == (file.id, file.sha1)
    done = resume.get("done")
    return done if is_same and isinstance(done, int) else 0


def _document(record: Any, file: MonthFile, number: int) -> NoticeFile | NoticeError:
    identifier = record.get("id") if isinstance(record, Mapping) else None
    return document(record, f"DECP {file.title}, marché {number} ({identifier or 'sans numéro'})")


def _sha1(path: Path) -> str:
    """To compare with what data.gouv.fr announces; nothing rests on it being unforgeable."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
