"""A contract that is being carried out: its lots, who does what of them, what is due."""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, Q, Sum
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AllianceBaseline
from cordee.base.fields import EurosField, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import RoleSeat, Structure
from cordee.opportunities.models import AwardedContract
from cordee.rules.insertion_hours import ClauseHours, clause_hours


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def read_by(self, person: User, *, whole: bool = False) -> "DeliveryQuerySet":
        """Those that a person keeps, takes part in, or is named in, as `access.py` says; each with
        `facilitates` and `buys`: whether it names the person, who still holds that role. `whole`:
        without those of which the person reads a part."""
        own = Structure.objects.directed_by(person).order_by().values("pk")
        led = Alliance.objects.coordinated_by(person).order_by().values("pk")
        part = Partner.objects.filter(structure__in=own).order_by().values("delivery")
        part = part.filter(role=Partner.Role.MEMBER) if whole else part
        seats, role = RoleSeat.objects.held_by(person).order_by(), RoleSeat.Role
        is_named = {
            "facilitates": Q(facilitator=person) & Exists(seats.filter(role=role.FACILITATOR)),
            "buys": Q(buyer=person) & Exists(seats.filter(role=role.BUYER)),
        }
        named = self.annotate(
            **{
                name: ExpressionWrapper(said, models.BooleanField())
                for name, said in is_named.items()
            }
        )
        carried = Q(structure__in=own) | Q(baseline__alliance__in=led) | Q(pk__in=part)
        return named.filter(carried | Q(facilitates=True) | Q(buys=True))


class Delivery(models.Model):
    """A contract after its award, kept by the structure that wrote it.

    From an alliance that handed its work over, from an award that its holder recognised, or by
    hand. `first_month` is year × 12 + month − 1.
    """

    structure = owner_field(Structure, "structure", related_name="deliveries")
    baseline = models.OneToOneField(
        AllianceBaseline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delivery",
        verbose_name="termes signés",
    )
    award = optional_owner_field(
        AwardedContract, "marché attribué", related_name="deliveries", outlived=True
    )
    title = models.CharField("objet", max_length=300)
    buyer_name = models.CharField("acheteur", max_length=300)
    notified_on = models.DateField("notifié le")
    first_month = models.PositiveIntegerField("premier mois")
    months = models.PositiveSmallIntegerField("durée (mois)", validators=[MinValueValidator(1)])
    # Whoever validates hours reads those of a contract that names her, and nothing else of it.
    facilitator = person_field("facilitatrice ou facilitateur", blank=True)
    # Who reads the report, and nothing else.
    buyer = person_field("qui lit le rapport", blank=True)
    penalty_cents = EurosField("pénalité par heure manquante", null=True, blank=True)
    penalty_limit_cents = EurosField("pénalité au plus", null=True, blank=True)
    made_at = models.DateTimeField("ouvert le", auto_now_add=True)

    # As `read_by` finds them.
    facilitates: bool
    buys: bool

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "marché en cours"
        verbose_name_plural = "marchés en cours"
        ordering = ["structure_id", "-notified_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline__isnull=True) | Q(award__isnull=True),
                name="delivery_has_one_source",
                violation_error_message="Un marché vient d’une alliance ou d’une attribution.",
            ),
            models.UniqueConstraint(
                "structure",
                "award",
                condition=Q(award__isnull=False),
                name="delivery_of_award_once",
                violation_error_message="Vous suivez déjà ce marché.",
            ),
            models.CheckConstraint(condition=Q(months__gte=1), name="delivery_has_a_month"),
            models.CheckConstraint(
                condition=Q(penalty_cents__isnull=True) | Q(penalty_cents__gte=0),
                name="delivery_penalty",
                violation_error_message="Une pénalité ne descend pas sous 0 €.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months


class DeliveryLot(models.Model):
    """A lot, or the whole where there is none. Hours: stated, else found by RULE-17 from the three
    assumptions, else not known."""

    delivery = owner_field(Delivery, "marché", related_name="lots")
    key = models.CharField("lot", max_length=20, blank=True)
    title = models.CharField("objet du lot", max_length=300, blank=True)
    trade = models.CharField("métier", max_length=50, blank=True)
    amount_cents = EurosField("montant hors taxes", null=True, blank=True)
    stated_minutes = models.PositiveIntegerField("heures dites au marché", null=True, blank=True)
    labour_share = models.DecimalField(
        "part de main-d’œuvre", max_digits=5, decimal_places=4, null=True, blank=True
    )
    insertion_rate = models.DecimalField(
        "taux d’insertion", max_digits=5, decimal_places=4, null=True, blank=True
    )
    hourly_cost_cents = EurosField("coût horaire", null=True, blank=True)

    class Meta:
        verbose_name = "lot suivi"
        verbose_name_plural = "lots suivis"
        ordering = ["delivery_id", "key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "delivery",
                "key",
                name="delivery_lot_once",
                violation_error_message="Ce lot est déjà là.",
            )
        ]

    def __str__(self) -> str:
        return self.title or (f"Lot {self.key}" if self.key else "Tout le marché")

    def due_minutes(self) -> int | None:
        """What the clause asks: as stated, else RULE-17 where all it needs is known, else None."""
        if self.stated_minutes is not None:
            return self.stated_minutes
        found = self.computed(timezone.localdate())
        return None if found is None else found.hours * 60

    def computed(self, on: date) -> ClauseHours | None:
        """RULE-17 from its three assumptions; None where hours are stated or one lacks."""
        cost, amount = self.hourly_cost_cents, self.amount_cents
        share, rate = self.labour_share, self.insertion_rate
        if self.stated_minutes is not None or amount is None or not cost:
            return None
        if share is None or rate is None:
            return None
        return clause_hours(
            amount, labour_share=share, insertion_rate=rate, hourly_cost_cents=cost, on=on
        )


