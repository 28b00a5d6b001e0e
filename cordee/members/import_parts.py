"""What the pages of an import read: how far it is, and what its batches left, a page at a time or
all of it as a stream.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from cordee.base.queue import Turn
from cordee.base.ui import french
from cordee.members.import_report import (
    ImportReport,
    LineOutcome,
    Outcome,
    read_line_json,
    read_remark_json,
)
from cordee.members.models import StructureImport
from cordee.members.structure_list import Remark, Severity

CHANGES_FIRST = (Outcome.UPDATED, Outcome.CREATED, Outcome.KEPT, Outcome.UNCHANGED)
# A worker that is there moves a list several times a second.
STALLED_AFTER = timedelta(seconds=15)
LATE_AFTER = timedelta(minutes=1)
# Fewer lines, or fewer seconds, tell nothing of those to come.
ENOUGH_LINES, ENOUGH_TIME = 300, timedelta(seconds=5)


def lines_of(run: StructureImport, outcome: Outcome | None = None) -> Iterator[LineOutcome]:
    """The lines of one outcome, or all of them, in the order of the file."""
    for lines in run.parts.values_list("lines", flat=True).iterator(chunk_size=20):
        for line in map(read_line_json, lines):
            if outcome is None or line.outcome is outcome:
                yield line


def remarks_of(run: StructureImport, severity: Severity | None = None) -> Iterator[Remark]:
    """Every remark, or those of one severity, in the order of the file."""
    parts = run.parts.all()
    if severity is not None:
        key = f"lines:{severity}"
        parts = parts.filter(
            pk__in=[pk for pk, counts in run.parts.values_list("pk", "counts") if key in counts]
        )
    for remarks in parts.values_list("remarks", flat=True).iterator(chunk_size=20):
        for remark in map(read_remark_json, remarks):
            if severity is None or remark.severity is severity:
                yield remark


def whole_report(run: StructureImport) -> ImportReport:
    """All that is kept of an import, in memory."""
    counts = Counter(run.counts)
    return ImportReport(run.source, counts, tuple(remarks_of(run)), tuple(lines_of(run)))


def short_report(run: StructureImport, most_remarks: int) -> ImportReport:
    """The counts, and the first remarks, rejections before doubts: what one page can show."""
    counts = Counter(run.counts)
    shown = [s for s in Severity if s is not Severity.COUNTED and counts[f"lines:{s}"]]
    found = chain.from_iterable(remarks_of(run, severity) for severity in shown)
    listed = ImportReport(run.source, counts).listed_remarks
    return ImportReport(run.source, counts, tuple(islice(found, min(most_remarks, listed))))


class StoredLines:
    """The lines of one outcome, or all, for a Paginator: only the parts of a page are read.

    All of them: those that change first.
    """

    def __init__(self, run: StructureImport, outcome: Outcome | None) -> None:
        self._run, self._outcome = run, outcome

    def __len__(self) -> int:
        return self._how_many(self._run.counts)

    def __getitem__(self, asked: slice) -> list[LineOutcome]:
        start, stop, _ = asked.indices(len(self))
        if self._outcome is None:
            return self._in_order(start, stop)
        found: list[LineOutcome] = []
        before = skipped = 0
        wanted = []
        for pk, counts in self._run.parts.values_list("pk", "counts"):
            here = self._how_many(counts)
            if before + here > start and before < stop:
                skipped = skipped if wanted else before
                wanted.append(pk)
            before += here
        for lines in self._run.parts.filter(pk__in=wanted).values_list("lines", flat=True):
            found += [line for line in map(read_line_json, lines) if line.outcome is self._outcome]
        return found[start - skipped : stop - skipped]

    def _in_order(self, start: int, stop: int) -> list[LineOutcome]:
        found: list[LineOutcome] = []
        for outcome in CHANGES_FIRST:
            lines = StoredLines(self._run, outcome)
            if start < min(stop, len(lines)):
                found += lines[start : min(stop, len(lines))]
            start, stop = max(start - len(lines), 0), max(stop - len(lines), 0)
        return found

    def _how_many(self, counts: dict[str, int]) -> int:
        wanted = Outcome if self._outcome is None else [self._outcome]
        return sum(counts.get(outcome.name, 0) for outcome in wanted)


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner: its kind, its title, one or two sentences."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`title` heads the section; `text` is its turn or the time left; `counts`, (what, lines)."""

    title: str
    text: str
    counts: Sequence[tuple[str, int]]
    notice: Banner | None
    is_import: bool

    @property
    def announcement(self) -> str:
        """What is read aloud: it changes when something happened, not with each line."""
        if self.notice:
            return self.notice.title
        return "Import en cours." if self.is_import else "Lecture en cours."


