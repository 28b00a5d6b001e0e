"""Money between the partners of a contract, as they note it: Cordée invoices and pays nothing."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.agreement.model import VatRegime
from cordee.base.fields import EurosField, one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.delivery.models.contracts import Partner


class MoneyKind(models.TextChoices):
    """Two are due to a partner; it paid the third for all; `payer` paid it the last to settle."""

    WORK = "work", "montant"
    COORDINATION = "coordination", "montant de coordination"
    COMMON = "common", "frais commun"
    TRANSFER = "transfer", "paiement entre partenaires"


class MoneyLine(UnnamedRow):
    """An amount, and how far it is. A day that nobody noted is not known: only what has a day when
    it is due can be late. What is removed stays, and counts no more."""

    partner = owner_field(Partner, "partenaire", related_name="money")
    payer = optional_owner_field(Partner, "qui paie", related_name="settled")
    kind = models.CharField("sorte", max_length=15, choices=MoneyKind)
    label = models.CharField("objet", max_length=120)
    amount_cents = EurosField("montant hors taxes")
    vat = models.CharField("TVA", max_length=15, choices=VatRegime.choices(), default="unknown")
    due_on = models.DateField("à payer le", null=True, blank=True)
    invoiced_on = models.DateField("facturé le", null=True, blank=True)
    demand_sent_on = models.DateField("demande de paiement envoyée le", null=True, blank=True)
    demand_answered_on = models.DateField("réponse à la demande le", null=True, blank=True)
    paid_on = models.DateField("payé le", null=True, blank=True)
    is_removed = models.BooleanField("ne plus compter ce montant", default=False)
    noted_by = person_field("noté par", blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)

    class Meta:
        verbose_name = "montant noté"
        verbose_name_plural = "montants notés"
        ordering = [F("paid_on").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gte=1), name="delivery_money_amount"),
            one_of("kind", MoneyKind, name="delivery_money_kind"),
            one_of("vat", VatRegime, name="delivery_money_vat"),
            models.CheckConstraint(
                condition=(Q(kind="transfer", payer__isnull=False) & ~Q(payer=F("partner")))
                | (~Q(kind="transfer") & Q(payer__isnull=True)),
                name="delivery_transfer_from_another",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["work", "coordination"]) | Q(paid_on__isnull=False),
                name="delivery_cost_is_paid",
                violation_error_message="Un frais commun est déjà payé\u00a0: dites quel jour.",
            ),
            models.CheckConstraint(
                condition=Q(demand_answered_on__isnull=True)
                | Q(demand_sent_on__isnull=False, demand_answered_on__gte=F("demand_sent_on")),
                name="delivery_answer_after_demand",
                violation_error_message="Une réponse suit sa demande\u00a0: corrigez ces jours.",
            ),
        ]

    def is_late(self, on: date) -> bool:
        return self.due_on is not None and self.due_on < on and self.paid_on is None
