"""What was imported (version), what we read in it (reading), what a person corrected."""

import zlib
from typing import Any

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import owner_field
from cordee.base.written_once import WrittenOnce, WrittenOnceQuerySet
from cordee.notices.notice import Kind, Notice
from cordee.notices.notice_json import notice_from_json
from cordee.opportunities.models.opportunities import Opportunity
from cordee.opportunities.models.publications import Publication
from cordee.opportunities.models.withdrawable import Withdrawable, WithdrawableQuerySet
from cordee.opportunities.understanding import Overlay, ReadVersion

KIND_CHOICES = [
    (Kind.CALL.value, "Appel"),
    (Kind.PRIOR.value, "Annonce"),
    (Kind.AWARD.value, "Attribution"),
    (Kind.CHANGE.value, "Modification"),
    (Kind.CANCELLATION.value, "Annulation"),
]


class NoticeVersionQuerySet(WrittenOnceQuerySet["NoticeVersion"]):
    def of_opportunity(self, opportunity: Opportunity) -> "NoticeVersionQuerySet":
        return self.filter(publication__opportunity=opportunity)


class NoticeVersion(WrittenOnce):
    """One imported file (or record of a file), byte for byte, kept for ever."""

    publication = owner_field(Publication, "publication", related_name="versions", kept=True)
    format = models.CharField("format", max_length=20)
    kind = models.CharField("sorte d’avis", max_length=15, choices=KIND_CHOICES)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, db_index=True)
    packed_content = models.BinaryField("contenu comprimé (zlib)")
    imported_from = models.CharField("nom du fichier importé", max_length=300)
    imported_at = models.DateTimeField("importé le", auto_now_add=True)

    objects = NoticeVersionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "version d’un avis"
        ordering = ["publication_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "sha256"],
                name="notice_version_unique_content",
                violation_error_message="Cette version de l’avis est déjà importée.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="notice_version_sha256_is_hexadecimal",
                violation_error_message="L’empreinte a 64 chiffres hexadécimaux.",
            ),
        ]

    @property
    def content(self) -> bytes:
        """The file as it was imported."""
        return zlib.decompress(bytes(self.packed_content))


class ReadingQuerySet(WrittenOnceQuerySet["Reading"]):
    def of_opportunity(self, opportunity: Opportunity) -> "ReadingQuerySet":
        """Oldest first, with version and publication, without the content, which is heavy."""
        return (
            self.filter(version__publication__opportunity=opportunity)
            .select_related("version__publication")
            .defer("version__packed_content")
            .order_by("version_id", "pk")
        )


class Reading(WrittenOnce):
    """What one version of our readers understood of one version of a notice."""

    version = owner_field(NoticeVersion, "version", related_name="readings", kept=True)
    reader_version = models.CharField("version du lecteur", max_length=20)
    data = models.JSONField("avis lu")
    made_at = models.DateTimeField("lu le", auto_now_add=True)

    objects = ReadingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "lecture"
        ordering = ["version_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "reader_version"],
                name="reading_unique_per_reader",
                violation_error_message="Cette version est déjà lue par ce lecteur.",
            )
        ]

    def notice(self) -> Notice:
        return notice_from_json(self.data)

    def as_read(self) -> ReadVersion:
        return ReadVersion(self.version_id, self.pk, self.notice())


class CorrectionQuerySet(WithdrawableQuerySet["Correction"]):
    def not_withdrawn(self) -> "CorrectionQuerySet":
        """Those that count, and those to be confirmed."""
        return super().standing()

    def standing(self) -> "CorrectionQuerySet":
        """Those that count: neither withdrawn, nor still to be confirmed."""
        return self.not_withdrawn().exclude(ground="")

    def proposed(self) -> "CorrectionQuerySet":
        """Those to be confirmed: shown beside what was read, and counted nowhere."""
        return self.not_withdrawn().filter(ground="")

    def of_opportunity(self, opportunity: Opportunity) -> "CorrectionQuerySet":
        """Its own and those of the opportunities joined to it, the last word last."""
        return self.filter(
            Q(opportunity=opportunity) | Q(opportunity__joined_to=opportunity)
        ).order_by("at", "pk")


class Correction(Withdrawable):
    """What a person says instead of the reading, for one fact of the whole or of a lot.

    Withdrawn or replaced, it stays as history. `value` null: "nobody knows". `ground` says why it
    counts; without one it is proposed, against `against`, which counted when it was said.
    """

    class Ground(models.TextChoices):
        EARLIER = "earlier", "gardée avant que l’on confirme"
        FILLS = "fills", "ne contredit rien"
        QUOTES = "quotes", "cite l’avis"
        CONFIRMED = "confirmed", "confirmée"
        UNOPPOSED = "unopposed", "deux jours sans objection"

    # Of one person, said and undone as easily; the others were looked at by more than one.
    OF_ONE = (Ground.EARLIER, Ground.FILLS, Ground.QUOTES)

    opportunity = owner_field(Opportunity, "opportunité", related_name="corrections", kept=True)
    fact = models.CharField("fait", max_length=30)
    lot_id = models.CharField("lot", max_length=60, blank=True)
    value: Any = models.JSONField("valeur", null=True)
    ground = models.CharField("compte parce que", max_length=10, choices=Ground, blank=True)
    quote = models.CharField("mots de l’avis", max_length=500, blank=True)
    against: Any = models.JSONField("valeur contredite", null=True)
    settled_at = models.DateTimeField("confirmée le", null=True, blank=True)
    settled_by = person_field("confirmée par", blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "correction"
        ordering = ["opportunity_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "fact", "lot_id"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(ground=""),
                name="correction_one_standing_per_fact",
                violation_error_message="Ce fait est déjà corrigé. Retirez d’abord la correction.",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "fact", "lot_id", "by"],
                condition=Q(withdrawn_at__isnull=True, ground=""),
                name="correction_one_proposed_per_person",
                violation_error_message="Vous proposez déjà une correction de ce fait.",
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["", "earlier", "fills"], settled_at__isnull=True)
                | (Q(ground="quotes", settled_at__isnull=True) & ~Q(quote=""))
                | Q(ground="unopposed", settled_at__isnull=False, settled_by__isnull=True)
                | (
                    Q(ground="confirmed", settled_at__isnull=False)
                    & (Q(settled_by=None) | Q(by=None) | ~Q(settled_by=F("by")))
                ),
                name="correction_counts_for_a_reason",
                violation_error_message="Une autre personne confirme une correction.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.lot_id}".strip()

    def as_overlay(self) -> Overlay:
        """What it says, with names; `objections` with their people are at hand."""
        objections = [each for each in self.objections.all() if each.withdrawn_at is None]
        return Overlay(
            self.fact,
            self.lot_id,
            self.value,
            _name(self.by),
            self.at,
            self.pk,
            quote=self.quote,
            confirmed_by=_name(self.settled_by),
            against=self.against,
            objectors=tuple(_name(each.by) or "une personne inscrite" for each in objections),
        )


def _name(person: User | None) -> str:
    return person.display_name if person is not None else ""


class Objection(Withdrawable):
    """Somebody says that a proposed correction is wrong: time alone does not settle it."""

    correction = owner_field(Correction, "correction", related_name="objections")

    objects = WithdrawableQuerySet["Objection"].as_manager()

    class Meta:
        verbose_name = "objection"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "by"],
                condition=Q(withdrawn_at__isnull=True),
                name="objection_once_a_person",
                violation_error_message="Vous avez déjà dit que ce n’est pas juste.",
            )
        ]

    def __str__(self) -> str:
        return f"Objection à {self.correction}"
