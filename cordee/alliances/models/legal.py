"""What an alliance keeps of its time and of what each structure decided."""

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.alliances.models.alliances import Alliance
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import one_of, optional_owner_field, owner_field, single_owner_field
from cordee.base.written_once import UnnamedRow
from cordee.rules.time_left import Limits, Step

STEP_CHOICES = Step.choices()


class AlliancePace(UnnamedRow):
    """From how many days left a new team, or one that knows itself, may answer: their own view.

    Without a row, Cordée's advice counts.
    """

    alliance = single_owner_field(Alliance, "alliance", related_name="pace")
    new_team_days = models.PositiveSmallIntegerField("jours pour une équipe nouvelle")
    known_team_days = models.PositiveSmallIntegerField(
        "jours pour des partenaires qui se connaissent"
    )

    class Meta:
        verbose_name = "repères de temps d’une alliance"
        constraints = [
            models.CheckConstraint(
                condition=Q(known_team_days__gte=1, new_team_days__gt=F("known_team_days")),
                name="alliance_pace_in_order",
                violation_error_message=(
                    "Une équipe nouvelle demande plus de jours que des partenaires connus."
                ),
            )
        ]

    @property
    def limits(self) -> Limits:
        return Limits(new_team_days=self.new_team_days, known_team_days=self.known_team_days)


class AllianceTaskQuerySet(models.QuerySet["AllianceTask"]):
    def standing(self) -> "AllianceTaskQuerySet":
        """Those that nobody took out."""
        return self.filter(removed_at__isnull=True)


class AllianceTask(models.Model):
    """Something to do before filing, by somebody, before a day.

    `step`: the one of the backwards calendar that it stands for; empty for any other task.
    `owner` null: whoever coordinates.
    """

    alliance = owner_field(Alliance, "alliance", related_name="tasks")
    step = models.CharField("étape", max_length=12, choices=STEP_CHOICES, blank=True)
    title = models.CharField("quoi", max_length=200)
    owner = optional_owner_field(
        AllianceParty, "qui s’en charge", related_name="tasks", outlived=True
    )
    due_on = models.DateField("avant le")
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    done_by = person_field("faite par", blank=True)
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)
    made_at = models.DateTimeField("notée le")
    made_by = person_field("notée par")

    objects = AllianceTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche d’une alliance"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "step"],
                condition=Q(removed_at__isnull=True) & ~Q(step=""),
                name="alliance_task_one_per_step",
                violation_error_message="Cette étape est déjà dans la liste.",
            ),
            one_of("step", ["", *(step.value for step in Step)], name="alliance_task_step_known"),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | Q(done_at__isnull=False),
                name="alliance_task_done_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GoDecision(UnnamedRow):
    """A structure decided to go, or not, and why. Only added to: the last one counts.

    `new_trade`, `new_partner`: what it answered; null where it does not know. `warnings`: codes of
    what it was told before it decided.
    """

    party = owner_field(AllianceParty, "partie", related_name="decisions")
    is_go = models.BooleanField("y va")
    reason = models.CharField("pourquoi", max_length=500, blank=True)
    new_trade = models.BooleanField("métier nouveau", null=True, blank=True)
    new_partner = models.BooleanField("partenaire nouveau", null=True, blank=True)
    warnings = models.JSONField("ce qui lui a été signalé", default=list, blank=True)
    version = models.PositiveIntegerField("version des termes lue")
    decided_at = models.DateTimeField("décidé le")
    decided_by = person_field("décidé par")

    class Meta:
        verbose_name = "décision d’y aller ou pas"
        ordering = ["party_id", "-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_go=True) | ~Q(reason=""),
                name="go_decision_no_has_a_reason",
                violation_error_message="Dites en une phrase pourquoi vous n’y allez pas.",
            )
        ]
