"""How much of what matters each format gave: a count, to see where reading falls short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cordee.notices.notice import Notice, NoticeError
from cordee.notices.places import departments_of


def _is_located(notice: Notice) -> bool:
    places = (*notice.places, *(place for lot in notice.lots for place in lot.places))
    return any(departments_of(place) for place in places)


_CHECKS: Mapping[str, Callable[[Notice], bool]] = {
    "title": lambda notice: notice.title is not None,
    "buyer": lambda notice: notice.buyer is not None,
    "place": _is_located,
    "cpv": lambda notice: bool(notice.cpv.main or any(lot.cpv.main for lot in notice.lots)),
    "deadline": lambda notice: notice.deadline is not None,
    "lots": lambda notice: bool(notice.lots),
    "reservation": lambda notice: notice.reserved is not None,
}
_LABELS = {
    "title": "titre",
    "buyer": "acheteur",
    "place": "lieu",
    "cpv": "CPV",
    "deadline": "date limite",
    "lots": "lots",
    "reservation": "réservation",
}
FIELDS = tuple(_CHECKS)


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """By format: how many notices were read, and how many carried each field; then the errors."""

    read: Mapping[str, int]
    carried: Mapping[str, Mapping[str, int]]
    errors: tuple[NoticeError, ...]

    def to_text(self) -> str:
        """A French table for the terminal, one line a format, then one line an error."""
        header = ["format", "avis", *(_LABELS[name] for name in FIELDS)]
        rows = [header]
        for name in sorted(self.read):
            counts = [str(self.carried[name][field]) for field in FIELDS]
            rows.append([name, str(self.read[name]), *counts])
        totals = [str(sum(self.carried[name][f] for name in self.read)) for f in FIELDS]
        rows.append(["total", str(sum(self.read.values())), *totals])
        widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
        lines = [
            "  ".join(
                cell.ljust(width) if column == 0 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        lines.append(f"Illisibles : {len(self.errors)}")
        return "\n".join([*lines, *(f"  {error}" for error in self.errors)])


def coverage(notices: Iterable[Notice | NoticeError]) -> CoverageReport:
    """Count, by format, what the notices carried; errors are kept in order."""
    read: Counter[str] = Counter()
    carried: dict[str, Counter[str]] = {}
    errors: list[NoticeError] = []
    for item in notices:
        if isinstance(item, NoticeError):
            errors.append(item)
            continue
        name = item.format.value
        read[name] += 1
        counts = carried.setdefault(name, Counter())
        counts.update(field for field, check in _CHECKS.items() if check(item))
    return CoverageReport(dict(read), carried, tuple(errors))