class Partner(models.Model):
    """Who does a part of it. `structure` is none for who has no sheet; the name of that day stays.
    `of`: for whom a subcontractor or a supplier of staff works."""

    class Role(models.TextChoices):
        MEMBER = "member", "cotraitant"
        SUBCONTRACTOR = "subcontractor", "sous-traitant"
        STAFFING = "staffing", "mise à disposition"

    delivery = owner_field(Delivery, "marché", related_name="partners")
    structure = optional_owner_field(
        Structure, "structure", related_name="delivery_parts", outlived=True
    )
    name = models.CharField("nom", max_length=200)
    role = models.CharField("place", max_length=15, choices=Role)
    of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="helpers",
        verbose_name="pour qui",
    )
    is_lead = models.BooleanField("mandataire", default=False)

    class Meta:
        verbose_name = "partenaire"
        ordering = ["delivery_id", "-is_lead", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "delivery",
                "structure",
                "role",
                condition=Q(structure__isnull=False),
                name="delivery_partner_once",
                violation_error_message="Cette structure a déjà cette place.",
            ),
            models.UniqueConstraint(
                "delivery", condition=Q(is_lead=True), name="delivery_has_one_lead"
            ),
            models.CheckConstraint(
                condition=Q(role="member", of__isnull=True) | ~Q(role="member"),
                name="delivery_member_works_for_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShareQuerySet(models.QuerySet["Share"]):
    def promised_in(self, delivery: Delivery, by: str = "partner") -> dict[int, int]:
        """Minutes promised in a contract, by key of the partner or of the lot (`by`) where any
        are."""
        told = self.filter(lot__delivery=delivery, minutes__isnull=False)
        return dict(told.order_by().values_list(by).annotate(Sum("minutes")))


class Share(UnnamedRow):
    """What a partner takes of a lot itself, without the part of those who work for it: money,
    hours, months. Unknown is not 0."""

    lot = owner_field(DeliveryLot, "lot", related_name="shares")
    partner = owner_field(Partner, "partenaire", related_name="shares")
    amount_cents = EurosField("montant hors taxes", null=True, blank=True)
    minutes = models.PositiveIntegerField("heures promises", null=True, blank=True)
    first_month = models.PositiveIntegerField("premier mois")
    months = models.PositiveSmallIntegerField("durée (mois)", validators=[MinValueValidator(1)])

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = "part d’un lot"
        verbose_name_plural = "parts d’un lot"
        ordering = ["lot_id", "partner_id", "first_month"]
        constraints = [
            models.UniqueConstraint(
                "lot", "partner", "first_month", "months", name="delivery_share_once"
            ),
            models.CheckConstraint(condition=Q(months__gte=1), name="delivery_share_has_a_month"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="delivery_share_amount",
            ),
        ]
