"""The thread of an alliance: what those inside write to one another, and who is told when."""

from django.db import models
from django.db.models import Q

from cordee.alliances.models.alliances import Alliance
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import optional_owner_field, owner_field
from cordee.mobilisation.models.conversations import Written, WrittenQuerySet


class AllianceMessage(Written):
    """A message; taken back, hidden or erased with its author, its words go and its line stays."""

    alliance = owner_field(Alliance, "alliance", related_name="messages")
    # The subcontractor with whom those who read the table exchange it; without one, it is theirs.
    about = optional_owner_field(AllianceParty, "échange avec", related_name="exchange")
    # The name under which others know who wrote: a network or a structure.
    side = models.CharField("au nom de", max_length=200)

    objects = WrittenQuerySet["AllianceMessage"].as_manager()

    class Meta:
        verbose_name = "message d’une alliance"
        ordering = ["alliance_id", "at", "pk"]
        indexes = [
            models.Index(
                fields=["at"],
                condition=Q(mailed_at__isnull=True),
                name="alliance_message_to_be_mailed",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="")
                | Q(withdrawn_at__isnull=False)
                | Q(hidden_at__isnull=False)
                | Q(erased_at__isnull=False),
                name="alliance_message_says_something",
                violation_error_message="Écrivez quelque chose.",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""),
                name="alliance_message_hidden_says_why",
                violation_error_message="Dites pourquoi vous masquez ce message.",
            ),
        ]
