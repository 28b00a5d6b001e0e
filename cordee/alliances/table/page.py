"""What the table shows to one reader, counted from its rows and its terms; views count nothing.

Where a party stands in it: what it accepted, whether its share fits, what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cordee.agreement import PartyRole
from cordee.agreement.breaks import PRIVATE, Break, Code, PartyFacts
from cordee.agreement.checks import breaks
from cordee.agreement.limits import RemainingMeans, remaining_means
from cordee.agreement.model import Cell, Party
from cordee.agreement.terms import Terms
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.problem.means import facts_of
from cordee.alliances.problem.repair_question import table_viewer
from cordee.alliances.requirements import asked_of
from cordee.alliances.state.current import accepted_keys
from cordee.alliances.table.edits import editable
from cordee.alliances.table.measures import (
    EUROS,
    FTE,
    MONTHS,
    Column,
    Measure,
    Total,
    columns_of,
    sums_of,
    total_of,
)
from cordee.base.ui import french, months
from cordee.members.sharing import FigureClass, Viewer


def may_read(found: Break, rows: Mapping[str, AllianceParty], viewer: Viewer) -> bool:
    """A break that tells a figure is read by who may see that figure."""
    if not found.is_private or found.party is None:
        return True
    row = rows.get(found.party)
    figure_class = FigureClass.PRIVATE if found.code is Code.CEILING else FigureClass.NETWORK
    return row is not None and row.structure_id in viewer.seen[figure_class]


def state_of_row(
    party: Party,
    row: AllianceParty,
    access: AllianceAccess,
    facts: Mapping[str, PartyFacts],
    found: Sequence[Break],
    accepted: set[str],
) -> tuple[str, str]:
    """ "Dans ses moyens", or "à confirmer": never a figure, and to who coordinates alone.

    To the other parties, what tells is that it accepted its share.
    """
    if party.key in accepted:
        return "sur", "Part acceptée"
    is_in = row.state == AllianceParty.State.INTERESTED
    is_own = row.structure_id in (
        access.figures.seen[FigureClass.PRIVATE] & access.figures.seen[FigureClass.NETWORK]
    )
    if not access.coordinates and not is_own:
        return "inconnu", "À confirmer" if is_in else "Attend son oui"
    mine = {each.code for each in found if each.party == party.key}
    if mine & PRIVATE:
        return "vigilance", "À revoir" if is_own else "À revoir avec elle"
    if not is_in:
        return "inconnu", "Attend son oui"
    means = facts[party.key].means.values()
    is_known = bool(means) and all(
        each.cfte_by_month is not None
        and (not each.is_capped or any(year.headroom_cents is not None for year in each.years))
        for each in means
    )
    return ("sur", "Dans ses moyens") if is_known else ("inconnu", "À confirmer")


def means_of(
    terms: Terms,
    party: Party,
    row: AllianceParty,
    viewer: Viewer,
    facts: Mapping[str, PartyFacts],
) -> list[str]:
    """What is left, in figures, to who may see them."""
    room: RemainingMeans = remaining_means(terms, party.key, facts[party.key])
    sentences = []
    if row.structure_id in viewer.seen[FigureClass.PRIVATE] and room.is_capped:
        if room.cents is None:
            sentences.append("Plafond\u00a0: inconnu")
        else:
            # To the euro below: what is said to be left must be.
            left = french.euros(abs(room.cents // 100 * 100), rounded=True)
            sentences.append(
                f"Plafond\u00a0: {left} de trop"
                if room.cents < 0
                else f"Plafond\u00a0: reste {left}"
            )
    if (
        row.structure_id in viewer.seen[FigureClass.NETWORK]
        and party.role is not PartyRole.EMPLOYER
    ):
        if room.cfte is None or room.month is None:
            sentences.append("Équipes\u00a0: inconnues")
        elif room.cfte < 0:
            sentences.append(
                f"Équipes\u00a0: {french.fte(-room.cfte)} de trop en {months.month(room.month)}"
            )
        else:
            sentences.append(
                f"Équipes\u00a0: {french.fte(room.cfte)} "
                f"{'libre' if room.cfte < 200 else 'libres'} au plus juste"
            )
    return sentences


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: what is typed, what stands beside it, which version it was read from."""

    key: str
    name: str
    title: str
    value: str
    details: str
    work: str
    is_pinned: bool
    is_editable: bool
    is_empty: bool
    version: int
    line_title: str
    url: str
    # What was typed and not kept: why, and what stands there meanwhile.
    fault: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One party."""

    party: Party
    row: AllianceParty
    name: str
    is_own: bool
    role: str
    of: str
    cells: Sequence[Shown]
    total: str
    state: tuple[str, str]
    means: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table for one reader."""

    terms: Terms
    measure: Measure
    columns: Sequence[Column]
    totals: Sequence[Total]
    # Shared, asked and missing in all.
    sums: tuple[str, str, str]
    breaks: Sequence[Break]
    may_price: bool
    may_edit: bool
    undo: int | None
    redo: int | None
    rows: Sequence[TableRow] = ()
    others: Sequence[TableRow] = ()

    @property
    def wants_somebody(self) -> bool:
        """Whether euros, people or hours have no taker yet, for who may ask somebody in."""
        short = {Code.PRICE, Code.WORK, Code.HOURS}
        return self.may_price and any(each.code in short and each.by < 0 for each in self.breaks)

    @property
    def title(self) -> str:
        """The answer, before the table."""
        if not self.rows:
            return "Personne à qui répartir le travail"
        blocking = sum(found.blocks for found in self.breaks)
        if not blocking:
            return "La répartition tient"
        return f"{french.count(blocking, 'point')} à régler dans la répartition"


