"""Private addresses of feeds and calendars: signed, and worth what their owner may see today."""

import secrets
from typing import Any

from django.db import models
from django.db.models import Q

from cordee.accounts.models import User
from cordee.base.fields import optional_owner_field, owner_field
from cordee.members.models import Network, Programme, Structure
from cordee.opportunities.models import SavedSearch

_SCOPES = ("structure", "network", "programme", "search")


def new_nonce() -> str:
    return secrets.token_hex(16)


def _only(name: str) -> Q:
    return Q(**{f"{each}__isnull": each != name for each in _SCOPES})


class FeedKeyQuerySet(models.QuerySet["FeedKey"]):
    def standing(self) -> "FeedKeyQuerySet":
        return self.filter(revoked_at__isnull=True)


class FeedKey(models.Model):
    """One address of a feed: for whom, of what, since when.

    The address carries a signature of `pk` and `nonce` under the key of the site, so the base alone
    opens nothing; a new nonce closes the old address.
    """

    class Kind(models.TextChoices):
        ATOM = "atom", "flux Atom"
        CALENDAR = "calendar", "calendrier"

    person = owner_field(User, "personne", related_name="feed_keys")
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    structure = optional_owner_field(Structure, "structure", related_name="+")
    network = optional_owner_field(Network, "réseau", related_name="+")
    programme = optional_owner_field(Programme, "programme", related_name="+")
    search = optional_owner_field(SavedSearch, "recherche gardée", related_name="+")
    nonce = models.CharField("tirage", max_length=32, default=new_nonce)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    renewed_at = models.DateTimeField("adresse changée le", null=True, blank=True)
    content_sha256 = models.CharField("empreinte du contenu", max_length=64, blank=True)
    changed_at = models.DateTimeField("contenu changé le", null=True, blank=True)
    last_used_on = models.DateField("lu la dernière fois le", null=True, blank=True)
    revoked_at = models.DateTimeField("fermé le", null=True, blank=True)

    objects = FeedKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "adresse de flux"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=_only("structure")
                | _only("network")
                | _only("programme")
                | _only("search"),
                name="feed_key_of_one_scope",
                violation_error_message="Une adresse suit une seule chose. Choisissez laquelle.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["atom", "calendar"]),
                name="feed_key_kind_known",
                violation_error_message="Cette sorte de flux n’est pas connue.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["person", "kind", name],
                    condition=Q(revoked_at__isnull=True) & Q(**{f"{name}__isnull": False}),
                    name=f"feed_key_one_standing_by_{name}",
                    violation_error_message="Vous avez déjà cette adresse.",
                )
                for name in _SCOPES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.scope}"

    @property
    def closable(self) -> tuple[tuple[str, int | None], ...]:
        """What it follows, by name, where that may be closed to its owner."""
        return ("structure", self.structure_id), ("network", self.network_id)

    @property
    def scope(self) -> Any:
        """What it follows."""
        return self.structure or self.network or self.programme or self.search
