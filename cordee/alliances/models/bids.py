"""What becomes of an offer: filed, its result, and what is handed over to delivery."""

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.alliances.models.alliances import Alliance, AllianceRevision
from cordee.base.fields import owner_field, single_owner_field
from cordee.base.models import StoredFile
from cordee.base.written_once import UnnamedRow, WrittenOnce


class Filing(WrittenOnce):
    """The offer left: the platform's receipt, and exactly what was filed."""

    alliance = single_owner_field(Alliance, "alliance", related_name="filing", kept=True)
    revision = owner_field(AllianceRevision, "version déposée", related_name="+", kept=True)
    number = models.CharField("numéro du récépissé", max_length=100)
    filed_at = models.DateTimeField("déposée le")
    receipt = single_owner_field(StoredFile, "récépissé", related_name="+", kept=True)
    price_cents = models.PositiveBigIntegerField("prix déposé en centimes")
    terms_sha256 = models.CharField("empreinte des termes", max_length=64)
    document_sha256 = models.CharField("empreinte de la convention", max_length=64)
    noted_at = models.DateTimeField("noté le")
    noted_by = person_field("noté par")

    class Meta:
        verbose_name = "dépôt"
        ordering = ["-filed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number=""),
                name="filing_has_a_number",
                violation_error_message="Donnez le numéro du récépissé.",
            ),
            models.CheckConstraint(
                condition=Q(filed_at__lte=F("noted_at")),
                name="filing_is_not_to_come",
                violation_error_message="Cette heure de dépôt est à venir.",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BidResult(UnnamedRow):
    """What the buyer decided, and what the letter says; completed when more is known."""

    class Reason(models.TextChoices):
        PRICE = "price", "le prix"
        QUALITY = "quality", "la valeur technique"
        INSERTION = "insertion", "l’insertion"
        DELAY = "delay", "les délais"
        FILE = "file", "un dossier incomplet ou irrégulier"
        NO_FOLLOW_UP = "no_follow_up", "procédure sans suite ou infructueuse"
        OTHER = "other", "une autre raison"
        UNKNOWN = "unknown", "inconnue : à demander à l’acheteur"

    alliance = single_owner_field(Alliance, "alliance", related_name="result", kept=True)
    is_won = models.BooleanField("attribué à l’équipe")
    announced_on = models.DateField("annoncé le")
    reason = models.CharField("ce qui a décidé", max_length=12, choices=Reason)
    words = models.TextField("ce que dit l’acheteur", max_length=2000, blank=True)
    winner_price_cents = models.PositiveBigIntegerField(
        "prix de l’offre retenue en centimes", null=True, blank=True
    )
    rank = models.PositiveSmallIntegerField("notre rang", null=True, blank=True)
    bids = models.PositiveSmallIntegerField("nombre d’offres", null=True, blank=True)
    to_change = models.TextField("à changer la prochaine fois", max_length=2000, blank=True)
    signed_on = models.DateField("marché notifié le", null=True, blank=True)

    class Meta:
        verbose_name = "résultat"
        ordering = ["-announced_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(rank__gte=1),
                name="bid_result_rank_from_one",
                violation_error_message="Le premier rang est 1.",
            ),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(bids__isnull=True) | Q(rank__lte=F("bids")),
                name="bid_result_rank_within_bids",
                violation_error_message="Notre rang dépasse le nombre d’offres.",
            ),
            models.CheckConstraint(
                condition=Q(is_won=False) | Q(rank__isnull=True) | Q(rank=1),
                name="bid_result_won_is_first",
                violation_error_message="L’offre retenue est la première.",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True)
                | Q(is_won=True, signed_on__gte=F("announced_on")),
                name="bid_result_signed_after_won",
                violation_error_message="Le marché se notifie après son attribution.",
            ),
        ]


class CriterionNote(models.Model):
    """One criterion of the award: its weight, our note and the winner's, out of the most."""

    result = owner_field(BidResult, "résultat", related_name="notes")
    position = models.PositiveSmallIntegerField("ordre")
    label = models.CharField("critère", max_length=120)
    # In hundredths of a point: 17,25 is 1725.
    most = models.PositiveIntegerField("note la plus haute")
    ours = models.PositiveIntegerField("notre note")
    winners = models.PositiveIntegerField("note de l’offre retenue", null=True, blank=True)

    class Meta:
        verbose_name = "note d’un critère"
        ordering = ["result_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "position"], name="criterion_note_position_once"
            ),
            models.CheckConstraint(
                condition=Q(most__gt=0)
                & Q(ours__lte=F("most"))
                & (Q(winners__isnull=True) | Q(winners__lte=F("most"))),
                name="criterion_note_within_its_scale",
                violation_error_message="Une note dépasse la note la plus haute.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class AllianceBaseline(WrittenOnce):
    """The table as it was signed, against which delivery is measured."""

    alliance = single_owner_field(Alliance, "alliance", related_name="baseline", kept=True)
    revision = owner_field(AllianceRevision, "version", related_name="+", kept=True)
    terms = models.JSONField("termes signés")
    terms_sha256 = models.CharField("empreinte des termes", max_length=64)
    price_cents = models.PositiveBigIntegerField("prix en centimes")
    signed_on = models.DateField("marché notifié le")
    made_at = models.DateTimeField("transmise le")
    made_by = person_field("transmise par")

    class Meta:
        verbose_name = "base du marché"
        ordering = ["-made_at"]
