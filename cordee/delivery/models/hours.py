"""Hours of insertion done on a contract: totals of a month, of nobody; and what proves them."""

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Sum

from cordee.accounts.fields import person_field
from cordee.agreement.insertion import Way
from cordee.base.fields import one_of, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.delivery.models.contracts import Delivery, DeliveryLot, Partner

# More than two hundred people at full time in one month is a slip of the keyboard.
MOST_MINUTES = 200 * 200 * 60


class MonthlyHoursQuerySet(models.QuerySet["MonthlyHours"]):
    def in_force(self) -> Self:
        """Those that no correction replaced."""
        return self.filter(replaced_at__isnull=True)

    def of_contract(self, delivery: Delivery, partners: Collection[Partner] | None = None) -> Self:
        """Those of a contract, or of some of its partners."""
        rows = self.filter(lot__delivery=delivery)
        return rows if partners is None else rows.filter(partner__in=partners)

    def accepted(self) -> Self:
        return self.in_force().filter(state=MonthlyHours.State.ACCEPTED)

    def to_accept(self) -> Self:
        return self.in_force().filter(state=MonthlyHours.State.STATED)

    def months_to_accept(self, deliveries: Iterable[Delivery]) -> dict[int, int]:
        """How many months of each contract wait; one where none does is not there."""
        rows = self.to_accept().filter(lot__delivery__in=deliveries).order_by()
        return dict(rows.values_list("lot__delivery").annotate(Count("month", distinct=True)))

    def minutes_by(self, field: str) -> dict[Any, int]:
        """Their sums, by what a field holds."""
        return dict(self.order_by().values_list(field).annotate(Sum("minutes")))

    def by_lot_and_month(self) -> models.QuerySet[Any, Any]:
        """Lot, month, state, whether it is proven; minutes, and in how many totals."""
        places = self.order_by().values_list("lot", "month", "state", "is_proven")
        return places.annotate(Sum("minutes"), totals=Count("*"))


class MonthlyHours(UnnamedRow):
    """What a partner did of a lot, one way, in one month. One row in force stands for them, by
    constraint: nothing counts twice, whatever programmes claim the contract.

    What was accepted is closed: a correction replaces it by another row, and both stay.
    """

    class State(models.TextChoices):
        STATED = "stated", "à valider"
        SENT_BACK = "sent_back", "à revoir"
        ACCEPTED = "accepted", "validé"

    lot = owner_field(DeliveryLot, "lot", related_name="hours")
    partner = owner_field(Partner, "partenaire", related_name="hours")
    way = models.CharField("comment", max_length=10, choices=[(w.value, w.label) for w in Way])
    month = models.PositiveIntegerField("mois")
    minutes = models.PositiveIntegerField("durée (minutes)")
    state = models.CharField("état", max_length=10, choices=State, default=State.STATED)
    stated_by = person_field("dit par", blank=True)
    stated_at = models.DateTimeField("dit le")
    settled_by = person_field("validé ou renvoyé par", blank=True)
    settled_at = models.DateTimeField("validé ou renvoyé le", null=True, blank=True)
    word = models.CharField("mot", max_length=300, blank=True)
    replaced_at = models.DateTimeField("remplacé le", null=True, blank=True)
    # Whether a proof is noted: of three years of forty partners, no page asks it row by row.
    is_proven = models.BooleanField("prouvé", default=False)

    objects = MonthlyHoursQuerySet.as_manager()

    class Meta:
        verbose_name = "heures d’un mois"
        verbose_name_plural = "heures d’un mois"
        ordering = ["lot_id", "month", "partner_id", "pk"]
        indexes = [
            # All that `by_lot_and_month` reads, in its order: it opens no row; and the last months
            # of a lot at its end.
            models.Index(
                fields=["lot", "replaced_at", "month", "state", "is_proven", "minutes"],
                name="delivery_hours_by_month",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                "lot",
                "partner",
                # Before the way: the last month that a partner stated is found at its end.
                "month",
                "way",
                condition=Q(replaced_at__isnull=True),
                name="delivery_hours_in_force_once",
                violation_error_message="Ce mois est déjà dit\u00a0: corrigez-le.",
            ),
            one_of("way", Way, name="delivery_hours_way"),
            models.CheckConstraint(
                condition=Q(minutes__lte=MOST_MINUTES), name="delivery_hours_at_most"
            ),
            models.CheckConstraint(
                condition=Q(state="stated") | Q(settled_at__isnull=False),
                name="delivery_hours_settled_one_day",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody is still to accept it, or send it back."""
        return self.replaced_at is None and self.state == self.State.STATED

    @property
    def place(self) -> tuple[int, int, str, int]:
        """What one row in force stands for."""
        return self.lot_id, self.partner_id, str(self.way), self.month

    def history(self) -> MonthlyHoursQuerySet:
        """All that was said in its place, the newest first."""
        lot, partner, way, month = self.place
        rows = MonthlyHours.objects.filter(lot=lot, partner=partner, way=way, month=month)
        return rows.order_by("-stated_at", "-pk")

    @property
    def worker(self) -> int | None:
        """The structure whose crews do it, where they do: not staff of others, nor hires."""
        is_own = self.way == Way.SIAE or self.partner.role == Partner.Role.STAFFING
        return self.partner.structure_id if is_own else None


class HourProof(UnnamedRow):
    """A reference to a proof: no file is taken, no person is named (RULE-32)."""

    class Nature(models.TextChoices):
        SHEETS = "sheets", "relevés d’heures"
        ATTESTATION = "attestation", "attestation d’heures"
        PAY = "pay", "état de paie global"

    hours = owner_field(MonthlyHours, "heures", related_name="proofs")
    nature = models.CharField("nature", max_length=15, choices=Nature)
    dated_on = models.DateField("du")
    held_by = models.CharField("gardée par", max_length=120)

    class Meta:
        verbose_name = "preuve d’heures"
        verbose_name_plural = "preuves d’heures"
        ordering = ["hours_id", "dated_on", "pk"]


class ExportColumns(UnnamedRow):
    """How the software of whoever accepts hours calls them: pairs of a title and its content."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne"
    )
    columns = models.JSONField("titre et contenu, dans l’ordre", default=list)

    class Meta:
        verbose_name = "colonnes d’un export d’heures"
        verbose_name_plural = "colonnes des exports d’heures"
        ordering = ["person_id"]
