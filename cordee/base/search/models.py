from django.db import models


class SearchEntry(models.Model):
    """The words of one row of any table, kept beside it.

    The indexes are made by the first migration: full-text tables on SQLite, a GIN on PostgreSQL.
    """

    kind = models.CharField("sorte d’objet", max_length=80)
    object_id = models.BigIntegerField("identifiant")
    text = models.TextField("mots cherchés")

    class Meta:
        verbose_name = "entrée de recherche"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                name="search_entry_unique",
                violation_error_message="Cet objet est déjà dans la recherche.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
