"""A package of work, and a chantier that could take it: skills, capacity, accounting years. Months
are absolute numbers, and an error of a value names the cure.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from cordee.rules.kinds import Kind
from cordee.rules.territory import distance_hm

MAX_MONTHS = 240
MAX_CFTE = 1_000_000
MAX_CENTS = 10**12
BEST_PROFICIENCY = 3


def within(what: str, value: int, least: int, most: int) -> None:
    """Refuse what is no whole number between two, both included."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{what} is {value!r}; give a whole number.")
    if not least <= value <= most:
        raise ValueError(f"{what} is {value}; give a value from {least} to {most}.")


def named(what: str, value: str) -> None:
    """Refuse an empty name."""
    if not value:
        raise ValueError(f"{what} is empty; give a name that identifies it.")


def known_kind(what: str, kind: str) -> None:
    """Refuse a kind of structure that the rules do not know."""
    if kind not in Kind.__members__.values():
        raise ValueError(f"{what} has {kind!r}; give one of {', '.join(Kind)}.")


def on_earth(what: str, latitude_deg: float, longitude_deg: float) -> None:
    """Refuse degrees outside their range."""
    if not (-90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180):
        raise ValueError(
            f"{what}: place ({latitude_deg}, {longitude_deg}) is not on Earth; give degrees."
        )


def unique(what: str, values: Iterable[str]) -> None:
    """Refuse a value that is there twice."""
    listed = list(values)
    if len(set(listed)) == len(listed):
        return
    seen: set[str] = set()
    for value in listed:
        if value in seen:
            raise ValueError(f"{what}: {value!r} appears twice; keep one.")
        seen.add(value)


def month_number(year: int, month: int) -> int:
    """Return the absolute number of a calendar month (`month` runs from 1 to 12)."""
    within("month", month, 1, 12)
    return year * 12 + month - 1


