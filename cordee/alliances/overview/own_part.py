"""The page of an alliance for who reads its own part alone: what is asked of it, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cordee.agreement import Party, PartyRole, Terms
from cordee.agreement.life import State
from cordee.alliances.access import AllianceAccess
from cordee.alliances.endorsements.pages import Words as Endorsements
from cordee.alliances.endorsements.pages import words_page
from cordee.alliances.frame.names import names_for
from cordee.alliances.models import AllianceParty
from cordee.alliances.overview.next_step import Gesture, gesture_in
from cordee.alliances.overview.pages import road_of
from cordee.alliances.state.current import state_of


@dataclass(frozen=True, slots=True)
class OwnPart:
    """One of the user's structures.

    Its place, its share in cents, and what is asked of it now.
    """

    party: AllianceParty
    role: str
    of: str
    share_cents: int
    has_accepted: bool
    gesture: Gesture | None


@dataclass(frozen=True, slots=True)
class PartPage:
    """The page for one reader. `known`: whom the user works for, and who speaks to the buyer."""

    parts: Sequence[OwnPart]
    known: Sequence[tuple[AllianceParty, str]]
    road: Sequence[tuple[str, str]]
    is_past: bool
    # Whether a place of the user's would read the table, had the user no part in another team.
    is_elsewhere: bool
    endorsements: Sequence[Endorsements]


def part_page(access: AllianceAccess, *, now: datetime) -> PartPage:
    """Everything the page says: a fixed number of queries."""
    alliance = access.alliance
    names = names_for(access)
    state = state_of(alliance, now=now, names=names)
    terms = state.terms
    places = {party.key: party for party in terms.parties}
    deadline = alliance.opportunity.deadline
    known = alliance.parties.select_related("structure").filter(
        pk__in=(access.clients or frozenset()) - access.own_keys
    )
    return PartPage(
        parts=[
            _part(row, places.get(row.key), state, names)
            for row in access.own
            if row.state == AllianceParty.State.INTERESTED
        ],
        known=[(row, _place(terms, places[row.key])) for row in known if access.names(row)],
        road=road_of(alliance.step, terms),
        is_past=deadline is not None and deadline < now,
        is_elsewhere=any(
            places[key].role is not PartyRole.SUBCONTRACTOR
            for key in access.own_keys & places.keys()
        ),
        endorsements=words_page(access),
    )


def _place(terms: Terms, party: Party) -> str:
    """Who leads a group is told as such: it is who speaks to the buyer."""
    arrangement = terms.arrangement
    return arrangement.speaker if arrangement.leads(terms, party) else arrangement.role_label(party)


def _part(
    row: AllianceParty, place: Party | None, state: State, names: Mapping[str, str]
) -> OwnPart:
    terms = state.terms
    return OwnPart(
        party=row,
        role="" if place is None else terms.arrangement.role_label(place),
        of="" if place is None or place.of is None else names.get(place.of, ""),
        share_cents=terms.share_cents(row.key),
        has_accepted=row.key in state.accepted,
        gesture=gesture_in(state, row),
    )
