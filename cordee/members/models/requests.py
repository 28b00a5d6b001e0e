"""What a structure asks of a network, and a network of a structure: each has an answer."""

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field
from cordee.members.models.networks import Network, SharingAgreement
from cordee.members.models.structures import Structure


class Answer(models.TextChoices):
    NONE = "", "en attente"
    YES = "yes", "acceptée"
    NO = "no", "déclinée"
    WITHDRAWN = "withdrawn", "retirée"


class RequestQuerySet[M: models.Model](models.QuerySet[M]):
    def waiting(self) -> "RequestQuerySet[M]":
        return self.filter(answer=Answer.NONE)


class Request(models.Model):
    """What both sorts have in common: who asked, when, and the answer."""

    asked_on = models.DateField("demandée le")
    asked_by = person_field("demandée par")
    answer = models.CharField(
        "réponse", max_length=10, choices=Answer, blank=True, default=Answer.NONE
    )
    answered_on = models.DateField("répondue le", null=True, blank=True)

    class Meta:
        abstract = True


def _constraints(name: str, other: str) -> list[models.BaseConstraint]:
    """One waits at a time between two; `other` is the side that answers."""
    return [
        models.UniqueConstraint(
            fields=["structure", "network"],
            condition=Q(answer=""),
            name=f"{name}_one_waiting",
            violation_error_message=f"Une demande attend déjà la réponse de {other}.",
        ),
        models.CheckConstraint(
            condition=Q(answer="", answered_on__isnull=True)
            | Q(~Q(answer=""), answered_on__gte=F("asked_on")),
            name=f"{name}_answer_is_dated",
            violation_error_message="Une réponse a une date, qui suit la demande.",
        ),
    ]


class MembershipRequest(Request):
    """A structure asks to join a network, which answers."""

    structure = owner_field(Structure, "structure", related_name="membership_requests")
    network = owner_field(Network, "réseau", related_name="membership_requests")
    words = models.TextField("message", blank=True)
    reason = models.CharField("raison", max_length=300, blank=True)

    objects = RequestQuerySet["MembershipRequest"].as_manager()

    class Meta:
        verbose_name = "demande d’adhésion"
        ordering = ["asked_on", "pk"]
        constraints = _constraints("membership_request", "ce réseau")

    def __str__(self) -> str:
        return f"{self.structure} → {self.network}"


class SharingRequest(Request):
    """A network asks a member to open one class of figures. At most one each ninety days."""

    structure = owner_field(Structure, "structure", related_name="sharing_requests")
    network = owner_field(Network, "réseau", related_name="sharing_requests")
    figure_class = models.CharField(
        "sorte de chiffres", max_length=10, choices=SharingAgreement.FigureClass
    )
    words = models.TextField("à quoi cela servira")

    objects = RequestQuerySet["SharingRequest"].as_manager()

    class Meta:
        verbose_name = "demande d’ouverture de chiffres"
        ordering = ["-asked_on", "-pk"]
        constraints = _constraints("sharing_request", "cette structure")

    def __str__(self) -> str:
        return f"{self.network} → {self.structure}\u00a0: {self.get_figure_class_display()}"
