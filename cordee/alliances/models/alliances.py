"""An alliance: the lots that it answers, and the states of its terms."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.agreement.phases import Phase
from cordee.agreement.terms import Terms, terms_from_json
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow, WrittenOnce
from cordee.composing.models import Proposal
from cordee.members.models import Network, RoleSeat, Structure
from cordee.members.models.networks import RoleSeatQuerySet
from cordee.opportunities.models import Breakdown, Opportunity

PHASE_CHOICES = Phase.choices()
RUNNING = [phase.value for phase in Phase if not phase.is_over]


def led_by(person: User) -> Q:
    """What a network for which the person acts, or a structure that the person directs, leads."""
    seats = RoleSeat.objects.held_by(person).order_by()
    return Q(network__in=seats.of_networks().values("network")) | Q(
        structure__in=seats.directors().values("structure")
    )


class AllianceQuerySet(models.QuerySet["Alliance"]):
    def running(self) -> "AllianceQuerySet":
        """Those in which something still happens."""
        return self.filter(phase__in=RUNNING)

    def over(self) -> "AllianceQuerySet":
        """Those that led to a contract, to a lost bid, or to nothing."""
        return self.exclude(phase__in=RUNNING)

    def coordinated_by(self, person: User) -> "AllianceQuerySet":
        """Those that the person leads, while still sitting where the person led them from."""
        return self.filter(led_by(person), coordinators__person=person)

    def with_party(self, person: User, states: list[str]) -> "AllianceQuerySet":
        """Those where a structure that the person directs is a party, in one of some states."""
        own = RoleSeat.objects.held_by(person).directors().order_by().values("structure")
        asked = Alliance.objects.filter(parties__structure__in=own, parties__state__in=states)
        return self.filter(pk__in=asked.order_by().values("pk"))

    def joined_by(self, person: User) -> "AllianceQuerySet":
        """Those that the person leads, and those where a structure that they direct takes part."""
        led = Alliance.objects.coordinated_by(person).order_by().values("pk")
        inside = Alliance.objects.with_party(person, ["interested"]).order_by().values("pk")
        return self.filter(Q(pk__in=led) | Q(pk__in=inside))

    def rivals(self) -> "AllianceQuerySet":
        """Every alliance that answers a lot that one of these answers, these among them."""
        lot = AllianceLot.objects.filter(
            alliance__in=self.order_by().values("pk"),
            alliance__opportunity=OuterRef("alliance__opportunity"),
            lot_id=OuterRef("lot_id"),
        )
        theirs = AllianceLot.objects.filter(Exists(lot))
        return Alliance.objects.filter(pk__in=theirs.order_by().values("alliance"))

    def rivals_joined_by(self, person: User, alliance: "Alliance") -> "AllianceQuerySet":
        """The other running teams on a lot of an alliance in which a structure of the person's
        takes part.

        Never to be told to anybody else.
        """
        inside = Alliance.objects.with_party(person, ["interested"])
        return alliance.rivals().filter(pk__in=inside.order_by().values("pk"))


class Alliance(models.Model):
    """Several structures that answer one opportunity together.

    What they agree on is in `AllianceRevision`; `version` is the number of the one in force, so
    that a write that began from another one is seen.
    """

    _read_terms: tuple[int, Terms] | None = None

    class Origin(models.TextChoices):
        PROPOSAL = "proposal", "équipe composée"
        CAMPAIGN = "campaign", "réponses à une campagne"
        SCRATCH = "scratch", "partie de rien"
        PARTNER = "partner", "recherche de partenaire"
        RENEWED = "again", "alliance reconduite"
        STANDING = "standing", "cordée prête"

    id = models.UUIDField("identifiant", primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField("nom", max_length=200)
    opportunity = owner_field(Opportunity, "opportunité", related_name="alliances", kept=True)
    breakdown = owner_field(Breakdown, "découpage", related_name="alliances", kept=True)
    origin = models.CharField("partie de", max_length=10, choices=Origin)
    proposal = optional_owner_field(
        Proposal, "équipe composée", related_name="alliances", outlived=True
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_ones",
        verbose_name="alliance reconduite",
    )
    network = optional_owner_field(
        Network, "réseau qui coordonne", related_name="alliances", kept=True
    )
    structure = optional_owner_field(
        Structure, "structure qui coordonne", related_name="coordinated_alliances", kept=True
    )
    phase = models.CharField("étape", max_length=10, choices=PHASE_CHOICES, default=Phase.TALKING)
    version = models.PositiveIntegerField("version des termes", default=1)
    # In a procedure of two stages, where the members are frozen before the offer (R2142-26).
    applied_on = models.DateField("candidature partie le", null=True, blank=True)
    # None: nobody approved yet, and the text is that of the newest model (decision 41).
    paper_model = models.PositiveSmallIntegerField(
        "modèle du texte approuvé", null=True, blank=True, editable=False
    )
    made_at = models.DateTimeField("ouverte le", auto_now_add=True)
    made_by = person_field("ouverte par")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = AllianceQuerySet.as_manager()

    class Meta:
        verbose_name = "alliance"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(network__isnull=False, structure__isnull=True)
                | Q(network__isnull=True, structure__isnull=False),
                name="alliance_coordinated_by_one",
                violation_error_message="Un réseau ou une structure coordonne, pas les deux.",
            ),
            one_of("phase", [phase.value for phase in Phase], name="alliance_phase_known"),
            models.CheckConstraint(
                condition=Q(phase__in=RUNNING, ended_at__isnull=True)
                | (~Q(phase__in=RUNNING) & Q(ended_at__isnull=False)),
                name="alliance_ended_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def step(self) -> Phase:
        """Where it is, as the life of an alliance knows it."""
        return Phase(self.phase)

    @property
    def coordinator_name(self) -> str:
        """Who coordinates: a network or a structure."""
        if self.network is not None:
            return self.network.name
        return self.structure.shown_name if self.structure is not None else ""

    def is_past(self, now: datetime) -> bool:
        """Whether offers can no longer be filed at a moment."""
        return self.opportunity.deadline is not None and self.opportunity.deadline < now

    def rivals(self) -> AllianceQuerySet:
        """The other running teams on a lot that it answers."""
        return Alliance.objects.filter(pk=self.pk).rivals().exclude(pk=self.pk).running()

    @property
    def leaders(self) -> list[User]:
        """Those who coordinate it today."""
        return [each.person for each in self.coordinators.seated().select_related("person")]

    @property
    def seats(self) -> RoleSeatQuerySet:
        """Of those who act today for the network or the structure that coordinates."""
        if self.network_id is not None:
            return RoleSeat.objects.live().of_networks().filter(network=self.network_id)
        return RoleSeat.objects.live().directors().filter(structure=self.structure_id)

    def revision(self, number: int | None = None) -> "AllianceRevision":
        """The state of the terms of that number; the one in force by default."""
        return self.revisions.get(number=number or self.version)

    @property
    def terms(self) -> Terms:
        """The terms in force: one query, the first time they are asked of this row.

        Versions are written once and never over, so that what was read of one holds.
        """
        if self._read_terms is None or self._read_terms[0] != self.version:
            self._read_terms = self.version, self.revision().read()
        return self._read_terms[1]

    @cached_property
    def lot_ids(self) -> frozenset[str]:
        """The lots that it answers: written once, as it opens."""
        return frozenset(each.lot_id for each in self.lots.all())

    def take_terms(self, terms: Terms) -> None:
        """The terms in force, read beside those of other alliances."""
        self._read_terms = self.version, terms


class AllianceLot(UnnamedRow):
    """A lot that an alliance answers; a notice without lots has one, called "1"."""

    alliance = owner_field(Alliance, "alliance", related_name="lots")
    lot_id = models.CharField("lot", max_length=60)

    class Meta:
        verbose_name = "lot d’une alliance"
        ordering = ["alliance_id", "lot_id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "lot_id"], name="alliance_lot_once")
        ]


class AllianceRevision(WrittenOnce):
    """One state of the terms, numbered from 1; written once."""

    class Origin(models.TextChoices):
        START = "start", "ouverture"
        EDIT = "edit", "modification"
        REPAIR = "repair", "réparation"
        UNDO = "undo", "retour en arrière"
        PARTIES = "parties", "changement de parties"
        AMENDMENT = "amendment", "changement accepté par l’acheteur"

    alliance = owner_field(Alliance, "alliance", related_name="revisions")
    number = models.PositiveIntegerField("numéro")
    terms = models.JSONField("termes")
    origin = models.CharField("origine", max_length=10, choices=Origin, default=Origin.EDIT)
    # For a way back: which state it goes back to.
    returns_to = models.PositiveIntegerField("revient à la version", null=True, blank=True)
    made_at = models.DateTimeField("le")
    made_by = person_field("par")

    class Meta:
        verbose_name = "version des termes"
        ordering = ["alliance_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "number"],
                name="alliance_revision_unique_number",
                violation_error_message="Quelqu’un vient d’écrire une version.",
            )
        ]

    def read(self) -> Terms:
        """The terms as a value."""
        return terms_from_json(self.terms)
