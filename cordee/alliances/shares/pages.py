"""The page of one party's own share: what it reads before it accepts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from cordee.agreement import Cell, Line, Party
from cordee.agreement.arrangement import Arrangement
from cordee.agreement.breaks import Break
from cordee.agreement.checks import breaks
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import facts_of
from cordee.alliances.requirements import asked_of
from cordee.alliances.shares.margins import Margins, margins_of
from cordee.alliances.state.current import accepted_keys


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One line of a party's share."""

    label: str
    lot: str
    cell: Cell
    first_month: int
    months: int


@dataclass(frozen=True, slots=True)
class SharePage:
    """What a party reads before it accepts."""

    party: AllianceParty
    in_terms: Party
    version: int
    rows: Sequence[ShareRow]
    share_cents: int
    own_cents: int
    behind: Sequence[tuple[str, str, int]]
    breaks: Sequence[Break]
    margins: Margins
    has_accepted: bool
    lead_name: str
    form_label: str
    role: str
    arrangement: Arrangement
    # The two that a subcontractor does not read are empty for it.
    price_cents: int | None
    member_names: Sequence[str]
    of_name: str
    # What it may write from here, where it does not read the table, and on which other lines.
    may_type: bool
    others: Sequence[Line]

    @property
    def may_accept(self) -> bool:
        """A future employer has no work to read: it agrees to its place, which the others await."""
        return bool(self.rows) or not self.in_terms.role.has_share


def share_page(access: AllianceAccess, party: AllianceParty, *, now: datetime) -> SharePage | None:
    """The share of a party with its own limits; None where it has left the terms."""
    alliance = access.alliance
    revision = alliance.revision()
    terms = revision.read()
    found = terms.find(party.key)
    if found is None:
        return None
    names = access.called
    facts = facts_of([party], terms, access.figures, on=timezone.localdate(now))
    mine = breaks(terms, facts, asked_of(alliance), on=timezone.localdate(now))
    return SharePage(
        party=party,
        in_terms=found,
        version=revision.number,
        rows=[
            ShareRow(
                label=line.label,
                lot=line.lot,
                cell=cell,
                first_month=line.first_month if cell.first_month is None else cell.first_month,
                months=line.months if cell.months is None else cell.months,
            )
            for cell in terms.cells_of(party.key)
            for line in [terms.line(cell.line)]
        ],
        share_cents=terms.share_cents(party.key),
        own_cents=terms.own_cents(party.key),
        behind=[
            (names[other.key], terms.place_of(other.key), terms.share_cents(other.key))
            for other in terms.behind(party.key)
        ],
        breaks=[each for each in mine if each.party == party.key],
        margins=margins_of(party, terms, facts[party.key]),
        has_accepted=party.key in accepted_keys(alliance, terms),
        lead_name="" if terms.speaker is None else names[terms.speaker],
        form_label=terms.arrangement.form_label(terms),
        role=terms.place_of(party.key),
        arrangement=terms.arrangement,
        price_cents=terms.price_cents if access.reads_shares else None,
        member_names=[names[member.key] for member in terms.members] if access.reads_shares else [],
        of_name=names.get(found.of or "", ""),
        may_type=not access.reads_shares and alliance.step.is_editable and found.role.has_share,
        others=[line for line in terms.lines if terms.cell(party.key, line.key).is_empty],
    )
