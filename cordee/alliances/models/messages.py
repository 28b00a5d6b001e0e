"""The thread of an alliance: what those inside write to one another, and who is told when."""

from django.db import models
from django.db.models import Q

from cordee.accounts.models import User
from cordee.alliances.models.alliances import Alliance
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network
from cordee.mobilisation.models.conversations import (
    Reported,
    ReportedQuerySet,
    Written,
    WrittenQuerySet,
)

LONGEST_REASON = 300
LONGEST_ANSWER = 1000


class AllianceMessage(Written):
    """A message; taken back, hidden or erased with its author, its words go and its line stays."""

    alliance = owner_field(Alliance, "alliance", related_name="messages")
    # The subcontractor with whom those who read the table exchange it; without one, it is theirs.
    about = optional_owner_field(AllianceParty, "échange avec", related_name="exchange")
    # The name under which others know who wrote: a network or a structure.
    side = models.CharField("au nom de", max_length=200)

    objects = WrittenQuerySet["AllianceMessage"].as_manager()

    class Meta:
        verbose_name = "message d’une alliance"
        ordering = ["alliance_id", "at", "pk"]
        indexes = [
            models.Index(
                fields=["at"],
                condition=Q(mailed_at__isnull=True),
                name="alliance_message_to_be_mailed",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="")
                | Q(withdrawn_at__isnull=False)
                | Q(hidden_at__isnull=False)
                | Q(erased_at__isnull=False),
                name="alliance_message_says_something",
                violation_error_message="Écrivez quelque chose.",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""),
                name="alliance_message_hidden_says_why",
                violation_error_message="Dites pourquoi vous masquez ce message.",
            ),
        ]


class MessagePace(UnnamedRow):
    """When a person is told by mail of the messages of an alliance; without a row, of each.

    `notified_until`: for whoever reads once a day, what came before it they were told of, or read.
    """

    class Pace(models.TextChoices):
        EACH = "each", "À chaque message"
        DAILY = "daily", "Une fois par jour, le matin"
        NEVER = "never", "Jamais : je lirai ici"

    alliance = owner_field(Alliance, "alliance", related_name="message_paces")
    person = owner_field(User, "personne", related_name="+")
    pace = models.CharField("me prévenir", max_length=5, choices=Pace)
    notified_until = models.DateTimeField("prévenue de ce qui précède le")

    class Meta:
        verbose_name = "rythme des courriers d’une alliance"
        ordering = ["alliance_id", "person_id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "person"], name="message_pace_once"),
            one_of("pace", ["each", "daily", "never"], name="message_pace_known"),
        ]


class AllianceMessageReport(Reported):
    """The network reads this message and why it is reported, and nothing else of the alliance."""

    class Outcome(models.TextChoices):
        OPEN = "open", "à lire"
        ASKED = "asked", "retrait demandé"
        KEPT = "kept", "message laissé"

    message = owner_field(AllianceMessage, "message", related_name="reports")
    network = owner_field(Network, "réseau qui le lit", related_name="alliance_message_reports")
    words = models.CharField("ce qui ne va pas", max_length=LONGEST_REASON, blank=True)
    outcome = models.CharField("suite", max_length=5, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField("réponse à qui signale", max_length=LONGEST_ANSWER, blank=True)
    request = models.TextField("demande à qui a écrit", max_length=LONGEST_ANSWER, blank=True)

    objects = ReportedQuerySet["AllianceMessageReport"].as_manager()

    class Meta:
        verbose_name = "signalement dans une alliance"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "by"],
                name="alliance_report_once_by_person",
                violation_error_message="Vous avez déjà signalé ce message.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True)
                | Q(outcome__in=["asked", "kept"], decided_at__isnull=False),
                name="alliance_report_decided_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open") | ~Q(answer=""),
                name="alliance_report_decided_is_answered",
                violation_error_message="Répondez à qui signale.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="asked") | ~Q(request=""),
                name="alliance_report_asked_says_why",
                violation_error_message="Dites à qui a écrit pourquoi retirer ce message.",
            ),
        ]

    @property
    def state_words(self) -> tuple[str, str]:
        """(sort of state, its words)."""
        if self.is_open:
            return "vigilance", "À lire"
        if self.message.withdrawn_at is not None:
            return "sur", "Retiré"
        if self.outcome == self.Outcome.ASKED:
            return "inconnu", "Retrait demandé"
        return "sur", "Répondu"
