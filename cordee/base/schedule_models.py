"""When each periodic job last ran, and how it ended."""

from django.db import models


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
