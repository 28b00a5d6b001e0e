"""What is known of a file that somebody brought; its bytes lie in the folder of the state."""

import uuid

from django.db import models
from django.db.models import Q


class StoredFile(models.Model):
    """A file: its name as it came, its sort by its content, its fingerprint.

    Erased, its bytes are gone and its line stays, without its name.
    """

    id = models.UUIDField("identifiant", primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("nom", max_length=200)
    content_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    kept_at = models.DateTimeField("gardé le")
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier"
        ordering = ["-kept_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="stored_file_not_empty",
                violation_error_message="Ce fichier est vide.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="stored_file_has_a_fingerprint",
                violation_error_message="L’empreinte a 64 chiffres hexadécimaux.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ending(self) -> str:
        """How its name ends, in capitals, for screens."""
        return self.name.rpartition(".")[2].upper()
