"""The thread of an alliance: what those inside write to one another, and who is told when."""

from django.db import models
from django.db.models import Q

from cordee.accounts.models import User
from cordee.alliances.models.alliances import Alliance
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
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


class MessagePace(UnnamedRow):
    """When a person is told by mail of the messages of an alliance; without a row, of each.

    `notified_until`: for whoever reads once a day, what came before it they were told of, or read.
    """

    class Pace(models.TextChoices):
        EACH = "each", "À chaque message"
        DAILY = "daily", "Une fois par jour, le matin"
        NEVER = "never", "Jamais : je lirai ici"

    alliance = owner_field(Alliance, "alliance", related_name="message_paces")
    person = owner_field(User, "personne", related_name="+")
    pace = models.CharField("me prévenir", max_length=5, choices=Pace)
    notified_until = models.DateTimeField("prévenue de ce qui précède le")

    class Meta:
        verbose_name = "rythme des courriers d’une alliance"
        ordering = ["alliance_id", "person_id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "person"], name="message_pace_once"),
            one_of("pace", ["each", "daily", "never"], name="message_pace_known"),
        ]
