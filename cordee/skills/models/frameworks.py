"""The frameworks that a structure made its own, and their sentences in another language."""

from typing import Self

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field, single_owner_field
from cordee.base.files import StoredFile
from cordee.members.models import Structure
from cordee.skills.frameworks.values import Framework, ours, parse

# Letters of a translation.
MOST_WORDS = 400


class OwnFrameworkQuerySet(models.QuerySet["OwnFramework"]):
    def kept(self) -> Self:
        """Those that nobody took out of the list."""
        return self.filter(removed_at__isnull=True)


class OwnFramework(models.Model):
    """A framework as a structure keeps it. Its content has the shape of the files of ours.

    `content` is read and written through `frameworks/values.py` only: one parser for files of
    ours, for copies and for what somebody imports.
    """

    structure = owner_field(Structure, "structure", related_name="frameworks")
    code = models.SlugField("code", max_length=60)
    name = models.CharField("nom", max_length=120)
    content = models.JSONField("familles, compétences et situations")
    # Which file of ours it was copied from, and in which version; empty where it came by a file.
    origin = models.SlugField("copié de", max_length=60, blank=True)
    origin_version = models.PositiveSmallIntegerField("version copiée", null=True, blank=True)
    changed_by = person_field("changé par", blank=True)
    changed_at = models.DateTimeField("changé le", auto_now=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = OwnFrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = "référentiel de la structure"
        ordering = ["structure_id", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "structure",
                "code",
                condition=Q(removed_at__isnull=True),
                name="own_framework_code_once",
                violation_error_message="Votre structure a déjà un référentiel de ce code.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def used_by(cls, structure: Structure) -> list["OwnFramework"]:
        """Those it made its own, and those of ours that it did not change, as rows not kept yet."""
        own = list(cls.objects.kept().filter(structure=structure))
        codes = {row.code for row in own}
        return own + [
            cls(
                structure=structure,
                code=each.code,
                name=each.name,
                content=each.as_content(),
                origin=each.code,
                origin_version=each.version,
            )
            for each in ours().values()
            if each.code not in codes
        ]

    @property
    def value(self) -> Framework:
        return parse(self.content)

    @property
    def mark(self) -> str:
        """Which state of the row a page was made from; empty before any."""
        return self.changed_at.isoformat() if self.pk else ""


class SentenceInLanguage(models.Model):
    """`french`: the sentence as it stood. Where another one stands there since, this one is given
    beside the former sentence only."""

    structure = owner_field(Structure, "structure", related_name="%(class)ss")
    language = models.SlugField("langue", max_length=8)
    code = models.CharField("code", max_length=160)
    french = models.CharField("phrase", max_length=240)

    class Meta:
        abstract = True
        ordering = ["structure_id", "language", "pk"]
        constraints = [
            models.UniqueConstraint("structure", "language", "code", name="%(class)s_once")
        ]

    def __str__(self) -> str:
        return self.french


class Translation(SentenceInLanguage):
    words = models.CharField("traduction", max_length=MOST_WORDS)

    class Meta(SentenceInLanguage.Meta):
        verbose_name = "traduction"


class Recording(SentenceInLanguage):
    """The sentence read aloud by the team, and nobody else."""

    stored = single_owner_field(StoredFile, "son", related_name="+", kept=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta(SentenceInLanguage.Meta):
        verbose_name = "phrase lue à voix haute"
