"""What a network decides of a need addressed to it: publish, ask the author, or refuse."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.opportunities.actions.need_mails import notify_author
from cordee.opportunities.actions.needs import ENDED
from cordee.opportunities.models import Audience, Opportunity, Stage


def publish_need(*, audience: Audience, by: User, now: datetime) -> None:
    """Show the need to the people of this network, and tell its author. Twice is once."""
    _decide(audience, Audience.State.PUBLISHED, "", by=by, now=now, verb="publish_need")


def refuse_need(*, audience: Audience, reason: str, by: User, now: datetime) -> None:
    """Do not relay it, or no longer, with the reason. Raises ValidationError without one."""
    _decide(audience, Audience.State.REFUSED, reason, by=by, now=now, verb="refuse_need")


def ask_author(*, audience: Audience, question: str, by: User, now: datetime) -> None:
    """Put a question to the author, who corrects the need. Raises ValidationError without one."""
    _decide(audience, Audience.State.ASKED, question, by=by, now=now, verb="ask_about_need")


@transaction.atomic
def _decide(
    audience: Audience,
    state: Audience.State,
    words: str,
    *,
    by: User,
    now: datetime,
    verb: str,
) -> None:
    Opportunity.objects.select_for_update(of=("self",)).get(pk=audience.opportunity_id)
    held = Audience.objects.select_related("opportunity", "network").get(pk=audience.pk)
    if (held.state, held.words) == (state, words.strip()):
        return
    if held.opportunity.stage in (Stage.CANCELLED, Stage.AWARDED):
        raise ValidationError(ENDED)
    before = held.state
    held.state, held.words = state, words.strip()
    held.decided_at, held.decided_by = now, by
    held.full_clean(exclude=["opportunity", "network", "decided_by"])
    held.save(update_fields=["state", "words", "decided_at", "decided_by"])
    journal.record(
        f"opportunities.{verb}",
        held.opportunity,
        by=by,
        before={"network": held.network.slug, "state": before},
        after={"network": held.network.slug, "state": state.value},
    )
    notify_author(held, by=by, stamp=now)
