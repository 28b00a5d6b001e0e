"""The one write that makes a step in the life of an alliance."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.life import obstacles
from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance
from cordee.alliances.revisions import locked
from cordee.alliances.state.commitments import book
from cordee.alliances.state.current import names_of, state_of


@transaction.atomic
def move(*, alliance: Alliance, to: Phase, by: User, now: datetime) -> None:
    """Make a step in the life of an alliance. Raises `ValidationError` with all that is missing."""
    alliance = locked(alliance)
    missing = obstacles(state_of(alliance, now=now), to, names_of(alliance))
    if missing:
        raise ValidationError([each.text for each in missing])
    before, alliance.phase = alliance.phase, to
    alliance.ended_at = now if to.is_over else None
    alliance.save(update_fields=["phase", "ended_at"])
    journal.record("alliances.move", alliance, by=by, before={"phase": before}, after={"phase": to})
    book(alliance, by=by, on=timezone.localdate(now))
