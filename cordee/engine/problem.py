"""What the engine is asked: packages of work, candidates, limits and weights, all immutable.

Units are in the names. A month is an absolute number, ``year * 12 + month - 1``. Work is in cFTE
(1/100 of a full-time equivalent, per month), money in integer cents. What is not known is `None`
or carries a `Certainty`: nothing here is ever filled in.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property, wraps
from itertools import pairwise
from operator import attrgetter, is_
from types import MappingProxyType
from typing import Any, Self

from cordee.rules.kinds import Kind

MAX_MONTHS = 240
MAX_CFTE = 1_000_000
MAX_CENTS = 10**12
BEST_PROFICIENCY = 3


def _within(what: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{what} is {value!r}; give a whole number.")
    if not least <= value <= most:
        raise ValueError(f"{what} is {value}; give a value from {least} to {most}.")


def _named(what: str, value: str) -> None:
    if not value:
        raise ValueError(f"{what} is empty; give a name that identifies it.")


def _kind(what: str, kind: str) -> None:
    if kind not in Kind.__members__.values():
        raise ValueError(f"{what} has {kind!r}; give one of {', '.join(Kind)}.")


def _place(what: str, latitude_deg: float, longitude_deg: float) -> None:
    if not (-90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180):
        raise ValueError(
            f"{what}: place ({latitude_deg}, {longitude_deg}) is not on Earth; give degrees."
        )


def _unique(what: str, values: Iterable[str]) -> None:
    listed = list(values)
    if len(set(listed)) == len(listed):
        return
    seen: set[str] = set()
    for value in listed:
        if value in seen:
            raise ValueError(f"{what}: {value!r} appears twice; keep one.")
        seen.add(value)


def _known_names(what: str, values: Mapping[str, Any], target: type[Any]) -> None:
    names = {f.name for f in fields(target)}
    for name in values:
        if name not in names:
            raise ValueError(f"{what}.{name} does not exist; the names are {sorted(names)}.")


def month_number(year: int, month: int) -> int:
    """Return the absolute number of a calendar month (`month` runs from 1 to 12)."""
    _within("month", month, 1, 12)
    return year * 12 + month - 1


def month_name(number: int) -> str:
    """Return an absolute month as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


