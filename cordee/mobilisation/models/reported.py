"""What every report of a message holds: who asked a network to read it, and what became of it."""

from django.conf import settings
from django.db import models


class Reported(models.Model):
    """Somebody reports a message; somebody of the network decides."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="signalé par",
    )
    at = models.DateTimeField("le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidé par",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"signalement {self.pk}"
