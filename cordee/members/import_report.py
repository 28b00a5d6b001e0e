"""What an import did and what it found, in words and as rows for a spreadsheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cordee.base import tables
from cordee.base.ui import french
from cordee.members.structure_list import FIELD_LABELS, REMARKS, Remark, Severity

REPORT_COLUMNS = (
    tables.Column("ligne", lambda remark: remark.line),
    tables.Column("gravité", lambda remark: remark.severity.value),
    tables.Column("champ", lambda remark: remark.field_label),
    tables.Column("valeur", lambda remark: remark.value),
    tables.Column("raison", lambda remark: remark.reason),
    tables.Column("remède", lambda remark: remark.cure),
)

# What a terminal shows of each sort of remark; the whole of it is in the CSV.
MOST_OF_A_SORT = 20


class Outcome(StrEnum):
    """What a list does of one line that can be kept."""

    CREATED = "créée"
    UPDATED = "modifiée"
    UNCHANGED = "inchangée"
    KEPT = "laissée à sa structure"

    @property
    def announced(self) -> str:
        """The same before anything is written."""
        return {"CREATED": "à créer", "UPDATED": "à modifier"}.get(self.name, self.value)


# What the fields of a structure are called in a comparison.
FIELD_WORDS = FIELD_LABELS | {
    "commune_id": "commune (code INSEE)",
    "department_id": "département",
    "latitude": "latitude",
    "longitude": "longitude",
    "doubts": "doutes relevés",
}


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One line: what becomes of its structure, and each field that differs (before, after).

    For a structure left to its people, what the list would have changed.
    """

    line: int
    outcome: Outcome
    siret: str
    kind: str
    name: str
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def listed_changes(self) -> list[tuple[str, str, str]]:
        return [(FIELD_WORDS.get(field, field), old, new) for field, old, new in self.changes]


LINE_COLUMNS = (
    tables.Column("ligne", lambda row: row[0].line),
    tables.Column("devenir", lambda row: row[4]),
    tables.Column("siret", lambda row: row[0].siret),
    tables.Column("sorte", lambda row: row[0].kind),
    tables.Column("nom", lambda row: row[0].name),
    tables.Column("champ", lambda row: row[1]),
    tables.Column("avant", lambda row: row[2]),
    tables.Column("après", lambda row: row[3]),
)


def line_rows(
    lines: Iterable[LineOutcome], *, is_written: bool
) -> Iterator[tuple[LineOutcome, str, str, str, str]]:
    """One row for each field that differs, one for a line without any; its outcome comes last."""
    for line in lines:
        for field, old, new in line.listed_changes or [("", "", "")]:
            outcome = line.outcome.value if is_written else line.outcome.announced
            yield line, field, old, new, outcome


def counts_of(read: int, lines: Sequence[LineOutcome], remarks: Iterable[Remark]) -> Counter[str]:
    """What can be counted of some lines; the counts of two batches add up."""
    remarks = list(remarks)
    counts = Counter({"read": read})
    counts.update(line.outcome.name for line in lines)
    counts.update(
        f"erased:{field}"
        for line in lines
        if line.outcome is Outcome.UPDATED
        for field, before, after in line.changes
        if before and not after and field != "doubts"
    )
    # In one order, so that the same list leaves the same rows.
    concerned = sorted({(r.line, r.severity) for r in remarks})
    counts.update(f"lines:{severity}" for _, severity in concerned)
    counts.update(f"remarks:{r.severity}:{r.subject}" for r in remarks)
    return counts