def table_of(access: AllianceAccess, measure: Measure, *, now: datetime) -> Table:
    """Everything that the table shows: a fixed number of queries.

    Who coordinates is also told, of the others, whether the share fits in figures that may be used
    and not seen, rounded down.
    """
    alliance, on, terms = access.alliance, timezone.localdate(now), access.alliance.terms
    rows = {row.key: row for row in access.rows}
    active = [rows[party.key] for party in terms.parties if party.key in rows]
    used = _used(access, active)
    facts = facts_of(active, terms, used, names=access.called, shown_only=False)
    asked = asked_of(alliance)
    found = breaks(terms, facts, asked, on=on)
    may = editable(access, terms)
    accepted = accepted_keys(alliance, terms)
    columns = columns_of(terms)
    undo, redo = undo_redo(alliance) if access.coordinates else (None, None)
    table = Table(
        terms=terms,
        measure=measure,
        columns=columns,
        totals=[total_of(terms, column, measure) for column in columns],
        sums=sums_of(terms, measure),
        breaks=[each for each in found if may_read(each, rows, access.figures)],
        may_price=access.coordinates and alliance.step.is_editable,
        may_edit=bool(may),
        undo=undo,
        redo=redo,
    )
    shown = [
        _row(
            access,
            table,
            party,
            rows[party.key],
            is_editable=party.key in may,
            state=state_of_row(party, rows[party.key], access, facts, found, accepted),
            means=means_of(terms, party, rows[party.key], access.figures, facts),
        )
        for party in terms.parties
        if party.key in rows
    ]
    return replace(
        table,
        rows=[row for row in shown if row.party.role.has_share],
        others=[row for row in shown if not row.party.role.has_share],
    )


def with_refused(table: Table, texts: Mapping[str, str], faults: Mapping[str, str]) -> Table:
    """The table with what was typed and could not be read, where it was typed, and why."""
    rows = [
        replace(
            row,
            cells=[
                replace(cell, value=texts[cell.name], was=cell.value, fault=faults[cell.name])
                if cell.name in faults and cell.is_editable
                else cell
                for cell in row.cells
            ],
        )
        for row in table.rows
    ]
    totals = [
        replace(total, price=texts[name], was=total.price, fault=faults[name])
        if (name := f"prix-{total.column.line.key}") in faults and table.may_price
        else total
        for total in table.totals
    ]
    return replace(table, rows=rows, totals=totals)


