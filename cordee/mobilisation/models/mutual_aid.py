"""« Qui peut donner un coup de main ? » What structures of a network lend each other, and ask."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Department, Network, Structure
from cordee.members.models.capacity import TRADE_CHOICES


class MutualOfferQuerySet(models.QuerySet["MutualOffer"]):
    def standing(self, on: date) -> "MutualOfferQuerySet":
        """Open, and not past its last day."""
        return self.filter(state=MutualOffer.State.OPEN, shown_until__gte=on)


class MutualOffer(models.Model):
    """Something a structure lends or looks for, told to one of its networks.

    A loan of people is one of permanent staff, without profit (RULE-40): the database refuses
    any other.
    """

    class Way(models.TextChoices):
        OFFER = "offer", "propose"
        REQUEST = "request", "cherche"

    class Kind(models.TextChoices):
        EQUIPMENT = "equipment", "matériel"
        PREMISES = "premises", "local"
        SKILL = "skill", "savoir-faire"
        VEHICLE = "vehicle", "véhicule"
        STAFF = "staff", "prêt d’un·e permanent·e"

    class Terms(models.TextChoices):
        FREE = "free", "gratuitement"
        AT_COST = "at_cost", "à prix coûtant, sans profit"
        TO_AGREE = "to_agree", "à convenir ensemble"

    class State(models.TextChoices):
        OPEN = "open", "ouverte"
        ANSWERED = "answered", "une réponse est acceptée"
        CLOSED = "closed", "close"

    network = owner_field(Network, "réseau", related_name="mutual_offers")
    structure = owner_field(Structure, "structure", related_name="mutual_offers")
    way = models.CharField("sens", max_length=8, choices=Way)
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    title = models.CharField("en une ligne", max_length=150)
    words = models.TextField("précisions", max_length=2000, blank=True)
    department = optional_owner_field(Department, "département", related_name="+", kept=True)
    starts_on = models.DateField("à partir du", null=True, blank=True)
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    shown_until = models.DateField("visible jusqu’au")
    terms = models.CharField("conditions", max_length=10, choices=Terms)
    is_permanent = models.BooleanField("salarié·e permanent·e, confirmé", default=False)
    state = models.CharField("état", max_length=8, choices=State, default=State.OPEN)
    by = person_field("écrite par")
    at = models.DateTimeField("écrite le")

    objects = MutualOfferQuerySet.as_manager()

    class Meta:
        verbose_name = "coup de main"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["network", "state", "shown_until"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="staff") | Q(is_permanent=True),
                name="mutual_offer_lends_permanent_staff_only",
                violation_error_message="Cordée ne prête que des permanents, pas de personnes en "
                "insertion.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="staff") | Q(terms__in=["free", "at_cost"]),
                name="mutual_offer_staff_without_profit",
                violation_error_message="Un prêt de personnel se fait sans profit : gratuitement, "
                "ou à prix coûtant.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="mutual_offer_ends_after_start",
                violation_error_message="Le dernier jour vient avant le premier.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_standing(self, on: date) -> bool:
        return self.state == self.State.OPEN and self.shown_until >= on

    def state_words(self, on: date) -> str:
        if self.state == self.State.OPEN and self.shown_until < on:
            return "expirée"
        return self.get_state_display()


class MutualReply(models.Model):
    """What another structure answers; who wrote the offer says yes or no."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        ACCEPTED = "accepted", "acceptée"
        DECLINED = "declined", "déclinée"

    offer = owner_field(MutualOffer, "coup de main", related_name="replies")
    structure = owner_field(Structure, "structure", related_name="+")
    words = models.TextField("réponse", max_length=2000)
    by = person_field("écrite par")
    at = models.DateTimeField("écrite le")
    state = models.CharField("suite", max_length=8, choices=State, default=State.WAITING)
    decided_by = person_field("décidée par", blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        verbose_name = "réponse à un coup de main"
        ordering = ["offer_id", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "structure"],
                name="mutual_reply_once",
                violation_error_message="Votre structure a déjà répondu.",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="mutual_reply_decided_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.offer}"


class UrgentCall(models.Model):
    """A question of practice on a trade, wanted for a day. Never a price, a bid or a partner."""

    network = owner_field(Network, "réseau", related_name="urgent_calls")
    structure = owner_field(Structure, "structure", related_name="urgent_calls")
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES)
    title = models.CharField("en une ligne", max_length=120)
    question = models.TextField("question", max_length=2000)
    needed_by = models.DateField("réponse utile jusqu’au")
    by = person_field("posée par")
    at = models.DateTimeField("posée le")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    thanks = models.CharField("merci", max_length=500, blank=True)

    class Meta:
        verbose_name = "appel urgent"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["structure", "at"])]

    def __str__(self) -> str:
        return self.title

    def is_standing(self, on: date) -> bool:
        return self.closed_at is None and self.needed_by >= on


class UrgentCallReach(UnnamedRow):
    """A structure that a call reaches: because it declared the trade, or held such contracts."""

    class Why(models.TextChoices):
        TRADE = "trade", "métier exercé"
        CONTRACT = "contract", "contrat tenu"

    call = owner_field(UrgentCall, "appel", related_name="reached")
    structure = owner_field(Structure, "structure", related_name="+")
    why = models.CharField("parce que", max_length=8, choices=Why)
    # False: written to enough this week, or nobody takes these mails. The call is on its page.
    is_mailed = models.BooleanField("par courrier", default=True)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "structure atteinte par un appel"
        ordering = ["call_id", "pk"]
        indexes = [models.Index(fields=["structure", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["call", "structure"], name="urgent_call_reaches_once")
        ]


class UrgentAnswer(models.Model):
    """What a reached structure answers; only the asker reads it."""

    call = owner_field(UrgentCall, "appel", related_name="answers")
    structure = owner_field(Structure, "structure", related_name="+")
    words = models.TextField("réponse", max_length=4000)
    by = person_field("écrite par")
    at = models.DateTimeField("écrite le")

    class Meta:
        verbose_name = "réponse à un appel"
        ordering = ["call_id", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "structure"],
                name="urgent_answer_once",
                violation_error_message="Votre structure a déjà répondu : changez sa réponse.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.call}"
