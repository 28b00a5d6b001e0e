"""Questions put to a buyer: once for everybody, since the buyer answers to all."""

from typing import Any

from django.db import models
from django.db.models import Q

from cordee.base.fields import owner_field
from cordee.opportunities.models.opportunities import Opportunity
from cordee.opportunities.models.withdrawable import Withdrawable, WithdrawableQuerySet
from cordee.rules.clock import day_of


class QuestionsSent(Withdrawable):
    """The message that a person says they sent through the buyer's platform, as it was sent.

    `questions` are the keys of `notices.buyer_questions`. A mark taken back stays as history.
    """

    opportunity = owner_field(Opportunity, "opportunité", related_name="questions_sent", kept=True)
    questions: Any = models.JSONField("questions", default=list)
    text = models.TextField("message envoyé")

    objects = WithdrawableQuerySet.as_manager()

    class Meta:
        verbose_name = "questions posées à l’acheteur"
        ordering = ["opportunity_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=Q(withdrawn_at__isnull=True),
                name="questions_sent_once",
                violation_error_message="Les questions sont déjà posées pour ce marché.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="questions_sent_say_something",
                violation_error_message="Le message envoyé n’est pas vide.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}, {day_of(self.at):%d/%m/%Y}"
