"""An urgent question to peers: it reaches those who did it before, and its asker reads answers."""

from datetime import date

from django.db import models

from cordee.accounts.fields import person_field
from cordee.members.models import Network, Structure
from cordee.members.models.capacity import TRADE_CHOICES


class UrgentCall(models.Model):
    """A question of practice on a trade, wanted for a day. Never a price, a bid or a partner."""

    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="urgent_calls", verbose_name="réseau"
    )
    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="urgent_calls", verbose_name="structure"
    )
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


class UrgentCallReach(models.Model):
    """A structure that a call reaches: because it declared the trade, or held such contracts."""

    class Why(models.TextChoices):
        TRADE = "trade", "métier exercé"
        CONTRACT = "contract", "contrat tenu"

    call = models.ForeignKey(
        UrgentCall, on_delete=models.CASCADE, related_name="reached", verbose_name="appel"
    )
    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="+", verbose_name="structure"
    )
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

    def __str__(self) -> str:
        return f"{self.structure} · {self.call}"


class UrgentAnswer(models.Model):
    """What a reached structure answers; only the asker reads it."""

    call = models.ForeignKey(
        UrgentCall, on_delete=models.CASCADE, related_name="answers", verbose_name="appel"
    )
    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="+", verbose_name="structure"
    )
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