def _counted(key: str) -> property:
    """How many there are under one key of `counts`."""
    return property(lambda report: report.counts[key])


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts of lines; every remark in the order of the file, and what becomes of each line."""

    source: str
    counts: Counter[str]
    remarks: Sequence[Remark] = ()
    lines: Sequence[LineOutcome] = ()

    read = _counted("read")
    created = _counted(Outcome.CREATED.name)
    updated = _counted(Outcome.UPDATED.name)
    unchanged = _counted(Outcome.UNCHANGED.name)
    kept_as_is = _counted(Outcome.KEPT.name)
    # Addresses of directors that the list gives.
    contacts = _counted("contacts")
    rejected = _counted(f"lines:{Severity.REJECTED}")
    doubtful = _counted(f"lines:{Severity.DOUBTFUL}")

    @property
    def listed_remarks(self) -> int:
        """How many remarks there are to read, one by one."""
        counted = f"remarks:{Severity.COUNTED}:"
        return sum(
            n
            for key, n in self.counts.items()
            if key.startswith("remarks:") and not key.startswith(counted)
        )

    @property
    def erased(self) -> list[tuple[str, int]]:
        """(what, of how many structures) the list takes away, the most first."""
        fields = Counter(
            {
                FIELD_WORDS[key.partition(":")[2]]: n
                for key, n in self.counts.items()
                if key.startswith("erased:")
            }
        )
        return fields.most_common()

    @property
    def announced_title(self) -> str:
        """What the list would do, as an answer."""
        return self._title(("à créer", "à créer"), ("à modifier", "à modifier"), "à effacer")

    @property
    def title(self) -> str:
        """What the list has done, as an answer."""
        return self._title(("créée", "créées"), ("modifiée", "modifiées"), "effacées")

    def _title(self, created: tuple[str, str], updated: tuple[str, str], erased: str) -> str:
        parts: list[str] = []
        for n, (one, several) in ((self.created, created), (self.updated, updated)):
            if n:
                nouns = ("", "") if parts else ("structure ", "structures ")
                parts.append(french.count(n, nouns[0] + one, nouns[1] + several))
        if not parts:
            parts.append("Aucune structure ne change")
        if n := sum(n for _, n in self.erased):
            singular = erased.removesuffix("s")
            parts.append(french.count(n, f"valeur {singular}", f"valeurs {erased}"))
        if self.rejected:
            parts.append(french.count(self.rejected, "ligne rejetée", "lignes rejetées"))
        return ", ".join(parts)

    @property
    def rejections(self) -> list[Remark]:
        return [r for r in self.remarks if r.severity is Severity.REJECTED]

    @property
    def other_remarks(self) -> list[Remark]:
        """Those to read one by one, rejections apart."""
        apart = (Severity.REJECTED, Severity.COUNTED)
        return [r for r in self.remarks if r.severity not in apart]

    def about(self, subject: str) -> tuple[Remark, ...]:
        return tuple(r for r in self.remarks if r.subject == subject)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """(what, number of lines) for each sort of remark, rejections first."""
        order = [str(severity) for severity in Severity]
        found = [
            (order.index(severity), subject, n)
            for key, n in self.counts.items()
            if key.startswith("remarks:")
            for _, severity, subject in [key.split(":")]
        ]
        return [
            (f"{REMARKS[subject]['group']} ({order[rank]})", n)
            for rank, subject, n in sorted(found, key=lambda each: (each[0], -each[2], each[1]))
        ]

    def _summary(self, *, is_written: bool) -> str:
        states = (
            (self.created, "créée", "ser"),
            (self.updated, "modifiée", "ser"),
            (self.unchanged, "inchangée", "rester"),
            (self.kept_as_is, "laissée à sa structure", "ser"),
            (self.rejected, "rejetée", "ser"),
        )
        counts = ", ".join(
            _count(n, word, "" if is_written else would) for n, word, would in states
        )
        one, several = ("est", "sont") if is_written else ("serait", "seraient")
        doubtful = french.count(
            self.doubtful,
            f"ligne {one} gardée avec un doute",
            f"lignes {several} gardées avec un doute",
        )
        return f"{french.count(self.read, 'ligne lue', 'lignes lues')} : {counts}. {doubtful}."

    def as_text(self, *, is_written: bool) -> str:
        """Rejections first, the first remarks of each sort, the summary last."""
        sorts: dict[tuple[Severity, str], list[Remark]] = {}
        for remark in [*self.rejections, *self.other_remarks]:
            sorts.setdefault((remark.severity, remark.subject), []).append(remark)
        lines: list[str] = []
        for remarks in sorts.values():
            lines += [
                f"ligne {r.line}, {r.severity}, {r.field_label} «\u00a0{r.value}\u00a0»\u00a0: "
                f"{r.reason} {r.cure}"
                for r in remarks[:MOST_OF_A_SORT]
            ]
            if (more := len(remarks) - MOST_OF_A_SORT) > 0:
                lines.append(f"… et {french.count(more, 'autre')}")
            lines.append("")
        lines += [f"{self.source} : {self._summary(is_written=is_written)}", ""]
        erases = "efface" if is_written else "effacerait"
        lines += [
            f"  {french.number(count):>6}  {what} : {erases} ce qui était connu"
            for what, count in self.erased
        ]
        lines += [f"  {french.number(count):>6}  {what}" for what, count in self.groups]
        return "\n".join(lines)

    def as_csv(self) -> Iterator[str]:
        """The lines of a CSV file, one remark each."""
        return tables.csv_text(REPORT_COLUMNS, self.remarks)


def line_json(line: LineOutcome) -> list[Any]:
    """A line as it is kept; `read_line_json` reads it again."""
    changes = [list(change) for change in line.changes]
    return [line.line, line.outcome.value, line.siret, line.kind, line.name, changes]


def read_line_json(kept: list[Any]) -> LineOutcome:
    number, outcome, siret, kind, name, changes = kept
    listed = tuple((field, before, after) for field, before, after in changes)
    return LineOutcome(number, Outcome(outcome), siret, kind, name, listed)


def remark_json(r: Remark) -> list[Any]:
    """A remark as it is kept; `read_remark_json` reads it again."""
    return [r.line, r.severity.value, r.subject, r.field, r.value, r.reason, r.cure]


def read_remark_json(kept: list[Any]) -> Remark:
    line, severity, *rest = kept
    return Remark(line, Severity(severity), *rest)


def _count(lines: int, word: str, would: str) -> str:
    """ "3 créées", or before it is done, with the stem of its verb, "3 seraient créées"."""
    first, _, rest = word.partition(" ")
    one, several = word, f"{first}s {rest}".strip()
    if would:
        one, several = f"{would}ait {one}", f"{would}aient {several}"
    return french.count(lines, one, several)
