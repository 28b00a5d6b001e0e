"""How the date of an answer moved: what calendars count to know which version is the newer."""

from django.db import models
from django.db.models import Q

from cordee.opportunities.models.opportunities import Opportunity


class DeadlineChange(models.Model):
    """One move of a deadline, or of a call between open and cancelled. Only added to.

    `number` counts from one in each opportunity: it is the SEQUENCE of its event in calendars.
    """

    opportunity = models.ForeignKey(
        Opportunity,
        on_delete=models.CASCADE,
        related_name="deadline_changes",
        verbose_name="opportunité",
    )
    number = models.PositiveSmallIntegerField("rang")
    before = models.DateTimeField("réponse avant, jusque là", null=True, blank=True)
    after = models.DateTimeField("réponse avant, depuis", null=True, blank=True)
    was_cancelled = models.BooleanField("était annulé", default=False)
    is_cancelled = models.BooleanField("est annulé", default=False)
    at = models.DateTimeField("su le", auto_now_add=True)

    class Meta:
        verbose_name = "date limite déplacée"
        ordering = ["opportunity_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "number"], name="deadline_change_unique_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="deadline_change_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}, {self.number}"
