"""An invitation as its reader reads it: what is proposed, and what stands in the way of a yes."""

from datetime import datetime
from typing import Any

from cordee.accounts.models import User
from cordee.alliances.access import is_elsewhere
from cordee.alliances.invitations.actions import yes_refusal
from cordee.alliances.models import AllianceParty

State = AllianceParty.State


def asked_of(person: User, party: AllianceParty, place: str, *, now: datetime) -> dict[str, Any]:
    """What the reader reads of one of their own parties that is not inside.

    `refusal`: why no yes can be said; `replaces`: the withdrawal whose share it would take, after
    filing; `share_cents`: what is thought of for it, 0 where nothing is, or where its reader is in
    another team on the lot, whose prices and these nobody reads both (RULE-38).
    """
    alliance = party.alliance
    is_open = alliance.step.is_editable
    is_asked = party.state in {State.INVITED, State.DECLINED}
    refusal, replaces = "", None
    if is_asked and is_open:
        refusal = yes_refusal(party, person, now=now)
    elif is_asked:
        replaces = alliance.withdrawals.under_way().filter(successor=party).first()
    reads_share = is_asked and is_open and bool(place) and not is_elsewhere(person, alliance)
    return {
        "party": party,
        "place": place,
        "share_cents": alliance.terms.share_cents(party.key) if reads_share else 0,
        "refusal": refusal,
        "replaces": replaces,
        "may_change": is_open and party.state == State.DECLINED and not refusal,
    }
