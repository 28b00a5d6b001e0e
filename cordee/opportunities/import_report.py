"""What an import of notices did, in words."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from cordee.base.ui import french
from cordee.notices.notice import Notice, NoticeError
from cordee.opportunities.models import Opportunity

# What a report counts as carried by a notice.
COVERED: dict[str, Callable[[Notice], Any]] = {
    "titre": lambda n: n.title,
    "acheteur": lambda n: n.buyer,
    "lieu": lambda n: n.places or any(lot.places for lot in n.lots),
    "CPV": lambda n: n.cpv.codes or any(lot.cpv.codes for lot in n.lots),
    "date limite": lambda n: n.deadline,
    "lots": lambda n: n.lots,
    "réservation": lambda n: n.reserved or any(lot.reserved for lot in n.lots),
}


@dataclass(frozen=True, slots=True)
class ImportedNotice:
    """A notice that is in the base by now, with the opportunity it made (`is_new`) or joined."""

    notice: Notice
    opportunity: Opportunity
    is_new: bool
    has_work: bool


@dataclass(slots=True)
class ImportReport:
    """Counts of documents, notices and contracts (new or changed); `skipped`: already there."""

    documents: int = 0
    notices: int = 0
    skipped: int = 0
    new_opportunities: int = 0
    joined: int = 0
    with_work: int = 0
    contracts: int = 0
    errors: list[NoticeError] = field(default_factory=list)
    coverage: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COVERED, 0))

    def adds(self, one: ImportedNotice) -> None:
        """Count a notice that is kept."""
        self.notices += 1
        self.new_opportunities += one.is_new
        self.joined += not one.is_new
        self.with_work += one.has_work
        for name, carries in COVERED.items():
            self.coverage[name] += bool(carries(one.notice))

    @property
    def summary(self) -> str:
        return (
            f"Avis lus\u00a0: {french.number(self.notices)}, "
            f"dont {french.number(self.with_work)} dans nos métiers. "
            f"Opportunités nouvelles\u00a0: {french.number(self.new_opportunities)}, "
            f"complétées\u00a0: {french.number(self.joined)}. "
            f"Contrats des données essentielles\u00a0: {french.number(self.contracts)}. "
            f"Déjà importés\u00a0: {french.number(self.skipped)}. "
            f"{french.count(len(self.errors), 'document illisible', 'documents illisibles')}."
        )

    def as_text(self) -> str:
        lines = [self.summary]
        if self.notices:
            lines += ["", "Ce que portaient les avis lus\u00a0:"]
            lines += [
                f"  {french.number(count):>7}  {name}  ({french.percent(count / self.notices, 0)})"
                for name, count in self.coverage.items()
            ]
        lines += ["", *_error_lines(self.errors)] if self.errors else []
        return "\n".join(lines)


_NUMBERED = re.compile(r"(?P<file>.*), (?P<what>ligne|avis) (?P<number>\d+)")


def _error_lines(errors: Iterable[NoticeError]) -> Iterator[str]:
    """Each refusal; neighbours in a file that are refused for the same reason share a line."""
    for _, group in groupby(enumerate(errors), key=_neighbours):
        refused = [error for _, error in group]
        place = refused[0].place
        if len(refused) > 1:
            place, what, first = _numbered(refused[0])
            plural = "lignes" if what == "ligne" else what
            place = f"{place}, {plural} {first} à {first + len(refused) - 1}"
        yield f"{place} : {refused[0].reason} {refused[0].cure}"


def _neighbours(counted: tuple[int, NoticeError]) -> tuple[object, ...]:
    """The same for refusals that follow each other line by line, with the same words."""
    index, error = counted
    file, what, number = _numbered(error)
    return (file, what, number - index if what else index, error.reason, error.cure)


def _numbered(error: NoticeError) -> tuple[str, str, int]:
    """(file, "ligne" or "avis", its number), or the place alone."""
    found = _NUMBERED.fullmatch(error.place)
    return (found["file"], found["what"], int(found["number"])) if found else (error.place, "", 0)
