"""What somebody saw a learner do, which is never changed, and what she alone says of it."""

from typing import Self
from uuid import uuid4

from django.db import models

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Structure
from cordee.skills.models.learners import Learner


class ObservationQuerySet(models.QuerySet["Observation"]):
    def in_force(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def newest(self, structure: Structure) -> int:
        """The key of the last one that was noted there; 0 where none was."""
        rows = self.filter(learner__structure=structure).order_by("-pk")
        return rows.values_list("pk", flat=True).first() or 0


class Observation(models.Model):
    """One criterion seen one day. `number` is drawn where it was noted: sent twice, it is once."""

    class Level(models.TextChoices):
        NOT_SEEN = "not_seen", "pas vu"
        IN_PROGRESS = "in_progress", "en cours"
        ACQUIRED = "acquired", "acquis"

    number = models.UUIDField("numéro", default=uuid4, unique=True)
    learner = owner_field(Learner, "personne", related_name="observations")
    framework = models.SlugField("référentiel", max_length=60)
    criterion = models.CharField("critère", max_length=80)
    # As they stood that day: a framework may change after.
    competence = models.CharField("compétence", max_length=160)
    sentence = models.CharField("critère en mots", max_length=240)
    situation = models.CharField("situation", max_length=80, blank=True)
    level = models.CharField("niveau", max_length=12, choices=Level)
    seen_on = models.DateField("vu le")
    seen_by = person_field("vu par", blank=True)
    seen_by_name = models.CharField("nom de qui a vu", max_length=80, blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)
    taken_back_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    # Taken back, or followed by another of the same criterion: told where she disagrees with it.
    is_former = False

    class Meta:
        verbose_name = "observation"
        ordering = ["learner_id", "-seen_on", "-pk"]
        indexes = [models.Index(fields=["learner", "criterion", "seen_on"])]

    def __str__(self) -> str:
        return self.sentence

    @property
    def objection(self) -> "Disagreement | None":
        """What she says of it, if anything."""
        return getattr(self, "disagreement", None)


class Disagreement(UnnamedRow):
    """Her own words beside an observation. Nobody else changes or removes them."""

    observation = models.OneToOneField(
        Observation, models.CASCADE, related_name="disagreement", verbose_name="observation"
    )
    words = models.TextField("ses mots", max_length=1000, blank=True)
    said_at = models.DateTimeField("dit le", auto_now_add=True)

    class Meta:
        verbose_name = "désaccord"