def progress_of(run: StructureImport, turn: Turn | None, now: datetime) -> Progress:
    """How far a list is that is not over; `turn`, where it stands in the queue, if it does."""
    is_import = run.state == StructureImport.State.IMPORTING
    notice = _notice(run, turn, now)
    title, text = "En attente de son tour", ""
    if run.total:
        title = f"{french.number(run.position)} lignes sur {french.number(run.total)}"
        text = _time_left(run) if notice is None else ""
    elif turn is not None and not turn.is_waiting:
        title = "Nous ouvrons votre liste"
    if turn is not None and turn.is_waiting and notice is None:
        text = _turn_text(turn.before)
    return Progress(title, text, _counts(run) if is_import else (), notice, is_import)


def _notice(run: StructureImport, turn: Turn | None, now: datetime) -> Banner | None:
    """What does not go as it should."""
    is_import = run.state == StructureImport.State.IMPORTING
    if run.trouble:
        call = " Si cela dure, prévenez qui héberge Cordée." if is_import else ""
        kept = "Ce qui est compté est gardé. La suite reprend d’elle-même, ligne pour ligne."
        return Banner("vigilance", run.trouble, kept + call)
    waited = now - (run.moved_at or run.at)
    is_served = turn is None or turn.is_served
    if turn is not None and turn.is_waiting:
        return None if is_served else _not_served(run)
    if waited <= STALLED_AFTER or (waited <= LATE_AFTER and not run.position):
        return None
    if waited <= LATE_AFTER:
        return Banner(
            "inconnu",
            "L’import s’est arrêté" if is_import else "La lecture s’est arrêtée",
            f"{'Il reprend tout seul' if is_import else 'Elle reprend toute seule'} dans la "
            "minute. Rien n’est perdu.",
        )
    if not is_served:
        return _not_served(run)
    return Banner(
        "vigilance",
        "Rien n’avance depuis une minute",
        "Ce qui est compté est gardé. Si cela dure, prévenez qui s’occupe de Cordée chez vous.",
    )


def _not_served(run: StructureImport) -> Banner:
    goes_on = "elle reprend seule là où elle en est" if run.position else "elle part seule"
    return Banner(
        "vigilance",
        "Personne ne prend les listes pour l’instant",
        f"La vôtre est gardée\u00a0: {goes_on} dès que le service des imports reprend. "
        "Dites-le à qui s’occupe de Cordée chez vous.",
    )


def _turn_text(before: int) -> str:
    if not before:
        return "C’est bientôt votre tour."
    return f"{french.count(before, 'liste passe', 'listes passent')} avant la vôtre."


def _time_left(run: StructureImport) -> str:
    """From the lines done since it began; nothing where it was taken up, or too few are done."""
    if run.began_at is None or run.moved_at is None or run.total is None:
        return ""
    spent = run.moved_at - run.began_at
    if run.position < ENOUGH_LINES or spent < ENOUGH_TIME:
        return ""
    left_s = spent.total_seconds() * (run.total - run.position) / run.position
    if left_s < 60:
        return "Encore moins d’une minute."
    minutes = round(left_s / 60)
    if minutes < 90:
        return f"Encore {french.count(minutes, 'minute')} environ."
    return f"Encore {french.count(round(minutes / 60), 'heure')} environ."


def _counts(run: StructureImport) -> list[tuple[str, int]]:
    """What became of the lines so far, where there is any."""
    report = ImportReport(run.source, Counter(run.counts))
    counts = (
        ("Structures créées", report.created),
        ("Structures modifiées", report.updated),
        ("Structures inchangées", report.unchanged),
        ("Fiches laissées à leur structure", report.kept_as_is),
        ("Lignes rejetées", report.rejected),
    )
    return [(what, n) for what, n in counts if n]
