"""A need cut into work packages: what the ranking and the composer work on."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from cordee.accounts.fields import person_field
from cordee.base.fields import EurosField, one_of, owner_field
from cordee.base.written_once import WrittenOnce
from cordee.members.models import Commune, Department
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.opportunities.models.opportunities import Opportunity
from cordee.opportunities.models.versions import Reading
from cordee.rules import crafts
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES


class Breakdown(WrittenOnce):
    """One numbered cut of an opportunity; another need for another cut makes the next number.

    `made_by` null: Cordée, or a person erased. `left_out`: lots without package, and why.
    """

    class Origin(models.TextChoices):
        READING = "reading", "lecture de l’avis"
        CORRECTION = "correction", "correction d’un fait"

    opportunity = owner_field(Opportunity, "opportunité", related_name="breakdowns", kept=True)
    number = models.PositiveSmallIntegerField("numéro")
    reading = owner_field(Reading, "lecture", related_name="breakdowns", kept=True)
    made_at = models.DateTimeField("fait le", auto_now_add=True)
    made_by = person_field("fait par")
    origin = models.CharField("origine", max_length=12, choices=Origin)
    left_out = models.JSONField("lots sans travail pour nous", default=list)

    class Meta:
        verbose_name = "découpage"
        ordering = ["opportunity_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "number"],
                name="breakdown_unique_number",
                violation_error_message="Ce numéro de découpage existe déjà.",
            )
        ]


class WorkPackage(WrittenOnce):
    """One trade, at one place, over consecutive months, with a need that is the same each month.

    The point is null where nobody knows where. `provenance` gives, by field (trade, place,
    first_month, months, need_cfte, amount_cents), how the value came: {state: stated | computed |
    compared | supposed, rule, evidence: [{where, words}], low and high: its range, if it has one,
    contracts: with how many it is compared, corrected: key of a correction, if there is one}.
    `sizes` holds `hours` and `insertion_hours`, alike with a `value`, and `parts`: what one small
    crew can hold, where that is not the whole.
    """

    breakdown = owner_field(Breakdown, "découpage", related_name="packages", kept=True)
    position = models.PositiveSmallIntegerField("rang")
    lot_id = models.CharField("lot", max_length=60, blank=True)
    label = models.CharField("intitulé", max_length=300)
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES)
    craft = models.CharField(
        "corps d’état",
        max_length=20,
        blank=True,
        choices=[(slug, craft.label) for slug, craft in crafts.CRAFTS.items()],
        help_text="vide\u00a0: tout le métier",
    )
    place_label = models.CharField("lieu", max_length=150, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, verbose_name="commune"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, verbose_name="département"
    )
    latitude = models.FloatField("latitude", null=True)
    longitude = models.FloatField("longitude", null=True)
    is_place_supposed = models.BooleanField("lieu supposé", default=False)
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de mois")
    need_cfte = models.PositiveIntegerField("besoin (centièmes d’ETP par mois)")
    amount_cents = EurosField("montant hors taxes")
    reserved = models.CharField(
        "réservation", max_length=15, choices=Reservation.choices(), blank=True
    )
    notes = models.JSONField("remarques", default=list)
    provenance = models.JSONField("d’où vient chaque chiffre", default=dict)
    sizes = models.JSONField("heures et parts", default=dict)

    class Meta:
        verbose_name = "ensemble de travaux"
        ordering = ["breakdown_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["breakdown", "position"], name="work_package_unique_position"
            ),
            one_of("trade", TRADES, name="work_package_trade_known"),
            one_of("craft", ["", *crafts.CRAFTS], name="work_package_craft_known"),
            models.CheckConstraint(
                condition=Q(craft="") | Q(trade=crafts.TRADE),
                name="work_package_craft_of_finishing_only",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="work_package_point_whole_or_absent",
                violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, need_cfte__gte=1, amount_cents__gte=1),
                name="work_package_sizes_positive",
                violation_error_message="Une durée, un besoin ou un montant est au moins 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def asked(self) -> str:
        """Its trade, or the craft of it, as a ranking compares it."""
        return crafts.asked_as(self.trade, self.craft)

    @property
    def trade_label(self) -> str:
        return crafts.label_of(self.asked)

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months


# What is computed of a package; how each figure came is told beside.
_COMPUTED = (
    *("position", "lot_id", "trade", "craft", "commune", "department", "latitude", "longitude"),
    *("is_place_supposed", "first_month", "months", "need_cfte", "amount_cents", "reserved"),
    "sizes",
)


def superseded(breakdowns: Iterable[int]) -> set[int]:
    """Of these breakdowns, those of a need that now asks for other work: two queries at most.

    Undone, a correction gives back the work that was: what was computed of it holds again.
    """
    latest = Breakdown.objects.filter(opportunity=OuterRef("opportunity")).order_by("-number")
    rows = Breakdown.objects.filter(pk__in=set(breakdowns)).order_by()
    pairs = rows.annotate(now=Subquery(latest.values("pk")[:1])).values_list("pk", "now")
    moved = {pk: now for pk, now in pairs if pk != now}
    work: dict[int, list[tuple[Any, ...]]] = {}
    if moved:
        held = WorkPackage.objects.filter(breakdown__in={*moved, *moved.values()})
        for pk, *figures in held.order_by("position").values_list("breakdown", *_COMPUTED):
            work.setdefault(pk, []).append(tuple(figures))
    return {pk for pk, now in moved.items() if work.get(pk) != work.get(now)}
