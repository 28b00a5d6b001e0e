"""What becomes of a sheet: a director takes it over, the last change is undone, the structure
closes, and what the register of companies says of that.
"""

from django.db import models

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import owner_field, single_owner_field
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

    structure = single_owner_field(Structure, "structure", related_name="sheet_undo")
    before = models.JSONField("fiche d’avant")
    what = models.CharField("ce qui a changé", max_length=120)
    by = person_field("par")
    at = models.DateTimeField("quand", auto_now=True)

    class Meta:
        verbose_name = "retour en arrière d’une fiche"

    def __str__(self) -> str:
        return self.what


class Closure(models.Model):
    """Why a structure is closed: who said so, when, and from which day. Taken away if reopened."""

    class Source(models.TextChoices):
        DIRECTOR = "director", "déclaré par sa direction"
        NETWORK = "network", "confirmé par un réseau"
        SIRENE = "sirene", "répertoire SIRENE"

    structure = single_owner_field(Structure, "structure", related_name="closure")
    source = models.CharField("source", max_length=10, choices=Source)
    closed_on = models.DateField("fermée le", null=True, blank=True)
    by = person_field("noté par", blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)

    class Meta:
        verbose_name = "fermeture"
        ordering = ["-noted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.structure} : {self.get_source_display()}"


class RegistryCheck(models.Model):
    """What the register said of a structure when it was last asked."""

    class Answer(models.TextChoices):
        OPEN = "open", "ouvert"
        CLOSED = "closed", "fermé"
        UNKNOWN = "unknown", "SIRET introuvable"

    class Decision(models.TextChoices):
        NONE = "none", "rien à décider"
        WAITING = "waiting", "à confirmer par la structure ou son réseau"
        CONFIRMED = "confirmed", "fermeture confirmée"
        DENIED = "denied", "fermeture démentie"

    structure = single_owner_field(Structure, "structure", related_name="registry_check")
    checked_at = models.DateTimeField("vérifiée le")
    answer = models.CharField("réponse", max_length=10, choices=Answer)
    closed_on = models.DateField("fermée le, selon le répertoire", null=True, blank=True)
    name = models.CharField("nom au répertoire", max_length=250, blank=True)
    address = models.CharField("adresse au répertoire", max_length=300, blank=True)
    differences = models.JSONField("différences", default=list, blank=True)
    decision = models.CharField("décision", max_length=10, choices=Decision, default=Decision.NONE)

    class Meta:
        verbose_name = "vérification au répertoire SIRENE"
        ordering = ["-checked_at", "-pk"]
        indexes = [models.Index(fields=["checked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="none") | models.Q(answer="closed"),
                name="registry_decides_on_closures_only",
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure} : {self.get_answer_display()}"
