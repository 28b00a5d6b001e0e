"""What is left of the means of a party once its share of the table is done."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from cordee.agreement.facts import PartyFacts
from cordee.agreement.limits import own_cfte, receipts_of, span_of
from cordee.agreement.model import Cell
from cordee.agreement.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingMeans:
    """The least that is left: under the ceiling in an accounting year, of crews in a month.

    Below 0 where the share is too large, `None` where nobody told. `is_capped`: whether receipts
    are under a ceiling at all. `first_month` of the year, `month` of the crews.
    """

    is_capped: bool
    cents: int | None = None
    first_month: int | None = None
    cfte: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRoom:
    """One accounting year of one chantier: cents that it may still take, and those of the share.

    `headroom_cents` is `None` where nobody told.
    """

    chantier: int
    first_month: int
    months: int
    headroom_cents: int | None
    taken_cents: int

    @property
    def left_cents(self) -> int | None:
        return None if self.headroom_cents is None else self.headroom_cents - self.taken_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRoom:
    """The crews of one chantier in one month: cFTE that are free, and those of the share."""

    chantier: int
    month: int
    free_cfte: int
    taken_cfte: int

    @property
    def left_cfte(self) -> int:
        return self.free_cfte - self.taken_cfte


def remaining_means(terms: Terms, party: str, facts: PartyFacts) -> RemainingMeans:
    """The tightest of its chantiers, of their years and of the months in which they work.

    Source: RULE-10, counted as `checks` does.
    """
    cells = cells_by_chantier(terms, party, facts)
    years = years_of(terms, cells, facts)
    money = [(y.left_cents, y.first_month) for y in years if y.left_cents is not None]
    work = [(each.left_cfte, each.month) for each in months_of(terms, cells, facts)]
    cents, first_month = min(money, default=(None, None))
    cfte, month = min(work, default=(None, None))
    return RemainingMeans(
        is_capped=any(means.is_capped for means in facts.means.values()),
        cents=cents,
        first_month=first_month,
        cfte=cfte,
        month=month,
    )


def cells_by_chantier(terms: Terms, party: str, facts: PartyFacts) -> dict[int, list[Cell]]:
    """Its cells, by the chantier that does them: its usual one where none is said."""
    found: dict[int, list[Cell]] = {chantier: [] for chantier in facts.means}
    usual = next(iter(facts.means), None)
    for cell in terms.cells_of(party):
        chantier = usual if cell.chantier is None else cell.chantier
        if chantier in found:
            found[chantier].append(cell)
    return found


def years_of(terms: Terms, cells: Mapping[int, list[Cell]], facts: PartyFacts) -> list[YearRoom]:
    """Every accounting year that has a ceiling."""
    return [
        YearRoom(
            chantier=chantier,
            first_month=year.first_month,
            months=year.months,
            headroom_cents=year.headroom_cents,
            taken_cents=receipts_of(terms, of_it, year),
        )
        for chantier, of_it in cells.items()
        if facts.means[chantier].is_capped
        for year in facts.means[chantier].years
    ]


def months_of(terms: Terms, cells: Mapping[int, list[Cell]], facts: PartyFacts) -> list[MonthRoom]:
    """Every month of the work whose crews are known."""
    found = []
    for chantier, of_it in cells.items():
        free = facts.means[chantier].cfte_by_month
        for month, cfte in _busy(terms, of_it).items():
            if free is not None and month in free:
                found.append(
                    MonthRoom(
                        chantier=chantier, month=month, free_cfte=free[month], taken_cfte=cfte
                    )
                )
    return found


def _busy(terms: Terms, cells: list[Cell]) -> dict[int, int]:
    busy: dict[int, int] = defaultdict(int)
    for line in terms.lines:
        for month in range(line.first_month, line.end_month):
            busy[month] += 0
    for cell in cells:
        first, end = span_of(cell, terms.line(cell.line))
        for month in range(first, end):
            busy[month] += own_cfte(terms, cell)
    return busy
