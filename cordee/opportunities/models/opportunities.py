"""An opportunity: one need, whoever published it and however often."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from cordee.accounts.fields import person_field
from cordee.base.fields import EurosField, one_of, optional_owner_field, owner_field
from cordee.base.search import index
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Commune, Department, Network, Organisation
from cordee.members.models.capacity import TRADE_CHOICES, Certainty
from cordee.notices.notice import ClauseKind, NeedKind, Source
from cordee.opportunities.understanding import Understanding, understand
from cordee.rules import territory
from cordee.rules.crafts import asked_as
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

if TYPE_CHECKING:
    from cordee.opportunities.models.breakdowns import Breakdown
    from cordee.opportunities.models.versions import Reading


ASKING_CLAUSES = [kind.value for kind in ClauseKind if kind is not ClauseKind.NONE]


class Stage(models.TextChoices):
    """What the publications say; whether a call is still open depends on the hour."""

    CALL = "call", "appel"
    PRIOR = "prior", "annoncé, pas encore ouvert"
    AWARDED = "awarded", "attribué"
    CANCELLED = "cancelled", "annulé"


# In the place of a trade: any of the 27.
OURS = "nos"


def may_be_of(trade: str) -> Q:
    """Of which a trade is possible: the base first sees that some is."""
    some = ~Q(possible_trades={})
    return some if trade == OURS else some & Q(possible_trades__has_key=trade)


def asserted(trade: str) -> "models.QuerySet[OpportunityTrade]":
    return OpportunityTrade.objects.filter(Q() if trade == OURS else Q(trade=trade)).order_by()


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def open(self, at: datetime) -> "OpportunityQuerySet":
        """Calls that can still be answered at that moment; an unknown deadline stays open."""
        still = Q(deadline__isnull=True) | Q(deadline__gt=at)
        return self.standing().filter(still, stage=Stage.CALL)

    def standing(self) -> "OpportunityQuerySet":
        """Without those that were joined to another one, which speaks for both."""
        return self.filter(joined_to__isnull=True)

    def closing_before(self, moment: datetime) -> "OpportunityQuerySet":
        return self.filter(deadline__lte=moment)

    def public(self) -> Self:
        """Notices that anybody may read: no private need."""
        return self.filter(network__isnull=True).exclude(source=Source.PRIVATE.value)

    def published(self) -> Self:
        """Public notices, and private needs that at least one network has published."""
        # needs.py stands on this module.
        from cordee.opportunities.models.needs import Audience

        relayed = Audience.objects.published()
        return self.filter(Q(network__isnull=True) | Q(pk__in=relayed.values("opportunity")))

    def in_department(self, code: str) -> "OpportunityQuerySet":
        places = OpportunityPlace.objects.filter(opportunity=OuterRef("pk"), department=code)
        return self.filter(Exists(places))

    def of_trade(self, trade: str) -> "OpportunityQuerySet":
        return self.filter(Exists(asserted(trade).filter(opportunity=OuterRef("pk"))))

    def perhaps_of_trade(self, trade: str) -> "OpportunityQuerySet":
        """Those of a trade, and those of which it is only possible.

        `is_possible` tells the latter, which come last and are counted apart: for lists alone.
        """
        is_of = Exists(asserted(trade).filter(opportunity=OuterRef("pk")))
        return self.annotate(is_possible=~is_of).filter(Q(is_possible=False) | may_be_of(trade))

    def count_apart(self, trade: str) -> tuple[int, int]:
        """How many are of a trade, and how many may be, as `perhaps_of_trade`: one query, which
        reads the index of calls alone."""
        is_of = Q(pk__in=asserted(trade).values("opportunity"))
        found = self.order_by().aggregate(
            sure=Count("pk", filter=is_of), possible=Count("pk", filter=may_be_of(trade) & ~is_of)
        )
        return found["sure"], found["possible"]

    def search(self, words: str) -> "OpportunityQuerySet":
        """With every word in its title, text, lots, buyer, places or trades."""
        return self.filter(pk__in=index.matching(Opportunity, words))

    def reserved(self) -> "OpportunityQuerySet":
        """In whole or for one lot at least."""
        return self.exclude(reserved__in=["", Reservation.NONE.value])

    def with_insertion_clause(self) -> "OpportunityQuerySet":
        return self.filter(social_clause__in=ASKING_CLAUSES)


class Opportunity(models.Model):
    """Groups the publications of one need.

    Its columns repeat the current reading, corrections included, so that lists stay one query;
    `actions.refresh_opportunity` alone writes them.
    """

    title = models.CharField("titre", max_length=500)
    buyer_name = models.CharField("acheteur", max_length=300, blank=True)
    buyer = optional_owner_field(
        Organisation, "organisation de l’acheteur", related_name="opportunities", kept=True
    )
    published_on = models.DateField("publié le", null=True, blank=True)
    deadline = models.DateTimeField("réponse avant", null=True, blank=True)
    stage = models.CharField("étape", max_length=10, choices=Stage, default=Stage.CALL)
    source = models.CharField("source", max_length=10, choices=Source.choices())
    reserved = models.CharField(
        "réservation", max_length=15, choices=Reservation.choices(), blank=True
    )
    is_partly_reserved = models.BooleanField("réservé pour certains lots", default=False)
    social_clause = models.CharField(
        "clause d’insertion", max_length=10, choices=ClauseKind.choices(), blank=True
    )
    amount_cents = EurosField("montant estimé hors taxes", null=True, blank=True)
    months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True)
    lots_count = models.PositiveSmallIntegerField("nombre de lots", default=0)
    # By trade, never one that is asserted: its chance in a hundred, the words that speak for it.
    # What counts, relays, asks or warns reads `trades`, and never meets these.
    possible_trades: Any = models.JSONField("métiers possibles", default=dict, blank=True)
    departments = models.ManyToManyField(
        Department, through="OpportunityPlace", related_name="+", verbose_name="départements"
    )
    network = optional_owner_field(
        Network,
        "premier réseau à qui le besoin est adressé",
        related_name="private_needs",
        kept=True,
    )
    need_kind = models.CharField(
        "sorte de besoin", max_length=15, choices=NeedKind.choices(), blank=True
    )
    created_by = person_field("saisi par", blank=True)
    created_at = models.DateTimeField("connu depuis", auto_now_add=True)
    joined_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="joined",
        verbose_name="réunie à",
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = "opportunité"
        ordering = [F("deadline").asc(nulls_last=True), "pk"]
        indexes = [
            # All that counting the calls open to somebody reads, of a trade or of any; three
            # possible trades of eighty letters at most are no long key.
            models.Index(
                fields=[
                    *("stage", "joined_to", "deadline", "id", "network", "created_by"),
                    "possible_trades",
                ],
                name="opportunity_calls",
            ),
            models.Index(fields=["published_on"]),
            models.Index(fields=["network"]),
        ]
        constraints = [
            one_of("stage", Stage.values, name="opportunity_stage_known"),
            one_of("source", Source, name="opportunity_source_known"),
            one_of("reserved", ["", *Reservation], name="opportunity_reservation_known"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="opportunity_amount_not_negative",
                violation_error_message="Le montant n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(network__isnull=False) | ~Q(source=Source.PRIVATE.value),
                name="opportunity_private_need_has_audience",
                violation_error_message="Un besoin privé s’adresse à un réseau. Choisissez-le.",
            ),
            models.CheckConstraint(
                condition=Q(network__isnull=True) | Q(source=Source.PRIVATE.value),
                name="opportunity_public_notice_has_no_audience",
                violation_error_message="Un avis publié est ouvert à tous.",
            ),
            one_of("need_kind", ["", *NeedKind], name="opportunity_need_kind_known"),
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True) | ~Q(joined_to=F("pk")),
                name="opportunity_not_joined_to_itself",
                violation_error_message="Une opportunité n’est pas réunie à elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def possible(self) -> list[str]:
        """The trades that are only possible, the most likely first."""
        chances = self.possible_trades
        return sorted(chances, key=lambda slug: (-chances[slug]["percent"], slug))

    @property
    def is_private(self) -> bool:
        return self.source == Source.PRIVATE.value

    @property
    def is_published(self) -> bool:
        """Whether others than its author and its readers may see it."""
        return not self.is_private or self.audiences.published().exists()

    @property
    def is_work(self) -> bool:
        """Whether a team can be composed for it."""
        return not self.need_kind or NeedKind(self.need_kind).is_work

    @property
    def is_reserved(self) -> bool:
        return self.reserved not in ("", Reservation.NONE.value)

    @property
    def has_ended(self) -> bool:
        """Withdrawn or cancelled, awarded or met: nobody can answer any more."""
        return self.stage in (Stage.CANCELLED, Stage.AWARDED)

    def is_open(self, at: datetime) -> bool:
        return self.stage == Stage.CALL and (self.deadline is None or self.deadline > at)

    def latest_breakdown(self) -> "Breakdown | None":
        """The cut into work packages that counts today, with its packages; None before any."""
        found: Breakdown | None = (
            self.breakdowns.order_by("-number")
            .prefetch_related("packages")
            .select_related("made_by")
            .first()
        )
        return found

    def current(self, readings: "Iterable[Reading] | None" = None) -> Understanding:
        """What we understand today: the latest reading, with the standing corrections over it.

        `readings`: those of `Reading.objects.of_opportunity`, where they are already at hand.
        """
        # versions.py stands on this module.
        from cordee.opportunities.models.versions import Correction, Reading

        if self.joined_to is not None:
            return self.joined_to.current(readings)
        if readings is None:
            readings = Reading.objects.of_opportunity(self)
        corrections = Correction.objects.not_withdrawn().of_opportunity(self)
        said = corrections.select_related("by", "settled_by").prefetch_related("objections__by")
        newest = {reading.version_id: reading for reading in readings}
        overlays = [(bool(each.ground), each.as_overlay()) for each in said]
        return understand(
            [reading.as_read() for reading in newest.values()],
            [overlay for counts, overlay in overlays if counts],
            [overlay for counts, overlay in overlays if not counts],
            at=timezone.now(),
        )

    @cached_property
    def understood(self) -> Understanding:
        """`current`, read once for this row: for pages that ask it in several places."""
        return self.current()

    @cached_property
    def breakdown(self) -> "Breakdown | None":
        """`latest_breakdown`, read once likewise."""
        return self.latest_breakdown()


class OpportunityTrade(models.Model):
    """A trade of ours that the need calls for, and how sure we are."""

    opportunity = owner_field(Opportunity, "opportunité", related_name="trades")
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES)
    certainty = models.CharField("certitude", max_length=10, choices=Certainty)
    crafts = models.JSONField(
        "corps d’état", default=list, blank=True, help_text="vide\u00a0: tout le métier"
    )

    class Meta:
        verbose_name = "métier demandé"
        # As they were written: the most important first.
        ordering = ["opportunity_id", "pk"]
        indexes = [models.Index(fields=["trade", "opportunity"])]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "trade"],
                name="opportunity_trade_unique",
                violation_error_message="Ce métier est déjà noté pour cette opportunité.",
            ),
            one_of("trade", TRADES, name="opportunity_trade_known"),
        ]

    def __str__(self) -> str:
        return TRADES[self.trade].short_label

    @property
    def asked(self) -> list[str]:
        """Each craft that its packages name, as structures answer it; else the trade itself."""
        return [asked_as(self.trade, craft) for craft in self.crafts or [""]]


class PlaceQuerySet(models.QuerySet["OpportunityPlace"]):
    def around(
        self, latitude: float, longitude: float, radius_km: float, department: str
    ) -> "PlaceQuerySet":
        """Points in the box that holds the circle, and places known only by this department."""
        north_south, east_west = territory.box(latitude, longitude, radius_km)
        in_box = Q(is_supposed=False, latitude__range=north_south, longitude__range=east_west)
        return self.filter(in_box | Q(is_supposed=True, department=department))

    def distances(
        self, latitude: float, longitude: float, radius_km: float, department: str
    ) -> Iterator[tuple[int, float | None]]:
        """(opportunity, kilometres) of those `around`; None where only the department is known."""
        rows = self.around(latitude, longitude, radius_km, department).order_by()
        columns = ("opportunity_id", "is_supposed", "latitude", "longitude")
        # Most stand at the point of their commune, with others.
        far = cache(partial(territory.distance_km, latitude, longitude))
        for pk, is_supposed, *at in rows.values_list(*columns):
            yield pk, None if is_supposed else far(*at)


class OpportunityPlace(models.Model):
    """Where the work is done, as a point; `is_supposed` where only the department is known."""

    opportunity = owner_field(Opportunity, "opportunité", related_name="places")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, verbose_name="département")
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, verbose_name="commune"
    )
    label = models.CharField("lieu", max_length=150)
    latitude = models.FloatField("latitude", null=True)
    longitude = models.FloatField("longitude", null=True)
    is_supposed = models.BooleanField("lieu supposé", default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu d’une opportunité"
        ordering = ["opportunity_id", "pk"]
        indexes = [
            models.Index(fields=["latitude", "longitude"]),
            models.Index(fields=["department", "opportunity"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "commune"],
                name="opportunity_place_unique_commune",
                violation_error_message="Cette commune est déjà notée pour cette opportunité.",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "department"],
                condition=Q(commune__isnull=True),
                name="opportunity_place_unique_department",
                violation_error_message="Ce département est déjà noté pour cette opportunité.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DeadlineChange(UnnamedRow):
    """One move of a deadline, or of a call between open and cancelled. Only added to.

    `number` counts from one in each opportunity: it is the SEQUENCE of its event in calendars.
    """

    opportunity = owner_field(Opportunity, "opportunité", related_name="deadline_changes")
    number = models.PositiveSmallIntegerField("rang")
    before = models.DateTimeField("réponse avant, jusque là", null=True, blank=True)
    after = models.DateTimeField("réponse avant, depuis", null=True, blank=True)
    was_cancelled = models.BooleanField("était annulé", default=False)
    is_cancelled = models.BooleanField("est annulé", default=False)
    at = models.DateTimeField("su le", auto_now_add=True)

    class Meta:
        verbose_name = "date limite déplacée"
        ordering = ["opportunity_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "number"], name="deadline_change_unique_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="deadline_change_counts_from_one"
            ),
        ]
