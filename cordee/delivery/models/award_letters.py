"""Letters to companies that won a contract with an insertion clause: a delegate sends each from her
own mailbox. No address is kept."""

from django.db import models
from django.db.models import Q

from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network, Structure
from cordee.opportunities.models import AwardedContract


class AwardLetter(models.Model):
    """What a network does of one award, and on which day. Title and holder stay without it."""

    network = owner_field(Network, "réseau", related_name="award_letters")
    award = optional_owner_field(
        AwardedContract, "marché attribué", related_name="letters", outlived=True
    )
    title = models.CharField("objet", max_length=500)
    holder = models.CharField("titulaire", max_length=300)
    made_at = models.DateTimeField("préparée le", auto_now_add=True)
    written_on = models.DateField("écrite le", null=True, blank=True)
    replied_on = models.DateField("réponse le", null=True, blank=True)
    gave_work_on = models.DateField("travail donné le", null=True, blank=True)

    class Meta:
        verbose_name = "lettre après une attribution"
        verbose_name_plural = "lettres après une attribution"
        ordering = ["network_id", "-made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "network",
                "award",
                condition=Q(award__isnull=False),
                name="award_letter_once",
                violation_error_message="Cette lettre existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(written_on__isnull=False)
                | Q(replied_on__isnull=True, gave_work_on__isnull=True),
                name="award_letter_written_first",
                violation_error_message="Notez d’abord que la lettre est envoyée.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LetterName(UnnamedRow):
    """A member asked whether one letter may name it. A yes counts for that letter only."""

    letter = owner_field(AwardLetter, "lettre", related_name="names")
    structure = owner_field(Structure, "structure", related_name="letter_names")
    asked_at = models.DateTimeField("demandé le")
    agrees = models.BooleanField("d’accord", null=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "nom dans une lettre"
        verbose_name_plural = "noms dans une lettre"
        ordering = ["letter_id", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint("letter", "structure", name="letter_name_once"),
            models.CheckConstraint(
                condition=Q(agrees__isnull=True) | Q(answered_at__isnull=False),
                name="letter_name_answered_one_day",
            ),
        ]
