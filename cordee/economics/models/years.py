"""Accounting years of a chantier: the figures the ceiling of article D5132-34 is tested on."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from cordee.base.fields import EurosField
from cordee.members.models import Chantier
from cordee.rules.months import month_number


class AccountingYearQuerySet(models.QuerySet["AccountingYear"]):
    def not_ended(self, on: date) -> Self:
        """In course on a day, or to come: a year that has ended is no headroom."""
        return self.filter(first_month__gt=month_number(on) - F("months"))

    def in_course(self, on: date) -> Self:
        return self.not_ended(on).filter(first_month__lte=month_number(on))


class AccountingYear(models.Model):
    """One year of one chantier. A year without accounts is unknown, never last year's."""

    class Basis(models.TextChoices):
        BUDGET = "budget", "budget"
        FORECAST = "forecast", "atterrissage prévu"
        CLOSED = "closed", "comptes arrêtés"

    chantier = models.ForeignKey(
        Chantier, on_delete=models.CASCADE, related_name="accounting_years", verbose_name="chantier"
    )
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de mois", default=12)
    charges_cents = EurosField("charges liées aux activités")
    receipts_cents = EurosField("recettes de commercialisation")
    derogation = models.DecimalField(
        "taux de dérogation", max_digits=4, decimal_places=3, null=True, blank=True
    )
    derogation_reference = models.CharField("décision du préfet", max_length=100, blank=True)
    derogation_decided_on = models.DateField("date de la décision", null=True, blank=True)
    derogation_ends_on = models.DateField("fin de la dérogation", null=True, blank=True)
    marginal_cost_share = models.DecimalField(
        "part des charges nouvelles dans une recette nouvelle",
        max_digits=4,
        decimal_places=3,
        default=Decimal("0"),
        help_text="0 : la recette nouvelle n’ajoute aucune charge (le plus prudent)",
    )
    basis = models.CharField("nature des chiffres", max_length=10, choices=Basis)

    objects = AccountingYearQuerySet.as_manager()

    class Meta:
        verbose_name = "exercice comptable"
        ordering = ["chantier_id", "first_month"]
        constraints = [
            models.UniqueConstraint(
                fields=["chantier", "first_month"],
                name="accounting_year_unique_start",
                violation_error_message="Un exercice commence déjà ce mois-là pour ce chantier.",
            ),
            models.CheckConstraint(
                condition=Q(charges_cents__gte=0, receipts_cents__gte=0),
                name="accounting_year_amounts_not_negative",
                violation_error_message="Les charges et les recettes ne sont pas négatives.",
            ),
            models.CheckConstraint(
                condition=Q(derogation__isnull=True) | Q(derogation__gt=0, derogation__lte=1),
                name="accounting_year_derogation_is_a_share",
                violation_error_message="La dérogation est une part, par exemple 0,45.",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=24), name="accounting_year_length"
            ),
            models.CheckConstraint(
                condition=Q(marginal_cost_share__gte=0, marginal_cost_share__lte=Decimal("1.2")),
                name="accounting_year_marginal_cost_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chantier}, {self.first_month // 12}"

    @property
    def name(self) -> str:
        """ "2026", or "2026-2027" where it runs over two calendar years."""
        first, last = self.first_month // 12, (self.first_month + self.months - 1) // 12
        return str(first) if first == last else f"{first}-{last}"

    def covers(self, month: int) -> bool:
        """Whether it holds this month (year × 12 + month − 1)."""
        return self.first_month <= month < self.first_month + self.months

    def has_ended(self, on: date) -> bool:
        """Whether `AccountingYearQuerySet.not_ended` leaves it out."""
        return self.first_month + self.months <= month_number(on)

    @property
    def derogation_ends_early(self) -> bool:
        """Whether a derogation was given, but not for the whole year: then it counts not."""
        return self.derogation is not None and self.derogation_in_force() is None

    def derogation_in_force(self) -> Decimal | None:
        """The derogation where it lasts to the end of the year; one that ends before counts not."""
        if self.derogation is None:
            return None
        last_month = self.first_month + self.months - 1
        ends = self.derogation_ends_on
        if ends is not None and month_number(ends) < last_month:
            return None
        return self.derogation
