"""Which queue workers are alive."""

from django.db import models


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
