"""Questions put to a buyer: once for everybody, since the buyer answers to all."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from cordee.opportunities.models.opportunities import Opportunity


class QuestionsSentQuerySet(models.QuerySet["QuestionsSent"]):
    def standing(self) -> "QuestionsSentQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class QuestionsSent(models.Model):
    """The message that a person says they sent through the buyer's platform, as it was sent.

    `questions` are the keys of `notices.buyer_questions`. A mark taken back stays as history.
    """

    opportunity = models.ForeignKey(
        Opportunity,
        on_delete=models.PROTECT,
        related_name="questions_sent",
        verbose_name="opportunité",
    )
    questions: Any = models.JSONField("questions", default=list)
    text = models.TextField("message envoyé")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le", auto_now_add=True)
    withdrawn_at = models.DateTimeField("marque retirée le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="marque retirée par",
    )

    objects = QuestionsSentQuerySet.as_manager()

    class Meta:
        verbose_name = "questions posées à l’acheteur"
        verbose_name_plural = "questions posées aux acheteurs"
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
        return f"{self.opportunity}, {self.at:%d/%m/%Y}"
