"""What a structure tells once for all its bids, whom it opens its figures to, what was taken out.

Its name, its trades, its crews and its papers are on its sheet (`members`). Here stands what only a
buyer asks. Turnovers are private figures: nobody but the structure reads them, save where it opens
them in one alliance.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.alliances.models.alliances import Alliance
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import EurosField, owner_field, single_owner_field
from cordee.base.models import StoredFile
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Structure
from cordee.members.models.capacity import TRADE_CHOICES

FIRST_YEAR, LAST_YEAR = 1990, 2100


class AnswerFile(models.Model):
    """One per structure: what every form of a bid asks again. Empty or None: not told yet."""

    structure = single_owner_field(Structure, "structure", related_name="answer_file")
    legal_form = models.CharField("forme juridique", max_length=100, blank=True)
    registered_at = models.CharField("inscription à un registre", max_length=150, blank=True)
    address = models.CharField("adresse du siège", max_length=250, blank=True)
    email = models.EmailField("adresse électronique pour les marchés", blank=True)
    is_small = models.BooleanField("petite ou moyenne entreprise", null=True, blank=True)
    permanent_staff = models.PositiveIntegerField("salariés permanents", null=True, blank=True)
    insertion_staff = models.PositiveIntegerField("salariés en insertion", null=True, blank=True)
    means = models.TextField("matériel et véhicules", max_length=1500, blank=True)
    method = models.TextField("ce que vous faites pour l’insertion", max_length=1500, blank=True)
    # By the slug of a trade, "" for all of them: {"text": …, "year": when it was written}.
    trade_texts = models.JSONField("textes par métier", default=dict, blank=True)
    has_no_reference = models.BooleanField("n’a pas de référence à donner", default=False)
    updated_at = models.DateTimeField("mis à jour le", auto_now=True)

    class Meta:
        verbose_name = "dossier de réponse"

    def __str__(self) -> str:
        return str(self.structure)


class PastWork(models.Model):
    """A reference: work done for somebody, as the structure tells it."""

    structure = owner_field(Structure, "structure", related_name="past_works")
    title = models.CharField("travail", max_length=200)
    client = models.CharField("pour qui", max_length=200)
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES, blank=True)
    year = models.PositiveSmallIntegerField(
        "année", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    amount_cents = EurosField("montant hors taxes", null=True, blank=True)

    class Meta:
        verbose_name = "référence"
        ordering = ["structure_id", "-year", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "title", "client", "year"],
                name="past_work_once",
                violation_error_message="Cette référence est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="past_work_amount_not_negative",
                violation_error_message="Un montant n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.year}"


class Turnover(models.Model):
    """The turnover of a structure in one year, without tax: a private figure."""

    structure = owner_field(Structure, "structure", related_name="turnovers")
    year = models.PositiveSmallIntegerField(
        "exercice", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    amount_cents = EurosField("chiffre d’affaires hors taxes")
    field_cents = EurosField("dont dans vos métiers principaux", null=True, blank=True)

    class Meta:
        verbose_name = "chiffre d’affaires"
        ordering = ["structure_id", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "year"],
                name="turnover_once_a_year",
                violation_error_message="Cet exercice est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0),
                name="turnover_not_negative",
                violation_error_message="Un chiffre d’affaires n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(field_cents__isnull=True)
                | Q(field_cents__gte=0, field_cents__lte=F("amount_cents")),
                name="turnover_field_is_a_part",
                violation_error_message="Une part ne dépasse pas le chiffre d’affaires.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, {self.year}"


class FileOpening(UnnamedRow):
    """In one alliance, a party lets whoever coordinates and the lead read its whole declaration."""

    party = single_owner_field(AllianceParty, "partie", related_name="file_opening")
    opened_at = models.DateTimeField("ouvert le")
    opened_by = person_field("ouvert par")

    class Meta:
        verbose_name = "ouverture d’un dossier"


class AllianceFile(models.Model):
    """A file brought by somebody inside; taken away, its bytes go and its line stays."""

    alliance = owner_field(Alliance, "alliance", related_name="files", kept=True)
    stored = single_owner_field(StoredFile, "fichier", related_name="+", kept=True)
    words = models.CharField("ce que c’est", max_length=200, blank=True)
    brought_at = models.DateTimeField("ajouté le")
    brought_by = person_field("ajouté par")
    # The name under which others know who brought it: a network or a structure.
    brought_for = models.CharField("ajouté pour", max_length=200)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier d’une alliance"
        ordering = ["alliance_id", "-brought_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(brought_for=""),
                name="alliance_file_says_for_whom",
                violation_error_message="Dites pour qui ce fichier est ajouté.",
            )
        ]

    def __str__(self) -> str:
        return self.words or str(self.stored)
