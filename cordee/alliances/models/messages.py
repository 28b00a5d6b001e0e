"""The thread of an alliance: what those inside write to one another."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cordee.alliances.models.alliances import Alliance

LONGEST = 4000


class AllianceMessage(models.Model):
    """A message; taken back, hidden or erased with its author, its words go and its line stays."""

    alliance = models.ForeignKey(
        Alliance, on_delete=models.CASCADE, related_name="messages", verbose_name="alliance"
    )
    text = models.TextField("message", max_length=LONGEST, blank=True)
    at = models.DateTimeField("écrit le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="écrit par",
    )
    # The name under which others know who wrote: a network or a structure.
    side = models.CharField("au nom de", max_length=200)
    withdrawn_at = models.DateTimeField("repris le", null=True, blank=True)
    hidden_at = models.DateTimeField("masqué le", null=True, blank=True)
    hidden_reason = models.CharField("pourquoi il est masqué", max_length=300, blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "message d’une alliance"
        verbose_name_plural = "messages d’une alliance"
        ordering = ["alliance_id", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="")
                | Q(withdrawn_at__isnull=False)
                | Q(hidden_at__isnull=False)
                | Q(erased_at__isnull=False),
                name="alliance_message_says_something",
                violation_error_message="Écrivez quelque chose.",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""),
                name="alliance_message_hidden_says_why",
                violation_error_message="Dites pourquoi vous masquez ce message.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alliance_id}, message {self.pk}"

    @property
    def is_readable(self) -> bool:
        return not (self.withdrawn_at or self.hidden_at or self.erased_at)
