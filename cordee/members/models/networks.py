"""Networks, who belongs to them, who acts for whom, and which figures a network may use."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.accounts.models import User
from cordee.base.fields import optional_owner_field, owner_field
from cordee.members import roles
from cordee.members.models.programmes import Programme
from cordee.members.models.structures import Structure
from cordee.members.models.territories import Department, Region
from cordee.members.roles import ROLES, May, Scope, roles_held_in, roles_that


class NetworkQuerySet(models.QuerySet["Network"]):
    def national(self) -> "NetworkQuerySet":
        return self.filter(parent__isnull=True)

    def around(self, structures: Collection[Structure], on: date) -> "NetworkQuerySet":
        """Those that one of these structures belongs to on a day, and their parents."""
        joined = Membership.objects.current(on).filter(structure__in=structures)
        networks = joined.order_by().values("network")
        return self.filter(Q(pk__in=networks) | Q(delegations__in=networks)).distinct()

    def staffed(self) -> "NetworkQuerySet":
        """Those for which somebody acts who can sign in."""
        seats = RoleSeat.objects.live().of_networks()
        return self.filter(pk__in=seats.order_by().values("network"))


class Network(models.Model):
    """A tree of two levels: a network, and its delegations (decision on networks).

    `regions` and `departments` say where it works; none means everywhere.
    """

    name = models.CharField("nom", max_length=150, unique=True)
    slug = models.SlugField("identifiant", unique=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="delegations",
        verbose_name="réseau parent",
    )
    charter = models.TextField("charte", blank=True)
    regions = models.ManyToManyField(
        Region, blank=True, related_name="networks", verbose_name="régions couvertes"
    )
    departments = models.ManyToManyField(
        Department, blank=True, related_name="networks", verbose_name="départements couverts"
    )

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = "réseau"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="network_not_its_own_parent",
                violation_error_message="Un réseau n’est pas sa propre délégation.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def covered(self) -> "models.QuerySet[Department, str]":
        """Codes of the departments it says that it covers, or of its regions; none: everywhere."""
        told = Q(pk__in=self.departments.values("pk")) | Q(region__in=self.regions.values("pk"))
        return Department.objects.filter(told).order_by().values_list("code", flat=True)


class PeriodQuerySet(models.QuerySet[Any]):
    def current(self, on: object) -> "PeriodQuerySet":
        """In force on a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def lasting(self, on: object) -> "PeriodQuerySet":
        """In force on a day, which is not its last one."""
        return self.current(on).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))

    def under(self, network: models.Model) -> "PeriodQuerySet":
        """Of a network or of one of its delegations."""
        # As a list: joined, the base reads a row of its network for each.
        family = Network.objects.filter(Q(pk=network.pk) | Q(parent=network)).order_by()
        return self.filter(network__in=family.values("pk"))


class Membership(models.Model):
    """A structure belongs to a network, from a day to another, and how we know it."""

    class Proof(models.TextChoices):
        SIGNED_FORM = "signed_form", "bulletin signé"
        LIST = "list", "liste du réseau"
        DECLARED = "declared", "déclaration de la structure"
        REQUEST = "request", "demande acceptée dans Cordée"
        MOVED = "moved", "reprise d’une délégation fermée"
        UNKNOWN = "", "preuve à compléter"

    network = owner_field(Network, "réseau", related_name="memberships")
    structure = owner_field(Structure, "structure", related_name="memberships")
    starts_on = models.DateField("depuis")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    proof = models.CharField(
        "comment nous le savons", max_length=12, choices=Proof, blank=True, default=Proof.UNKNOWN
    )
    proof_reference = models.CharField("référence", max_length=120, blank=True)
    proof_on = models.DateField("date de la preuve", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "adhésion"
        ordering = ["network_id", "structure_id", "starts_on"]
        indexes = [
            # All that counting the members of a day reads.
            models.Index(
                fields=["network", "structure", "starts_on", "ends_on"],
                name="membership_by_network",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "structure", "starts_on"], name="membership_unique_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
                violation_error_message="L’adhésion finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.network}"


# What makes two seats, or two invitations, the same: two empty scopes are one.
SCOPE_KEY = (
    *(Coalesce(name, Value(0)) for name in ("network", "structure", "programme")),
    *(Coalesce(name, Value("")) for name in ("region", "department")),
)


class Scoped(models.Model):
    """What a seat and the invitation to one have in common: a role, and where it holds."""

    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="région")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name="département"
    )

    if TYPE_CHECKING:
        network: "Network | None"
        structure: Structure | None
        programme: "Programme | None"

        def get_role_display(self) -> str: ...

    class Meta:
        abstract = True

    @property
    def scope(self) -> "Structure | Network | Programme | None":
        return self.structure or self.network or self.programme

    @property
    def place(self) -> "Region | Department | None":
        """What narrows a delegate, and where a buyer or a facilitator is."""
        return self.department or self.region

    def words(self) -> str:
        return f"{self.get_role_display()} · {self.scope or self.place or ''}"


