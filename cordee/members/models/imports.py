"""Lists of structures that were read, with what was found in them."""

from django.conf import settings
from django.db import models


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
    report = models.JSONField("rapport", default=dict)

    class Meta:
        verbose_name = "import de structures"
        verbose_name_plural = "imports de structures"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.source
