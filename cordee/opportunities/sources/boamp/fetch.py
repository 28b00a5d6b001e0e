"""The BOAMP through its Explore API, one day of publication after another (see README.md)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from cordee.base.web.client import Client
from cordee.base.web.transport import SourceDown
from cordee.notices.notice import NoticeError
from cordee.notices.reading import NoticeFile
from cordee.opportunities.sources.harvest import HarvestRequest, Held, Page, days, document

HOSTS = ("boamp-datadila.opendatasoft.com", "boamp.fr")
PAGE_SIZE = 100
DEEPEST = 10_000
"""`offset + limit` of the API. A day has under a thousand notices."""

MAX_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Boamp:
    """`url`: the `records` of the data set."""

    url: str

    def pages(self, client: Client, asked: HarvestRequest, held: Held) -> Iterator[Page]:
        """Pages of at most 100 records. Days are small, so that a stop costs little."""
        for day in days(asked.first, asked.until):
            yield from self._day(client, asked, day)

    def _day(self, client: Client, asked: HarvestRequest, day: date) -> Iterator[Page]:
        offset, total = _where(asked.resume, day)
        restarts = 0
        while True:
            address = self._address(day, offset)
            known = _known(asked.seen.get(address))
            answer, content = client.get_json(
                address, etag=known.get("etag", ""), last_modified=known.get("modified", "")
            )
            announced, records = _read(content) if answer.is_new else (known["total"], [])
            if total is not None and announced != total and restarts < MAX_RESTARTS and offset:
                # Something came in or went out: what followed moved, so the day is read anew.
                offset, total, restarts = 0, None, restarts + 1
                continue
            total = announced
            count = len(records) if answer.is_new else known["count"]
            offset += count
            found: list[NoticeFile | NoticeError] = [
                _document(record, day, number) for number, record in enumerate(records, 1)
            ]
            is_last = not count or offset >= total
            if not is_last and offset + PAGE_SIZE > DEEPEST:
                is_last = True
                found.append(_too_many(day, total))
            validators = {"etag": answer.etag, "modified": answer.last_modified}
            if answer.is_new and any(validators.values()):
                known = {**validators, "total": total, "count": count}
            yield Page(
                label=f"{day:%d/%m/%Y}, {min(offset, total)} sur {total}",
                documents=tuple(found),
                resume=asked.after(day) if is_last else asked.at(day, offset=offset, total=total),
                seen={address: known} if known else {},
                finished=day if is_last else None,
                announced=total if is_last else 0,
                held=0 if answer.is_new else count,
            )
            if is_last:
                return

    def _address(self, day: date, offset: int) -> str:
        question = {
            "where": f"dateparution >= date'{day}' and dateparution <= date'{day}'",
            "order_by": "idweb",
            "limit": PAGE_SIZE,
            "offset": offset,
        }
        return f"{self.url}?{urlencode(question)}"


def _where(resume: Mapping[str, Any], day: date) -> tuple[int, int | None]:
    """(offset, total) at which an interrupted run left that day."""
    offset, total = resume.get("offset"), resume.get("total")
    if resume.get("day") != day.isoformat() or not isinstance(offset, int):
        return 0, None
    return offset, total if isinstance(total, int) else None


def _known(seen: Any) -> Mapping[str, Any]:
    """What an earlier run noted of a page, where it is whole."""
    is_whole = isinstance(seen, Mapping) and {"total", "count", "etag", "modified"} <= seen.keys()
    return seen if is_whole else {}


def _read(content: Any) -> tuple[int, list[Any]]:
    total = content.get("total_count") if isinstance(content, dict) else None
    records = content.get("results") if isinstance(content, dict) else None
    if not isinstance(total, int) or not isinstance(records, list):
        raise SourceDown(
            "La réponse du BOAMP n’a pas la forme connue (total_count, results).",
            "L’API a changé : mettez Cordée à jour.",
        )
    return total, records


def _document(record: Any, day: date, number: int) -> NoticeFile | NoticeError:
    identifier = record.get("idweb") if isinstance(record, dict) else None
    if not isinstance(identifier, str) or not identifier:
        return NoticeError(
            f"BOAMP du {day:%d/%m/%Y}, avis {number} de la page",
            "Cet enregistrement n’a pas de numéro (idweb).",
            "Rien à faire : il ne peut pas être retrouvé.",
        )
    return document(record, f"BOAMP {identifier}")


def _too_many(day: date, total: int) -> NoticeError:
    return NoticeError(
        f"BOAMP du {day:%d/%m/%Y}",
        f"Ce jour a {total} avis, et l’API n’en donne que {DEEPEST}.",
        "Téléchargez l’export de ce jour, puis importez le fichier (import_notices).",
    )
