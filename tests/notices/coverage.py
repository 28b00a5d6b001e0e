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


def _has_siret(notice: Notice) -> bool:
    return any(winner.siret for award in notice.awards for winner in award.winners)


_CHECKS: Mapping[str, tuple[str, Callable[[Notice], bool]]] = {
    "title": ("titre", lambda notice: notice.title is not None),
    "buyer": ("acheteur", lambda notice: notice.buyer is not None),
    "place": ("lieu", _is_located),
    "cpv": ("CPV", lambda notice: any((notice.cpv.main, *(lot.cpv.main for lot in notice.lots)))),
    "deadline": ("date limite", lambda notice: notice.deadline is not None),
    "lots": ("lots", lambda notice: bool(notice.lots)),
    "reservation": ("réservation", lambda notice: notice.reserved is not None),
    "awards": ("décision", lambda notice: bool(notice.awards)),
    "winners": ("titulaire", lambda notice: any(award.winners for award in notice.awards)),
    "siret": ("SIRET", _has_siret),
    "price": ("prix", lambda notice: any(award.amount for award in notice.awards)),
}
FIELDS = tuple(_CHECKS)

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """By format and kind: how many notices were read and how many carried each field; errors."""

    read: Mapping[Row, int]
    carried: Mapping[Row, Mapping[str, int]]
    errors: tuple[NoticeError, ...]

    @property
    def by_format(self) -> Mapping[str, int]:
        """How many notices were read, by format alone."""
        found: Counter[str] = Counter()
        for (form, _), count in self.read.items():
            found[form] += count
        return found

    def to_text(self) -> str:
        """A French table for the terminal, one line a format and kind, then one line an error."""
        rows = [["format", "nature", "avis", *(label for label, _ in _CHECKS.values())]]
        for row in sorted(self.read):
            counts = [str(self.carried[row][field]) for field in FIELDS]
            rows.append([*row, str(self.read[row]), *counts])
        totals = [str(sum(self.carried[row][field] for row in self.read)) for field in FIELDS]
        rows.append(["total", "", str(sum(self.read.values())), *totals])
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if column < 2 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        lines.append(f"Illisibles : {len(self.errors)}")
        return "\n".join([*lines, *(f"  {error}" for error in self.errors)])


def coverage(notices: Iterable[Notice | NoticeError]) -> CoverageReport:
    """Count, by format and kind, what the notices carried; errors are kept in order."""
    read: Counter[Row] = Counter()
    carried: dict[Row, Counter[str]] = {}
    errors: list[NoticeError] = []
    for item in notices:
        if isinstance(item, NoticeError):
            errors.append(item)
            continue
        row = (item.format.value, item.kind.value)
        read[row] += 1
        counts = carried.setdefault(row, Counter())
        counts.update(field for field, (_, check) in _CHECKS.items() if check(item))
    return CoverageReport(dict(read), carried, tuple(errors))
