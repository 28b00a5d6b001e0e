"""What an import of notices, or one reading of a live source, did, in words."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from cordee.base.ui import french
from cordee.base.web.client import Trace
from cordee.base.web.transport import SourceDown
from cordee.notices.notice import Notice, NoticeError
from cordee.opportunities.models import Opportunity
from cordee.opportunities.sources.shape import ShapeCheck

MOST_NAMES = 12
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


@dataclass(slots=True)
class SyncReport:
    """`new`: kept for the first time, or written over. `known`: there already, unchanged.

    `down`: why the reading stopped before its end. `put_off`: when the next try is due, where
    there was none this time. `is_taken`: another process reads this source. `announced`,
    `received`, `held`: records that the source has, that came, that were not asked again.
    `coverage`: how many of the `notices` kept have each thing that counts. `seen`: what the records
    looked like, where that is told.
    """

    name: str
    new: int = 0
    known: int = 0
    rejected: list[NoticeError] = field(default_factory=list)
    read_until: date | None = None
    failing_since: datetime | None = None
    next_try: datetime | None = None
    moved_to: str = ""
    setting: str = ""
    down: SourceDown | None = None
    put_off: bool = False
    is_taken: bool = False
    announced: int = 0
    received: int = 0
    held: int = 0
    notices: int = 0
    coverage: dict[str, int] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)
    seen: ShapeCheck | None = None

    @property
    def was_read(self) -> bool:
        return not (self.down or self.put_off or self.is_taken)

    def as_text(self, on: date) -> str:
        lines = [f"{self.name}\u00a0: {self._outcome(on)}"]
        if self.moved_to:
            lines.append(f"  La source a déménagé\u00a0: {self.moved_to}")
            lines.append(f"  Écrivez cette adresse dans {self.setting}.")
        if self.rejected:
            lines.append(f"  {french.count(len(self.rejected), 'refusé')}\u00a0:")
            lines += [f"  - {error}" for error in self.rejected]
        if self.seen is not None and self.trace.first:
            lines += [f"  {line}" for line in operator_lines(self, self.seen)]
        return "\n".join(lines)

    def _outcome(self, on: date) -> str:
        if self.is_taken:
            return "déjà en cours de lecture ailleurs."
        if self.put_off:
            return f"en échec, pas d’essai avant le {_moment(self.next_try, on)}."
        counts = (
            f"{french.count(self.new, 'nouveauté')}, "
            f"{french.count(self.known, 'déjà connue', 'déjà connues')}"
        )
        if self.down is None:
            until = french.day(self.read_until, on) if self.read_until else "aujourd’hui"
            return f"{counts}, lu jusqu’au {until}."
        return (
            f"en échec depuis le {_moment(self.failing_since, on)}. {self.down.reason} "
            f"{self.down.cure} Ce qui a été reçu reste ({counts}). "
            f"Prochain essai le {_moment(self.next_try, on)}."
        )


def _moment(at: datetime | None, on: date) -> str:
    return french.moment(at, on) if at else "prochain passage"


def operator_lines(report: SyncReport, seen: ShapeCheck) -> list[str]:
    """What an operator looks at the first time that a source answers, and what to do then."""
    statuses = sorted(report.trace.statuses.items())
    answers = ", ".join(f"{status} ({french.number(count)} fois)" for status, count in statuses)
    announced = french.number(report.announced) if report.announced else "la source ne le dit pas"
    rejected = french.number(len(report.rejected))
    lines = [
        "À regarder la première fois\u00a0:",
        f"- demandé d’abord\u00a0: {report.trace.first}",
        f"- réponses HTTP\u00a0: {answers or 'aucune'}",
        f"- annoncés\u00a0: {announced}\u202f; "
        f"reçus\u00a0: {french.number(report.received)}\u202f; "
        f"déjà là, non redemandés\u00a0: {french.number(report.held)}",
        f"- gardés\u00a0: {french.number(report.new)}\u202f; déjà connus\u00a0: "
        f"{french.number(report.known)}\u202f; refusés\u00a0: {rejected}",
        f"- publication la plus récente\u00a0: {seen.newest or 'inconnue'}",
    ]
    if report.notices:
        shares = (
            f"{name} {french.percent(count / report.notices, 0)}"
            for name, count in report.coverage.items()
        )
        lines.append(f"- ce que portent les avis gardés\u00a0: {', '.join(shares)}")
    if seen.absent:
        lines.append(f"- champs attendus, absents\u00a0: {_counted(seen.absent, seen.records)}")
    if seen.new:
        lines.append(f"- champs jamais vus\u00a0: {_counted(seen.new, seen.records)}")
    if seen.records and not seen.absent and not seen.new:
        lines.append("- forme\u00a0: celle attendue")
    return [*lines, *(f"> {cure}" for cure in _to_do(report, seen))]


def _counted(names: Counter[str], records: int) -> str:
    shown = [f"{name} ({count} sur {records})" for name, count in names.most_common(MOST_NAMES)]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f", et {more} autres" if more else "")


def _to_do(report: SyncReport, seen: ShapeCheck) -> list[str]:
    """One sentence for each thing that does not look as supposed; else what comes next."""
    cures = []
    if report.down is not None:
        cures.append(f"La lecture n’est pas finie\u00a0: {report.down.cure}")
    elif not report.received and not report.held:
        cures.append("Rien n’est venu. Essayez des jours plus anciens avec --since.")
    elif report.announced > report.received + report.held:
        cures.append("La source annonce plus qu’elle n’a donné. Relisez ces jours avec --since.")
    if len(report.rejected) * 10 > report.received:
        cures.append("Plus d’un sur dix est refusé. Lisez les raisons ci-dessus, et signalez-les.")
    if seen.absent or seen.new:
        cures.append(
            "La forme n’est pas tout à fait celle attendue. Ce qui est gardé l’est tel que reçu. "
            "Joignez ce rapport à une anomalie\u00a0: les lecteurs seront mis à jour."
        )
    return cures or [
        "Tout se lit. Ouvrez trois avis dans Cordée et comparez-les à leur source, puis programmez "
        "la lecture (docs/hosting.md)."
    ]
