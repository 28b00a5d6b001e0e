"""A structure that leaves an alliance, by the phase it is in (RULE-39)."""

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.alliances.models.alliances import PHASE_CHOICES, Alliance
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.rules.group_changes import Ground, Path

GROUNDS = Ground.choices()
PATH_CHOICES = [(path.value, path.label) for path in Path if path is not Path.CLOSED]


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def under_way(self) -> "WithdrawalQuerySet":
        """Those that wait for something: a plan, an agreement, the buyer."""
        return self.filter(state__in=Withdrawal.UNDER_WAY)


class Withdrawal(UnnamedRow):
    """A party falls out. Before the application at once; then the buyer is asked first.

    `proposed` are the terms without it, as those who stay would take them: nothing changes in the
    alliance before the buyer has said yes.
    """

    class State(models.TextChoices):
        ANNOUNCED = "told", "annoncé"
        PLANNED = "planned", "suite proposée"
        SENT = "sent", "demande partie chez l’acheteur"
        REFUSED = "refused", "refusé par l’acheteur"
        DONE = "done", "fait"
        CANCELLED = "cancelled", "annulé : la structure reste"

    class Plan(models.TextChoices):
        ONE = "one", "un membre reprend toute la part"
        ALL = "all", "les membres qui restent se la partagent"
        REPLACEMENT = "replacement", "une autre structure la remplace"
        SUBCONTRACTOR = "subcontractor", "un sous-traitant fait le travail à sa place"

    UNDER_WAY = (State.ANNOUNCED, State.PLANNED, State.SENT)

    alliance = owner_field(Alliance, "alliance", related_name="withdrawals", kept=True)
    party = owner_field(AllianceParty, "partie", related_name="withdrawals", kept=True)
    phase = models.CharField("étape du retrait", max_length=10, choices=PHASE_CHOICES)
    state = models.CharField("état", max_length=10, choices=State, default=State.ANNOUNCED)
    reason = models.TextField("raison", max_length=1000, blank=True)
    # What allows the change, once who leads said so (R2142-26, R2194-6).
    ground = models.CharField("ce qui le permet", max_length=13, choices=GROUNDS, blank=True)
    share_cents = models.PositiveBigIntegerField("part au moment du retrait, en centimes")
    left_cents = models.PositiveBigIntegerField("reste à faire, en centimes", null=True, blank=True)
    announced_at = models.DateTimeField("annoncé le")
    announced_by = person_field("annoncé par")
    # Who announced it may take it back (withdrawals.pages.may_cancel).
    announced_by_lead = models.BooleanField("annoncé par qui coordonne", default=False)
    path = models.CharField("par", max_length=10, choices=PATH_CHOICES, blank=True)
    plan = models.CharField("suite", max_length=13, choices=Plan, blank=True)
    successor = optional_owner_field(AllianceParty, "qui reprend", related_name="+", kept=True)
    # Each proposal is written about anew, on the same version too.
    planned_at = models.DateTimeField("suite proposée le", null=True, blank=True)
    base_version = models.PositiveIntegerField("version de départ", null=True, blank=True)
    proposed = models.JSONField("termes proposés", null=True, blank=True)
    request_text = models.TextField("demande à l’acheteur", max_length=6000, blank=True)
    sent_on = models.DateField("demande partie le", null=True, blank=True)
    answered_on = models.DateField("réponse de l’acheteur le", null=True, blank=True)
    answer_words = models.TextField("ce que répond l’acheteur", max_length=2000, blank=True)
    ended_at = models.DateTimeField("clos le", null=True, blank=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = "retrait"
        ordering = ["alliance_id", "-announced_at", "-pk"]
        constraints = [
            # Two plans at once would each start from terms that the other changes.
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(state__in=["told", "planned", "sent"]),
                name="withdrawal_one_under_way",
                violation_error_message="Un autre retrait est en cours. Menez-le d’abord à bien.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["told", "done", "cancelled"])
                | Q(proposed__isnull=False, base_version__isnull=False),
                name="withdrawal_planned_has_terms",
                violation_error_message="Dites d’abord qui reprend la part.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["told", "planned", "done", "cancelled"])
                | Q(sent_on__isnull=False),
                name="withdrawal_sent_has_a_day",
                violation_error_message="Donnez le jour où la demande est partie.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(answered_on__isnull=False),
                name="withdrawal_answered_has_a_day",
                violation_error_message="Donnez le jour de la réponse de l’acheteur.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "cancelled", "refused"], ended_at__isnull=False)
                | (~Q(state__in=["done", "cancelled", "refused"]) & Q(ended_at__isnull=True)),
                name="withdrawal_ended_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(phase__in=["filed", "won", "signed", "delivery"])
                | ~Q(state="done")
                | Q(answered_on__isnull=False),
                name="withdrawal_after_filing_needs_the_buyer",
                violation_error_message="Après le dépôt, rien ne change sans l’acheteur.",
            ),
        ]


class WithdrawalAgreement(UnnamedRow):
    """One of those who stay agrees to what the withdrawal makes of its share, before it is asked.

    Holds for the fingerprint alone; it becomes an acceptance once the change is made.
    """

    withdrawal = owner_field(Withdrawal, "retrait", related_name="agreements")
    party = owner_field(AllianceParty, "partie", related_name="+")
    fingerprint = models.CharField("empreinte", max_length=64)
    agreed_at = models.DateTimeField("d’accord le")
    agreed_by = person_field("d’accord par")

    class Meta:
        verbose_name = "accord sur un retrait"
        ordering = ["withdrawal_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["withdrawal", "party", "fingerprint"],
                name="withdrawal_agreement_once",
                violation_error_message="Cet accord est déjà donné.",
            )
        ]
