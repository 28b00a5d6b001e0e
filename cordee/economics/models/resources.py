"""What a chantier expects from its funders, and what the bank held when its forecast begins."""

from typing import Self

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import EurosField, owner_field, single_owner_field
from cordee.base.ui import months
from cordee.members.models import Chantier, Structure
from cordee.rules.resources import ResourceCategory, ResourceCertainty

CATEGORIES = [("", "Choisissez"), *ResourceCategory.choices()]
CERTAINTIES = ResourceCertainty.choices()


class ResourceQuerySet(models.QuerySet["Resource"]):
    def kept(self) -> Self:
        """Those that nobody took out of the list."""
        return self.filter(removed_at__isnull=True)

    def removed(self) -> Self:
        """Those that may be put back."""
        return self.filter(removed_at__isnull=False)


class Resource(models.Model):
    """Money that a funder gives, said or may give, paid in equal parts over some months."""

    chantier = owner_field(Chantier, "chantier", related_name="resources")
    funder = models.CharField("financeur", max_length=120)
    category = models.CharField("catégorie", max_length=20, choices=CATEGORIES)
    amount_cents = EurosField("montant")
    certainty = models.CharField("certitude", max_length=10, choices=CERTAINTIES, default="DEMANDE")
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de versements, un par mois", default=1)
    noted_by = person_field("noté par", blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "ressource"
        ordering = ["chantier_id", "first_month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0),
                name="resource_amount_above_zero",
                violation_error_message="Le montant est au-dessus de zéro.",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=60),
                name="resource_months",
                violation_error_message="Une ressource se verse en 1 à 60 fois, une fois par mois.",
            ),
        ]

    def __str__(self) -> str:
        return self.funder

    @property
    def when(self) -> str:
        """Its months, in French."""
        return months.span(self.first_month, self.months)


class OpeningBalance(models.Model):
    """What the bank held when a month began, and two figures of the forecast; stated anew at will.

    Of a structure, as its bank account is: its chantiers share it. It may be below zero.
    """

    structure = single_owner_field(Structure, "structure", related_name="opening_balance")
    month = models.PositiveIntegerField("mois (année × 12 + mois − 1)")
    balance_cents = EurosField("solde au premier du mois")
    payment_days = models.PositiveSmallIntegerField(
        "délai de paiement des clients, en jours", null=True, blank=True
    )
    filled_cfte = models.PositiveIntegerField(
        "postes occupés (centièmes d’ETP)", null=True, blank=True
    )
    stated_by = person_field("dit par", blank=True)
    stated_at = models.DateTimeField("dit le", auto_now=True)

    class Meta:
        verbose_name = "solde de départ"
        constraints = [
            models.CheckConstraint(
                condition=Q(payment_days__isnull=True) | Q(payment_days__lte=365),
                name="opening_balance_payment_days",
                violation_error_message="Un délai de paiement va de 0 à 365 jours.",
            ),
        ]

    def __str__(self) -> str:
        return months.month(self.month)
