"""A standing team (cordée prête): who can answer together in nine days, because all is ready."""

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.alliances.models.alliances import led_by
from cordee.alliances.models.parties import Signatory
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.models import StoredFile
from cordee.members.models import Department, Network, RoleSeat, Structure

SAME_NAME = "Une cordée de ce nom est déjà ouverte. Donnez un autre nom à celle-ci."


class StandingTeamQuerySet(models.QuerySet["StandingTeam"]):
    def open(self) -> "StandingTeamQuerySet":
        return self.filter(closed_at=None)

    def kept_by(self, person: User) -> "StandingTeamQuerySet":
        """Those of a network the person acts for, or of a structure that the person directs."""
        return self.filter(led_by(person))

    def with_member(self, person: User, states: list[str]) -> "StandingTeamQuerySet":
        """Those where a structure that the person directs stands in one of some states."""
        own = RoleSeat.objects.held_by(person).directors().order_by().values("structure")
        rows = StandingMember.objects.filter(structure__in=own, state__in=states)
        return self.filter(pk__in=rows.order_by().values("team"))


class StandingTeam(models.Model):
    """Structures of a basin and some trades that keep a framework convention, signatories, papers.

    A network or a structure keeps it. `trades` are slugs of our own list.
    """

    name = models.CharField("nom", max_length=150)
    network = optional_owner_field(Network, "réseau", related_name="standing_teams", kept=True)
    structure = optional_owner_field(
        Structure, "structure", related_name="kept_standing_teams", kept=True
    )
    department = owner_field(Department, "département", related_name="+", kept=True)
    trades = models.JSONField("métiers", default=list)
    framework = models.OneToOneField(
        StoredFile,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="convention-cadre",
    )
    made_at = models.DateTimeField("créée le")
    made_by = person_field("créée par")
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    objects = StandingTeamQuerySet.as_manager()

    class Meta:
        verbose_name = "cordée prête"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(network__isnull=False, structure__isnull=True)
                | Q(network__isnull=True, structure__isnull=False),
                name="standing_team_kept_by_one",
                violation_error_message="Un réseau ou une structure la tient, pas les deux.",
            ),
            # A second click on "Créer" makes no second one.
            models.UniqueConstraint(
                fields=["network", "name"],
                condition=Q(closed_at__isnull=True, network__isnull=False),
                name="standing_team_name_once_in_network",
                violation_error_message=SAME_NAME,
            ),
            models.UniqueConstraint(
                fields=["structure", "name"],
                condition=Q(closed_at__isnull=True, structure__isnull=False),
                name="standing_team_name_once_in_structure",
                violation_error_message=SAME_NAME,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def keeper_name(self) -> str:
        """Who keeps it: a network or a structure."""
        if self.network is not None:
            return self.network.name
        return self.structure.shown_name if self.structure is not None else ""


class StandingMember(Signatory):
    """A structure of a standing team: its answer, who may sign for it, which framework it accepts.

    `framework_sha256`: fingerprint of the framework convention it said yes to; another file asks
    again.
    """

    class State(models.TextChoices):
        INVITED = "invited", "invitée"
        IN = "in", "membre"
        DECLINED = "declined", "a dit non"
        LEFT = "left", "partie"

    team = owner_field(StandingTeam, "cordée prête", related_name="members")
    structure = owner_field(Structure, "structure", related_name="standing", kept=True)
    state = models.CharField("état", max_length=8, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField("invitée le")
    answered_at = models.DateTimeField("a répondu le", null=True, blank=True)
    framework_sha256 = models.CharField("convention-cadre acceptée", max_length=64, blank=True)

    class Meta:
        verbose_name = "membre d’une cordée prête"
        ordering = ["team_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "structure"],
                name="standing_member_once",
                violation_error_message="Cette structure est déjà dans cette cordée.",
            ),
            models.CheckConstraint(
                condition=Q(state="invited", answered_at__isnull=True)
                | (~Q(state="invited") & Q(answered_at__isnull=False)),
                name="standing_member_answered_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.structure.shown_name
