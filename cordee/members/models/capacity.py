"""What a chantier can do (activities), with whom (crews), when (profile, exceptions, bookings)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cordee.base.fields import one_of, owner_field
from cordee.base.ui import french
from cordee.members.models.structures import Chantier, Structure
from cordee.rules import crafts
from cordee.rules.trades import TRADES

# How well a chantier does a trade, from 0 to 3.
PROFICIENCY = ("débute", "sait faire avec de l’aide", "sait faire", "forme les autres")
TRADE_CHOICES = [(slug, trade.label) for slug, trade in TRADES.items()]


class Certainty(models.TextChoices):
    """Known: said by the structure. Guessed: inferred, shown as such until confirmed."""

    KNOWN = "known", "connu"
    GUESSED = "guessed", "supposé"


class Activity(models.Model):
    """A trade of a chantier, and how far it goes for it."""

    chantier = owner_field(Chantier, "chantier", related_name="activities")
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES)
    certainty = models.CharField(
        "certitude", max_length=10, choices=Certainty, default=Certainty.KNOWN
    )
    proficiency = models.PositiveSmallIntegerField(
        "maîtrise (0 à 3)", default=2, validators=[MaxValueValidator(3)]
    )
    reach_km = models.PositiveSmallIntegerField(
        "rayon d’action (km)", default=40, validators=[MinValueValidator(1)]
    )
    guess_reason = models.CharField("d’après quoi il est supposé", max_length=200, blank=True)
    crafts = models.JSONField(
        "corps d’état", default=list, blank=True, help_text="vide\u00a0: personne ne l’a dit"
    )

    class Meta:
        verbose_name = "activité"
        ordering = ["chantier_id", "trade"]
        indexes = [models.Index(fields=["trade", "chantier", "reach_km"], name="activity_by_trade")]
        constraints = [
            models.UniqueConstraint(
                fields=["chantier", "trade"],
                name="activity_unique_trade",
                violation_error_message="Ce métier est déjà déclaré pour ce chantier.",
            ),
            models.CheckConstraint(
                condition=Q(proficiency__lte=3), name="activity_proficiency_at_most_3"
            ),
            one_of("trade", TRADES, name="activity_trade_known"),
            models.CheckConstraint(
                condition=Q(certainty="guessed") | Q(guess_reason=""),
                name="activity_reason_of_guesses_only",
                violation_error_message="Un métier connu n’est pas supposé d’après quelque chose.",
            ),
            models.CheckConstraint(
                condition=Q(trade=crafts.TRADE) | Q(crafts=[]),
                name="activity_crafts_of_finishing_only",
                violation_error_message="Seul le second œuvre distingue des corps d’état.",
            ),
        ]

    def __str__(self) -> str:
        return TRADES[self.trade].label

    def clean(self) -> None:
        if unknown := set(self.crafts) - set(crafts.CRAFTS):
            raise ValidationError({"crafts": f"Corps d’état inconnu\u00a0: {min(unknown)}."})

    @property
    def lacks_crafts(self) -> bool:
        """Whether it does finishing works, and told no craft of them."""
        return self.trade == crafts.TRADE and not self.crafts and not self.is_guessed

    @property
    def crafts_words(self) -> str:
        """Its crafts, or that nobody told them; nothing where the trade has none."""
        if self.trade != crafts.TRADE:
            return ""
        labels = [craft.label for slug, craft in crafts.CRAFTS.items() if slug in self.crafts]
        return ", ".join(labels) or "corps d’état inconnus"

    @property
    def is_guessed(self) -> bool:
        return self.certainty == Certainty.GUESSED

    @property
    def proficiency_words(self) -> str:
        return PROFICIENCY[self.proficiency]


class StruckGuess(models.Model):
    """A trade that a structure said is not theirs: it is never guessed again."""

    chantier = owner_field(Chantier, "chantier", related_name="struck_guesses")
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES)
    at = models.DateTimeField("quand", auto_now_add=True)

    class Meta:
        verbose_name = "supposition rayée"
        ordering = ["chantier_id", "trade"]
        constraints = [
            models.UniqueConstraint(fields=["chantier", "trade"], name="struck_guess_unique_trade"),
            one_of("trade", TRADES, name="struck_guess_trade_known"),
        ]

    def __str__(self) -> str:
        return TRADES[self.trade].label


class Crew(models.Model):
    """An encadrant·e, places, a vehicle: the unit of capacity."""

    chantier = owner_field(Chantier, "chantier", related_name="crews")
    name = models.CharField("nom", max_length=100)
    places = models.PositiveSmallIntegerField("places", validators=[MinValueValidator(1)])
    weekly_minutes = models.PositiveSmallIntegerField(
        "durée hebdomadaire (minutes)", default=26 * 60
    )
    trades = models.JSONField(
        "métiers", default=list, blank=True, help_text="vide : tous les métiers du chantier"
    )
    has_vehicle = models.BooleanField("véhicule", null=True, blank=True)
    valid_from = models.DateField("depuis", null=True, blank=True)
    valid_to = models.DateField("jusqu’à", null=True, blank=True)
    stated_at = models.DateTimeField("dite ou confirmée le", auto_now=True, null=True)

    class Meta:
        verbose_name = "équipe"
        ordering = ["chantier_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places__gte=1),
                name="crew_has_places",
                violation_error_message="Une équipe a au moins une place.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def trade_labels(self) -> list[str]:
        """Empty where it does all that its chantier does."""
        return [TRADES[slug].short_label for slug in self.trades if slug in TRADES]

    @property
    def weekly(self) -> str:
        """ "26 h", "31 h 30"."""
        hours, minutes = divmod(self.weekly_minutes, 60)
        return french.with_unit(str(hours), "h") + (
            f"{french.THIN}{minutes:02d}" if minutes else ""
        )

    def clean(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": "Cette équipe finirait avant de commencer."})


class SeasonalProfile(models.Model):
    """Per cent of the crews at work in each calendar month, 1 to 12, while valid."""

    chantier = owner_field(Chantier, "chantier", related_name="profiles")
    percent_by_month = models.JSONField("pour cent par mois (12 valeurs)")
    valid_from = models.DateField("depuis")
    valid_to = models.DateField("jusqu’à", null=True, blank=True)

    class Meta:
        verbose_name = "profil de saison"
        ordering = ["chantier_id", "valid_from"]

    def __str__(self) -> str:
        return f"{self.chantier}, depuis {self.valid_from}"


class CapacityException(models.Model):
    """Months in which capacity differs from the profile (a closure, a reinforcement)."""

    chantier = owner_field(Chantier, "chantier", related_name="capacity_exceptions")
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de mois")
    cfte = models.PositiveIntegerField(
        "capacité ces mois-là (centièmes d’ETP par mois)", help_text="remplace ce que dit la saison"
    )
    reason = models.CharField("raison", max_length=200, blank=True)

    class Meta:
        verbose_name = "exception de capacité"
        ordering = ["chantier_id", "first_month", "pk"]

    def __str__(self) -> str:
        return self.reason or f"{self.cfte / 100} ETP"


class CapacityBooking(models.Model):
    """Capacity already promised to a contract or a bid."""

    chantier = owner_field(Chantier, "chantier", related_name="bookings")
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de mois")
    cfte = models.PositiveIntegerField("centièmes d’ETP par mois")
    reason = models.CharField("raison", max_length=200)
    # An opaque key of the room above that booked it, as `economics.Commitment.source`.
    source = models.CharField("origine", max_length=200, blank=True)

    class Meta:
        verbose_name = "réservation de capacité"
        ordering = ["chantier_id", "first_month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chantier", "source"],
                condition=~Q(source=""),
                name="capacity_booking_unique_source",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class Certification(models.Model):
    """A paper of a structure, with its dates."""

    structure = owner_field(Structure, "structure", related_name="certifications")
    name = models.CharField("intitulé", max_length=120)
    valid_from = models.DateField("valable depuis le", null=True, blank=True)
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "certification"
        ordering = ["structure_id", F("valid_until").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "name"],
                name="certification_unique_per_structure",
                violation_error_message="Ce papier est déjà dans la liste : corrigez ses dates.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="certification_ends_after_start",
                violation_error_message="Ce papier finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The rule of the base, beside the field that breaks it."""
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": "Ce papier finirait avant de commencer."})
