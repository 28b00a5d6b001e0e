"""What a person corrected because we had read it wrong, and whether it becomes an example."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, owner_field, single_owner_field
from cordee.notices.notice import Source
from cordee.opportunities.models.versions import Correction, Reading


class MisreadingQuerySet(models.QuerySet["Misreading"]):
    def standing(self) -> "MisreadingQuerySet":
        """Of corrections that nobody withdrew or replaced."""
        return self.filter(correction__withdrawn_at__isnull=True)

    def of_public_notices(self) -> "MisreadingQuerySet":
        return self.exclude(correction__opportunity__source=Source.PRIVATE.value)

    def of_week(self, monday: date) -> "MisreadingQuerySet":
        """Corrected from that Monday to the Sunday after, local time."""
        start, end = (
            timezone.make_aware(datetime.combine(day, time.min))
            for day in (monday, monday + timedelta(days=7))
        )
        return self.filter(correction__at__gte=start, correction__at__lt=end)

    def kept(self) -> "MisreadingQuerySet":
        return self.filter(verdict=Misreading.Verdict.KEPT)


class Misreading(models.Model):
    """One correction that differs from what we had read.

    `was_read` is the JSON value of the fact, null where we had read nothing; `evidence` are the
    words or codes we had read it in: [{where, words}]. Kept as an example, `label` is the line as
    it was confirmed, which no later reading changes.
    """

    class Verdict(models.TextChoices):
        PENDING = "pending", "à décider"
        KEPT = "kept", "retenu comme exemple"
        REFUSED = "refused", "non retenu"

    correction = single_owner_field(Correction, "correction", related_name="misreading", kept=True)
    reading = owner_field(Reading, "lecture", related_name="+", kept=True)
    was_read: Any = models.JSONField("valeur lue", null=True)
    evidence = models.JSONField("mots lus", default=list)
    verdict = models.CharField("décision", max_length=10, choices=Verdict, default=Verdict.PENDING)
    why = models.CharField("pourquoi", max_length=300, blank=True)
    label: Any = models.JSONField("exemple", null=True)
    judged_by = person_field("décidé par", blank=True)
    judged_at = models.DateTimeField("décidé le", null=True, blank=True)

    objects = MisreadingQuerySet.as_manager()

    class Meta:
        verbose_name = "mal lu"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["verdict"])]
        constraints = [
            one_of("verdict", ["pending", "kept", "refused"], name="misreading_verdict_known"),
            models.CheckConstraint(
                condition=Q(verdict="pending", judged_at__isnull=True)
                | (~Q(verdict="pending") & Q(judged_at__isnull=False) & ~Q(why="")),
                name="misreading_judged_says_why",
                violation_error_message="Dites pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(verdict="kept", label__isnull=False)
                | (~Q(verdict="kept") & Q(label__isnull=True)),
                name="misreading_kept_has_its_label",
                violation_error_message="Un exemple retenu garde sa ligne.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction}, {self.get_verdict_display()}"
