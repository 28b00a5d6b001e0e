"""What every report of a message holds: who asked a network to read it, and what became of it."""

from typing import Any

from django.db import models

from cordee.accounts.fields import person_field
from cordee.members.models import RoleSeat


class ReportedQuerySet[Report: models.Model](models.QuerySet[Report]):
    def read_by(self, person: Any) -> "ReportedQuerySet[Report]":
        """Those to the networks for which the person acts; what waits first."""
        seats = RoleSeat.objects.held_by(person).of_networks().order_by()
        rows = self.filter(network__in=seats.values("network"))
        return rows.order_by("decided_at", "-at", "-pk")


class Reported(models.Model):
    """Somebody reports a message; somebody of the network decides."""

    by = person_field("signalé par")
    at = models.DateTimeField("le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = person_field("décidé par", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"signalement {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
