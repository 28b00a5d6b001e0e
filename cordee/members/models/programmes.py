"""Large undertakings with promises to keep: Games, urban renewal, or any other."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from cordee.base.fields import WebAddressField, owner_field
from cordee.base.ui import french
from cordee.members.models.territories import Commune, Department
from cordee.rules.parameters import Confidence

CONFIDENCE_CHOICES = Confidence.choices()


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def current(self, on: date) -> "ProgrammeQuerySet":
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def to_come(self, on: date) -> "ProgrammeQuerySet":
        return self.filter(starts_on__gt=on)

    def memories(self, on: date) -> "ProgrammeQuerySet":
        """Ended: kept for what they promised and did."""
        return self.filter(ends_on__lt=on)


class Programme(models.Model):
    """A large undertaking with promises to keep (Games, urban renewal): a scope of seats too.

    It stands beside networks, below opportunities, because its team holds seats (decision 11).
    """

    name = models.CharField("nom", max_length=150, unique=True)
    slug = models.SlugField("identifiant", unique=True)
    owner = models.CharField("porté par", max_length=200)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    text = models.TextField("présentation", blank=True)
    departments = models.ManyToManyField(
        Department, blank=True, related_name="programmes", verbose_name="départements"
    )
    communes = models.ManyToManyField(
        Commune, blank=True, related_name="programmes", verbose_name="communes"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message="Le programme finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_memory(self, on: date) -> bool:
        return self.ends_on < on

    def is_to_come(self, on: date) -> bool:
        return self.starts_on > on


class SourcedLine(models.Model):
    """Something said of a programme, with who said it and how far it can be trusted."""

    position = models.PositiveSmallIntegerField("rang", default=0)
    label = models.CharField("intitulé", max_length=250)
    source = models.CharField("source", max_length=250)
    url = WebAddressField("adresse de la source", max_length=400, blank=True)
    checked_on = models.DateField("relu le", null=True, blank=True)
    confidence = models.CharField(
        "confiance", max_length=12, choices=CONFIDENCE_CHOICES, default=Confidence.MEDIUM.value
    )

    class Meta:
        abstract = True


class ProgrammeCommitment(SourcedLine):
    """A promise. `value` is a rate between 0 and 1 for a share, a number with `unit` otherwise.

    Without `value` the promise is known and its figure is not: "inconnu, à confirmer", never 0.
    """

    class Kind(models.TextChoices):
        HOURS_SHARE = "hours_share", "part des heures travaillées"
        AMOUNT_SHARE = "amount_share", "part du montant des marchés"
        NUMBER = "number", "nombre"
        WORDS = "words", "engagement sans chiffre"

    programme = owner_field(Programme, "programme", related_name="commitments")
    kind = models.CharField("sorte", max_length=15, choices=Kind)
    value = models.DecimalField("cible", max_digits=14, decimal_places=4, null=True, blank=True)
    unit = models.CharField("unité", max_length=40, blank=True)
    base = models.CharField("de quoi", max_length=250, blank=True)

    class Meta:
        verbose_name = "engagement d’un programme"
        ordering = ["programme_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "label"],
                name="programme_commitment_unique",
                violation_error_message="Cet engagement est déjà noté.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="programme_commitment_not_negative",
                violation_error_message="Une cible n’est pas négative.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["hours_share", "amount_share"])
                | Q(value__isnull=True)
                | Q(value__lte=1),
                name="programme_commitment_share_is_a_share",
                violation_error_message="Une part ne dépasse pas 100 %.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="words") | Q(value__isnull=True),
                name="programme_commitment_words_have_no_value",
                violation_error_message="Un engagement sans chiffre n’a pas de cible.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_share(self) -> bool:
        return self.kind in (self.Kind.HOURS_SHARE, self.Kind.AMOUNT_SHARE)

    @property
    def target(self) -> str:
        """ "10 %", "1 500 appels", "sans chiffre", or "inconnu"."""
        if self.kind == self.Kind.WORDS:
            return "sans chiffre"
        if self.value is None:
            return french.UNKNOWN
        if self.is_share:
            return french.with_unit(french.number((self.value * 100).normalize()), "%")
        text = french.number(Decimal(self.value).normalize())
        return f"{text}\u00a0{self.unit}" if self.unit else text


class ProgrammeFact(SourcedLine):
    """What others published of a programme: results, milestones, and what nobody knows yet."""

    programme = owner_field(Programme, "programme", related_name="facts")
    text = models.TextField("ce qui est dit")
    stated_on = models.DateField("dit le", null=True, blank=True)

    class Meta:
        verbose_name = "fait publié d’un programme"
        ordering = ["programme_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "label"],
                name="programme_fact_unique",
                violation_error_message="Ce fait est déjà noté.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
