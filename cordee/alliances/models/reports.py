"""A message of an alliance that somebody inside asks a network to read."""

from django.db import models
from django.db.models import Q

from cordee.alliances.models.messages import AllianceMessage
from cordee.members.models import Network
from cordee.mobilisation.models.reported import Reported, ReportedQuerySet

LONGEST_REASON = 300
LONGEST_ANSWER = 1000


class AllianceMessageReport(Reported):
    """The network reads this message and why it is reported, and nothing else of the alliance."""

    class Outcome(models.TextChoices):
        OPEN = "open", "à lire"
        ASKED = "asked", "retrait demandé"
        KEPT = "kept", "message laissé"

    message = models.ForeignKey(
        AllianceMessage, on_delete=models.CASCADE, related_name="reports", verbose_name="message"
    )
    network = models.ForeignKey(
        Network,
        on_delete=models.CASCADE,
        related_name="alliance_message_reports",
        verbose_name="réseau qui le lit",
    )
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
