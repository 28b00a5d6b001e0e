"""What the three sources answer, in their true shapes and all invented."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.opportunities.makers import record
from tests.opportunities.sources.server import Reply, Request, as_json

SOURCES = Path(__file__).resolve().parents[3] / "cordee" / "opportunities" / "sources"
ON = date(2026, 11, 25)


def sample(name: str) -> Any:
    """A synthetic sample kept beside the code of its source."""
    return json.loads((SOURCES / name).read_text(encoding="utf-8"))


def before(days: int) -> date:
    return ON - timedelta(days=days)


def boamp_record(idweb: str, day: date, **changes: Any) -> dict[str, Any]:
    return record(idweb, f"Entretien {idweb}", dateparution=day.isoformat(), **changes)


@dataclass(slots=True)
class BoampApi:
    """Answers as the Explore API does: `where` on two days, `limit`, `offset`."""

    records: list[dict[str, Any]] = field(default_factory=list)
    etags: bool = False

    def __call__(self, request: Request) -> Reply:
        first, last = re.findall(r"date'(\d{4}-\d\d-\d\d)'", request.query["where"])
        found = [item for item in self.records if first <= item["dateparution"] <= last]
        found.sort(key=lambda item: str(item.get("idweb")))
        offset, limit = int(request.query["offset"]), int(request.query["limit"])
        assert limit <= 100
        assert offset + limit <= 10_000
        answer = as_json({"total_count": len(found), "results": found[offset : offset + limit]})
        if self.etags:
            etag = f'"{hash(answer.body)}"'
            if request.headers.get("if-none-match") == etag:
                return Reply(status=304)
            answer.headers["ETag"] = etag
        return answer


TED_XML = (
    Path(__file__).resolve().parents[2] / "notices" / "samples" / "eforms_call.xml"
).read_bytes()
_PUBLISHED = re.compile(rb"(NoticePublicationID[^>]*>)[^<]*<")


def ted_xml(number: str) -> bytes:
    """Our eForms sample under another publication number, on eight figures as in true ones."""
    figures, year = number.split("-")
    done, count = _PUBLISHED.subn(rb"\g<1>%s-%s<" % (figures.zfill(8).encode(), year.encode()),
                                  TED_XML, count=1)  # fmt: skip
    assert count == 1
    return done


@dataclass(slots=True)
class TedApi:
    """The search by pages with a token that never ends, and one address for each XML."""

    days: dict[date, list[str]] = field(default_factory=dict)
    page_size: int = 2
    broken: set[str] = field(default_factory=set)

    def __call__(self, request: Request) -> Reply:
        if request.method == "GET":
            number = request.path.split("/")[-2]
            return Reply(status=404) if number in self.broken else Reply(ted_xml(number))
        first, last = re.findall(r"publication-date[<>]=(\d{8})", request.content["query"])
        numbers = [
            number
            for day, of_day in sorted(self.days.items())
            if first <= f"{day:%Y%m%d}" <= last
            for number in of_day
        ]
        start = int(request.content.get("iterationNextToken", "page-0").split("-")[1])
        return as_json(
            {
                "notices": [
                    {"publication-number": number, "notice-type": "cn-standard"}
                    for number in numbers[start : start + self.page_size]
                ],
                "totalNoticeCount": len(numbers),
                "iterationNextToken": f"page-{start + self.page_size}",
                "timedOut": False,
            }
        )


def contract(number: str, **changes: Any) -> dict[str, Any]:
    """One contract of the DECP, schema 2.0.3."""
    made: dict[str, Any] = sample("decp/samples/decp-2026-11.json")["marches"]["marche"][0]
    return made | {"id": number} | changes


@dataclass(slots=True)
class DecpApi:
    """The data set and its files; `elsewhere`: an address in place of theirs."""

    files: dict[str, bytes] = field(default_factory=dict)
    wrong_sha1: bool = False
    elsewhere: str = ""
    url: str = ""

    def put(self, title: str, contracts: Iterable[dict[str, Any]]) -> None:
        value = {"marches": {"marche": list(contracts), "contrat-concession": []}}
        self.files[title] = json.dumps(value, ensure_ascii=False).encode()

    def __call__(self, request: Request) -> Reply:
        name = request.path.rsplit("/", 1)[-1]
        if name in self.files:
            return Reply(self.files[name])
        return as_json(
            {
                "title": "Données essentielles de la commande publique - fichiers consolidés",
                "resources": [
                    {
                        "id": f"id-{title}",
                        "title": title,
                        "format": "json",
                        "filetype": "file",
                        "filesize": len(content),
                        "checksum": {
                            "type": "sha1",
                            "value": "0" * 40
                            if self.wrong_sha1
                            else hashlib.sha1(content).hexdigest(),
                        },
                        "url": self.elsewhere or f"{self.url}/fichiers/{title}",
                    }
                    for title, content in self.files.items()
                ],
            }
        )
