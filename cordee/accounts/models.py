"""People who sign in, the journal of what they did, keys of their programs, mails they refuse."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("email: a person signs in by e-mail; give an address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person with an account. What the person may do follows from their role seats (members)."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse électronique", unique=True)
    display_name = models.CharField("nom affiché", max_length=120, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "personne"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_case",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.email


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    def usable(self, person: User) -> "list[OpenSession]":
        """Those with which the user can still act, last used first; forgets the others."""
        stored = {
            session.session_key: session.get_decoded()
            for session in Session.objects.filter(
                session_key__in=self.filter(person=person).values("key"),
                expire_date__gt=timezone.now(),
            )
        }
        hash_now = person.get_session_auth_hash()
        alive: list[OpenSession] = []
        gone: list[OpenSession] = []
        for row in self.filter(person=person).order_by("-last_used_at", "-pk"):
            known = stored.get(row.key, {})
            is_own = known.get(SESSION_KEY) == str(person.pk)
            (alive if is_own and known.get(HASH_SESSION_KEY) == hash_now else gone).append(row)
        self.filter(pk__in=[row.pk for row in gone]).delete()
        return alive


class OpenSession(models.Model):
    """Where somebody is signed in. `key` is the session's own: deleting both closes it."""

    person = owner_field(User, "personne", related_name="open_sessions")
    key = models.CharField("clé de session", max_length=40, unique=True)
    device = models.CharField("appareil", max_length=100)
    since = models.DateTimeField("depuis", auto_now_add=True)
    last_used_at = models.DateTimeField("dernière utilisation")

    objects = OpenSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "connexion ouverte"
        ordering = ["-last_used_at", "-pk"]

    def __str__(self) -> str:
        return self.device


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def about(self, target: models.Model) -> "JournalQuerySet":
        return self.filter(target_kind=target._meta.label_lower, target_id=str(target.pk))


class JournalEntry(models.Model):
    """One line of the only audit trail. Its values hold no personal field: erasure erases."""

    at = models.DateTimeField("quand", auto_now_add=True)
    by = person_field("par")
    verb = models.CharField("action", max_length=80)
    target_kind = models.CharField("sorte d’objet", max_length=80)
    target_id = models.CharField("identifiant", max_length=64)
    before = models.JSONField("avant", default=dict)
    after = models.JSONField("après", default=dict)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_kind", "target_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_kind} {self.target_id}"


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

    person = owner_field(User, "personne", related_name="api_keys")
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


class MailRefusal(models.Model):
    """One sort of mail that is not wanted: by a person, or by an address that has no account.

    Of the latter only a print is kept, so that a refusal outlives the address and tells it to
    nobody.
    """

    person = optional_owner_field(User, "personne", related_name="mail_refusals")
    address_sha256 = models.CharField("empreinte de l’adresse", max_length=64, blank=True)
    kind = models.CharField("sorte de courrier", max_length=40)
    since = models.DateTimeField("depuis")

    class Meta:
        verbose_name = "courrier refusé"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address_sha256="")
                | (Q(person__isnull=True) & ~Q(address_sha256="")),
                name="mail_refusal_of_one",
                violation_error_message="Un refus est d’une personne ou d’une adresse.",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(person__isnull=False),
                name="mail_refusal_once_a_person",
                violation_error_message="Ce courrier est déjà arrêté.",
            ),
            models.UniqueConstraint(
                fields=["address_sha256", "kind"],
                condition=Q(person__isnull=True),
                name="mail_refusal_once_an_address",
                violation_error_message="Ce courrier est déjà arrêté.",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
