"""What the pages of an alliance show, gathered from its rows and its terms; views count nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from cordee.agreement import Cell, Line, Party, Terms
from cordee.agreement.breaks import Break
from cordee.agreement.checks import breaks
from cordee.agreement.life import STEPS, Phase, obstacles, phase_called
from cordee.agreement.words import Words, form_called, role_called, words_of
from cordee.alliances.life.again import pairs_in
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.alliances.problem.means import facts_of
from cordee.alliances.workspace.access import Seat
from cordee.alliances.workspace.asked import asked_of
from cordee.alliances.workspace.departures import Departure, departures, leaver_name, since
from cordee.alliances.workspace.leading import settled
from cordee.alliances.workspace.margins import Margins, margins_of
from cordee.alliances.workspace.state import accepted_keys, open_breaks, state_of
from cordee.members.models import RoleSeat
from cordee.mobilisation.rights import Rights

# The pages of an alliance, in their order: (title, route). Each piece adds its own.
SECTIONS: list[tuple[str, str]] = [
    ("L’alliance", "workspace:detail"),
    ("Le tableau", "workspace:table"),
    ("Le temps", "legal:time"),
    ("La forme", "legal:forms"),
    ("Messages", "life:thread"),
    ("Fichiers", "life:files"),
    ("Qui signe", "life:signatories"),
    ("Documents", "documents:list"),
    ("Approbations", "life:approvals"),
    ("Dépôt", "life:filing"),
    ("Résultat", "life:result"),
    ("Retraits", "life:withdrawals"),
]

# When a page is needed, where it is not always: the bar of a phase stays short.
_SHARING = frozenset({Phase.TALKING, Phase.SPLIT, Phase.MANDATE})
_SIGNING = frozenset({Phase.MANDATE, Phase.DOCUMENTS})
_AFTER = frozenset(Phase) - _SHARING - _SIGNING
NEEDED_AT: Mapping[str, frozenset[Phase]] = {
    "legal:time": _SHARING | _SIGNING,
    "legal:forms": _SHARING,
    "life:signatories": _SIGNING | {Phase.SPLIT},
    "life:approvals": _SIGNING,
    "life:filing": frozenset({Phase.DOCUMENTS, Phase.FILED}),
    "life:result": _AFTER,
    "life:withdrawals": _AFTER,
}

# Those of who reads its own part alone: each shows nothing of the others. Approvals are one too,
# where one answers alone.
OWN_PART = frozenset(
    {
        *("workspace:detail", "legal:time", "life:signatories", "documents:list"),
        *("life:withdrawals", "life:thread"),
    }
)

# What the main button of each phase says.
FORWARD: Mapping[Phase, tuple[Phase, str]] = {
    Phase.TALKING: (Phase.SPLIT, "Passer à la répartition"),
    Phase.SPLIT: (Phase.MANDATE, "La répartition est acceptée"),
    Phase.MANDATE: (Phase.DOCUMENTS, "Les mandats sont donnés"),
}
# Steps that are written down on a page of their own: what one reads, and where it leads.
ONWARD: Mapping[Phase, tuple[str, str]] = {
    Phase.DOCUMENTS: ("Approuver, puis déposer", "life:filing"),
    Phase.FILED: ("Noter le résultat", "life:result"),
    Phase.WON: ("Noter la signature", "life:result"),
    Phase.SIGNED: ("Passer aux travaux", "life:result"),
    Phase.LOST: ("Lire ce que cette offre apprend", "life:result"),
}
ROAD = (
    *(Phase.TALKING, Phase.SPLIT, Phase.MANDATE, Phase.DOCUMENTS, Phase.FILED, Phase.WON),
    *(Phase.SIGNED, Phase.DELIVERY),
)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One structure on the page of the alliance."""

    party: AllianceParty
    name: str
    is_named: bool
    role: str
    of: str
    share_cents: int
    has_accepted: bool
    is_lead: bool
    is_own: bool
    # Whether nobody directs its sheet: no mail finds a reader. Told to who coordinates alone.
    is_unread: bool
    # Whether it is to take a part of the price at all.
    has_share: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The page of an alliance for one seat."""

    alliance: Alliance
    terms: Terms
    rows: Sequence[PartyRow]
    breaks: Sequence[Break]
    left: Sequence[Departure]
    # The withdrawal that the team waits for, after filing, and who leaves.
    leaving: tuple[Withdrawal, str] | None
    # How many people lead it today.
    leading: int
    road: Sequence[tuple[str, str, str]]
    # The next step, what it is called, what the button says.
    forward: tuple[Phase, str, str] | None
    onward: tuple[str, str] | None
    words: Words
    # What stands before the next step, and the page that settles it ("" where one waits).
    missing: Sequence[tuple[str, str]]
    back: Sequence[tuple[Phase, str]]
    gone: Sequence[PartyRow]
    # Who said of one another that they would work together again; for who coordinates alone.
    pairs: Sequence[tuple[str, str]] = ()
    # Whether offers can no longer be filed.
    is_past: bool = False

    @property
    def unread(self) -> Sequence[PartyRow]:
        """Those to whom who coordinates has to write herself."""
        return [row for row in self.rows if row.is_unread]

    @property
    def waits_for_me(self) -> bool:
        """Whether a structure of hers has not accepted its share as it is."""
        return any(
            row.is_own and row.party.state == AllianceParty.State.INTERESTED
            for row in self.rows
            if not row.has_accepted
        )


def page_of(seat: Seat, *, now: datetime) -> Page:
    """Everything the page of an alliance says to who is inside: a fixed number of queries."""
    alliance = seat.alliance
    directed = RoleSeat.objects.live().directors().filter(structure=OuterRef("structure"))
    parties = alliance.parties.select_related("structure").annotate(is_read=Exists(directed))
    rows = list(parties.order_by("pk"))
    names = shown_names(seat, rows)
    state = state_of(alliance, now=now, names=names)
    terms = state.terms
    in_terms = {party.key: party for party in terms.parties}
    shown = [_row(seat, row, names, in_terms, terms, state.accepted) for row in rows]
    left = departures(seat, terms)
    forward = FORWARD.get(alliance.step)
    onward = ONWARD.get(alliance.step)
    back = [
        (to, f"Revenir à « {phase_called(terms, to)} »")
        for to in STEPS[alliance.step]
        if to.is_editable and ROAD.index(to) < ROAD.index(alliance.step)
    ]
    deadline = alliance.opportunity.deadline
    return Page(
        alliance=alliance,
        is_past=deadline is not None and deadline < now,
        terms=terms,
        rows=[row for row in shown if row.party.is_active],
        breaks=since(open_breaks(alliance, terms, names, now=now), left),
        left=left,
        leaving=_leaving(seat),
        leading=alliance.coordinators.seated().count(),
        road=road_of(alliance.step, terms),
        words=words_of(terms),
        forward=None if forward is None else _said(forward, terms),
        onward=None if onward is None else _next_page(alliance, onward, terms),
        missing=() if forward is None else settled(alliance, obstacles(state, forward[0], names)),
        back=back,
        gone=[row for row in shown if not row.party.is_active] if seat.coordinates else [],
        pairs=pairs_in(seat, rows),
    )


def _leaving(seat: Seat) -> tuple[Withdrawal, str] | None:
    """Before filing one leaves at once: nothing is under way."""
    if seat.alliance.step.is_editable:
        return None
    rows = seat.alliance.withdrawals.under_way().select_related("party__structure")
    found = rows.first()
    return None if found is None else (found, leaver_name(seat, found))


def shown_names(seat: Seat, rows: Sequence[AllianceParty]) -> dict[str, str]:
    """How each party is called for a seat: whoever has not said yes has no name for the others."""
    names = {}
    for number, row in enumerate(rows, start=1):
        known = seat.names(row)
        names[row.key] = row.structure.shown_name if known else f"structure pressentie {number}"
    return names


def places_of(seat: Seat) -> list[tuple[AllianceParty, str]]:
    """Her own parties, each with the place thought of for it: for whom it would work is not told
    before a yes (RULE-38)."""
    terms = seat.alliance.terms
    roles = {party.key: role_called(terms, party) for party in terms.parties}
    return [(party, roles.get(party.key, "")) for party in seat.own]


def names_for(seat: Seat) -> dict[str, str]:
    """`shown_names` of all the parties of an alliance: one query."""
    return shown_names(seat, list(seat.alliance.parties.select_related("structure").order_by("pk")))


def _row(
    seat: Seat,
    row: AllianceParty,
    names: Mapping[str, str],
    in_terms: Mapping[str, Party],
    terms: Terms,
    accepted: Any,
) -> PartyRow:
    party = in_terms.get(row.key)
    return PartyRow(
        party=row,
        name=names[row.key],
        is_named=seat.names(row),
        role="" if party is None else role_called(terms, party),
        of="" if party is None or party.of is None else names.get(party.of, ""),
        share_cents=0 if party is None else terms.share_cents(row.key),
        has_accepted=row.key in accepted,
        is_lead=terms.speaker == row.key,
        is_own=seat.speaks_for(row),
        is_unread=seat.coordinates and not getattr(row, "is_read", True),
        has_share=party is not None and party.role.has_share,
    )


def _said(forward: tuple[Phase, str], terms: Terms) -> tuple[Phase, str, str]:
    to, button = forward
    if terms.holder is not None and to is Phase.DOCUMENTS:
        button = f"{'Le candidat' if terms.is_staffed else 'Chacun'} a dit qui signe"
    return to, phase_called(terms, to), button


def _next_page(alliance: Alliance, onward: tuple[str, str], terms: Terms) -> tuple[str, str]:
    words, route = onward
    if alliance.step is Phase.DOCUMENTS and not terms.has_paper:
        words = "Déposer l’offre"
    return words, reverse(route, args=[alliance.pk])


def road_of(step: Phase, terms: Terms) -> list[tuple[str, str, str]]:
    """The steps of an alliance, and which are done."""
    if step not in ROAD:
        return [(step.label.capitalize(), "", "now")]
    here = ROAD.index(step)
    states = ["done"] * here + ["now"] + ["todo"] * (len(ROAD) - here - 1)
    called = [phase_called(terms, phase).capitalize() for phase in ROAD]
    return [(words, "", state) for words, state in zip(called, states, strict=True)]


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
    words: Words
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


def share_page(
    seat: Seat, party: AllianceParty, rights: Rights, *, now: datetime
) -> SharePage | None:
    """The share of a party with its own limits; None where it has left the terms."""
    alliance = seat.alliance
    revision = alliance.revision()
    terms = revision.read()
    found = next((each for each in terms.parties if each.key == party.key), None)
    if found is None:
        return None
    rows = list(alliance.parties.select_related("structure").order_by("pk"))
    names = shown_names(seat, rows)
    facts = facts_of([party], terms, rights, on=timezone.localdate(now))
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
            (names[other.key], role_called(terms, other), terms.share_cents(other.key))
            for other in terms.behind(party.key)
        ],
        breaks=[each for each in mine if each.party == party.key],
        margins=margins_of(party, terms, facts[party.key]),
        has_accepted=party.key in accepted_keys(alliance, terms),
        lead_name="" if terms.speaker is None else names[terms.speaker],
        form_label=form_called(terms),
        role=role_called(terms, found),
        words=words_of(terms),
        price_cents=terms.price_cents if seat.reads_shares else None,
        member_names=[names[member.key] for member in terms.members] if seat.reads_shares else [],
        of_name="" if found.of is None else names.get(found.of, ""),
        may_type=not seat.reads_shares and alliance.step.is_editable and found.role.has_share,
        others=[line for line in terms.lines if terms.cell(party.key, line.key).is_empty],
    )


@dataclass(frozen=True, slots=True)
class Section:
    """One page of an alliance, as the bar above each of them shows it."""

    title: str
    url: str
    is_here: bool
    # Whether it stands in the bar at this phase, or behind "Autres pages".
    is_near: bool


def sections(seat: Seat, here: str) -> list[Section]:
    """The pages of an alliance: those of its phase, and the others, which stay within reach."""
    alliance = seat.alliance
    near = _near(alliance.step)
    return [
        Section(title, reverse(route, args=[alliance.pk]), route == here, route in near)
        for title, route in SECTIONS
        if seat.clients is None
        or route in OWN_PART
        or (route == "life:approvals" and seat.reads_paper)
    ]


def _near(step: Phase) -> set[str]:
    """The routes that one needs at a phase; whatever says no phase is always one of them."""
    far = {route for route, phases in NEEDED_AT.items() if step not in phases}
    return {route for _, route in SECTIONS} - far
