"""What the page of an alliance shows, from its rows and its terms; views count nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cordee.agreement import Party, Terms
from cordee.agreement.arrangement import Arrangement
from cordee.agreement.breaks import Break
from cordee.agreement.life import Obstacle, State, obstacles
from cordee.agreement.phases import Phase
from cordee.alliances.access import AllianceAccess
from cordee.alliances.documents.pages import Papers, papers_for
from cordee.alliances.endorsements.pages import pairs_in
from cordee.alliances.frame.departures import Departure, departures, leaver_name, since
from cordee.alliances.frame.names import shown_names
from cordee.alliances.frame.obstacle_pages import settled
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.alliances.overview.next_step import FORWARD, NextStep, next_step
from cordee.alliances.state.current import open_breaks, state_of
from cordee.members.models import RoleSeat

ROAD = (
    *("On se parle", "Les parts", "Le mandat", "Le dossier", "Le dépôt", "La réponse"),
    *("La signature", "Les travaux"),
)
# What is prepared at each phase: before it, what stands in the way is told.
NEXT: Mapping[Phase, Phase] = {
    **{phase: to for phase, (to, _) in FORWARD.items()},
    Phase.DOCUMENTS: Phase.FILED,
    Phase.WON: Phase.SIGNED,
    Phase.SIGNED: Phase.DELIVERY,
}
# The knot at which each phase stands: what comes next, and not what is done.
HERE: Mapping[Phase, int] = {
    Phase.SPLIT: 1,
    Phase.MANDATE: 2,
    Phase.DOCUMENTS: 3,
    Phase.FILED: 5,
    Phase.LOST: 5,
    Phase.WON: 6,
    Phase.SIGNED: 7,
}


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One structure on the page of the alliance."""

    party: AllianceParty
    name: str
    is_named: bool
    role: str
    of: str
    share_cents: int
    # Hundredths of full-time equivalents; None where it said none yet.
    cfte: int | None
    has_accepted: bool
    is_lead: bool
    is_own: bool
    # Whether nobody directs its sheet: no mail finds a reader. Told to who coordinates alone.
    is_unread: bool
    # Whether it is to take a part of the price at all, and to approve the common paper.
    has_share: bool
    signs: bool


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
    arrangement: Arrangement
    state: State
    names: Mapping[str, str]
    # What stands before the next step.
    obstacles: Sequence[Obstacle]
    gone: Sequence[PartyRow]
    # Who said of one another that they would work together again; for who coordinates alone.
    pairs: Sequence[tuple[str, str]] = ()
    # Whether offers can no longer be filed.
    is_past: bool = False

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What stands before the next step, and the page that settles it ("" where one waits)."""
        return settled(self.alliance, self.obstacles)

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
    to = NEXT.get(alliance.step)
    deadline = alliance.opportunity.deadline
    return Page(
        alliance=alliance,
        is_past=deadline is not None and deadline < now,
        terms=terms,
        rows=[row for row in shown if row.party.is_active],
        breaks=since(open_breaks(alliance, terms, names, now=now), left),
        left=left,
        leaving=_leaving(access),
        arrangement=terms.arrangement,
        state=state,
        names=names,
        obstacles=() if to is None else obstacles(state, to, names),
        gone=[row for row in shown if not row.party.is_active] if access.coordinates else [],
        pairs=pairs_in(access, rows),
    )


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of an alliance: the road, the next step, who stands where.

    `papers`: what documents lack, while they are prepared; `rows`: each with how many papers it
    owes, None where the reader does not know. `days`: before the deadline; None where it is unknown
    or nothing is filed any more.
    """

    page: Page
    step: NextStep
    road: Sequence[tuple[str, str]]
    papers: Papers | None
    rows: Sequence[tuple[PartyRow, int | None]]
    days: int | None

    @property
    def are_accepted(self) -> bool:
        """Whether every part is accepted, and the page now says how far the file is."""
        return self.papers is not None and all(row.has_accepted for row, _ in self.rows)


def home_of(access: AllianceAccess, *, now: datetime) -> Home:
    """What `page_of` says, what comes next, and what documents lack while they are prepared."""
    alliance, page = access.alliance, page_of(access, now=now)
    on = timezone.localdate(now)
    papers = papers_for(access, on=on) if alliance.step is Phase.DOCUMENTS else None
    parties = [row.party for row in page.rows]
    step = next_step(access, page.state, page.obstacles, parties, page.names, papers)
    is_ready = alliance.step is Phase.DOCUMENTS and not step.title.startswith("Il manque")
    deadline = alliance.opportunity.deadline
    is_open = alliance.step.is_editable and deadline is not None and not page.is_past
    return Home(
        page=page,
        step=step,
        road=road_of(alliance.step, page.terms, is_ready=is_ready),
        papers=papers,
        rows=[(row, _owed(access, row, papers)) for row in page.rows],
        days=(timezone.localdate(deadline) - on).days if is_open and deadline else None,
    )


def _owed(access: AllianceAccess, row: PartyRow, papers: Papers | None) -> int | None:
    """How many things a party still owes the file, to open it among them; None for the others."""
    if papers is None or not (row.is_own or access.coordinates):
        return None
    return len(papers.of(row.party.key)) + (row.name in papers.shut)


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
        cfte=sum(told) if (told := _told_cfte(terms, row.key)) else None,
        has_accepted=row.key in accepted,
        is_lead=terms.speaker == row.key,
        is_own=access.speaks_for(row),
        is_unread=access.coordinates and not getattr(row, "is_read", True),
        has_share=party is not None and party.role.has_share,
        signs=row.key in {each.key for each in terms.signers},
    )


def _told_cfte(terms: Terms, key: str) -> list[int]:
    return [cell.cfte for cell in terms.cells_of(key) if cell.cfte is not None]


def road_of(step: Phase, terms: Terms, *, is_ready: bool = False) -> list[tuple[str, str]]:
    """The eight knots of the road, each with "done", "now" or "todo"; none where it was left.

    `is_ready`: nothing lacks any more, so that the offer may leave.
    """
    if step is Phase.ABANDONED:
        return []
    here = len(ROAD) - 1 if step is Phase.DELIVERY else HERE.get(step, 0) + is_ready
    words = [*ROAD]
    words[2] = terms.arrangement.pick(group=words[2], sole="Qui signe")
    return [
        (word, "done" if place < here else "now" if place == here else "todo")
        for place, word in enumerate(words)
    ]
