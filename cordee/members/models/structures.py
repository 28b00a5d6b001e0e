"""Organisation (who signs) → structure (SIRET × kind) → chantier (where work and ceiling live)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast, Coalesce

from cordee.accounts.models import User
from cordee.base.fields import EurosField, WebAddressField, one_of, owner_field
from cordee.members.models.territories import Commune, Department
from cordee.rules import capacity, convention, territory
from cordee.rules.kinds import Kind

KIND_CHOICES = [(kind.value, kind.value) for kind in Kind]


class Organisation(models.Model):
    """A legal person: carrier, company, buyer or network. A CCAS is carrier and buyer."""

    class Carrier(models.TextChoices):
        """As `cordee.rules.signing.Carrier`; empty where nobody said."""

        ASSOCIATION = "ASSOCIATION", "association"
        COMPANY = "COMPANY", "société"
        PUBLIC = "PUBLIC", "commune, CCAS ou autre personne publique"

    siren = models.CharField("SIREN", max_length=9, unique=True)
    name = models.CharField("nom", max_length=200)
    carrier = models.CharField("ce qu’elle est", max_length=11, choices=Carrier, blank=True)

    class Meta:
        verbose_name = "organisation"
        ordering = ["name", "siren"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siren__regex=r"^[0-9]{9}$"),
                name="organisation_siren_nine_digits",
                violation_error_message="Un SIREN a neuf chiffres.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StructureQuerySet(models.QuerySet["Structure"]):
    def active(self) -> "StructureQuerySet":
        """Those that work and are listed."""
        return self.listed().filter(is_closed=False)

    def inactive(self) -> "StructureQuerySet":
        """All others."""
        return self.filter(
            Q(is_closed=True) | Q(source=Structure.Source.DECLARED, is_claimed=False)
        )

    def listed(self) -> "StructureQuerySet":
        """Without those that somebody declared and nobody accepted yet: they are not public."""
        return self.exclude(source=Structure.Source.DECLARED, is_claimed=False)

    def unlisted(self) -> "StructureQuerySet":
        return self.filter(source=Structure.Source.DECLARED, is_claimed=False)

    def of_network(
        self, network: models.Model, on: date, *, each: bool = False
    ) -> "StructureQuerySet":
        """Members of the network or of one of its delegations, on a day.

        `each`: asked of each row, where few are read; else of all at once, to count them.
        """
        from cordee.members.models.networks import Membership

        memberships = Membership.objects.current(on).under(network).order_by()
        if each:
            return self.filter(Exists(memberships.filter(structure=OuterRef("pk"))))
        return self.filter(pk__in=memberships.values("structure"))

    def directed_by(self, person: User | AnonymousUser) -> "StructureQuerySet":
        """Those that the user directs; none for a visitor without account."""
        from cordee.members.models.networks import RoleSeat

        seats = RoleSeat.objects.held_by(person).directors()
        return self.filter(pk__in=seats.order_by().values("structure"))

    def in_trade(self, *trades: str, each: bool = False) -> "StructureQuerySet":
        """With a chantier that works in one of the trades, known or guessed.

        `each`: asked of each row, where few are read.
        """
        chantiers = Chantier.objects.filter(activities__trade__in=trades).order_by()
        if each:
            return self.filter(Exists(chantiers.filter(structure=OuterRef("pk"))))
        return self.filter(pk__in=chantiers.values("structure"))

    def in_box(self, latitude: float, longitude: float, radius_km: float) -> "StructureQuerySet":
        """Inside the box that holds the circle; the exact circle is cut by `distance_km`.

        A structure without coordinates stands at the point of its commune.
        """
        north_south, east_west = territory.box(latitude, longitude, radius_km)
        # Both on columns of its own: one joined to the commune would read every row there is.
        around = Commune.objects.in_box(latitude, longitude, radius_km).order_by()
        return self.filter(
            Q(latitude__range=north_south, longitude__range=east_west)
            | Q(latitude__isnull=True, commune__in=around.values("pk"))
        )

    def with_place(self) -> "StructureQuerySet":
        """With the rows that `point`, `distance_km` and the name of the place read."""
        return self.select_related("commune", "department")


def sort_key(shown_name: str) -> str:
    """A name as people read it in a list: without case, accents or hyphens."""
    return territory.fold_place_name(shown_name)[:200]


class SortKeyField(models.CharField):  # type: ignore[type-arg]
    """The key of the shown name: written whenever its row is saved, alone or among many."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        assert isinstance(model_instance, Structure)
        key = sort_key(model_instance.shown_name)
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Structure(models.Model):
    """One SIRET may hold several kinds: the key is (SIRET, kind)."""

    class Source(models.TextChoices):
        IMPORTED = "imported", "liste importée"
        DECLARED = "declared", "déclarée par la structure"
        DEMO = "demo", "monde de démonstration"

    # What its directors correct on the sheet, beside the legal name.
    IDENTITY = ("brand", "website", "phone")

    organisation = owner_field(Organisation, "organisation", related_name="structures", kept=True)
    siret = models.CharField("SIRET", max_length=14)
    kind = models.CharField("sorte", max_length=10, choices=KIND_CHOICES)
    name = models.CharField("nom", max_length=200)
    brand = models.CharField("nom d’usage", max_length=200, blank=True)
    sort_key = SortKeyField("nom pour trier", max_length=200, default="", editable=False)
    naf = models.CharField("code NAF", max_length=6, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, verbose_name="commune"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, verbose_name="département"
    )
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    website = WebAddressField("site", blank=True)
    phone = models.CharField(
        "téléphone de la structure",
        max_length=25,
        blank=True,
        help_text="le numéro de la structure, celui qu’elle affiche ; pas celui d’une personne",
    )
    source = models.CharField("source", max_length=10, choices=Source, default=Source.IMPORTED)
    doubts = models.JSONField("doutes à l’import", default=list, blank=True)
    is_claimed = models.BooleanField("rejointe par ses responsables", default=False)
    is_closed = models.BooleanField("établissement fermé", default=False)
    updated_at = models.DateTimeField("mise à jour", auto_now=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = ["name", "pk"]
        indexes = [
            # All that a page reads of the rows that it passes over, in its list and on its map.
            models.Index(
                fields=["sort_key", "id", "is_closed", "source", "is_claimed"],
                name="structure_in_order",
            ),
            models.Index(
                fields=["latitude", "longitude", "commune", "is_closed", "source", "is_claimed"],
                name="structure_on_map",
            ),
            models.Index(fields=["kind", "department"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["siret", "kind"],
                name="structure_unique_siret_kind",
                violation_error_message="Cette structure existe déjà avec ce SIRET et cette sorte.",
            ),
            models.CheckConstraint(
                condition=Q(siret__regex=r"^[0-9]{14}$"),
                name="structure_siret_fourteen_digits",
                violation_error_message="Un SIRET a quatorze chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="structure_point_whole_or_absent",
                violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
            ),
            one_of("kind", Kind, name="structure_kind_known"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.brand or self.name

    @property
    def is_listed(self) -> bool:
        """As `StructureQuerySet.listed` finds it."""
        return self.is_claimed or self.source != self.Source.DECLARED

    @property
    def has_point(self) -> bool:
        return self.latitude is not None

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude: its own, else those of its commune, else None."""
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        if self.commune is not None:
            return self.commune.latitude, self.commune.longitude
        return None

    @property
    def place_name(self) -> str:
        return self.commune.name if self.commune is not None else self.city

    def distance_km(self, latitude: float, longitude: float) -> float | None:
        """Great-circle kilometres to a point; None where neither it nor its commune is placed."""
        if self.point is None:
            return None
        return territory.distance_km(*self.point, latitude, longitude)


class ChantierQuerySet(models.QuerySet["Chantier"]):
    def teams(self, on: date) -> "models.QuerySet[Chantier, tuple[int, int | None]]":
        """(structure, cFTE) of each chantier: its crews of that day when full, else what it says.

        Each crew is rounded down, as in `cordee.rules.capacity.crew_cfte`; None is unknown.
        """
        full_time_minutes = 60 * capacity.full_time_weekly_hours(on=on)
        at_work = (Q(crews__valid_from__isnull=True) | Q(crews__valid_from__lte=on)) & (
            Q(crews__valid_to__isnull=True) | Q(crews__valid_to__gte=on)
        )
        # Whole numbers divided: both engines round down, as nothing here is negative.
        # Wide first: PostgreSQL multiplies two small integers as one, and 21 places overflow it.
        places = Cast("crews__places", models.BigIntegerField())
        crew = places * F("crews__weekly_minutes") * 100 / full_time_minutes
        return self.annotate(
            team_cfte=Coalesce(
                Sum(crew, filter=at_work, output_field=models.IntegerField()),
                F("declared_cfte"),
                output_field=models.IntegerField(),
            )
        ).values_list("structure", "team_cfte")


class Chantier(models.Model):
    """« Atelier, chantier ou équipe »: one or more a structure; the ceiling is tested here."""

    structure = owner_field(Structure, "structure", related_name="chantiers")
    name = models.CharField("nom", max_length=200)
    declared_cfte = models.PositiveIntegerField(
        "équipe déclarée (centièmes d’ETP)",
        null=True,
        blank=True,
        help_text="quand la structure ne connaît que ses ETP, sans détail d’équipes",
    )
    can_lead = models.BooleanField("peut être mandataire", null=True, blank=True)

    objects = ChantierQuerySet.as_manager()

    class Meta:
        verbose_name = "chantier"
        ordering = ["structure_id", "pk"]

    def __str__(self) -> str:
        return self.name


class Convention(models.Model):
    """The convention of a structure with the State (RULE-02, 06, 07)."""

    class State(models.TextChoices):
        VALIDE = "VALIDE", "valide"
        PROVISOIRE = "PROVISOIRE", "provisoire"
        HISTORISE = "HISTORISE", "historisée"
        ANNULE = "ANNULE", "annulée"
        SAISI = "SAISI", "saisie"
        BROUILLON = "BROUILLON", "brouillon"
        CLOTURE = "CLOTURE", "clôturée"
        REJETE = "REJETE", "rejetée"

    structure = owner_field(Structure, "structure", related_name="conventions")
    number = models.CharField("numéro d’annexe financière", max_length=20)
    state = models.CharField("état", max_length=10, choices=State)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    posts_cfte = models.PositiveIntegerField("postes (centièmes d’ETP)")
    # As the annex has it: the legal amount of a year may be unknown (RULE-07). The structure's own.
    unit_cents = EurosField("aide par poste et par an", null=True, blank=True)
    # In percent of the exits that count: its own, never a national one (RULE-28).
    dynamic_target = models.PositiveSmallIntegerField(
        "sorties dynamiques visées (%)", null=True, blank=True
    )
    durable_target = models.PositiveSmallIntegerField(
        "sorties durables visées (%)", null=True, blank=True
    )

    class Meta:
        verbose_name = "convention"
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="convention_unique_number"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="convention_ends_after_start",
                violation_error_message="La convention finit avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(unit_cents__isnull=True) | Q(unit_cents__gt=0),
                name="convention_unit_above_zero",
                violation_error_message="L’aide par poste est au-dessus de zéro, ou inconnue.",
            ),
            models.CheckConstraint(
                condition=(Q(dynamic_target__isnull=True) | Q(dynamic_target__lte=100))
                & (Q(durable_target__isnull=True) | Q(durable_target__lte=100)),
                name="convention_targets_in_percent",
                violation_error_message="Écrivez les sorties visées sur 100\u00a0: entre 0 et 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_in_force(self, first: date, last: date) -> bool:
        """Whether it is live during one of these days at least (RULE-02)."""
        return self.starts_on <= last and convention.is_active(self.state, self.ends_on, on=first)

    @property
    def posts_fte(self) -> Decimal:
        return Decimal(self.posts_cfte) / 100
