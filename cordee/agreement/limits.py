"""The means of each party against what it takes (crews, ceiling, months), and what is left."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cordee.agreement.breaks import Break, Code, PartyFacts, Unit, Year, fte
from cordee.agreement.model import Cell, Line, Party
from cordee.agreement.terms import Terms
from cordee.rules.figures import euros


def own_cents(terms: Terms, cell: Cell) -> int:
    """What a party keeps of one line once those who come for it there are paid."""
    return (cell.cents or 0) - sum(
        terms.cell(other.key, cell.line).cents or 0 for other in terms.behind(cell.party)
    )


def own_cfte(terms: Terms, cell: Cell) -> int:
    """The people a party puts on one line itself; those who come for it there put theirs."""
    behind = sum(terms.cell(other.key, cell.line).cfte or 0 for other in terms.behind(cell.party))
    return max(0, (cell.cfte or 0) - behind)


def own_insertion_hours(terms: Terms, cell: Cell) -> int | None:
    """The same of hours of insertion (RULE-17); None where the party promises no number."""
    if cell.insertion_hours is None:
        return None
    behind = (terms.cell(other.key, cell.line) for other in terms.behind(cell.party))
    return max(0, cell.insertion_hours - sum(other.insertion_hours or 0 for other in behind))


def beyond_means(terms: Terms, facts: Mapping[str, PartyFacts]) -> Iterator[Break]:
    """What does not fit in the crews, the ceiling or the months of each party, where known."""
    for party in terms.parties:
        known = facts.get(party.key)
        if known is None or not party.role.has_share:
            continue
        for chantier, cells in cells_by_chantier(terms, party.key, known).items():
            if cells:
                rooms = months_of(terms, {chantier: cells}, known)
                yield from _capacity(party, known.name, rooms)
                yield from _ceiling(party, known.name, years_of(terms, {chantier: cells}, known))
        yield from _months(terms, party, known.name)


def _months(terms: Terms, party: Party, name: str) -> Iterator[Break]:
    for cell in terms.cells_of(party.key):
        line = terms.line(cell.line)
        first, end = span_of(cell, line)
        if first < line.first_month or end > line.end_month:
            yield Break(
                Code.MONTHS,
                f"{line.label} : les mois de {name} sortent de ceux de la prestation.",
                party=party.key,
                line=line.key,
            )


def _capacity(party: Party, name: str, rooms: Iterable["MonthRoom"]) -> Iterator[Break]:
    over = [each for each in rooms if each.taken_cfte and each.left_cfte < 0]
    if over:
        worst = min(over, key=lambda each: (each.left_cfte, each.month))
        month, by = worst.month, -worst.left_cfte
        yield Break(
            Code.CAPACITY,
            f"{name} : {fte(by)} de trop en {month % 12 + 1:02d}/{month // 12}.",
            party=party.key,
            by=by,
            unit=Unit.CFTE,
            month=month,
        )


def _ceiling(party: Party, name: str, rooms: Iterable["YearRoom"]) -> Iterator[Break]:
    for year in rooms:
        if year.left_cents is not None and year.left_cents < 0:
            by, first = -year.left_cents, year.first_month
            yield Break(
                Code.CEILING,
                f"{name} : {euros(by)} au-dessus du plafond de recettes pour l’exercice qui "
                f"commence en {first % 12 + 1:02d}/{first // 12}.",
                party=party.key,
                by=by,
                unit=Unit.CENTS,
                month=first,
            )


def receipts_of(terms: Terms, cells: list[Cell], year: Year) -> int:
    """Cents that the cells bring in an accounting year, even over the months of each.

    Whole cents, as they are paid: those of years that follow one another add up to the whole
    amount. What is earned until a month is rounded up, and a year is what is between two of these.
    """
    return _earned_before(terms, cells, year.first_month + year.months) - _earned_before(
        terms, cells, year.first_month
    )


def _earned_before(terms: Terms, cells: list[Cell], month: int) -> int:
    earned = Fraction(0)
    for cell in cells:
        first, end = span_of(cell, terms.line(cell.line))
        done = min(end, month) - first
        if done > 0:
            earned += Fraction(own_cents(terms, cell) * done, end - first)
    return math.ceil(earned)


def span_of(cell: Cell, line: Line) -> tuple[int, int]:
    """First month of a cell, and the month after its last one."""
    first, months = line.span(cell)
    return first, first + max(1, months)


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
