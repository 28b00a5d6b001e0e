"""Files that those inside an alliance share: the list here, the bytes under the state folder."""

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.alliances.models.alliances import alliance_field
from cordee.base.files.models import StoredFile


class AllianceFile(models.Model):
    """A file brought by somebody inside; taken away, its bytes go and its line stays."""

    alliance = alliance_field("files", kept=True)
    stored = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="fichier"
    )
    words = models.CharField("ce que c’est", max_length=200, blank=True)
    brought_at = models.DateTimeField("ajouté le")
    brought_by = person_field("ajouté par")
    # The name under which others know who brought it: a network or a structure.
    brought_for = models.CharField("ajouté pour", max_length=200)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier d’une alliance"
        ordering = ["alliance_id", "-brought_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(brought_for=""),
                name="alliance_file_says_for_whom",
                violation_error_message="Dites pour qui ce fichier est ajouté.",
            )
        ]

    def __str__(self) -> str:
        return self.words or str(self.stored)
