"""The means of each party against what it takes: crews, ceiling, months."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from cordee.agreement.breaks import Break, Code, Unit, fte
from cordee.agreement.facts import Means, PartyFacts, Year
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


def beyond_means(terms: Terms, facts: Mapping[str, PartyFacts]) -> Iterator[Break]:
    """What does not fit in the crews, the ceiling or the months of each party, where known."""
    for party in terms.parties:
        known = facts.get(party.key)
        if known is None or not party.role.has_share:
            continue
        by_chantier: dict[int, list[Cell]] = defaultdict(list)
        usual = next(iter(known.means), None)
        for cell in terms.cells_of(party.key):
            chantier = usual if cell.chantier is None else cell.chantier
            if chantier is not None:
                by_chantier[chantier].append(cell)
        for chantier, cells in by_chantier.items():
            means = known.means.get(chantier)
            if means is not None:
                yield from _capacity(terms, party, known.name, cells, means)
                yield from _ceiling(terms, party, known.name, cells, means)
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


def _capacity(
    terms: Terms, party: Party, name: str, cells: list[Cell], means: Means
) -> Iterator[Break]:
    if means.cfte_by_month is None:
        return
    busy: dict[int, int] = defaultdict(int)
    for cell in cells:
        first, end = span_of(cell, terms.line(cell.line))
        for month in range(first, end):
            busy[month] += own_cfte(terms, cell)
    over = {
        month: cfte - means.cfte_by_month[month]
        for month, cfte in busy.items()
        if month in means.cfte_by_month and cfte > means.cfte_by_month[month]
    }
    if over:
        month = max(over, key=lambda each: (over[each], -each))
        yield Break(
            Code.CAPACITY,
            f"{name} : {fte(over[month])} de trop en {month % 12 + 1:02d}/{month // 12}.",
            party=party.key,
            by=over[month],
            unit=Unit.CFTE,
            month=month,
        )


def _ceiling(
    terms: Terms, party: Party, name: str, cells: list[Cell], means: Means
) -> Iterator[Break]:
    if not means.is_capped:
        return
    for year in means.years:
        if year.headroom_cents is None:
            continue
        over = receipts_of(terms, cells, year) - year.headroom_cents
        if over > 0:
            yield Break(
                Code.CEILING,
                f"{name} : {euros(over)} au-dessus du plafond de recettes pour l’exercice qui "
                f"commence en {year.first_month % 12 + 1:02d}/{year.first_month // 12}.",
                party=party.key,
                by=over,
                unit=Unit.CENTS,
                month=year.first_month,
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
