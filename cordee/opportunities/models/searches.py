"""Searches that a person keeps, and what tells them of their news."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef

from cordee.accounts.models import User
from cordee.base.fields import one_of, owner_field
from cordee.opportunities.models.opportunities import Opportunity, OpportunityQuerySet


class SavedSearch(models.Model):
    """The filters of the list under a name, as they stand in its address.

    What came in after `seen_until` is new to them; what came in after `notified_until` is not yet
    in a mail. Both are moments at which opportunities became known; reading them again moves none.
    """

    class Alert(models.TextChoices):
        NEVER = "never", "jamais"
        DAILY = "daily", "chaque jour, s’il y a du nouveau"
        WEEKLY = "weekly", "chaque lundi, s’il y a du nouveau"
        PROMPT = "prompt", "chaque lundi, et le lendemain s’il reste moins de quinze jours"

    person = owner_field(User, "personne", related_name="saved_searches")
    name = models.CharField("nom de la recherche", max_length=80)
    query = models.CharField("filtres", max_length=500, blank=True)
    alert = models.CharField("courrier", max_length=10, choices=Alert, default=Alert.PROMPT)
    created_at = models.DateTimeField("gardée le", auto_now_add=True)
    seen_until = models.DateTimeField("vue jusqu’à")
    notified_until = models.DateTimeField("racontée jusqu’à")
    notified_on = models.DateField("dernier courrier", null=True, blank=True)
    fresh_count = models.PositiveIntegerField("nouveautés", default=0)
    counted_at = models.DateTimeField("comptées le")

    class Meta:
        verbose_name = "recherche gardée"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "query"],
                name="saved_search_once_by_person",
                violation_error_message="Vous gardez déjà cette recherche.",
            ),
            models.UniqueConstraint(
                fields=["person", "name"],
                name="saved_search_name_once_by_person",
                violation_error_message="Une de vos recherches porte déjà ce nom.",
            ),
            one_of(
                "alert", ["never", "daily", "weekly", "prompt"], name="saved_search_alert_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def known_between(
    rows: OpportunityQuerySet, after: datetime, until: datetime
) -> OpportunityQuerySet:
    """Those we came to know in between, save needs that we knew before under another notice."""
    before = Opportunity.objects.filter(joined_to=OuterRef("pk"), created_at__lte=after)
    return rows.filter(created_at__gt=after, created_at__lte=until).exclude(Exists(before))