class Certainty(StrEnum):
    """How far an input may be trusted."""

    KNOWN = "known"
    GUESSED = "guessed"
    UNKNOWN = "unknown"


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
        _named("Package.id", self.id)
        _named("Package.trade", self.trade)
        _place(f"Package {self.id}", self.latitude_deg, self.longitude_deg)
        _within(f"Package {self.id}: first_month", self.first_month, 0, 12 * 10_000)
        _within(f"Package {self.id}: months", self.months, 1, MAX_MONTHS)
        _within(f"Package {self.id}: need_cfte", self.need_cfte, 1, MAX_CFTE)
        _within(f"Package {self.id}: amount_cents", self.amount_cents, 1, MAX_CENTS)
        _within(f"Package {self.id}: min_share_cfte", self.min_share_cfte, 1, MAX_CFTE)
        for kind in sorted(self.eligible_kinds or ()):
            _kind(f"Package {self.id}: eligible_kinds", kind)

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months


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
        _named("Skill.trade", self.trade)
        _within(f"Skill {self.trade}: proficiency", self.proficiency, 0, BEST_PROFICIENCY)
        _within(f"Skill {self.trade}: learning", self.learning, 0, 3)
        _within(f"Skill {self.trade}: reach_km", self.reach_km, 0, 2_000)


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
        _within("AccountingYear.first_month", self.first_month, 0, 12 * 10_000)
        _within("AccountingYear.months", self.months, 1, 24)
        if self.headroom_cents is not None:
            _within("AccountingYear.headroom_cents", self.headroom_cents, 0, MAX_CENTS)

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
        _named("Candidate.id", self.id)
        _named(f"{who}: organisation", self.organisation)
        _kind(f"{who}: kind", self.kind)
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError(f"{who}: latitude and longitude go together; give both or neither.")
        if self.latitude_deg is not None and self.longitude_deg is not None:
            _place(who, self.latitude_deg, self.longitude_deg)
        _unique(f"{who}: trades of its skills", (skill.trade for skill in self.skills))
        _within(f"{who}: max_packages", self.max_packages, 1, 1_000)
        _within(f"{who}: coordination_cost_cents", self.coordination_cost_cents, 0, MAX_CENTS)
        _within(f"{who}: lead_cost_cents", self.lead_cost_cents, 0, MAX_CENTS)
        if self.min_crew_cfte is not None:
            _within(f"{who}: min_crew_cfte", self.min_crew_cfte, 1, MAX_CFTE)
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
                _within(f"{who}: capacity in {month_name(month)}", cfte, 0, MAX_CFTE)
            frozen = MappingProxyType(dict(sorted(self.capacity_cfte_by_month.items())))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each term of the cost is worth; every one can be put to 0, none can be negative.

    Defaults are the assumptions of `docs/algorithms/compose.md`, in 2026 euros.
    """

    travel_millicents_per_hm_cfte_month: int = 730
    fit_permille_by_proficiency: tuple[int, int, int, int] = (100, 60, 30, 0)
    no_reference_cents: int = 40_000
    interface_cents: int = 30_000
    coordination_permille: int = 1_000
    lead_permille: int = 1_000
    ceiling_tightness_permille: int = 120
    ceiling_tight_from_permille: int = 900
    capacity_tightness_cents_per_cfte_month: int = 60
    capacity_tight_from_permille: int = 700
    learning_cents_per_level_cfte_month: int = 0

    def __post_init__(self) -> None:
        """Refuse weights outside their bounds; proficiency may never cost more."""
        bounds = {
            "travel_millicents_per_hm_cfte_month": 100_000,
            "no_reference_cents": 10_000_000,
            "interface_cents": 10_000_000,
            "coordination_permille": 100_000,
            "lead_permille": 100_000,
            "ceiling_tightness_permille": 10_000,
            "ceiling_tight_from_permille": 1_000,
            "capacity_tightness_cents_per_cfte_month": 100_000,
            "capacity_tight_from_permille": 1_000,
            "learning_cents_per_level_cfte_month": 10_000,
        }
        for name, most in bounds.items():
            _within(f"Weights.{name}", getattr(self, name), 0, most)
        steps = tuple(self.fit_permille_by_proficiency)
        if len(steps) != BEST_PROFICIENCY + 1 or sorted(steps, reverse=True) != list(steps):
            raise ValueError(
                f"Weights.fit_permille_by_proficiency is {steps}; give four values that never rise."
            )
        for step in steps:
            _within("Weights.fit_permille_by_proficiency", step, 0, 1_000)
        object.__setattr__(self, "fit_permille_by_proficiency", steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Limits of the team and weights of the cost."""

    max_partners: int = 4
    max_distance_km: int = 100
    weights: Weights = Weights()

    def __post_init__(self) -> None:
        """Refuse a team that could not be one."""
        _within("Params.max_partners", self.max_partners, 2, 100)
        _within("Params.max_distance_km", self.max_distance_km, 0, 2_000)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from plain values; an unknown name raises `ValueError`."""
        given = dict(values)
        weights = dict(given.pop("weights", {}))
        _known_names("Params", given, cls)
        _known_names("Weights", weights, Weights)
        if "fit_permille_by_proficiency" in weights:
            weights["fit_permille_by_proficiency"] = tuple(weights["fit_permille_by_proficiency"])
        return cls(**given, weights=Weights(**weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """A team to differ from: at least `least_absent` of these organisations do not sign."""

    organisations: frozenset[str]
    least_absent: int

    def __post_init__(self) -> None:
        """Refuse what no team could do."""
        _within("Unlike.least_absent", self.least_absent, 1, max(1, len(self.organisations)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLimit:
    """A wish about one share: this chantier holds the package, within these cFTE."""

    candidate: str
    package: str
    least_cfte: int
    most_cfte: int

    def __post_init__(self) -> None:
        """Refuse an empty interval."""
        where = f"ShareLimit {self.candidate}/{self.package}"
        _within(f"{where}: least_cfte", self.least_cfte, 1, MAX_CFTE)
        _within(f"{where}: most_cfte", self.most_cfte, self.least_cfte, MAX_CFTE)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """All that a composition depends on; kept in the order of identifiers, whatever order is given.

    `pinned` organisations must be in the team, `excluded` ones must not. `unlike` names the teams
    to differ from, `share_limits` the shares that somebody wants held within limits.
    """

    packages: tuple[Package, ...]
    candidates: tuple[Candidate, ...]
    params: Params = Params()
    pinned: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    unlike: tuple[Unlike, ...] = ()
    share_limits: tuple[ShareLimit, ...] = ()

    def __post_init__(self) -> None:
        """Refuse doubles and contradictions, and sort by identifier."""
        if not self.packages:
            raise ValueError("Problem.packages is empty; give at least one package.")
        _unique("Problem.packages: ids", map(attrgetter("id"), self.packages))
        _unique("Problem.candidates: ids", map(attrgetter("id"), self.candidates))
        both = sorted(self.pinned & self.excluded)
        if both:
            raise ValueError(f"Problem: {both[0]} is pinned and excluded; keep one of the two.")
        _unique(
            "Problem.share_limits: shares",
            (f"{limit.candidate}/{limit.package}" for limit in self.share_limits),
        )
        packages = tuple(sorted(self.packages, key=attrgetter("id")))
        candidates = tuple(sorted(self.candidates, key=attrgetter("id")))
        object.__setattr__(self, "packages", packages)
        object.__setattr__(self, "candidates", candidates)

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the fields alone: the rest is worked out again where it is asked for."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def kept(self) -> dict[Callable[..., Any], Any]:
        """What functions marked `kept` returned for this problem."""
        return {}

    @cached_property
    def shared(self) -> dict[Callable[..., Any], Any]:
        """What functions marked `shared` returned for problems of these packages and candidates."""
        return {}

    @cached_property
    def months(self) -> tuple[int, ...]:
        """The months in which at least one package is active, in order."""
        active = {m for p in self.packages for m in range(p.first_month, p.end_month)}
        return tuple(sorted(active))

    def replace(self, **changes: Any) -> Self:
        """Return the same problem with some fields changed."""
        made = replace(self, **changes)
        if changes.keys().isdisjoint({"packages", "candidates"}):
            made.__dict__["shared"] = self.shared
        return made

    def certain_only(self) -> Self:
        """Return the problem restricted to what is known, itself where everything is.

        Skills that are not known are dropped; a candidate stays when its capacity, its ceiling and
        its certifications are known wherever the packages of its trades would use them.
        """
        uses: dict[tuple[str, ...], _Use] = {}
        found = (self._certain(candidate, uses) for candidate in self.candidates)
        certain = tuple(candidate for candidate in found if candidate is not None)
        if len(certain) == len(self.candidates) and all(map(is_, certain, self.candidates)):
            return self
        return self.replace(candidates=certain)

    def _certain(
        self, candidate: Candidate, uses: dict[tuple[str, ...], "_Use"]
    ) -> Candidate | None:
        skills = tuple([s for s in candidate.skills if s.certainty is Certainty.KNOWN])
        trades = tuple([skill.trade for skill in skills])
        use = uses.get(trades)
        if use is None:
            use = uses[trades] = _Use(p for p in self.packages if p.trade in trades)
        if not use.months or not use.is_known(candidate):
            return None
        if len(skills) == len(candidate.skills):
            return candidate
        return _with_skills(candidate, skills)


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


def kept[T](function: Callable[[Problem], T]) -> Callable[[Problem], T]:
    """Keep with a problem what a function of it alone returns; nobody may change that."""
    return _once(function, attrgetter("kept"))


def shared[T](function: Callable[[Problem], T]) -> Callable[[Problem], T]:
    """Keep what a function of packages and candidates alone returns, whatever else is changed."""
    return _once(function, attrgetter("shared"))


def _once[T](
    function: Callable[[Problem], T], place: Callable[[Problem], dict[Callable[..., Any], Any]]
) -> Callable[[Problem], T]:
    @wraps(function)
    def found(problem: Problem) -> T:
        known = place(problem)
        if function not in known:
            known[function] = function(problem)
        value: T = known[function]
        return value

    return found
