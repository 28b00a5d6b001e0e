"""The verdict of an opportunity for a structure: is it for her, alone, in a team, no, not known."""

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When

from cordee.base.fields import owner_field, single_owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.opportunities.models.opportunities import Opportunity


class VerdictKind(models.TextChoices):
    """The answers, the best first. `TOGETHER` is what a network reads of its members: not kept."""

    ALONE = "alone", "seule"
    TEAM = "team", "en équipe"
    UNKNOWN = "unknown", "on ne sait pas encore"
    NOT_THEN = "not_then", "pas en l’état"
    NOT_FOR_YOU = "not_for_you", "pas pour vous"
    TOGETHER = "together", "plusieurs membres, ensemble"


FITTING = (VerdictKind.ALONE, VerdictKind.TEAM)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def best_first(self) -> "VerdictQuerySet":
        """By verdict, then distance; an unknown distance comes after those that are known."""
        order = Case(
            *(When(kind=kind, then=Value(place)) for place, kind in enumerate(VerdictKind)),
            output_field=models.PositiveSmallIntegerField(),
        )
        return self.order_by(order, F("distance_hm").asc(nulls_last=True), "opportunity_id")

    def counted(self) -> tuple[int, int]:
        """How many fit, alone or in a team, and how many there are: one query."""
        fit = Q(kind__in=FITTING)
        found = self.order_by().aggregate(fit=Count("pk", filter=fit), each=Count("pk"))
        return found["fit"], found["each"]


class Verdict(UnnamedRow):
    """What one structure can do about one opportunity, and the facts that say why.

    `cordee.composing.verdicts` alone writes it, with no other figures than those that the structure
    may use. `size` counts the team, the structure included; `answers` those whose reply it rests
    on. `month` is the first in which something lacks (absolute). Sizes are in cFTE a month. A
    distance is unknown where the notice tells no more than a department.
    """

    structure = owner_field(Structure, "structure", related_name="verdicts")
    opportunity = owner_field(Opportunity, "opportunité", related_name="verdicts")
    kind = models.CharField("réponse", max_length=12, choices=VerdictKind)
    size = models.PositiveSmallIntegerField("taille de l’équipe", null=True, blank=True)
    answers = models.PositiveSmallIntegerField("réponses à obtenir", default=0)
    month = models.PositiveIntegerField("mois où il manque", null=True, blank=True)
    lot = models.CharField("seulement ce lot", max_length=300, blank=True)
    reason = models.CharField("raison", max_length=400)
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES, blank=True)
    is_trade_supposed = models.BooleanField("métier supposé", default=False)
    other_trades = models.JSONField("autres métiers demandés", default=list)
    distance_hm = models.PositiveIntegerField("distance (centaines de mètres)", null=True)
    need_cfte = models.PositiveIntegerField("besoin (centièmes d’ETP)", null=True)
    free_cfte = models.PositiveIntegerField("équipe libre (centièmes d’ETP)", null=True)
    is_composed = models.BooleanField("une équipe a été cherchée", default=False)
    fingerprint = models.CharField("empreinte de la question", max_length=64)
    computed_at = models.DateTimeField("calculé le")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à la question «\u00a0est-ce pour moi\u202f?\u00a0»"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "opportunity"], name="verdict_one_each_structure"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[*VerdictKind.values]) & ~Q(kind=VerdictKind.TOGETHER),
                name="verdict_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=VerdictKind.TEAM, size__isnull=False, size__gte=2)
                | (~Q(kind=VerdictKind.TEAM) & Q(size__isnull=True)),
                name="verdict_size_of_a_team",
            ),
        ]


class VerdictTurn(UnnamedRow):
    """Where a structure stands in the line of those whose verdicts are computed.

    `asked_at`: something changed since they were; `computed_at`: when they last were, all of them.
    """

    structure = single_owner_field(Structure, "structure", related_name="verdict_turn")
    asked_at = models.DateTimeField("à refaire depuis", null=True, blank=True)
    computed_at = models.DateTimeField("calculé le", null=True, blank=True)

    class Meta:
        verbose_name = "tour de calcul"
        indexes = [models.Index(fields=["computed_at"])]
