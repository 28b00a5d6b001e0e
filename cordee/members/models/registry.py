"""Whether an establishment still exists: who said so, and what the register of companies says."""

from django.db import models

from cordee.accounts.fields import person_field
from cordee.members.models.structures import Structure


class Closure(models.Model):
    """Why a structure is closed: who said so, when, and from which day. Taken away if reopened."""

    class Source(models.TextChoices):
        DIRECTOR = "director", "déclaré par sa direction"
        NETWORK = "network", "confirmé par un réseau"
        SIRENE = "sirene", "répertoire SIRENE"

    structure = models.OneToOneField(
        Structure, on_delete=models.CASCADE, related_name="closure", verbose_name="structure"
    )
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

    structure = models.OneToOneField(
        Structure, on_delete=models.CASCADE, related_name="registry_check", verbose_name="structure"
    )
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
