"""Who is in an alliance: people who lead it, structures asked, and what each accepted."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.alliances.models.alliances import Alliance, AllianceRevision
from cordee.base.fields import owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import RoleSeat, Structure


class AllianceCoordinatorQuerySet(models.QuerySet["AllianceCoordinator"]):
    def seated(self) -> "AllianceCoordinatorQuerySet":
        """Those who still sit where they led from: the others are told nothing any more."""
        seats = RoleSeat.objects.live().filter(person=OuterRef("person"))
        networks = seats.of_networks().filter(network=OuterRef("alliance__network"))
        structures = seats.directors().filter(structure=OuterRef("alliance__structure"))
        return self.filter(Exists(networks) | Exists(structures))


class AllianceCoordinator(UnnamedRow):
    """A person who leads an alliance, for the network or the structure that coordinates it.

    The coordinator leads one team on a lot and opens no other one there (RULE-38).
    """

    alliance = owner_field(Alliance, "alliance", related_name="coordinators")
    person = owner_field(User, "personne", related_name="+")
    since = models.DateTimeField("depuis le", auto_now_add=True)

    objects = AllianceCoordinatorQuerySet.as_manager()

    class Meta:
        verbose_name = "personne qui coordonne"
        ordering = ["alliance_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "person"],
                name="alliance_coordinator_once",
                violation_error_message="Cette personne coordonne déjà cette alliance.",
            )
        ]


class Signatory(models.Model):
    """Who signs for a structure, and by which act."""

    class Power(models.TextChoices):
        LEGAL = "legal", "représentant·e légal·e"
        BOARD = "board", "habilité·e par le conseil d’administration"
        DELEGATION = "delegation", "par délégation écrite (société)"
        COUNCIL = "council", "habilité·e par un vote du conseil (commune, CCAS)"

    signatory_name = models.CharField("qui signe", max_length=150, blank=True)
    signatory_function = models.CharField("fonction", max_length=150, blank=True)
    power = models.CharField("de quel droit", max_length=10, choices=Power, blank=True)
    power_on = models.DateField("date de l’acte", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_named(self) -> bool:
        """Whether it said who signs, and from which power."""
        return bool(self.signatory_name and self.signatory_function and self.power)

    @property
    def has_act(self) -> bool:
        """Whether what empowers who signs is there already."""
        return self.power == self.Power.LEGAL or self.power_on is not None

    def name_signatory(
        self, *, name: str, function: str, power: str, power_on: date | None, on: date
    ) -> None:
        """Raises `ValidationError` where the act is dated from a day to come."""
        if power_on is not None and power_on > on:
            raise ValidationError({"power_on": "Un acte se date du jour où il est pris."})
        self.signatory_name, self.signatory_function = name.strip(), function.strip()
        self.power, self.power_on = power, None if power == self.Power.LEGAL else power_on


SIGNATORY = [field.name for field in Signatory._meta.fields]


class AllianceParty(Signatory):
    """A structure that was thought of, asked, or takes part.

    Its role and its share are in the terms, where `key` stands for it. Others learn that it takes
    part only once it has agreed to explore, and it learns of them only then (RULE-38).
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "pas encore invitée"
        INVITED = "invited", "invitée"
        INTERESTED = "interested", "partie prenante"
        DECLINED = "declined", "a dit non"
        WITHDRAWN = "withdrawn", "s’est retirée"
        REMOVED = "removed", "retirée"

    # Those who count among the parties of the terms.
    ACTIVE = (State.PROPOSED, State.INVITED, State.INTERESTED)

    alliance = owner_field(Alliance, "alliance", related_name="parties")
    structure = owner_field(Structure, "structure", related_name="alliances", kept=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.PROPOSED)
    invited_at = models.DateTimeField("invitée le", null=True, blank=True)
    word = models.CharField("mot de l’invitation", max_length=500, blank=True)
    answered_at = models.DateTimeField("a répondu le", null=True, blank=True)
    answered_by = person_field("réponse de", blank=True)
    reason = models.CharField("raison", max_length=500, blank=True)
    shares_figures = models.BooleanField("montre ses marges aux autres parties", default=False)
    remembers = models.BooleanField(
        "accepte qu’on se souvienne d’avoir travaillé ensemble", default=False
    )
    next_council_on = models.DateField("prochain conseil", null=True, blank=True)
    may_compete = models.BooleanField("intérêt local et prix à coût complet", default=False)

    class Meta:
        verbose_name = "partie"
        ordering = ["alliance_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "structure"],
                name="alliance_party_once",
                violation_error_message="Cette structure figure déjà dans l’alliance.",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", invited_at__isnull=True)
                | Q(state="removed")
                | (~Q(state__in=["proposed", "removed"]) & Q(invited_at__isnull=False)),
                name="alliance_party_invited_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.structure.shown_name

    @property
    def key(self) -> str:
        """What stands for it in the terms."""
        return str(self.pk)

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def may_sign(self) -> bool:
        """Whether it said who signs, and from which power; an act has its date, or a vote will.

        The vote itself has to be there before the contract is signed (`has_act`).
        """
        return self.is_named and (self.has_act or self.next_council_on is not None)


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def standing(self) -> "AcceptanceQuerySet":
        """Those that nobody took back."""
        return self.filter(taken_back_at__isnull=True)


class Acceptance(UnnamedRow):
    """A party accepts its share and the common terms: the fingerprint of exactly these.

    It holds as long as that fingerprint is the one of the terms in force.
    """

    party = owner_field(AllianceParty, "partie", related_name="acceptances")
    revision = owner_field(AllianceRevision, "version lue", related_name="+", kept=True)
    fingerprint = models.CharField("empreinte", max_length=64)
    accepted_at = models.DateTimeField("acceptée le")
    accepted_by = person_field("acceptée par")
    taken_back_at = models.DateTimeField("reprise le", null=True, blank=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "acceptation"
        ordering = ["party_id", "-accepted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "fingerprint"],
                condition=Q(taken_back_at__isnull=True),
                name="acceptance_once",
                violation_error_message="Ces termes sont déjà acceptés.",
            )
        ]
