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
    header = models.JSONField("colonnes du fichier", default=list, blank=True)
    columns = models.JSONField(
        "leur colonne → notre champ", default=dict, blank=True, help_text="vide : noms habituels"
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

    @property
    def needs_columns(self) -> bool:
        """Whether somebody must still say which column is which."""
        return self.is_waiting and not self.report


class ListMapping(models.Model):
    """Which of our fields each column of a network's lists fills, for one header.

    `key` is a digest of the header, so that the next file with the same one is read at once.
    """

    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="list_mappings", verbose_name="réseau"
    )
    key = models.CharField("empreinte de l’en-tête", max_length=64)
    columns = models.JSONField(
        "leur colonne → notre champ", default=dict, help_text="vide : la colonne n’est pas lue"
    )
    updated_at = models.DateTimeField("mise à jour", auto_now=True)

    class Meta:
        verbose_name = "correspondance de colonnes"
        verbose_name_plural = "correspondances de colonnes"
        ordering = ["network_id", "-updated_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["network", "key"], name="list_mapping_unique_header")
        ]

    def __str__(self) -> str:
        return f"{self.network}, {len(self.columns)} colonnes"
