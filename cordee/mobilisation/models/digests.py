"""The weekly digest: what somebody chose, the issues that left, and what each one showed."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Structure
from cordee.opportunities.models import Opportunity
from cordee.rules.clock import day_of


class DigestChoice(models.Model):
    """How a structure wants its weekly digest. None without a row.

    `trades` empty: those it works in. `radius_km` null: as far as it goes for each trade.
    `settled_until` is the moment of the last issue that was dealt with, sent or empty.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "lundi"
        TUESDAY = 1, "mardi"
        WEDNESDAY = 2, "mercredi"
        THURSDAY = 3, "jeudi"
        FRIDAY = 4, "vendredi"
        SATURDAY = 5, "samedi"
        SUNDAY = 6, "dimanche"

    class Band(models.IntegerChoices):
        """The value is the hour at which the band opens, in Paris."""

        MORNING = 7, "le matin, entre 7 h et 9 h"
        NOON = 12, "à midi, entre 12 h et 14 h"
        EVENING = 17, "en fin d’après-midi, entre 17 h et 19 h"

    class Threshold(models.TextChoices):
        MUCH = "much", "seulement ce qui vous convient beaucoup"
        ENOUGH = "enough", "ce qui vous convient assez"
        LITTLE = "little", "aussi ce qui vous convient un peu"

    structure = models.OneToOneField(
        Structure,
        on_delete=models.CASCADE,
        related_name="digest_choice",
        verbose_name="structure",
    )
    is_on = models.BooleanField("reçu", default=True)
    weekday = models.PositiveSmallIntegerField("jour", choices=Weekday, default=Weekday.MONDAY)
    band = models.PositiveSmallIntegerField("moment", choices=Band, default=Band.MORNING)
    trades = models.JSONField("métiers choisis", default=list, blank=True)
    radius_km = models.PositiveSmallIntegerField("rayon choisi (km)", null=True, blank=True)
    threshold = models.CharField(
        "exigence", max_length=10, choices=Threshold, default=Threshold.ENOUGH
    )
    chosen_by = person_field("choisi par")
    chosen_at = models.DateTimeField("choisi le")
    settled_until = models.DateTimeField("fait jusqu’à")

    class Meta:
        verbose_name = "réglage de la sélection de la semaine"
        ordering = ["pk"]
        indexes = [models.Index(fields=["is_on", "weekday", "settled_until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="digest_choice_weekday_of_the_week"
            ),
            one_of("band", [7, 12, 17], name="digest_choice_band_known"),
            one_of("threshold", ["much", "enough", "little"], name="digest_choice_threshold_known"),
            models.CheckConstraint(
                condition=Q(radius_km__isnull=True) | Q(radius_km__range=(5, 100)),
                name="digest_choice_radius_between_5_and_100",
                violation_error_message="Le rayon va de 5 à 100 km.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, le {self.get_weekday_display()}"

    def page_path(self) -> str:
        """Where it is read and changed."""
        return reverse("digests:structure", args=[self.structure_id])


class Digest(models.Model):
    """One issue that was written, for the moment it was due; at most one for each."""

    choice = owner_field(DigestChoice, "réglage", related_name="issues")
    due_at = models.DateTimeField("prévu pour")
    made_at = models.DateTimeField("écrit le", auto_now_add=True)
    left_over = models.PositiveIntegerField("gardées pour la suite", default=0)

    class Meta:
        verbose_name = "sélection de la semaine"
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["choice", "due_at"],
                name="digest_one_by_moment",
                violation_error_message="Cette sélection est déjà partie.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.choice}, {day_of(self.due_at):%d/%m/%Y}"


class DigestItem(UnnamedRow):
    """One opportunity sent to a structure: never twice to the same one.

    The structure stands here again, beside its issue: the base itself refuses a second time.
    `facts` keeps what the mail said of it, in figures.
    """

    digest = owner_field(Digest, "sélection", related_name="items")
    structure = owner_field(Structure, "structure", related_name="+")
    opportunity = owner_field(Opportunity, "opportunité", related_name="+")
    position = models.PositiveSmallIntegerField("rang")
    facts = models.JSONField("ce qui en est dit")

    class Meta:
        verbose_name = "ligne d’une sélection"
        ordering = ["digest_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "opportunity"],
                name="digest_item_once_by_structure",
                violation_error_message="Cette opportunité a déjà été dite à cette structure.",
            ),
            models.UniqueConstraint(
                fields=["digest", "position"], name="digest_item_unique_position"
            ),
        ]
