"""How people come in: an invitation by mail, a request to join, an address that a list gave."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import optional_owner_field, owner_field
from cordee.members.models.networks import SCOPE_KEY, Network, PeriodQuerySet, RoleSeat, Scoped
from cordee.members.models.programmes import Programme
from cordee.members.models.structures import Structure
from cordee.members.roles import Scope, roles_held_in


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor taken back; those that expired too, as they can be sent again."""
        return self.filter(state=Invitation.State.OPEN)

    def with_scope(self) -> "InvitationQuerySet":
        return self.select_related(
            "network", "structure", "programme", "region", "department", "by"
        )


class Invitation(Scoped):
    """A seat offered to an address. The link of the mail is kept as a fingerprint only."""

    class State(models.TextChoices):
        OPEN = "open", "envoyée"
        ACCEPTED = "accepted", "acceptée"
        REVOKED = "revoked", "retirée"

    address = models.EmailField("adresse électronique")
    role = models.CharField("rôle", max_length=20, choices=RoleSeat.Role)
    network = optional_owner_field(Network, "réseau", related_name="invitations")
    structure = optional_owner_field(Structure, "structure", related_name="invitations")
    programme = optional_owner_field(Programme, "programme", related_name="invitations")
    by = person_field("par")
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    times_sent = models.PositiveSmallIntegerField("envois", default=1)
    sent_at = models.DateTimeField("envoyée le")
    expires_at = models.DateTimeField("valable jusqu’au")
    settled_at = models.DateTimeField("acceptée ou retirée le", null=True, blank=True)
    # The user's address goes with them: an account erased leaves no invitation behind.
    person = optional_owner_field(User, "acceptée par", related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("address"),
                "role",
                *SCOPE_KEY,
                condition=Q(state="open"),
                name="invitation_open_once",
                violation_error_message="Cette personne est déjà invitée à ce rôle.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="invitation_settled_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.words()

    def is_expired(self, now: datetime) -> bool:
        return self.state == self.State.OPEN and self.expires_at <= now

    def is_open(self, now: datetime) -> bool:
        return self.state == self.State.OPEN and self.expires_at > now


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def pending(self) -> "JoinRequestQuerySet":
        return self.filter(state=JoinRequest.State.PENDING)


class JoinRequest(models.Model):
    """Somebody asks for a seat in a structure; its directors or its networks answer."""

    class State(models.TextChoices):
        PENDING = "pending", "en attente"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"

    # What one may ask for: a seat in a structure.
    ROLES = roles_held_in(Scope.STRUCTURE)

    person = owner_field(User, "personne", related_name="join_requests")
    structure = owner_field(Structure, "structure", related_name="join_requests")
    role = models.CharField(
        "rôle demandé", max_length=20, choices=[(r.value, r.label) for r in ROLES]
    )
    message = models.TextField("message", blank=True, max_length=1000)
    asked_at = models.DateTimeField("demandée le")
    state = models.CharField("état", max_length=10, choices=State, default=State.PENDING)
    decided_by = person_field("décidée par", blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    reason = models.TextField("raison", blank=True, max_length=1000)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande à rejoindre une structure"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "structure"],
                condition=Q(state="pending"),
                name="join_request_pending_once",
                violation_error_message="Votre demande est déjà en attente.",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="join_request_decided_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[*roles_held_in(Scope.STRUCTURE)]),
                name="join_request_role_of_structure",
                violation_error_message="Ce rôle se tient ailleurs que dans une structure.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.structure}"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING

    @property
    def opens_sheet(self) -> bool:
        """Whether the person may fill the sheet before the answer: nobody directs the structure."""
        return (
            self.is_pending
            and self.role == RoleSeat.Role.DIRECTOR
            and not self.structure.is_claimed
        )


class DirectorContact(models.Model):
    """Who directs a member, as its network's list says: kept to invite that person, nothing else.

    `asked_at`: somebody read the sending over and sent it. The row goes once it served, once the
    person stops it, or unused (`actions.director_invitations`).
    """

    network = owner_field(Network, "réseau", related_name="director_contacts")
    structure = owner_field(Structure, "structure", related_name="director_contacts")
    address = models.EmailField("adresse électronique")
    name = models.CharField("nom", max_length=120, blank=True)
    given_by = person_field("donnée par", blank=True)
    given_at = models.DateTimeField("donnée le")
    asked_by = person_field("envoi demandé par", blank=True)
    asked_at = models.DateTimeField("envoi demandé le", null=True, blank=True)
    invitation = models.OneToOneField(
        Invitation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name="invitation",
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "adresse de direction donnée par un réseau"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "structure"],
                name="director_contact_one_a_member",
                violation_error_message="Ce réseau a déjà donné une adresse pour cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(invitation__isnull=True) | Q(asked_at__isnull=False),
                name="director_contact_invited_was_asked",
                violation_error_message="Une invitation part après un envoi demandé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.network}"
