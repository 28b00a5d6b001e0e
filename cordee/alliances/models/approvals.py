"""Who approved the convention: a chain of rows, each bearing the fingerprint of the one before."""

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.alliances.models.alliances import Alliance, AllianceRevision
from cordee.alliances.models.parties import AllianceParty
from cordee.base.documents import text_sha256
from cordee.base.fields import one_of, owner_field, single_owner_field
from cordee.base.written_once import WrittenOnce

HEX_64 = r"^[0-9a-f]{64}$"


class Approval(WrittenOnce):
    """A member's representative approves the convention, or takes their approval back.

    `document_sha256` is of the convention without its page of approvals. Who approved stands beside
    (`ApprovalIdentity`): the chain holds its fingerprint alone, so that erasing a person breaks
    nothing.
    """

    class Kind(models.TextChoices):
        APPROVE = "approve", "approuve la convention"
        TAKE_BACK = "take_back", "reprend son approbation"

    class Method(models.TextChoices):
        PASSWORD = "password", "mot de passe redemandé"
        CODE = "code", "code à usage unique redemandé"
        KEY = "key", "clé de sécurité redemandée"
        NONE = "none", "identité non redemandée (démonstration)"

    alliance = owner_field(Alliance, "alliance", related_name="approvals", kept=True)
    party = owner_field(AllianceParty, "partie", related_name="approvals", kept=True)
    sequence = models.PositiveIntegerField("numéro dans la chaîne")
    kind = models.CharField("geste", max_length=10, choices=Kind)
    revision = owner_field(AllianceRevision, "version lue", related_name="+", kept=True)
    document_sha256 = models.CharField("empreinte de la convention", max_length=64)
    at = models.DateTimeField("le")
    method = models.CharField("identité", max_length=10, choices=Method)
    authenticated_at = models.DateTimeField("identité redemandée le", null=True, blank=True)
    identity_sha256 = models.CharField("empreinte de l’identité", max_length=64)
    previous_sha256 = models.CharField("empreinte précédente", max_length=64)
    sha256 = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "approbation"
        ordering = ["alliance_id", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "sequence"],
                name="approval_sequence_once",
                violation_error_message="Quelqu’un vient d’approuver. Recommencez.",
            ),
            # Two rows after the same one would be two chains.
            models.UniqueConstraint(
                fields=["alliance", "previous_sha256"],
                name="approval_chain_does_not_fork",
                violation_error_message="Quelqu’un vient d’approuver. Recommencez.",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="approval_sequence_from_one"),
            models.CheckConstraint(
                condition=Q(document_sha256__regex=HEX_64)
                & Q(identity_sha256__regex=HEX_64)
                & Q(previous_sha256__regex=HEX_64)
                & Q(sha256__regex=HEX_64),
                name="approval_fingerprints_are_fingerprints",
                violation_error_message="Une empreinte a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(method="none", authenticated_at__isnull=True)
                | (~Q(method="none") & Q(authenticated_at__isnull=False)),
                name="approval_says_when_identity_was_proved",
                violation_error_message="Dites quand l’identité a été redemandée.",
            ),
            one_of("kind", ["approve", "take_back"], name="approval_kind_known"),
        ]


class ApprovedText(WrittenOnce):
    """A convention that somebody approved, whole: once for all who approved the same.

    `content` is the text of `cordee.base.documents.canonical_text`: its SHA-256 is that of the
    lines of the chain. Names and functions of signatories are in it, and stay (decision 33).
    """

    alliance = owner_field(Alliance, "alliance", related_name="approved_texts", kept=True)
    sha256 = models.CharField("empreinte de la convention", max_length=64)
    content = models.TextField("texte")

    class Meta:
        verbose_name = "texte approuvé"
        ordering = ["alliance_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "sha256"],
                name="approved_text_once",
                violation_error_message="Ce texte est déjà gardé.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=HEX_64),
                name="approved_text_fingerprint_is_a_fingerprint",
                violation_error_message="Une empreinte a 64 chiffres hexadécimaux.",
            ),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether the text, hashed again, is the one that was approved."""
        return text_sha256(self.content) == self.sha256


class ApprovalIdentity(models.Model):
    """Who made a line of the chain: name, function, account, and the key that hides them there.

    Erased with the account: the line of the chain stays whole, and whoever holds the receipt (name,
    function and key) can still prove that it was that person.
    """

    approval = single_owner_field(Approval, "approbation", related_name="identity")
    name = models.CharField("nom", max_length=150, blank=True)
    function = models.CharField("fonction", max_length=150, blank=True)
    key = models.CharField("clé de preuve", max_length=64, blank=True)
    person = person_field("compte", blank=True)
    erased_at = models.DateTimeField("effacée le", null=True, blank=True)

    class Meta:
        verbose_name = "identité d’une approbation"
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(name="", function="", key=""),
                name="approval_identity_erased_is_empty",
                violation_error_message="Une identité effacée ne garde rien.",
            )
        ]

    def __str__(self) -> str:
        return self.name or "identité effacée"


class SignatureRequest(models.Model):
    """A convention sent to a signature service, as it stood, and what came back from there."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente de signature"
        SIGNED = "signed", "signée"
        REFUSED = "refused", "refusée"

    class Level(models.TextChoices):
        SIMPLE = "simple", "signature simple"
        ADVANCED = "advanced", "signature avancée"
        QUALIFIED = "qualified", "signature qualifiée"

    alliance = owner_field(Alliance, "alliance", related_name="signatures", kept=True)
    document_sha256 = models.CharField("empreinte de la convention", max_length=64)
    service = models.CharField("service de signature", max_length=100)
    reference = models.CharField("référence du service", max_length=200)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    level = models.CharField("niveau", max_length=10, choices=Level, blank=True)
    asked_at = models.DateTimeField("envoyée le")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)

    class Meta:
        verbose_name = "demande de signature"
        ordering = ["alliance_id", "-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "reference"],
                name="signature_request_reference_once",
                violation_error_message="Cette demande existe déjà.",
            ),
            # No level without a signature: screens tell it as it came.
            models.CheckConstraint(
                condition=(Q(state="signed", ended_at__isnull=False) & ~Q(level=""))
                | Q(state="refused", level="", ended_at__isnull=False)
                | Q(state="waiting", level="", ended_at__isnull=True),
                name="signature_request_level_only_when_signed",
                violation_error_message="Un niveau de signature suppose une signature.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.reference}"
