"""Sales that a chantier has promised: offers that it filed, contracts that it signed."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Self

from django.db import models
from django.db.models import Q

from cordee.accounts.models import User
from cordee.base.fields import EurosField, owner_field
from cordee.base.ui import months
from cordee.members.models import Chantier


class Promise(NamedTuple):
    """What the headroom reads of a `Commitment`: pages read hundreds, and make no model of each."""

    receipts_cents: int
    first_month: int
    months: int
    marginal_cost_share: Decimal | None = None
    pk: int = 0
    chantier_id: int = 0
    label: str = ""
    source: str = ""
    lot: str = ""
    state: str = ""
    chance_percent: int | None = None
    is_in_budget: bool = False
    removed_at: datetime | None = None

    @property
    def when(self) -> str:
        """Its months, in French."""
        return months.span(self.first_month, self.months)

    @property
    def is_running(self) -> bool:
        """As `CommitmentQuerySet.running` finds it."""
        is_open = self.state in (Commitment.State.BID, Commitment.State.SIGNED)
        return is_open and self.removed_at is None

    @property
    def offer(self) -> str:
        """What is won or lost as one: the parts of a lot whose months differ are several rows."""
        return self.source.rpartition(":")[0] or f"row:{self.pk}"


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> Self:
        """Those whose offer or contract is not over, removed from the list or not."""
        return self.filter(state__in=(Commitment.State.BID, Commitment.State.SIGNED))

    def running(self) -> Self:
        """Those that still weigh, or may: bids without a result, and signed contracts."""
        return self.open().filter(removed_at__isnull=True)

    def counted(self) -> Self:
        """Those that take from the headroom: signed, and not in the accounts already."""
        return self.running().filter(state=Commitment.State.SIGNED, is_in_budget=False)

    def read_for(self, chantier: Chantier) -> Self:
        """What the pages of one chantier say: what it bid, what is signed, what has a result."""
        over = Q(state__in=(Commitment.State.SIGNED, Commitment.State.LOST))
        return self.filter(over | Q(chantier=chantier, state=Commitment.State.BID))

    def promises(self) -> list[Promise]:
        return [Promise(*row) for row in self.values_list(*Promise._fields)]


def results_of(rows: Iterable[Promise]) -> tuple[int, int]:
    """How many offers that were filed here were won, and how many have a result."""
    # By offer: one whose months differ has several rows (`Promise.offer`). What no lot was won for
    # (an order of a contract that no alliance bid for) tells nothing of chances.
    over = (Commitment.State.SIGNED, Commitment.State.LOST)
    known = {row.offer: row.state for row in rows if row.source and row.lot and row.state in over}
    won = sum(state == Commitment.State.SIGNED for state in known.values())
    return won, len(known)


class Commitment(models.Model):
    """What one contract brings to one chantier, spread evenly over its months (RULE-11).

    A bid is told and limits nothing; what is signed counts in the headroom. Rows that are over
    stay: how many bids a structure won is its own record.
    """

    class State(models.TextChoices):
        BID = "bid", "offre déposée"
        SIGNED = "signed", "marché signé"
        LOST = "lost", "offre perdue"
        RELEASED = "released", "engagement retiré"

    chantier = owner_field(Chantier, "chantier", related_name="commitments")
    label = models.CharField("marché", max_length=200)
    # An opaque key of the room that booked it; empty where the structure wrote it. No foreign key:
    # rooms above are not known here. What stands before its last ":" is the offer (see `Promise`).
    source = models.CharField("origine", max_length=200, blank=True)
    # The figures as that room booked them last, "month:months:cents": while it books the same
    # again, what the structure corrected stays.
    as_booked = models.CharField("tel que noté par l’origine", max_length=60, blank=True)
    # What may be won only once: bids of one lot exclude each other. Opaque too.
    lot = models.CharField("lot", max_length=120, blank=True)
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de mois")
    receipts_cents = EurosField("recettes hors taxes")
    marginal_cost_share = models.DecimalField(
        "part des charges nouvelles dans cette recette",
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Sans réponse : celle de l’exercice.",
    )
    state = models.CharField("état", max_length=10, choices=State)
    chance_percent = models.PositiveSmallIntegerField(
        "chances de gagner sur cent", null=True, blank=True
    )
    is_in_budget = models.BooleanField("déjà dans mon budget", default=False)
    booked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="noté par"
    )
    booked_at = models.DateTimeField("noté le", auto_now_add=True)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = "engagement"
        ordering = ["chantier_id", "first_month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chantier", "source"],
                condition=~Q(source=""),
                name="commitment_unique_source",
            ),
            models.CheckConstraint(
                condition=Q(receipts_cents__gt=0),
                name="commitment_receipts_above_zero",
                violation_error_message="Le montant est au-dessus de zéro.",
            ),
            models.CheckConstraint(
                # As long as the work of an alliance: no filing is refused for this row.
                condition=Q(months__gte=1, months__lte=240),
                name="commitment_months",
                violation_error_message="Un engagement dure de 1 à 240 mois.",
            ),
            models.CheckConstraint(
                condition=Q(chance_percent__isnull=True) | Q(chance_percent__lte=100),
                name="commitment_chance",
                violation_error_message="Une chance va de 0 à 100 %.",
            ),
            models.CheckConstraint(
                condition=Q(marginal_cost_share__isnull=True)
                | Q(marginal_cost_share__gte=0, marginal_cost_share__lte=Decimal("1.2")),
                name="commitment_marginal_cost_share",
                violation_error_message="Pour 100 € vendus, les dépenses vont de 0 à 120 €.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def when(self) -> str:
        """Its months, in French."""
        return months.span(self.first_month, self.months)
