"""Attestations that were signed for a learner, and the numbers of those that were withdrawn."""

from django.db import models

from cordee.base.fields import owner_field
from cordee.base.written_once import UnnamedRow
from cordee.skills.models.learners import Learner


class WithdrawnBadge(UnnamedRow):
    """A number that anybody may read as withdrawn. Drawn at random, it outlives her, of nobody."""

    number = models.UUIDField("numéro", unique=True)

    class Meta:
        verbose_name = "attestation retirée"


class Badge(models.Model):
    """What a structure attests of one competence, as it was signed: it is hers."""

    number = models.UUIDField("numéro", unique=True)
    learner = owner_field(Learner, "personne", related_name="badges")
    competence = models.CharField("compétence", max_length=160)
    token = models.TextField("code signé")
    issued_at = models.DateTimeField("faite le")

    class Meta:
        verbose_name = "attestation"
        ordering = ["learner_id", "competence", "-issued_at", "-pk"]

    def __str__(self) -> str:
        return self.competence
