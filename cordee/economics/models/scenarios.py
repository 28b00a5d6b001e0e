"""Cases of « Et si ? » that a director gave a name, to read them again."""

from django.db import models

from cordee.base.fields import owner_field
from cordee.members.models import Chantier

# Beside today: more are no longer read side by side.
MOST_SCENARIOS = 4


class Scenario(models.Model):
    """What was asked of one chantier, as its form was filled: read anew at each look.

    Nothing else depends on it, and it limits nothing.
    """

    chantier = owner_field(Chantier, "chantier", related_name="scenarios")
    name = models.CharField("nom", max_length=80)
    asked = models.JSONField("ce qui est demandé")

    class Meta:
        verbose_name = "cas"
        ordering = ["chantier_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chantier", "name"],
                name="scenario_unique_name",
                violation_error_message="Un cas porte déjà ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
