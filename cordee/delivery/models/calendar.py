"""The calendar of a contract: orders, milestones, amendments; and the half-day on which companies
watch a crew at work."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import (
    EurosField,
    optional_owner_field,
    owner_field,
    single_owner_field,
)
from cordee.base.written_once import UnnamedRow
from cordee.delivery.models.contracts import Delivery, DeliveryLot, Partner
from cordee.members.models import Chantier
from cordee.rules.months import month_number


class SiteEvent(models.Model):
    """What is on, for a partner or for all. It books nothing before that partner says yes for one
    of its chantiers. An amendment adds its amount to the contract or, below 0, takes it away."""

    class Kind(models.TextChoices):
        ORDER = "order", "bon de commande"
        MILESTONE = "milestone", "jalon"
        AMENDMENT = "amendment", "avenant"

    delivery = owner_field(Delivery, "marché", related_name="events")
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    title = models.CharField("en quelques mots", max_length=150)
    partner = optional_owner_field(Partner, "pour qui", related_name="events")
    lot = optional_owner_field(DeliveryLot, "lot", related_name="events")
    first_day = models.DateField("premier jour")
    last_day = models.DateField("dernier jour")
    amount_cents = EurosField("montant hors taxes", null=True, blank=True)
    cfte = models.PositiveIntegerField("centièmes d’ETP par mois", null=True, blank=True)
    made_by = person_field("noté par", blank=True)
    changed_at = models.DateTimeField("changé le", auto_now=True)
    chantier = optional_owner_field(Chantier, "chantier", related_name="+", outlived=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "date d’un marché"
        verbose_name_plural = "dates d’un marché"
        ordering = ["delivery_id", "first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="site_event_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="order",
                    amount_cents__isnull=False,
                    amount_cents__gt=0,
                    partner__isnull=False,
                )
                | Q(kind="milestone", amount_cents__isnull=True, cfte__isnull=True)
                | Q(kind="amendment"),
                name="site_event_kind_says_what",
                violation_error_message="Un bon de commande dit pour qui, et un montant "
                "au-dessus de 0\u202f€. Un jalon n’a ni montant ni postes.",
            ),
            models.CheckConstraint(
                condition=Q(chantier__isnull=True)
                | Q(partner__isnull=False, amount_cents__isnull=False, removed_at__isnull=True),
                name="site_event_booked_by_a_partner",
                violation_error_message="Sans montant, rien n’est réservé.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def first_month(self) -> int:
        return month_number(self.first_day)

    @property
    def months(self) -> int:
        return month_number(self.last_day) - self.first_month + 1

    def clean(self) -> None:
        first, last, signed = self.first_day, self.last_day, self.delivery.notified_on
        if first and last and last < first:
            raise ValidationError({"last_day": "Ce jour vient avant le premier. Corrigez l’un."})
        if first and first < signed:
            words = f"Le marché est notifié le {signed:%d/%m/%Y}. Écrivez un jour d’après."
            raise ValidationError({"first_day": words})


class OpenSite(UnnamedRow):
    """One half-day of a contract, on which companies watch a crew. Each of the crew decides: its
    structure keeps three numbers and no name (RULE-32)."""

    class Half(models.TextChoices):
        MORNING = "morning", "le matin"
        AFTERNOON = "afternoon", "l’après-midi"

    delivery = single_owner_field(Delivery, "marché", related_name="open_site")
    host = owner_field(Partner, "équipe qui montre", related_name="open_sites")
    day = models.DateField("quel jour")
    half = models.CharField("à quel moment", max_length=10, choices=Half)
    place = models.CharField("à quel endroit", max_length=200)
    places = models.PositiveSmallIntegerField(
        "combien d’entreprises", validators=[MinValueValidator(1)]
    )
    presenting = models.PositiveSmallIntegerField("montrent leur travail", null=True, blank=True)
    there = models.PositiveSmallIntegerField("sont là", null=True, blank=True)
    away = models.PositiveSmallIntegerField("ne viennent pas", null=True, blank=True)
    changed_at = models.DateTimeField("changé le", auto_now=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    # Accounts of companies that come, and nothing of anybody else.
    visitors = models.ManyToManyField(User, related_name="+", verbose_name="entreprises")

    class Meta:
        verbose_name = "chantier ouvert"
        verbose_name_plural = "chantiers ouverts"
        ordering = ["day", "half", "pk"]
