"""Under which identifiers the sources publish a need; which questions were put to its buyer."""

from typing import Any

from django.db import models
from django.db.models import Q

from cordee.base.fields import optional_owner_field, owner_field
from cordee.notices.notice import Source
from cordee.opportunities.models.opportunities import Opportunity
from cordee.opportunities.models.withdrawable import Withdrawable, WithdrawableQuerySet
from cordee.rules.clock import day_of


class Publication(models.Model):
    """The need under the identifier of one source. Joining two opportunities moves this row.

    `home`, once it was moved, is the opportunity under which it came in: where a split leads back.
    """

    opportunity = owner_field(Opportunity, "opportunité", related_name="publications", kept=True)
    home = optional_owner_field(Opportunity, "opportunité d’origine", related_name="+", kept=True)
    source = models.CharField("source", max_length=10, choices=Source.choices())
    source_id = models.CharField("identifiant dans la source", max_length=120)

    class Meta:
        verbose_name = "publication"
        ordering = ["opportunity_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="publication_unique_id_in_source",
                violation_error_message="Cet avis est déjà connu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.source_id}"


class EarlierNotice(models.Model):
    """An identifier that a publication names as its predecessor, known to us or not yet."""

    publication = owner_field(Publication, "publication", related_name="earlier")
    source_id = models.CharField("identifiant cité", max_length=120, db_index=True)

    class Meta:
        verbose_name = "avis antérieur cité"
        ordering = ["publication_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "source_id"], name="earlier_notice_unique"
            )
        ]

    def __str__(self) -> str:
        return self.source_id


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
