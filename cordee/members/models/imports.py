"""Lists of structures that were read, with what was found in them."""

from django.conf import settings
from django.db import models

from cordee.members.models.networks import Network


class StructureImport(models.Model):
    """One reading of one list, with its report: what was written, what is doubtful, and why."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("quand", auto_now_add=True)
    source = models.CharField("liste", max_length=200)
    network = models.ForeignKey(
        Network,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="réseau dont elles deviennent membres",
    )
    report = models.JSONField("rapport", default=dict)
    waiting_rows = models.JSONField(
        "lignes en attente d’un accord",
        null=True,
        blank=True,
        help_text="vidées une fois la liste importée",
    )

    class Meta:
        verbose_name = "import de structures"
        verbose_name_plural = "imports de structures"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.source

    @property
    def is_waiting(self) -> bool:
        return self.waiting_rows is not None