def refused_in(table: Table) -> list[str]:
    """Where something was typed and not kept, and why."""
    cells = [(cell.title, cell.fault) for row in table.rows for cell in row.cells if cell.fault]
    prices = [(f"Prix, {t.column.line.label}", t.fault) for t in table.totals if t.fault]
    return [f"{title}\u202f: {fault}" for title, fault in cells + prices]


def _used(access: AllianceAccess, active: Sequence[AllianceParty]) -> Viewer:
    """Exactly what the user may see; for who coordinates, what the table may use too, rounded."""
    seen = access.figures.shown_only
    if not access.coordinates or access.alliance.network is None:
        return seen
    network = Viewer.of_network(access.alliance.network, seen.on)
    team = table_viewer(active, network.among([each.structure_id for each in active]), None)
    return seen.with_figures(
        usable={each: seen.usable[each] | team.usable[each] for each in FigureClass}
    )


def _row(
    access: AllianceAccess,
    table: Table,
    party: Party,
    row: AllianceParty,
    *,
    is_editable: bool,
    state: tuple[str, str],
    means: Sequence[str],
) -> TableRow:
    terms, measure = table.terms, table.measure
    known = [
        value for cell in terms.cells_of(party.key) if (value := measure.value(cell)) is not None
    ]
    name = access.called[row.key]
    return TableRow(
        party=party,
        row=row,
        name=name,
        is_own=access.speaks_for(row),
        role=terms.place_of(party.key),
        of=access.called.get(party.of or "", ""),
        cells=[
            shown_cell(
                terms.cell(party.key, column.line.key),
                column,
                name,
                measure,
                alliance=row.alliance_id if is_editable else None,
                version=access.alliance.version,
            )
            for column in table.columns
        ],
        total=measure.in_words(sum(known)) if known and measure is not MONTHS else "",
        state=state,
        means=means,
    )


def shown_cell(
    cell: Cell, column: Column, name: str, measure: Measure, *, alliance: Any, version: int
) -> Shown:
    """One cell in one measure, with the next most useful one beside.

    `alliance`: its key where the cell may be written, else None.
    """
    key = f"{cell.party}-{cell.line}"
    other = FTE if measure is EUROS else EUROS
    details = [] if other.value(cell) is None else [other.in_words(other.value(cell))]
    # An empty cell has no months of its own.
    may = alliance is not None and not (measure is MONTHS and cell.is_empty)
    if cell.months is not None or cell.first_month is not None:
        first, length = column.line.span(cell)
        details.append(months.span(first, max(1, length)))
    return Shown(
        key=key,
        name=f"v-{measure.slug}-{key}",
        title=f"{measure.title}, {name}, {column.line.label}",
        value=measure.shown(measure.value(cell)),
        details=" · ".join(details),
        work=cell.work or "",
        is_pinned=cell.pinned,
        is_editable=may,
        is_empty=cell.is_empty,
        version=version,
        line_title=f"{column.short}. {column.line.label}",
        url=reverse("alliances:table_cell", args=[alliance, int(cell.party), cell.line])
        if may
        else "",
    )


def undo_redo(alliance: Alliance) -> tuple[int | None, int | None]:
    """Which versions "annuler" and "rétablir" lead to; None where there is none.

    Going back to a version is a version too: the road is walked again from the first one. Whatever
    is written anew closes the way forward.
    """
    past: list[int] = []
    future: list[int] = []
    same_as: dict[int, int] = {}
    for number, returns_to in alliance.revisions.order_by("number").values_list(
        "number", "returns_to"
    ):
        shown = same_as[number] = same_as.get(returns_to or 0, number)
        if returns_to is None:
            past.append(number)
            future.clear()
        elif past[-2:-1] == [shown]:
            future.append(past.pop())
        elif future[-1:] == [shown]:
            past.append(future.pop())
        else:
            past.append(shown)
            future.clear()
    return (past[-2] if len(past) > 1 else None), (future[-1] if future else None)
