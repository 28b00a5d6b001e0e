"""Reading what the batches of an import left: a page at a time, or all of it as a stream."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

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
