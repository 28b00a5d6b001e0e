"""A need posted in Cordée: the networks it is addressed to, what each decides, and its draft."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.members.models import Network
from cordee.notices.notice import NeedKind
from cordee.opportunities.models.opportunities import Opportunity


class AudienceQuerySet(models.QuerySet["Audience"]):
    def published(self) -> "AudienceQuerySet":
        return self.filter(state=Audience.State.PUBLISHED)

    def to_decide(self) -> "AudienceQuerySet":
        return self.filter(state=Audience.State.PENDING)


class Audience(models.Model):
    """One network that a private need is addressed to, and what it decides: each for itself."""

    class State(models.TextChoices):
        PENDING = "pending", "à relire"
        ASKED = "asked", "question posée"
        PUBLISHED = "published", "publié"
        REFUSED = "refused", "refusé"

    opportunity = owner_field(Opportunity, "besoin", related_name="audiences")
    network = owner_field(Network, "réseau", related_name="audiences", kept=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.PENDING)
    words = models.TextField("question ou raison du réseau", blank=True)
    asked_at = models.DateTimeField("adressé le", default=timezone.now)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = person_field("décidé par", blank=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = "réseau destinataire d’un besoin"
        ordering = ["opportunity_id", "pk"]
        indexes = [models.Index(fields=["network", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "network"],
                name="audience_unique_network",
                violation_error_message="Ce besoin est déjà adressé à ce réseau.",
            ),
            one_of(
                "state", ["pending", "asked", "published", "refused"], name="audience_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["asked", "refused"]) | ~Q(words=""),
                name="audience_says_why",
                violation_error_message="Dites à l’auteur ce qui manque, ou pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity} · {self.network} : {self.get_state_display()}"


class NeedDraft(models.Model):
    """What a person has typed of a need, step by step; `opportunity` once it was sent.

    `revises` is the need that it corrects, where there is one. Nobody else sees a draft.
    """

    id = models.UUIDField("identifiant", primary_key=True, default=uuid.uuid4, editable=False)
    by = owner_field(User, "par", related_name="need_drafts")
    kind = models.CharField("sorte de besoin", max_length=15, choices=NeedKind.choices())
    typed: Any = models.JSONField("réponses", default=dict)
    revises = optional_owner_field(Opportunity, "besoin corrigé", related_name="+")
    opportunity = optional_owner_field(Opportunity, "besoin envoyé", related_name="+")
    changed_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "brouillon de besoin"
        ordering = ["-changed_at"]
        constraints = [one_of("kind", NeedKind, name="need_draft_kind_known")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def terms(self) -> NeedKind:
        return NeedKind(self.kind)
