"""A director takes over the sheet of their structure, and the last change can be undone."""

from django.db import models

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import owner_field
from cordee.members.models.structures import Structure


class Claim(models.Model):
    """What one person answered about an unclaimed structure, step by step.

    Answers of a director are applied as the director gives them. Those of a person whose request to
    join is pending stay a draft until the director is accepted, and are dropped where the director
    is refused.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "en cours"
        APPLIED = "applied", "appliquée"
        DROPPED = "dropped", "abandonnée"

    structure = owner_field(Structure, "structure", related_name="claims")
    person = owner_field(User, "personne", related_name="claims")
    answers = models.JSONField("réponses par étape", default=dict, blank=True)
    step = models.PositiveSmallIntegerField("étape où reprendre (1 à 4)", default=1)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    started_at = models.DateTimeField("commencée le", auto_now_add=True)
    applied_at = models.DateTimeField("appliquée le", null=True, blank=True)

    class Meta:
        verbose_name = "reprise de fiche"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "person"], name="claim_one_per_person_and_structure"
            ),
            models.CheckConstraint(
                condition=models.Q(step__gte=1, step__lte=4), name="claim_step_one_to_four"
            ),
            models.CheckConstraint(
                condition=models.Q(state="applied", applied_at__isnull=False)
                | (~models.Q(state="applied") & models.Q(applied_at__isnull=True)),
                name="claim_applied_has_its_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, {self.get_state_display()}"


class SheetUndo(models.Model):
    """The sheet of a structure as it was before its last change: what « annuler » puts back.

    One per structure: names of crews may be those of people, and are not kept for ever.
    """

    structure = models.OneToOneField(
        Structure, on_delete=models.CASCADE, related_name="sheet_undo", verbose_name="structure"
    )
    before = models.JSONField("fiche d’avant")
    what = models.CharField("ce qui a changé", max_length=120)
    by = person_field("par")
    at = models.DateTimeField("quand", auto_now=True)

    class Meta:
        verbose_name = "retour en arrière d’une fiche"

    def __str__(self) -> str:
        return self.what
