"""A structure says that it leaves: at once while it may; after it, `withdrawals` goes on."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances import parties
from cordee.alliances.models import AllianceParty, AllianceRevision, Withdrawal
from cordee.alliances.revisions import locked
from cordee.alliances.withdrawals import mails
from cordee.alliances.withdrawals.rules import closed_because, leaves_freely
from cordee.rules.group_changes import Path

State, PartyState = Withdrawal.State, AllianceParty.State


@transaction.atomic
def announce(
    *,
    party: AllianceParty,
    reason: str,
    left_cents: int | None = None,
    by_lead: bool = False,
    by: User,
    now: datetime,
) -> Withdrawal:
    """A party leaves, or can no longer do its share. Where it leaves freely it is out at once.

    `by_lead`: who coordinates says it for the structure, which is told too. Raises
    `ValidationError` where it takes no part, or another withdrawal is under way.
    """
    alliance = locked(party.alliance)
    party = alliance.parties.select_related("structure").get(pk=party.pk)
    terms = alliance.terms
    in_terms = terms.find(party.key)
    is_free = leaves_freely(alliance, in_terms)
    if party.state != PartyState.INTERESTED or (in_terms is None and not is_free):
        raise ValidationError("Cette structure ne prend pas part à l’alliance.")
    if closed_because(alliance):
        raise ValidationError(closed_because(alliance))
    share = terms.share_cents(party.key) if in_terms else 0
    if left_cents is not None and left_cents > share:
        raise ValidationError({"left_cents": "Le reste à faire dépasse la part."})
    told = {"reason": reason.strip(), "left_cents": left_cents, "announced_by_lead": by_lead}
    version = alliance.version if is_free else None
    row = _kept(party, share, version, by=by, now=now, **told)
    if is_free:
        parties.leave(party, reason=reason.strip(), by=by, now=now)
    mails.notify_leaving(row, terms)
    return row


def note_no(party: AllianceParty, before: AllianceRevision, *, by: User, now: datetime) -> None:
    """A structure that had said yes says no, before filing: those who stay are told that it left.

    `before`: the terms with it. Why is for who coordinates alone, as the form of its answer says.
    The alliance is locked by whoever calls.
    """
    terms = before.read()
    row = _kept(party, terms.share_cents(party.key), before.number, by=by, now=now)
    mails.notify_leaving(row, terms, with_lead=False)


def _kept(
    party: AllianceParty, share: int, version: int | None, *, by: User, now: datetime, **told: Any
) -> Withdrawal:
    """`version`: that of the terms in which it held its share, where it is out at once."""
    alliance = party.alliance
    row = Withdrawal(
        alliance=alliance, party=party, phase=alliance.phase, share_cents=share, **told
    )
    row.announced_at, row.announced_by = now, by
    if version is not None:
        row.state, row.path, row.ended_at = State.DONE, Path.AGREEMENT, now
        row.base_version = version
    row.full_clean(exclude=["announced_by"])
    row.save(force_insert=True)
    noted = {"party": party.pk, "phase": row.phase, "share_cents": share}
    journal.record("alliances.tell_withdrawal", alliance, by=by, after=noted)
    return row
