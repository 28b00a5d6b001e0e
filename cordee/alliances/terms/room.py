"""What is left of the means of a party once its share of the table is done."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from cordee.alliances.terms.checks import own_cents, own_cfte, span_of
from cordee.alliances.terms.facts import Means, PartyFacts
from cordee.alliances.terms.model import Cell, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The least that is left: under the ceiling in an accounting year, of crews in a month.

    Below 0 where the share is too large, `None` where nobody told. `is_capped`: whether receipts
    are under a ceiling at all. `first_month` of the year, `month` of the crews.
    """

    is_capped: bool
    cents: int | None = None
    first_month: int | None = None
    cfte: int | None = None
    month: int | None = None


def room_of(terms: Terms, party: str, facts: PartyFacts) -> Room:
    """The tightest of its chantiers, of their years and of the months in which they work.

    Source: RULE-10, counted as `checks` does.
    """
    by_chantier: dict[int, list[Cell]] = {chantier: [] for chantier in facts.means}
    usual = next(iter(facts.means), None)
    for cell in terms.cells_of(party):
        chantier = usual if cell.chantier is None else cell.chantier
        if chantier in by_chantier:
            by_chantier[chantier].append(cell)
    money: list[tuple[int, int]] = []
    work: list[tuple[int, int]] = []
    for chantier, cells in by_chantier.items():
        money += _money(terms, cells, facts.means[chantier])
        work += _work(terms, cells, facts.means[chantier])
    cents, first_month = min(money, default=(None, None))
    cfte, month = min(work, default=(None, None))
    return Room(
        is_capped=any(means.is_capped for means in facts.means.values()),
        cents=cents,
        first_month=first_month,
        cfte=cfte,
        month=month,
    )


def _money(terms: Terms, cells: list[Cell], means: Means) -> Iterator[tuple[int, int]]:
    if not means.is_capped:
        return
    for year in means.years:
        if year.headroom_cents is None:
            continue
        receipts = Fraction(0)
        for cell in cells:
            first, end = span_of(cell, terms.line(cell.line))
            inside = min(end, year.first_month + year.months) - max(first, year.first_month)
            if inside > 0:
                receipts += Fraction(own_cents(terms, cell) * inside, end - first)
        yield year.headroom_cents + (-receipts // 1), year.first_month


def _work(terms: Terms, cells: list[Cell], means: Means) -> Iterator[tuple[int, int]]:
    if means.cfte_by_month is None:
        return
    busy: dict[int, int] = defaultdict(int)
    for line in terms.lines:
        for month in range(line.first_month, line.end_month):
            busy[month] += 0
    for cell in cells:
        first, end = span_of(cell, terms.line(cell.line))
        for month in range(first, end):
            busy[month] += own_cfte(terms, cell)
    for month, cfte in busy.items():
        if month in means.cfte_by_month:
            yield means.cfte_by_month[month] - cfte, month
