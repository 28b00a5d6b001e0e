"""What the fictional world is made of, before any database: immutable, with units in the names.

A month is an absolute number, ``year * 12 + month - 1``; work is in cFTE (1/100 of a full-time
equivalent, per month), money in cents. The names follow the models of `cordee.members` and
`cordee.economics`; `demo.loading` turns one into the other.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FULL_WEEK_MINUTES = 35 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySpec:
    """A trade; `proficiency` from 0 (no reference yet) to 3; no `crafts` where none was told."""

    trade: str
    proficiency: int = 2
    reach_km: int = 30
    is_guessed: bool = False
    crafts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewSpec:
    """An encadrant·e and its places; no trades means all those of the chantier."""

    name: str
    places: int
    weekly_minutes: int = 28 * 60
    trades: tuple[str, ...] = ()
    has_vehicle: bool | None = True

    @property
    def cfte(self) -> int:
        """Work of the whole crew, in cFTE per month."""
        return self.places * self.weekly_minutes * 100 // FULL_WEEK_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSpec:
    """Work already promised."""

    first_month: int
    months: int
    cfte: int
    reason: str

    def covers(self, month: int) -> bool:
        """Whether the work is due in that month."""
        return self.first_month <= month < self.first_month + self.months


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsSpec:
    """One accounting year; `basis` is a value of `AccountingYear.Basis`."""

    first_month: int
    charges_cents: int
    receipts_cents: int
    basis: str
    months: int = 12
    derogation: Decimal | None = None
    derogation_reference: str = ""
    derogation_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChantierSpec:
    """« Atelier, chantier ou équipe ».

    Neither crews nor `declared_cfte`: capacity unknown. No accounts: ceiling unknown.
    `percent_by_month` is the share of the crews at work from January to December.
    """

    name: str
    activities: tuple[ActivitySpec, ...] = ()
    crews: tuple[CrewSpec, ...] = ()
    declared_cfte: int | None = None
    percent_by_month: tuple[int, ...] = ()
    bookings: tuple[BookingSpec, ...] = ()
    accounts: tuple[AccountsSpec, ...] = ()
    can_lead: bool | None = None

    @property
    def total_cfte(self) -> int | None:
        """All its crews, free or not, in cFTE per month; None when unknown."""
        if self.declared_cfte is not None:
            return self.declared_cfte
        return sum(crew.cfte for crew in self.crews) if self.crews else None

    def free_cfte(self, month: int) -> int | None:
        """What is left in a month after season and promises, in cFTE; None when unknown."""
        total = self.total_cfte
        if total is None:
            return None
        percent = self.percent_by_month[month % 12] if self.percent_by_month else 100
        booked = sum(booking.cfte for booking in self.bookings if booking.covers(month))
        return max(0, total * percent // 100 - booked)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionSpec:
    """The convention with the State, in force on the day of the world."""

    number: str
    starts_on: date
    ends_on: date
    posts_cfte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingSpec:
    """What one network may do with one class of figures, a value of `FigureClass`."""

    network: str
    figure_class: str
    may_see: bool
    may_compose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureSpec:
    """A SIRET × kind. `insee` is the code of its commune, which may be an invented one.

    `networks` and the networks of `sharings` are slugs. `people_per_year` (people in insertion)
    and `permanent_staff` are counts that the models do not hold.
    """

    siret: str
    kind: str
    name: str
    organisation_name: str
    postcode: str
    city: str
    insee: str
    department: str
    latitude: float
    longitude: float
    chantiers: tuple[ChantierSpec, ...]
    is_claimed: bool = False
    convention: ConventionSpec | None = None
    certifications: tuple[tuple[str, date | None], ...] = ()
    networks: tuple[str, ...] = ()
    sharings: tuple[SharingSpec, ...] = ()
    people_per_year: int = 0
    permanent_staff: int = 0

    @property
    def siren(self) -> str:
        """The legal person that signs."""
        return self.siret[:9]

    @property
    def key(self) -> tuple[str, str]:
        """What makes it unique."""
        return self.siret, self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneSpec:
    """An invented commune; its code has the shape of an INSEE code that cannot exist."""

    insee: str
    name: str
    department: str
    postcode: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """A network, or one of its regional delegations."""

    slug: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """Somebody who can sign in. `role` is a value of `RoleSeat.Role`; None holds no seat."""

    email: str
    display_name: str
    words: str
    role: str | None = None
    # A second role in the same structure.
    also: str | None = None
    network: str | None = None
    structure: tuple[str, str] | None = None
    region: str | None = None
    department: str | None = None
    programme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is invented, for a given day."""

    on: date
    size: str
    communes: tuple[CommuneSpec, ...]
    networks: tuple[NetworkSpec, ...]
    structures: tuple[StructureSpec, ...]
    people: tuple[PersonSpec, ...]

    def members_of(self, network: str) -> tuple[StructureSpec, ...]:
        """Structures that belong to a network, by its slug."""
        return tuple(s for s in self.structures if network in s.networks)
