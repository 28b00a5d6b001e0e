"""A French sentence in another language, as the structure had it translated."""

from django.db import models

from cordee.base.fields import owner_field
from cordee.members.models import Structure

MOST_WORDS = 400


class Translation(models.Model):
    """`french`: the sentence that was translated. Where another one stands there since, this one
    is shown beside the former sentence only."""

    structure = owner_field(Structure, "structure", related_name="translations")
    language = models.SlugField("langue", max_length=8)
    code = models.CharField("code", max_length=160)
    french = models.CharField("phrase", max_length=240)
    words = models.CharField("traduction", max_length=MOST_WORDS)

    class Meta:
        verbose_name = "traduction"
        ordering = ["structure_id", "language", "pk"]
        constraints = [
            models.UniqueConstraint("structure", "language", "code", name="translation_once")
        ]

    def __str__(self) -> str:
        return self.words
