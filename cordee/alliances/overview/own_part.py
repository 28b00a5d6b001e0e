"""The page of an alliance for who reads its own part alone: what is asked of it, and when."""

from datetime import datetime
from typing import Any

from cordee.agreement import PartyRole
from cordee.alliances.access import AllianceAccess
from cordee.alliances.endorsements.pages import words_page
from cordee.alliances.overview.next_step import gesture_in
from cordee.alliances.overview.pages import party_row, road_of
from cordee.alliances.state.current import state_of


def part_page(access: AllianceAccess, *, now: datetime) -> dict[str, Any]:
    """Everything the page says: a fixed number of queries."""
    alliance, known = access.alliance, (access.clients or frozenset()) - access.own_keys
    state = state_of(alliance, now=now, names=access.called)
    terms = state.terms
    own = [party for key in access.own_keys if (party := terms.find(key)) is not None]
    return {
        # Each with what is asked of it now.
        "parts": [(party_row(access, row, state), gesture_in(state, row)) for row in access.inside],
        # Whom the user works for, and who speaks to the buyer.
        "known": [
            (row, terms.place_of(row.key))
            for row in access.rows
            if row.key in known and access.names(row)
        ],
        "road": road_of(alliance.step, terms),
        "is_past": alliance.is_past(now),
        # Whether a place of the user's would read the table, had the user no part in another team.
        "is_elsewhere": any(party.role is not PartyRole.SUBCONTRACTOR for party in own),
        "endorsements": words_page(access),
    }
