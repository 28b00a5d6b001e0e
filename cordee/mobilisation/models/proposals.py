"""The team of a programme proposes opportunities to networks; each network decides."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field
from cordee.members.models import Network, Programme
from cordee.mobilisation.models.campaigns import Campaign
from cordee.opportunities.models import Opportunity


class ProposalQuerySet(models.QuerySet["ProgrammeProposal"]):
    def with_relay(self) -> "ProposalQuerySet":
        """`is_relayed`: the network has sent a campaign about it. Nobody has to say so twice."""
        return self.annotate(is_relayed=_sent())

    def in_state(self, state: str) -> "ProposalQuerySet":
        """ "pending", "relayed" or "declined"; a relay counts, whatever was said before."""
        if state == RELAYED:
            return self.with_relay().filter(_sent())
        return self.with_relay().filter(~_sent(), state=state)


def _sent() -> Exists:
    campaigns = Campaign.objects.sent().filter(
        network=OuterRef("network"), opportunities=OuterRef("opportunity")
    )
    return Exists(campaigns)


RELAYED = "relayed"
STATE_LABELS = {"pending": "à décider", RELAYED: "relayée", "declined": "non relayée"}


class ProgrammeProposal(models.Model):
    """One opportunity of a programme, proposed once to one network.

    Relayed is not a state: it is read from the campaigns that the network sent. The team reads the
    reason as a count among others; the words stay in the network.
    """

    class State(models.TextChoices):
        PENDING = "pending", "à décider"
        DECLINED = "declined", "non relayée"

    class Reason(models.TextChoices):
        NOBODY_NEAR = "nobody_near", "Aucun membre assez proche"
        NO_TRADE = "no_trade", "Aucun membre de ce métier"
        TOO_LATE = "too_late", "Trop tard pour répondre"
        KNOWN = "known", "Nos membres le savent déjà"
        TOO_MUCH = "too_much", "Nos membres reçoivent déjà beaucoup"
        OTHER = "other", "Autre raison"

    programme = owner_field(Programme, "programme", related_name="proposals")
    opportunity = owner_field(Opportunity, "opportunité", related_name="proposals")
    network = owner_field(Network, "réseau", related_name="proposals")
    message = models.TextField("message de l’équipe", max_length=2000, blank=True)
    by = person_field("proposée par")
    at = models.DateTimeField("proposée le")
    state = models.CharField("décision", max_length=8, choices=State, default=State.PENDING)
    decided_by = person_field("décidée par", blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    reason = models.CharField("raison", max_length=12, choices=Reason, blank=True)
    words = models.CharField("en quelques mots", max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition d’un programme"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["network", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "opportunity", "network"],
                name="proposal_once",
                violation_error_message="Cette opportunité est déjà proposée à ce réseau.",
            ),
            models.CheckConstraint(
                condition=Q(state="declined", decided_at__isnull=False) & ~Q(reason="")
                | Q(state="pending", decided_at__isnull=True, reason="", words=""),
                name="proposal_declined_says_why",
                violation_error_message="Dites pourquoi votre réseau ne relaie pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity} → {self.network}"
