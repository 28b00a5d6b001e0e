"""Under which identifiers the sources publish a need."""

from django.db import models

from cordee.base.fields import optional_owner_field, owner_field
from cordee.notices.notice import Source
from cordee.opportunities.models.opportunities import Opportunity


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
