"""Questions put to a buyer: who sent them and when, so that they go once."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.opportunities.models import Opportunity, QuestionsSent


@transaction.atomic
def mark_questions_sent(
    *, opportunity: Opportunity, text: str, questions: Sequence[str], by: User
) -> QuestionsSent:
    """Keep the message that a person sent through the buyer's platform.

    Raises ValidationError where a mark stands, and ValueError where the message is empty.
    """
    if not text.strip():
        raise ValueError("text is empty: keep the message that was sent.")
    locked = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    if locked.questions_sent.standing().exists():
        raise ValidationError("Quelqu’un a déjà noté ces questions comme posées.")
    sent = QuestionsSent.objects.create(
        opportunity=locked, text=text.strip(), questions=list(questions), by=by
    )
    journal.record(
        "opportunities.mark_questions_sent", locked, by=by, after={"questions": list(questions)}
    )
    return sent


@transaction.atomic
def unmark_questions_sent(*, sent: QuestionsSent, by: User) -> None:
    """Take the mark back; the message stays in the history."""
    Opportunity.objects.select_for_update().get(pk=sent.opportunity_id)
    sent = QuestionsSent.objects.select_for_update(of=("self",)).get(pk=sent.pk)
    if sent.withdrawn_at is not None:
        return
    sent.withdrawn_at = timezone.now()
    sent.withdrawn_by = by
    sent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    journal.record(
        "opportunities.unmark_questions_sent",
        sent.opportunity,
        by=by,
        before={"questions": sent.questions},
    )
