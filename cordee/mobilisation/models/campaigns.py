"""A network proposes opportunities to its members: whom it asks, about what, in which words."""

from datetime import date, datetime, time

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.ui import french
from cordee.members.models import Department, Network, Programme, Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.opportunities.models import Opportunity


def end_of(day: date) -> datetime:
    """The last moment of a day, in the time of the place."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=timezone.get_default_timezone())


def closing(answer_by: date, deadline: datetime | None) -> datetime:
    """When answers close: the end of the day asked for, or the buyer's deadline before it."""
    asked = end_of(answer_by)
    return asked if deadline is None else min(asked, deadline)


def until(answer_by: date, deadline: datetime | None) -> str:
    """ "12 décembre", or "9 décembre, 12 h" where the buyer's deadline comes first."""
    if deadline is None or deadline > end_of(answer_by):
        return french.day(answer_by, answer_by)
    return french.moment(deadline, timezone.localdate(deadline))


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def sent(self) -> "CampaignQuerySet":
        """Those that members have heard of, running or closed."""
        return self.exclude(state=Campaign.State.DRAFT)

    def running(self) -> "CampaignQuerySet":
        return self.filter(state=Campaign.State.SENT)


class Campaign(models.Model):
    """One mailing of one network. It stays a draft until somebody sends it.

    What it proposes is listed in `opportunities` at once, whatever it came from: an opportunity, a
    programme, or a rule ("espaces verts, Isère, 30 jours").
    """

    class Origin(models.TextChoices):
        OPPORTUNITY = "opportunity", "une opportunité"
        PROGRAMME = "programme", "un programme"
        RULE = "rule", "une règle"

    class State(models.TextChoices):
        DRAFT = "draft", "brouillon"
        SENT = "sent", "en cours"
        CLOSED = "closed", "close"

    network = owner_field(Network, "réseau", related_name="campaigns", kept=True)
    origin = models.CharField(
        "partie de", max_length=12, choices=Origin, default=Origin.OPPORTUNITY
    )
    programme = optional_owner_field(Programme, "programme", related_name="campaigns", kept=True)
    rule_trade = models.CharField(
        "métier de la règle", max_length=50, choices=TRADE_CHOICES, blank=True
    )
    rule_department = optional_owner_field(
        Department, "département de la règle", related_name="+", kept=True
    )
    rule_days = models.PositiveSmallIntegerField("jours de la règle", null=True, blank=True)
    opportunities = models.ManyToManyField(
        Opportunity, related_name="campaigns", verbose_name="opportunités"
    )
    subject = models.CharField("objet du courrier", max_length=150)
    message = models.TextField("message du réseau", max_length=4000, blank=True)
    answer_by = models.DateField("réponse attendue le")
    state = models.CharField("état", max_length=8, choices=State, default=State.DRAFT)
    by = person_field("écrite par", related_name="campaigns")
    created_at = models.DateTimeField("commencée le", default=timezone.now)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["network", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True)
                | (~Q(state="draft") & Q(sent_at__isnull=False)),
                name="campaign_sent_has_a_moment",
                violation_error_message="Une campagne envoyée a une date d’envoi.",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="campaign_closed_has_a_moment",
                violation_error_message="Une campagne close a une date de fin.",
            ),
            models.CheckConstraint(
                condition=~Q(origin="programme") | Q(programme__isnull=False),
                name="campaign_of_programme_names_it",
                violation_error_message="Dites de quel programme.",
            ),
            models.CheckConstraint(
                condition=~Q(origin="rule") | (~Q(rule_trade="") & Q(rule_days__isnull=False)),
                name="campaign_of_rule_is_whole",
                violation_error_message="Une règle dit un métier et un nombre de jours.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_running(self) -> bool:
        return self.state == self.State.SENT

    @property
    def answers_close_at(self) -> datetime:
        return end_of(self.answer_by)


class Ask(models.Model):
    """A structure was asked about an opportunity: once, whichever networks relay it.

    `answer_by` is the latest day that one of them gave; `announced_deadline` the buyer's own as the
    user was told it, to say so when it moves.
    """

    structure = owner_field(Structure, "structure", related_name="asks")
    opportunity = owner_field(Opportunity, "opportunité", related_name="asks", kept=True)
    asked_at = models.DateTimeField("demandée le")
    answer_by = models.DateField("réponse attendue le")
    announced_deadline = models.DateTimeField("date limite annoncée", null=True, blank=True)

    class Meta:
        verbose_name = "sollicitation"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "opportunity"],
                name="ask_once",
                violation_error_message="Cette structure est déjà sollicitée pour cela.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.opportunity}"

    @property
    def need(self) -> Opportunity:
        """What it is about today: the opportunity that speaks for it once it was joined."""
        return self.opportunity.joined_to or self.opportunity

    @property
    def closes_at(self) -> datetime:
        """Until when the user may answer, and change their mind: the earlier of both dates."""
        return closing(self.answer_by, self.need.deadline)

    @property
    def until(self) -> str:
        """The same in words: the day, and the hour where the buyer gives one."""
        return until(self.answer_by, self.need.deadline)

    def is_open(self, at: datetime) -> bool:
        return self.closes_at > at and self.need.is_open(at)


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def waiting(self) -> "RecipientQuerySet":
        """In a campaign that was sent, and not gone yet."""
        return self.filter(
            campaign__state=Campaign.State.SENT,
            state__in=[Recipient.State.TO_SEND, Recipient.State.HELD],
        )

    def relayed(self) -> "RecipientQuerySet":
        """Through which a network reads the answer."""
        return self.filter(relayed_at__isnull=False)


