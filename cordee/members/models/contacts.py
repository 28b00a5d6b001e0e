"""Addresses that a network gives of who directs its members."""

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field
from cordee.members.models.networks import Network, PeriodQuerySet
from cordee.members.models.people import Invitation
from cordee.members.models.structures import Structure


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
