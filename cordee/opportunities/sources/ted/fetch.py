"""French notices of TED: the search names them, one address each gives the XML (see README.md)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from cordee.base.web.client import Client
from cordee.base.web.transport import SourceDown
from cordee.notices.notice import NoticeError
from cordee.notices.reading import NoticeFile
from cordee.opportunities.sources.harvest import HarvestRequest, Held, Page, days

HOSTS = ("ted.europa.eu",)
PAGE_SIZE = 250
NOTICES_AT_ONCE = 25
"""Kept together: what a stop may ask for again."""

MAX_PAGES = 200
MAX_SILENT = 3
"""Notices in a row that give nothing: then it is the source that is down."""

GONE = {404, 410}
_NUMBER = re.compile(r"(\d{1,8})-(\d{4})")


@dataclass(frozen=True, slots=True)
class Ted:
    """`url`: the search. `notice_url`: that of one XML, with `{id}` for the publication number."""

    url: str
    notice_url: str

    def pages(self, client: Client, asked: HarvestRequest, held: Held) -> Iterator[Page]:
        """The notices of each day that we do not hold. A published notice never changes."""
        for day in days(asked.first, asked.until):
            numbers, doubts, announced = self._numbers(client, day)
            there = held([form for number in numbers for form in _forms(number)])
            missing = [number for number in numbers if there.isdisjoint(_forms(number))]
            done, silent = len(numbers) - len(missing), 0
            for group in batched(missing, NOTICES_AT_ONCE):
                found: list[NoticeFile | NoticeError] = []
                for number in group:
                    item = self._notice(client, number, is_last_chance=silent + 1 >= MAX_SILENT)
                    silent = silent + 1 if isinstance(item, NoticeError) else 0
                    found.append(item)
                done += len(group)
                yield Page(
                    label=f"{day:%d/%m/%Y}, {done} sur {len(numbers)}",
                    documents=tuple(found),
                    resume=asked.at(day),
                )
            yield Page(
                label=f"{day:%d/%m/%Y}, {len(numbers)} avis",
                documents=tuple(doubts),
                resume=asked.after(day),
                finished=day,
                announced=announced,
                held=len(numbers) - len(missing),
            )

    def _numbers(self, client: Client, day: date) -> tuple[list[str], list[NoticeError], int]:
        """Publication numbers of a day, each once, what was odd in the answers, how many announced.

        The token is given even after the last notice: the end is an empty page, or the whole count.
        """
        numbers: dict[str, None] = {}
        doubts: list[NoticeError] = []
        token, seen, announced = "", 0, 0
        for _ in range(MAX_PAGES):
            announced, notices, next_token = _read(
                client.post_json(self.url, _question(day, token))
            )
            seen += len(notices)
            for position, notice in enumerate(notices, seen - len(notices) + 1):
                number = notice.get("publication-number") if isinstance(notice, dict) else None
                if isinstance(number, str) and _NUMBER.fullmatch(number):
                    numbers[number] = None
                else:
                    doubts.append(_nameless(day, position))
            if not notices or seen >= announced or not next_token or next_token == token:
                break
            token = next_token
        if seen < announced:
            doubts.append(_short(day, seen, announced))
        return list(numbers), doubts, announced

    def _notice(
        self, client: Client, number: str, *, is_last_chance: bool
    ) -> NoticeFile | NoticeError:
        place = f"TED {number}"
        try:
            answer = client.get(self.notice_url.replace("{id}", number))
        except SourceDown as down:
            if down.wait or (is_last_chance and down.status not in GONE):
                raise
            return NoticeError(place, down.reason, "Cordée le demandera de nouveau demain.")
        return NoticeFile(place, answer.body)


def _question(day: date, token: str) -> dict[str, Any]:
    question = {
        "query": f"(buyer-country=FRA) AND (publication-date>={day:%Y%m%d})"
        f" AND (publication-date<={day:%Y%m%d})",
        "fields": ["publication-number", "publication-date", "notice-type"],
        "limit": PAGE_SIZE,
        "scope": "ALL",
        "checkQuerySyntax": False,
        "paginationMode": "ITERATION",
    }
    return question | ({"iterationNextToken": token} if token else {})


def _read(content: Any) -> tuple[int, list[Any], str]:
    total = content.get("totalNoticeCount") if isinstance(content, dict) else None
    notices = content.get("notices") if isinstance(content, dict) else None
    if not isinstance(total, int) or not isinstance(notices, list):
        raise SourceDown(
            "La réponse de TED n’a pas la forme connue (totalNoticeCount, notices).",
            "L’API a changé : mettez Cordée à jour.",
        )
    if content.get("timedOut"):
        raise SourceDown(
            "TED n’a pas fini de chercher (timedOut).", "Rien à faire : Cordée essaiera de nouveau."
        )
    token = content.get("iterationNextToken")
    return total, notices, token if isinstance(token, str) else ""


def _forms(number: str) -> list[str]:
    """As the search writes it, and as the XML does: on eight figures."""
    figures, year = number.split("-")
    return [number, f"{figures.zfill(8)}-{year}", f"{figures.zfill(6)}-{year}"]


def _nameless(day: date, position: int) -> NoticeError:
    return NoticeError(
        f"TED du {day:%d/%m/%Y}, résultat {position}",
        "Ce résultat n’a pas de numéro de publication lisible.",
        "Rien à faire : il ne peut pas être demandé.",
    )


def _short(day: date, seen: int, announced: int) -> NoticeError:
    return NoticeError(
        f"TED du {day:%d/%m/%Y}",
        f"TED annonçait {announced} avis et n’en a donné que {seen}.",
        "Rien à faire : ce jour sera relu ces prochains jours.",
    )
