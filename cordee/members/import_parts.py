"""Reading what the batches of an import left: a page at a time, or all of it as a stream."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from cordee.members.import_report import (
    ImportReport,
    LineOutcome,
    Outcome,
    read_line_json,
    read_remark_json,
)
from cordee.members.models import StructureImport
from cordee.members.structure_list import Remark


def lines_of(run: StructureImport, outcome: Outcome | None = None) -> Iterator[LineOutcome]:
    """The lines of one outcome, or all of them, in the order of the file."""
    for lines in run.parts.values_list("lines", flat=True).iterator(chunk_size=20):
        for line in map(read_line_json, lines):
            if outcome is None or line.outcome is outcome:
                yield line


def remarks_of(run: StructureImport) -> Iterator[Remark]:
    """Every remark, in the order of the file."""
    for remarks in run.parts.values_list("remarks", flat=True).iterator(chunk_size=20):
        yield from map(read_remark_json, remarks)


def whole_report(run: StructureImport) -> ImportReport:
    """All that is kept of an import, in memory."""
    counts = Counter(run.counts)
    return ImportReport(run.source, counts, tuple(remarks_of(run)), tuple(lines_of(run)))


def short_report(run: StructureImport, most_remarks: int) -> ImportReport:
    """The counts, and the first remarks: what a page can show of a list of any length."""
    report = ImportReport(run.source, Counter(run.counts))
    found = islice(remarks_of(run), min(most_remarks, report.told_remarks))
    return ImportReport(run.source, report.counts, tuple(found))


class KeptLines:
    """The lines of one outcome, or all, for a Paginator: only the parts of a page are read."""

    def __init__(self, run: StructureImport, outcome: Outcome | None) -> None:
        self._run, self._outcome = run, outcome

    def __len__(self) -> int:
        return self._how_many(self._run.counts)

    def __getitem__(self, asked: slice) -> list[LineOutcome]:
        start, stop, _ = asked.indices(len(self))
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
            found += [
                line
                for line in map(read_line_json, lines)
                if self._outcome is None or line.outcome is self._outcome
            ]
        return found[start - skipped : stop - skipped]

    def _how_many(self, counts: dict[str, int]) -> int:
        wanted = Outcome if self._outcome is None else [self._outcome]
        return sum(counts.get(outcome.name, 0) for outcome in wanted)
