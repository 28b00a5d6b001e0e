"""Keys that a person gives to a program so that it acts for them. Only a print of each is kept."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, now: datetime) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, of somebody whose account is open."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now, person__is_active=True)


class ApiKey(models.Model):
    """What a program shows instead of a password: named, limited in time and in what it opens.

    The secret has 256 random bits: a plain SHA-256 of it can be looked up and not be guessed.
    """

    class Scope(models.TextChoices):
        """What it opens, each more than the one before."""

        READ = "read", "lire"
        COMPOSE = "compose", "lire et composer"
        ACT = "act", "lire, composer et agir dans mes alliances"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_keys",
        verbose_name="personne",
    )
    name = models.CharField("nom", max_length=60)
    hint = models.CharField("premiers caractères", max_length=8)
    secret_sha256 = models.CharField("empreinte", max_length=64, unique=True)
    scope = models.CharField("ce qu’elle ouvre", max_length=10, choices=Scope)
    made_at = models.DateTimeField("faite le")
    expires_at = models.DateTimeField("valable jusqu’au")
    last_used_at = models.DateTimeField("dernier usage", null=True, blank=True)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "clé pour un logiciel"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                condition=Q(revoked_at__isnull=True),
                name="api_key_one_of_a_name",
                violation_error_message="Vous avez déjà une clé de ce nom. Donnez-lui-en un autre.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="api_key_lasts",
                violation_error_message="Une clé finit après avoir été faite.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now

    def opens(self, scope: "ApiKey.Scope") -> bool:
        """Whether it opens that much, or more."""
        order = list(self.Scope)
        return order.index(self.Scope(self.scope)) >= order.index(scope)
