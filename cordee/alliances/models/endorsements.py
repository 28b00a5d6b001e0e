"""What one structure says of another once their alliance is over: it would work with it again."""

from collections.abc import Collection

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cordee.accounts.models import User
from cordee.agreement.phases import Phase
from cordee.alliances.models.parties import AllianceParty
from cordee.base.fields import owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import RoleSeat, Structure

# Handed over to the works, or lost: an alliance given up taught nobody how the others work.
ENDED = [Phase.DELIVERY.value, Phase.LOST.value]


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def mutual(self) -> "EndorsementQuerySet":
        """Those that the other one said too, while both took part to the end.

        Somebody directs each of them today: a word that nobody could take back counts for nothing.
        """
        answer = Endorsement.objects.filter(by_party=OuterRef("about"), about=OuterRef("by_party"))
        seats = RoleSeat.objects.live().directors()
        stayed = AllianceParty.State.INTERESTED
        return self.filter(
            Exists(answer),
            Exists(seats.filter(structure=OuterRef("by_party__structure"))),
            Exists(seats.filter(structure=OuterRef("about__structure"))),
            by_party__state=stayed,
            about__state=stayed,
            by_party__alliance__phase__in=ENDED,
        )

    def given_by(self, person: User) -> "EndorsementQuerySet":
        """The words of the structures that the person directs."""
        own = Structure.objects.directed_by(person).order_by().values("pk")
        return self.filter(by_party__structure__in=own)

    def among(self, structures: Collection[int]) -> "EndorsementQuerySet":
        """Those that some structures said of one another, each pair once."""
        return self.filter(
            by_party__structure__in=structures,
            about__structure__in=structures,
            by_party__lt=F("about"),
        )


class Endorsement(UnnamedRow):
    """A party says of another one that it would work with it again.

    Yes is all that can be said: silence is no answer, and a word taken back is erased. No person
    is kept: it is the structure that speaks, by whoever directs it.
    """

    by_party = owner_field(AllianceParty, "dit par", related_name="endorsements_given")
    about = owner_field(AllianceParty, "dit de", related_name="endorsements_received")
    given_at = models.DateTimeField("dit le")

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = "« je retravaillerais avec elle »"
        db_table = "alliances_againword"
        ordering = ["by_party_id", "about_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by_party", "about"],
                name="again_word_once",
                violation_error_message="C’est déjà dit.",
            ),
            models.CheckConstraint(
                condition=~Q(by_party=F("about")),
                name="again_word_of_another",
                violation_error_message="Cela se dit d’une autre structure.",
            ),
        ]
