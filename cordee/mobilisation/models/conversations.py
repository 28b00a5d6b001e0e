"""Private words on one opportunity: between one structure and one counterpart, and nobody else.

RULE-38: other structures never learn that a thread exists.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network, Programme, RoleSeat, Structure
from cordee.opportunities.models import Opportunity

MOST_LETTERS = 4_000
MOST_AN_HOUR, MOST_MAILS_AN_HOUR = 30, 4
# So long, and nobody has read it by mail yet: its author may take it back.
WAIT = timedelta(minutes=5)


class WrittenQuerySet[Text: models.Model](models.QuerySet[Text]):
    def readable(self) -> "WrittenQuerySet[Text]":
        """Those whose words are still there."""
        return self.filter(withdrawn_at=None, hidden_at=None, erased_at=None)

    def to_be_mailed(self, now: datetime) -> "WrittenQuerySet[Text]":
        """Those that have waited and were not mailed yet, oldest first."""
        return self.readable().filter(mailed_at=None, at__lte=now - WAIT).order_by("pk")

    def fill_the_hour(self, now: datetime) -> bool:
        """Whether as many mails left as may within the hour; those that left together are one."""
        recent = self.filter(mailed_at__gt=now - timedelta(hours=1)).order_by()
        return recent.values("mailed_at").distinct().count() >= MOST_MAILS_AN_HOUR

    def said_just_now(self, text: str, now: datetime, **where: Any) -> Text | None:
        """Of one author's: the same words within a minute, a double click; None where they are new.

        Raises `ValidationError` for new ones, where the author wrote too much within the hour.
        """
        same = self.filter(text=text, at__gte=now - timedelta(minutes=1), **where).first()
        if same is not None and text:
            return same
        if self.filter(at__gte=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise ValidationError(
                "Vous avez beaucoup écrit en une heure. Reprenez un peu plus tard."
            )
        return None


class Written(UnnamedRow):
    """What one writes to others. Taken back, hidden or erased, its line stays and its text goes."""

    class Origin(models.TextChoices):
        PAGE = "page", "dans Cordée"
        MAIL = "mail", "par courrier"

    origin = models.CharField("écrit", max_length=5, choices=Origin, default=Origin.PAGE)
    text = models.TextField("message", max_length=MOST_LETTERS, blank=True)
    at = models.DateTimeField("écrit le")
    by = person_field("écrit par")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)
    hidden_at = models.DateTimeField("masqué le", null=True, blank=True)
    hidden_reason = models.CharField("pourquoi il est masqué", max_length=300, blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)
    mailed_at = models.DateTimeField("envoyé par courrier le", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_readable(self) -> bool:
        return not (self.withdrawn_at or self.hidden_at or self.erased_at)


class Thread(models.Model):
    """One structure and one counterpart: a network, a programme, or the author of the need.

    The author is `opportunity.created_by`: no copy of who the author is stays here.
    """

    opportunity = owner_field(Opportunity, "opportunité", related_name="threads")
    structure = owner_field(Structure, "structure", related_name="threads")
    network = optional_owner_field(Network, "réseau", related_name="threads")
    programme = optional_owner_field(Programme, "programme", related_name="threads")
    is_with_author = models.BooleanField("avec l’auteur du besoin", default=False)
    opened_at = models.DateTimeField("ouverte le")
    last_at = models.DateTimeField("dernier message le")
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        verbose_name = "conversation"
        ordering = ["-last_at", "-pk"]
        indexes = [models.Index(fields=["last_at"])]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(network__isnull=False, programme__isnull=True, is_with_author=False)
                    | Q(network__isnull=True, programme__isnull=False, is_with_author=False)
                    | Q(network__isnull=True, programme__isnull=True, is_with_author=True)
                ),
                name="thread_one_counterpart",
                violation_error_message="Une conversation a une seule personne en face.",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "structure", "network"],
                condition=Q(network__isnull=False),
                name="thread_unique_network",
                violation_error_message="Cette conversation existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "structure", "programme"],
                condition=Q(programme__isnull=False),
                name="thread_unique_programme",
                violation_error_message="Cette conversation existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "structure"],
                condition=Q(is_with_author=True),
                name="thread_unique_author",
                violation_error_message="Cette conversation existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} et {self.counterpart_words}"

    @property
    def counterpart_words(self) -> str:
        """Who is in front of the structure: a function, never an address."""
        if self.network is not None:
            return str(self.network)
        if self.programme is not None:
            return f"{self.programme} (équipe)"
        return self.opportunity.buyer_name or "L’auteur du besoin"


class Message(Written):
    """What one side wrote."""

    class Side(models.TextChoices):
        STRUCTURE = "structure", "la structure"
        COUNTERPART = "counterpart", "en face"

    thread = owner_field(Thread, "conversation", related_name="messages")
    side = models.CharField("côté", max_length=12, choices=Side)

    objects = WrittenQuerySet["Message"].as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["thread_id", "pk"]
        indexes = [
            models.Index(
                fields=["at"], condition=Q(mailed_at__isnull=True), name="message_to_be_mailed"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(withdrawn_at__isnull=False) | Q(erased_at__isnull=False),
                name="message_says_something",
                violation_error_message="Écrivez votre message.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, erased_at__isnull=True) | Q(text=""),
                name="message_gone_has_no_text",
                violation_error_message="Un message retiré n’a plus de texte.",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""),
                name="message_hidden_says_why",
                violation_error_message="Dites pourquoi ce message est masqué.",
            ),
            one_of("side", ["structure", "counterpart"], name="message_side_known"),
        ]


class ThreadReading(UnnamedRow):
    """Up to which message a person has read a thread."""

    thread = owner_field(Thread, "conversation", related_name="readings")
    person = owner_field(User, "personne", related_name="+")
    last_read = models.PositiveBigIntegerField("dernier message lu", default=0)

    class Meta:
        verbose_name = "lecture d’une conversation"
        ordering = ["thread_id", "person_id"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "person"], name="thread_reading_unique")
        ]


class MessageReportQuerySet(models.QuerySet["MessageReport"]):
    def read_by(self, person: Any) -> "MessageReportQuerySet":
        """Those to the networks for which the person acts; what waits first."""
        seats = RoleSeat.objects.held_by(person).of_networks().order_by()
        rows = self.filter(network__in=seats.values("network"))
        return rows.order_by("decided_at", "-at", "-pk")


class MessageReport(UnnamedRow):
    """A message that somebody of the thread asks a network to read; it reads this one only."""

    class Outcome(models.TextChoices):
        OPEN = "open", "à lire"
        HIDDEN = "hidden", "message masqué"
        KEPT = "kept", "message gardé"

    message = owner_field(Message, "message", related_name="reports")
    network = owner_field(Network, "réseau qui le lit", related_name="message_reports")
    words = models.CharField("ce qui ne va pas", max_length=300)
    outcome = models.CharField("suite", max_length=6, choices=Outcome, default=Outcome.OPEN)

    by = person_field("signalé par")
    at = models.DateTimeField("le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = person_field("décidé par", blank=True)

    objects = MessageReportQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(outcome="open"),
                name="report_one_open_by_message",
                violation_error_message="Ce message est déjà signalé.",
            ),
            one_of("outcome", ["open", "hidden", "kept"], name="report_outcome_known"),
        ]

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    @property
    def state_words(self) -> tuple[str, str]:
        """(sort of state, its words)."""
        if self.is_open:
            return "vigilance", "À lire"
        if self.outcome == self.Outcome.HIDDEN:
            return "bloque", "Masqué"
        return "sur", "Gardé"


class ReceivedMail(models.Model):
    """A mail that came in: what became of it, never what it said. Read twice, it counts once."""

    digest = models.CharField("empreinte du Message-ID", max_length=64, unique=True)
    at = models.DateTimeField("reçu le")
    outcome = models.CharField("suite", max_length=30)
    person = optional_owner_field(User, "de", related_name="+")
    message: Any = models.OneToOneField(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mail",
        verbose_name="message",
    )

    class Meta:
        verbose_name = "courrier reçu"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "at"])]

    def __str__(self) -> str:
        return self.outcome