class RoleSeatQuerySet(models.QuerySet["RoleSeat"]):
    def with_scope(self) -> "RoleSeatQuerySet":
        """With the rows that its words read."""
        return self.select_related(
            *("person", "network", "structure", "programme", "region", "department")
        )

    def live(self) -> "RoleSeatQuerySet":
        """Held by somebody who can sign in."""
        return self.filter(person__is_active=True)

    def held_by(self, person: User | AnonymousUser) -> "RoleSeatQuerySet":
        """None for a visitor without account."""
        return self.filter(person=person.pk)

    def that_may(self, right: May) -> "RoleSeatQuerySet":
        """Of the roles that have a right where they are held."""
        return self.filter(role__in=roles_that(right))

    def directors(self) -> "RoleSeatQuerySet":
        return self.that_may(May.DIRECT_STRUCTURE)

    def directing(self, structure: Structure) -> "RoleSeatQuerySet":
        return self.directors().filter(structure=structure)

    def of_networks(self) -> "RoleSeatQuerySet":
        """Of the staff of a network and of its delegates: those who act for it."""
        return self.that_may(May.ACT_FOR_NETWORK)

    def people(self) -> "models.QuerySet[User]":
        """Who holds these seats and can sign in, each once: those to whom one writes."""
        return User.objects.filter(pk__in=self.live().order_by().values("person")).order_by("pk")

    def of_networks_of(self, structure: Structure, on: date) -> "RoleSeatQuerySet":
        """Staff and delegates of the networks it belongs to, and of their parents, on a day.

        A delegate whose seat is narrowed counts only where the structure is in their territory.
        """
        networks = Membership.objects.current(on).filter(structure=structure)
        its_own = Q(network__in=networks.order_by().values("network")) | Q(
            network__in=networks.order_by().values("network__parent")
        )
        department = structure.department
        here = Q(department__isnull=True, region__isnull=True)
        if department is not None:
            here |= Q(department=department)
            here |= Q(department__isnull=True, region=department.region_id)
        return self.filter(its_own).filter(Q(role="network_staff") | (Q(role="delegate") & here))

    def deciding_on(self, structure: Structure, on: date) -> "RoleSeatQuerySet":
        """Who answers those who ask to join: its directors; where none is left, its networks."""
        directors = self.live().directing(structure)
        return directors if directors.exists() else self.live().of_networks_of(structure, on)


class RoleSeat(Scoped):
    """A role held by a person, with its scope: a structure, a network, a programme or a place.

    `department` or `region` narrow the seat of a delegate, and place a buyer or a facilitator.
    A seat that ends is deleted, so that no reader of seats can forget that it ended; the journal
    keeps who gave it and who took it back.
    """

    # A value as well as a type: `RoleSeat.Role.DIRECTOR`.
    Role: TypeAlias = roles.Role  # noqa: UP040

    person = owner_field(User, "personne", related_name="seats")
    role = models.CharField("rôle", max_length=20, choices=Role)
    network = optional_owner_field(Network, "réseau", related_name="seats")
    structure = optional_owner_field(Structure, "structure", related_name="seats")
    programme = optional_owner_field(Programme, "programme", related_name="seats")
    since = models.DateTimeField("depuis", default=timezone.now)
    granted_by = person_field("donné par", blank=True)

    objects = RoleSeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        ordering = ["person_id", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                "person",
                "role",
                *SCOPE_KEY,
                name="seat_held_once",
                violation_error_message="Cette personne tient déjà ce rôle.",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[*roles_held_in(Scope.NETWORK)]) | Q(network__isnull=False),
                name="seat_of_network_names_it",
                violation_error_message="Ce rôle se tient dans un réseau : choisissez lequel.",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[*roles_held_in(Scope.STRUCTURE)])
                | Q(structure__isnull=False),
                name="seat_of_structure_names_it",
                violation_error_message="Ce rôle se tient dans une structure : dites laquelle.",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[*roles_held_in(Scope.PROGRAMME)])
                | Q(programme__isnull=False),
                name="seat_of_programme_names_it",
                violation_error_message="Ce rôle se tient dans un programme : dites lequel.",
            ),
        ]

    def __str__(self) -> str:
        return self.words()

    def may(self, right: May) -> bool:
        """Whether its role has a right, where it is held."""
        return right in ROLES[self.role].may


class SharingAgreement(models.Model):
    """Which class of a structure's figures a network may see, and may use to compose.

    None by default: without an agreement in force, network and private figures stay unknown
    to that network. Revoked by ending it.
    """

    class FigureClass(models.TextChoices):
        NETWORK = "network", "capacité, équipes, certifications"
        PRIVATE = "private", "charges, recettes, plafond"
        LEARNING = "learning", "nombres de ce qui s’apprend au travail"
        EXITS = "exits", "nombres de sorties, par catégorie"
        POSITIONING = "position", "niveaux de l’auto-positionnement"

    # Those that a network counts in totals: it reads none of one structure, and composes nothing.
    COUNTED = frozenset(
        each.value for each in (FigureClass.LEARNING, FigureClass.EXITS, FigureClass.POSITIONING)
    )

    structure = owner_field(Structure, "structure", related_name="sharings")
    network = owner_field(Network, "réseau", related_name="sharings")
    figure_class = models.CharField("sorte de chiffres", max_length=10, choices=FigureClass)
    may_see = models.BooleanField("peut voir", default=False)
    may_compose = models.BooleanField("peut composer avec", default=False)
    starts_on = models.DateField("depuis")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "accord de partage"
        ordering = ["structure_id", "network_id", "figure_class", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "network", "figure_class"],
                condition=Q(ends_on__isnull=True),
                name="sharing_one_open_agreement",
                violation_error_message="Un accord est déjà en cours pour ces chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="sharing_ends_after_start",
                violation_error_message="L’accord finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} → {self.network} : {self.get_figure_class_display()}"

    @property
    def is_counted(self) -> bool:
        return self.figure_class in self.COUNTED