class Recipient(models.Model):
    """One member of the network, about one opportunity of the campaign."""

    class State(models.TextChoices):
        CHOSEN = "chosen", "retenue"
        LEFT_OUT = "left_out", "non retenue"
        TO_SEND = "to_send", "à envoyer"
        HELD = "held", "en attente"
        SENT = "sent", "courrier envoyé"
        ALREADY = "already_asked", "déjà sollicitée par un autre réseau"
        BY_PHONE = "by_phone", "à appeler"
        WITHDRAWN = "withdrawn", "retirée avant l’envoi"

    class Held(models.TextChoices):
        QUIET = "quiet", "hors des heures de bureau"
        CAP = "cap", "assez de courriers cette semaine"

    campaign = owner_field(Campaign, "campagne", related_name="recipients")
    structure = owner_field(Structure, "structure", related_name="+")
    opportunity = owner_field(Opportunity, "opportunité", related_name="+", kept=True)
    ask = optional_owner_field(Ask, "sollicitation", related_name="recipients")
    rank = models.PositiveIntegerField("rang")
    # Public facts only (trade, distance): it outlives a sharing agreement.
    reason = models.CharField("pourquoi cela la concerne", max_length=200, blank=True)
    state = models.CharField("état", max_length=15, choices=State, default=State.CHOSEN)
    held = models.CharField("attend parce que", max_length=6, choices=Held, blank=True)
    relayed_at = models.DateTimeField("relayée le", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("rappels", default=0)
    reminded_at = models.DateTimeField("dernier rappel", null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "destinataire"
        ordering = ["campaign_id", "rank", "pk"]
        indexes = [
            models.Index(fields=["structure", "state", "relayed_at"]),
            models.Index(fields=["state", "relayed_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "structure", "opportunity"],
                name="recipient_once_in_a_campaign",
                violation_error_message="Cette structure est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sent", "already_asked", "by_phone"],
                    ask__isnull=False,
                    relayed_at__isnull=False,
                )
                | (
                    ~Q(state__in=["sent", "already_asked", "by_phone"])
                    & Q(ask__isnull=True, relayed_at__isnull=True)
                ),
                name="recipient_relayed_has_its_ask",
            ),
            models.CheckConstraint(
                condition=Q(state="held") & ~Q(held="") | ~Q(state="held") & Q(held=""),
                name="recipient_held_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, {self.get_state_display()}"
