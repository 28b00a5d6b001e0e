"""An invitation as its reader reads it: what is proposed, and what stands in the way of a yes."""

from dataclasses import dataclass
from datetime import datetime

from cordee.accounts.models import User
from cordee.alliances.access import is_elsewhere
from cordee.alliances.invitations.actions import yes_refusal
from cordee.alliances.models import AllianceParty, Withdrawal

State = AllianceParty.State


@dataclass(frozen=True, slots=True)
class Asked:
    """One structure of the reader's that was asked.

    `refusal`: why no yes can be said; `replaces`: the withdrawal whose share it would take, after
    filing; `share_cents`: what is thought of for it, 0 where nothing is, or where its reader is in
    another team on the lot, whose prices and these nobody reads both (RULE-38).
    """

    party: AllianceParty
    place: str
    share_cents: int
    refusal: str
    replaces: Withdrawal | None
    may_change: bool


def asked_of(person: User, party: AllianceParty, place: str, *, now: datetime) -> Asked:
    """What the reader reads of one of their own parties that is not inside."""
    alliance = party.alliance
    is_open = alliance.step.is_editable
    is_asked = party.state in {State.INVITED, State.DECLINED}
    refusal, replaces = "", None
    if is_asked and is_open:
        refusal = yes_refusal(party, person, now=now)
    elif is_asked:
        replaces = alliance.withdrawals.under_way().filter(successor=party).first()
    reads_share = is_asked and is_open and bool(place) and not is_elsewhere(person, alliance)
    return Asked(
        party=party,
        place=place,
        share_cents=alliance.terms.share_cents(party.key) if reads_share else 0,
        refusal=refusal,
        replaces=replaces,
        may_change=is_open and party.state == State.DECLINED and not refusal,
    )
