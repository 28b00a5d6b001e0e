"""What the page of an alliance shows, from its rows and its terms; views count nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from cordee.agreement import Party, Terms
from cordee.agreement.arrangement import Arrangement
from cordee.agreement.breaks import Break
from cordee.agreement.life import obstacles
from cordee.agreement.phases import STEPS, Phase
from cordee.alliances.access import AllianceAccess
from cordee.alliances.endorsements.pages import pairs_in
from cordee.alliances.frame.departures import Departure, departures, leaver_name, since
from cordee.alliances.frame.names import shown_names
from cordee.alliances.frame.obstacle_pages import settled
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.alliances.state.current import open_breaks, state_of
from cordee.members.models import RoleSeat

# What the main button of each phase says.
FORWARD: Mapping[Phase, tuple[Phase, str]] = {
    Phase.TALKING: (Phase.SPLIT, "Passer à la répartition"),
    Phase.SPLIT: (Phase.MANDATE, "La répartition est acceptée"),
    Phase.MANDATE: (Phase.DOCUMENTS, "Les mandats sont donnés"),
}

# Steps that are written down on a page of their own: what one reads, and where it leads.
ONWARD: Mapping[Phase, tuple[str, str]] = {
    Phase.DOCUMENTS: ("Approuver, puis déposer", "alliances:filing"),
    Phase.FILED: ("Noter le résultat", "alliances:result"),
    Phase.WON: ("Noter la signature", "alliances:result"),
    Phase.SIGNED: ("Passer aux travaux", "alliances:result"),
    Phase.LOST: ("Lire ce que cette offre apprend", "alliances:result"),
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
    """The page of an alliance for one reader."""

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
    arrangement: Arrangement
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
        """Those to whom the coordinator has to write personally."""
        return [row for row in self.rows if row.is_unread]

    @property
    def waits_for_me(self) -> bool:
        """Whether a structure of the user's has not accepted its share as it is."""
        return any(
            row.is_own and row.party.state == AllianceParty.State.INTERESTED
            for row in self.rows
            if not row.has_accepted
        )


def page_of(access: AllianceAccess, *, now: datetime) -> Page:
    """Everything the page of an alliance says to who is inside: a fixed number of queries."""
    alliance = access.alliance
    directed = RoleSeat.objects.live().directors().filter(structure=OuterRef("structure"))
    parties = alliance.parties.select_related("structure").annotate(is_read=Exists(directed))
    rows = list(parties.order_by("pk"))
    names = shown_names(access, rows)
    state = state_of(alliance, now=now, names=names)
    terms = state.terms
    in_terms = {party.key: party for party in terms.parties}
    shown = [_row(access, row, names, in_terms, terms, state.accepted) for row in rows]
    left = departures(access, terms)
    forward = FORWARD.get(alliance.step)
    onward = ONWARD.get(alliance.step)
    back = [
        (to, f"Revenir à « {terms.arrangement.phase_label(to)} »")
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
        leaving=_leaving(access),
        leading=alliance.coordinators.seated().count(),
        road=road_of(alliance.step, terms),
        arrangement=terms.arrangement,
        forward=None if forward is None else _step_forward(forward, terms),
        onward=None if onward is None else _next_page(alliance, onward, terms),
        missing=() if forward is None else settled(alliance, obstacles(state, forward[0], names)),
        back=back,
        gone=[row for row in shown if not row.party.is_active] if access.coordinates else [],
        pairs=pairs_in(access, rows),
    )


def _leaving(access: AllianceAccess) -> tuple[Withdrawal, str] | None:
    """Before filing one leaves at once: nothing is under way."""
    if access.alliance.step.is_editable:
        return None
    rows = access.alliance.withdrawals.under_way().select_related("party__structure")
    found = rows.first()
    return None if found is None else (found, leaver_name(access, found))


def _row(
    access: AllianceAccess,
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
        is_named=access.names(row),
        role="" if party is None else terms.arrangement.role_label(party),
        of="" if party is None or party.of is None else names.get(party.of, ""),
        share_cents=0 if party is None else terms.share_cents(row.key),
        has_accepted=row.key in accepted,
        is_lead=terms.speaker == row.key,
        is_own=access.speaks_for(row),
        is_unread=access.coordinates and not getattr(row, "is_read", True),
        has_share=party is not None and party.role.has_share,
    )


def _step_forward(forward: tuple[Phase, str], terms: Terms) -> tuple[Phase, str, str]:
    to, button = forward
    if to is Phase.DOCUMENTS:
        button = terms.arrangement.pick(
            group=button, sole="Chacun a dit qui signe", staffed="Le candidat a dit qui signe"
        )
    return to, terms.arrangement.phase_label(to), button


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
    called = [terms.arrangement.phase_label(phase).capitalize() for phase in ROAD]
    return [(words, "", state) for words, state in zip(called, states, strict=True)]
