"""What every report of a message holds: who asked a network to read it, and what became of it."""

from django.db import models

from cordee.accounts.fields import person_field


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
