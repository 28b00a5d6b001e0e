"""What a structure asks of a network, and a network of a structure: each has an answer."""

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
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


class MembershipRequest(models.Model):
    """A structure asks to join a network, which answers."""

    structure = models.ForeignKey(
        Structure,
        on_delete=models.CASCADE,
        related_name="membership_requests",
        verbose_name="structure",
    )
    network = models.ForeignKey(
        Network,
        on_delete=models.CASCADE,
        related_name="membership_requests",
        verbose_name="réseau",
    )
    words = models.TextField("message", blank=True)
    asked_on = models.DateField("demandée le")
    asked_by = person_field("demandée par")
    answer = models.CharField(
        "réponse", max_length=10, choices=Answer, blank=True, default=Answer.NONE
    )
    answered_on = models.DateField("répondue le", null=True, blank=True)
    reason = models.CharField("raison", max_length=300, blank=True)

    objects = RequestQuerySet["MembershipRequest"].as_manager()

    class Meta:
        verbose_name = "demande d’adhésion"
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "network"],
                condition=Q(answer=""),
                name="membership_request_one_waiting",
                violation_error_message="Une demande attend déjà la réponse de ce réseau.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True)
                | Q(~Q(answer=""), answered_on__gte=F("asked_on")),
                name="membership_request_answer_is_dated",
                violation_error_message="Une réponse a une date, qui suit la demande.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} → {self.network}"


class SharingRequest(models.Model):
    """A network asks a member to open one class of figures. At most one each ninety days."""

    structure = models.ForeignKey(
        Structure,
        on_delete=models.CASCADE,
        related_name="sharing_requests",
        verbose_name="structure",
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="sharing_requests", verbose_name="réseau"
    )
    figure_class = models.CharField(
        "sorte de chiffres", max_length=10, choices=SharingAgreement.FigureClass
    )
    words = models.TextField("à quoi cela servira")
    asked_on = models.DateField("demandée le")
    asked_by = person_field("demandée par")
    answer = models.CharField(
        "réponse", max_length=10, choices=Answer, blank=True, default=Answer.NONE
    )
    answered_on = models.DateField("répondue le", null=True, blank=True)

    objects = RequestQuerySet["SharingRequest"].as_manager()

    class Meta:
        verbose_name = "demande d’ouverture de chiffres"
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "network"],
                condition=Q(answer=""),
                name="sharing_request_one_waiting",
                violation_error_message="Une demande attend déjà la réponse de cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True)
                | Q(~Q(answer=""), answered_on__gte=F("asked_on")),
                name="sharing_request_answer_is_dated",
                violation_error_message="Une réponse a une date, qui suit la demande.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} → {self.structure} : {self.get_figure_class_display()}"
