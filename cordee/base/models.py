"""The tables of base, those of mails apart: queue workers, periodic jobs, search, files."""

import uuid

from django.db import models
from django.db.models import Q

# Django looks for tables here.
from cordee.base.mail.models import DeadAddress, MailServerPause, OutgoingMail  # noqa: F401
from cordee.base.written_once import UnnamedRow


class WorkerBeat(models.Model):
    """One running worker; `beats` grows while it lives.

    Others watch whether it grows, and never ask a clock, which may be set back.
    """

    worker_id = models.CharField("travailleur", max_length=64, unique=True)
    beats = models.PositiveBigIntegerField("battements", default=0)
    seen_at = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "travailleur de la file"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.worker_id


class ScheduledRun(models.Model):
    """The last run of one job. `running_until` is a claim: past it, its process is thought dead.

    `failures`: how many runs in a row failed or were cut.
    """

    class Outcome(models.TextChoices):
        DONE = "done", "fait"
        FAILED = "failed", "à refaire"
        NOT_SET = "not_set", "pas réglée"

    name = models.CharField("tâche", max_length=60, unique=True)
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    running_until = models.DateTimeField("prise jusqu’au", null=True, blank=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=10, choices=Outcome, blank=True)
    count = models.PositiveIntegerField("nombre", null=True, blank=True)
    error = models.CharField("dernière erreur", max_length=300, blank=True)

    failures = models.PositiveSmallIntegerField("échecs de suite", default=0)

    class Meta:
        verbose_name = "tâche périodique"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SearchEntry(UnnamedRow):
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
