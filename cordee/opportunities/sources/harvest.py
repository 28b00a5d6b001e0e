"""What every source gives the importer: pages of documents, each with where to go on after it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from cordee.base.web.client import Client
from cordee.notices.notice import NoticeError
from cordee.notices.reading import NoticeFile, canonical

type Held = Callable[[list[str]], set[str]]
"""Which of these identifiers in the source we hold already, so that they are not asked again."""


@dataclass(frozen=True, slots=True)
class Page:
    """`resume`: what to give back to go on after this page, once its documents are kept.

    `seen`: validators of what this page rests on (ETag, checksum), for the next run. `finished`:
    the day of publication that ends with this page, where one does. `announced`: how many records
    the source says it has of what ends with this page. `held`: those of them not fetched again.
    """

    label: str
    documents: tuple[NoticeFile | NoticeError, ...]
    resume: Mapping[str, Any]
    seen: Mapping[str, Any] = field(default_factory=dict)
    finished: date | None = None
    announced: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class HarvestRequest:
    """What a run wants: days of publication, both included, and what an earlier run left.

    `resume` and `seen` are JSON, maybe empty: then everything is read from `since`.
    """

    since: date
    until: date
    resume: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def first(self) -> date:
        """The day to begin with.

        Where it stopped, for a run of the same day that was interrupted; else `since`, or earlier
        where the interrupted run was catching up, so that no day is lost.
        """
        try:
            stopped = date.fromisoformat(str(self.resume.get("day", "")))
            began = date.fromisoformat(str(self.resume.get("since", "")))
        except ValueError:
            return self.since
        if self.resume.get("until") == self.until.isoformat() and began <= self.since:
            return stopped
        return min(stopped, self.since)

    def at(self, day: date, **more: Any) -> dict[str, Any]:
        """The `resume` of a page of that day."""
        return {
            "since": min(self.since, self.first).isoformat(),
            "until": self.until.isoformat(),
            "day": day.isoformat(),
            **more,
        }

    def after(self, day: date) -> dict[str, Any]:
        """The `resume` once that day is finished."""
        return self.at(day + timedelta(days=1))


class Source(Protocol):
    """One live source. Knows addresses and shapes, nothing of the database."""

    def pages(self, client: Client, asked: HarvestRequest, held: Held) -> Iterator[Page]:
        """Everything published on these days, oldest first. Raises `SourceDown`."""
        ...


def document(record: Any, place: str) -> NoticeFile | NoticeError:
    """One record as a document, or what to say where its letters are broken."""
    try:
        content = canonical(record)
        content.decode()
    except RecursionError:
        return NoticeError(
            place,
            "Cet enregistrement a trop de niveaux imbriqués.",
            "Rien à faire : ce n’est pas un avis.",
        )
    except UnicodeDecodeError:
        return NoticeError(
            place,
            "Des caractères de cet avis ne sont pas de l’UTF-8.",
            "Rien à faire : Cordée le demandera de nouveau ces prochains jours.",
        )
    return NoticeFile(place, content)


def days(since: date, until: date) -> Iterator[date]:
    """Every day, both included."""
    for number in range((until - since).days + 1):
        yield since + timedelta(days=number)
