"""What a withdrawal does to the rows of parties; the alliance is locked by whoever calls."""

from datetime import datetime

from django.core.exceptions import ValidationError

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.actions.alliances import refuse_rivals, without
from cordee.alliances.actions.revisions import write_revision
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.workspace import mails
from cordee.members.models import Structure

__all__ = ["ask_in", "ask_out", "decline", "join", "leave", "refuse_rivals"]

State = AllianceParty.State


def leave(
    party: AllianceParty, *, reason: str, by: User, now: datetime, is_amended: bool = False
) -> None:
    """A party is out: with its share before filing; after it, the amendment took the share."""
    alliance = party.alliance
    party.state, party.answered_at, party.answered_by = State.WITHDRAWN, now, by
    party.reason = reason[:500]
    party.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    if not is_amended:
        write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)


def ask_in(alliance: Alliance, structure: Structure, *, now: datetime, by: User) -> AllianceParty:
    """Ask a structure from outside whether it takes the place; it is in no terms yet.

    Raises `ValidationError` where it takes part already.
    """
    row = alliance.parties.select_related("structure").filter(structure=structure).first()
    if row is not None and row.is_active:
        in_terms = row.key in {each.key for each in alliance.terms.parties}
        if row.state == State.INVITED and not in_terms:
            return row
        raise ValidationError(f"{structure.shown_name} figure déjà dans l’alliance.")
    if row is None:
        row = AllianceParty(alliance=alliance, structure=structure)
    row.state, row.invited_at = State.INVITED, now
    row.answered_at, row.answered_by, row.reason = None, None, ""
    row.full_clean(exclude=["answered_by"])
    row.save()
    journal.record(by=by, verb="alliances.invite", target=alliance, after={"party": row.pk})
    return row


def ask_out(party: AllianceParty, *, by: User) -> None:
    """Whoever was asked is no longer."""
    party.state = State.REMOVED
    party.save(update_fields=["state"])
    mails.tell_removed(party)
    journal.record(
        by=by, verb="alliances.remove_party", target=party.alliance, after={"party": party.pk}
    )


def decline(party: AllianceParty, *, by: User, now: datetime) -> None:
    """Whoever was asked says no."""
    party.state, party.answered_at, party.answered_by = State.DECLINED, now, by
    party.save(update_fields=["state", "answered_at", "answered_by"])
    mails.tell_answered(party)


def join(party: AllianceParty, *, now: datetime) -> None:
    """Whoever agreed takes the place, now that the buyer accepts."""
    party.state, party.answered_at = State.INTERESTED, now
    party.save(update_fields=["state", "answered_at"])