def month_name(number: int) -> str:
    """Return an absolute month as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One trade, at one place, over consecutive months, with a constant need.

    `amount_cents` is the price of the whole package. `min_share_cfte` is the least share worth
    signing, used where the size of a candidate's crews is not known. `eligible_kinds` is `None` on
    an open lot; where one package of a lot is reserved, the whole lot is (RULE-15).
    """

    id: str
    lot_id: str
    label: str
    trade: str
    latitude_deg: float
    longitude_deg: float
    first_month: int
    months: int
    need_cfte: int
    amount_cents: int
    min_share_cfte: int = 1
    eligible_kinds: frozenset[str] | None = None
    accepts_staff_supply: bool = False
    required_certifications: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what cannot be composed."""
        named("Package.id", self.id)
        named("Package.trade", self.trade)
        on_earth(f"Package {self.id}", self.latitude_deg, self.longitude_deg)
        within(f"Package {self.id}: first_month", self.first_month, 0, 12 * 10_000)
        within(f"Package {self.id}: months", self.months, 1, MAX_MONTHS)
        within(f"Package {self.id}: need_cfte", self.need_cfte, 1, MAX_CFTE)
        within(f"Package {self.id}: amount_cents", self.amount_cents, 1, MAX_CENTS)
        within(f"Package {self.id}: min_share_cfte", self.min_share_cfte, 1, MAX_CFTE)
        for kind in sorted(self.eligible_kinds or ()):
            known_kind(f"Package {self.id}: eligible_kinds", kind)

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months


class Certainty(StrEnum):
    """How far an input may be trusted."""

    KNOWN = "known"
    GUESSED = "guessed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A trade that a candidate practises, and how far from home it does.

    `proficiency` runs from 0 (no reference yet) to 3; `learning` from 0 to 3 says how much work in
    this trade would teach its people now.
    """

    trade: str
    certainty: Certainty
    proficiency: int
    reach_km: int
    learning: int = 0

    def __post_init__(self) -> None:
        """Refuse values outside their scales."""
        named("Skill.trade", self.trade)
        within(f"Skill {self.trade}: proficiency", self.proficiency, 0, BEST_PROFICIENCY)
        within(f"Skill {self.trade}: learning", self.learning, 0, 3)
        within(f"Skill {self.trade}: reach_km", self.reach_km, 0, 2_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingYear:
    """Consecutive months closed by one set of accounts, and the receipts they can still take.

    `headroom_cents` is the largest amount that keeps the chantier within the ceiling (RULE-10),
    `None` when there are no accounts to tell.
    """

    first_month: int
    headroom_cents: int | None
    months: int = 12

    def __post_init__(self) -> None:
        """Refuse empty years and negative headroom."""
        within("AccountingYear.first_month", self.first_month, 0, 12 * 10_000)
        within("AccountingYear.months", self.months, 1, 24)
        if self.headroom_cents is not None:
            within("AccountingYear.headroom_cents", self.headroom_cents, 0, MAX_CENTS)

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One chantier that could take work; its `organisation` signs once and counts once.

    `capacity_cfte_by_month` is `None` when nothing is known; a month that is absent from it is
    unknown, not empty. `is_capped` says whether receipts are under a ceiling (ACI only). No
    `skills` at all means that the trades are unknown. `certifications` is `None` when unknown.
    `min_crew_cfte`, the size of its smallest crew, replaces the minimal share of the package.
    Coordination and lead are the organisation's: the least figure of its chantiers counts.
    """

    id: str
    organisation: str
    name: str
    kind: str
    latitude_deg: float | None
    longitude_deg: float | None
    skills: tuple[Skill, ...]
    capacity_cfte_by_month: Mapping[int, int] | None = field(default=None, hash=False)
    capacity_certainty: Certainty = Certainty.UNKNOWN
    is_capped: bool = False
    accounting_years: tuple[AccountingYear, ...] = ()
    max_packages: int = 1
    can_lead: bool = False
    min_crew_cfte: int | None = None
    coordination_cost_cents: int = 0
    lead_cost_cents: int = 0
    certifications: frozenset[str] | None = frozenset()

    def __post_init__(self) -> None:
        """Refuse contradictions, sort the accounting years and freeze the capacity."""
        who = f"Candidate {self.id}"
        named("Candidate.id", self.id)
        named(f"{who}: organisation", self.organisation)
        known_kind(f"{who}: kind", self.kind)
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError(f"{who}: latitude and longitude go together; give both or neither.")
        if self.latitude_deg is not None and self.longitude_deg is not None:
            on_earth(who, self.latitude_deg, self.longitude_deg)
        unique(f"{who}: trades of its skills", (skill.trade for skill in self.skills))
        within(f"{who}: max_packages", self.max_packages, 1, 1_000)
        within(f"{who}: coordination_cost_cents", self.coordination_cost_cents, 0, MAX_CENTS)
        within(f"{who}: lead_cost_cents", self.lead_cost_cents, 0, MAX_CENTS)
        if self.min_crew_cfte is not None:
            within(f"{who}: min_crew_cfte", self.min_crew_cfte, 1, MAX_CFTE)
        self._freeze_capacity(who)
        self._sort_years(who)

    def _freeze_capacity(self, who: str) -> None:
        if (self.capacity_cfte_by_month is None) != (self.capacity_certainty is Certainty.UNKNOWN):
            raise ValueError(
                f"{who}: capacity_certainty is {self.capacity_certainty} with capacity "
                f"{'absent' if self.capacity_cfte_by_month is None else 'given'}; "
                "'unknown' goes with None and with nothing else."
            )
        if self.capacity_cfte_by_month is not None:
            for month, cfte in self.capacity_cfte_by_month.items():
                within(f"{who}: capacity in {month_name(month)}", cfte, 0, MAX_CFTE)
            frozen = MappingProxyType(dict(sorted(self.capacity_cfte_by_month.items())))
            # Sorted, so that the order in which months came changes nothing anywhere.
            object.__setattr__(self, "capacity_cfte_by_month", frozen)

    def _sort_years(self, who: str) -> None:
        years = tuple(sorted(self.accounting_years, key=lambda year: year.first_month))
        for earlier, later in pairwise(years):
            if later.first_month < earlier.end_month:
                raise ValueError(
                    f"{who}: accounting year from {month_name(later.first_month)} begins before "
                    f"{month_name(earlier.end_month)}, the end of the one before; make them apart."
                )
        object.__setattr__(self, "accounting_years", years)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle through a plain dict: a mapping proxy cannot travel between processes."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        if self.capacity_cfte_by_month is not None:
            values["capacity_cfte_by_month"] = dict(self.capacity_cfte_by_month)
        return (_candidate_from, (values,))

    def hm_to(self, package: Package) -> int | None:
        """Return how far a package is, in hectometres, `None` where the place is unknown."""
        if self.latitude_deg is None or self.longitude_deg is None:
            return None
        home = self.latitude_deg, self.longitude_deg
        return distance_hm(*home, package.latitude_deg, package.longitude_deg)

    def skill(self, trade: str) -> Skill | None:
        """Return what the candidate says of a trade, `None` when it says nothing."""
        return next((skill for skill in self.skills if skill.trade == trade), None)

    def capacity_cfte(self, month: int) -> int | None:
        """Return the free capacity in a month, `None` when unknown."""
        if self.capacity_cfte_by_month is None:
            return None
        return self.capacity_cfte_by_month.get(month)

    def accounting_year(self, month: int) -> AccountingYear | None:
        """Return the accounting year of a month, `None` when no accounts cover it."""
        for year in self.accounting_years:
            if year.first_month <= month < year.end_month:
                return year
        return None


def _candidate_from(values: dict[str, Any]) -> Candidate:
    return Candidate(**values)


# Candidates restricted to what is known of them.


def certain_candidates(
    candidates: Iterable[Candidate], packages: Sequence[Package]
) -> Iterator[Candidate]:
    """Yield those of whom all is known that the packages of their known trades would use.

    Each with the skills that are known; itself where all of them are.
    """
    uses: dict[tuple[str, ...], _Use] = {}
    for candidate in candidates:
        skills = tuple([s for s in candidate.skills if s.certainty is Certainty.KNOWN])
        trades = tuple([skill.trade for skill in skills])
        # Most candidates share a few sets of trades: what these would use is worked out once.
        use = uses.get(trades)
        if use is None:
            use = uses[trades] = _Use(p for p in packages if p.trade in trades)
        if not use.months or not use.is_known(candidate):
            continue
        yield candidate if len(skills) == len(candidate.skills) else _with_skills(candidate, skills)


class _Use:
    """What some packages would use of a candidate."""

    def __init__(self, packages: Iterable[Package]) -> None:
        asked = tuple(packages)
        self.months = sorted({m for p in asked for m in range(p.first_month, p.end_month)})
        self.as_set = frozenset(self.months)
        self.is_certified = any(package.required_certifications for package in asked)

    def is_known(self, candidate: Candidate) -> bool:
        """Tell whether all of it is known."""
        capacity = candidate.capacity_cfte_by_month
        if candidate.capacity_certainty is not Certainty.KNOWN or capacity is None:
            return False
        if candidate.certifications is None and self.is_certified:
            return False
        if not self.as_set <= capacity.keys():
            return False
        return not candidate.is_capped or self._covered(candidate) == len(self.months)

    def _covered(self, candidate: Candidate) -> int:
        # Accounting years never overlap, so no month is counted twice.
        return sum(
            bisect_left(self.months, year.end_month) - bisect_left(self.months, year.first_month)
            for year in candidate.accounting_years
            if year.headroom_cents is not None
        )


def _with_skills(candidate: Candidate, skills: tuple[Skill, ...]) -> Candidate:
    """Return a candidate with fewer skills; what was valid stays so and is not checked again."""
    made = object.__new__(Candidate)
    for each in fields(Candidate):
        object.__setattr__(made, each.name, getattr(candidate, each.name))
    object.__setattr__(made, "skills", skills)
    return made
