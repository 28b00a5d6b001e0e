"""What the engine answers: plans, their cost by named term, proofs, and reasons.

Costs are exact integers in micro-cents (1/1,000,000 of a cent), so that no term is ever rounded
before it is added; euros for people are made from them at the very end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from cordee.engine.problem import Certainty, Params, Problem
from cordee.rules.plain import from_plain, to_plain

UNITS_PER_CENT = 1_000_000
# One cent: euros that people read never show a smaller difference.
OPTIMAL_WITHIN_UNITS = UNITS_PER_CENT
FORMAT_VERSION = 1


class Status(StrEnum):
    """How far an answer is proven."""

    OPTIMAL = "optimal"
    GAP = "gap"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


class Obstacle(StrEnum):
    """Why a candidate cannot take a package."""

    EXCLUDED = "excluded"
    NO_PLACE = "no_place"
    UNKNOWN_TRADE = "unknown_trade"
    NO_TRADE = "no_trade"
    NOT_ELIGIBLE = "not_eligible"
    STAFF_SUPPLY = "staff_supply"
    CERTIFICATION = "certification"
    OUT_OF_REACH = "out_of_reach"
    CAPACITY = "capacity"
    CEILING = "ceiling"
    SHARE_LIMIT = "share_limit"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A candidate that can take none of the packages, with the nearest it came to one."""

    candidate: str
    organisation: str
    obstacle: Obstacle


class AssumptionKind(StrEnum):
    """What a plan relies on without knowing it."""

    TRADE = "trade"
    CAPACITY = "capacity"
    CEILING = "ceiling"
    CERTIFICATION = "certification"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One input of a plan that is guessed or unknown.

    `detail` is the trade or the certification; `months` are those of the shares concerned.
    """

    organisation: str
    candidate: str
    kind: AssumptionKind
    certainty: Certainty
    detail: str = ""
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The cost of a plan by named term, in micro-cents."""

    travel: int = 0
    fit: int = 0
    interface: int = 0
    coordination: int = 0
    lead: int = 0
    ceiling_tightness: int = 0
    capacity_tightness: int = 0
    learning: int = 0

    @property
    def total(self) -> int:
        """Sum of the terms, in micro-cents."""
        return sum(value for _, value in self.items())

    def items(self) -> Iterator[tuple[str, int]]:
        """Yield name and micro-cents of each term."""
        for each in fields(self):
            yield each.name, getattr(self, each.name)


@dataclass(frozen=True, slots=True)
class YearAmount:
    """Cents of a share that fall in one accounting year (`None`: months without accounts)."""

    first_month: int | None
    cents: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one chantier takes of one package: cFTE in each of its months, and cents in all."""

    candidate: str
    package: str
    cfte: int
    cents: int
    cents_by_year: tuple[YearAmount, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of the team, with the shares of its chantiers."""

    organisation: str
    is_lead: bool
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what, and what it costs; `missing_cfte` names the packages left short."""

    partners: tuple[Partner, ...]
    terms: Terms
    missing_cfte: tuple[tuple[str, int], ...] = ()

    @property
    def lead(self) -> str | None:
        """The organisation that leads; none when a single one answers alone."""
        return next((p.organisation for p in self.partners if p.is_lead), None)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations of the team, in order."""
        return tuple(partner.organisation for partner in self.partners)

    @property
    def shares(self) -> tuple[Share, ...]:
        """Every share of every partner."""
        return tuple(share for partner in self.partners for share in partner.shares)

    @property
    def objective_cents(self) -> int:
        """Cost in cents, rounded to the nearest."""
        return round_half_up(self.terms.total, UNITS_PER_CENT)


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a plan breaks; `excess` is in the unit that the rule counts in."""

    rule: str
    where: str
    excess: int = 0


class Shortage(StrEnum):
    """Why a package, or the whole, cannot be held."""

    TRADE = "trade"
    REACH = "reach"
    ELIGIBILITY = "eligibility"
    STAFF_SUPPLY = "staff_supply"
    CERTIFICATION = "certification"
    MIN_SHARE = "min_share"
    CAPACITY = "capacity"
    CEILING = "ceiling"
    PARTNERS = "partners"
    LEAD = "lead"
    PINNED = "pinned"
    SHARE_LIMIT = "share_limit"
    UNLIKE = "unlike"
    JOINT = "joint"


class Certificate(StrEnum):
    """How an impossibility was established."""

    COUNT = "count"
    RELAXATION = "relaxation"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is short.

    `package` and `months` say where (everywhere when empty), `missing_cfte` and `missing_cents`
    by how much at least, `needed` and `available` count partners, `organisations` names those
    concerned.
    """

    shortage: Shortage
    package: str | None = None
    months: tuple[int, ...] = ()
    missing_cfte: int = 0
    missing_cents: int = 0
    needed: int = 0
    available: int = 0
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossibility:
    """Why no team exists, and how that was established."""

    reasons: tuple[Reason, ...]
    certificate: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer to a problem, with its proof and a baseline beside it.

    A plan is present for `optimal` and `gap`, an `impossibility` for `impossible`. `bound` is in
    micro-cents. `alone` lists the organisations that can carry everything on known figures: where
    there is one, `solo` is true and no team is proposed (RULE-38). `alone_if` lists those that
    could if what is unknown allows it. `greedy_violations` say what the baseline misses.
    `was_stopped`: somebody asked to stop with what there was. `multipliers`, in euros per cFTE by
    package, are what a search near this one starts from.
    """

    status: Status
    plan: Plan | None
    bound: int | None
    solo: bool
    alone: tuple[str, ...]
    alone_if: tuple[str, ...]
    impossibility: Impossibility | None
    assumptions: tuple[Assumption, ...]
    set_aside: tuple[SetAside, ...]
    greedy: Plan
    greedy_violations: tuple[Violation, ...]
    violations: tuple[Violation, ...]
    params: Params
    seed: int
    time_limit_s: float
    seconds: float
    nodes: int
    method: str
    solver: str
    was_stopped: bool = False
    multipliers: tuple[tuple[str, float], ...] = ()

    @property
    def verified(self) -> bool:
        """Whether there is a plan and the independent check found nothing against it."""
        return self.plan is not None and not self.violations

    @property
    def objective(self) -> int | None:
        """Cost of the plan in micro-cents."""
        return None if self.plan is None else self.plan.terms.total

    @property
    def objective_cents(self) -> int | None:
        """Cost of the plan in cents, rounded to the nearest."""
        return None if self.plan is None else self.plan.objective_cents

    @property
    def bound_cents(self) -> int | None:
        """What any plan costs at least, in cents, rounded down."""
        return None if self.bound is None else self.bound // UNITS_PER_CENT

    @property
    def at_least(self) -> int | None:
        """What the best plan costs at least; a proof within a cent is taken for exact."""
        return self.objective if self.status is Status.OPTIMAL else self.bound

    @property
    def gap(self) -> float | None:
        """How much could still be saved at most, as a share of the cost; 0.0 when optimal."""
        return None if self.objective is None else gap_of(self.objective, self.bound)


def gap_of(cost: int, bound: int | None) -> float | None:
    """Return how much could still be saved at most, as a share of a cost; 0.0 when proven."""
    if bound is None:
        return None
    return 0.0 if cost - bound <= OPTIMAL_WITHIN_UNITS else (cost - bound) / cost


def round_half_up(numerator: int, denominator: int) -> int:
    """Return the nearest integer to a quotient of integers, halves upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


FORMS: dict[type, str] = {Problem: "cordee.problem", Result: "cordee.result"}


def pack(value: Problem | Result) -> dict[str, Any]:
    """Return a problem or a result as JSON keeps it, with its format and version."""
    return {"format": FORMS[type(value)], "version": FORMAT_VERSION, "value": to_plain(value)}


def unpack[T: (Problem, Result)](kind: type[T], whole: Any) -> T:
    """Return what was packed; raises `ValueError` on anything else."""
    form = FORMS[kind]
    if not isinstance(whole, Mapping) or whole.get("format") != form:
        raise ValueError(f"format is not {form}; give what this module packed.")
    if whole.get("version") != FORMAT_VERSION:
        raise ValueError(f"version is {whole.get('version')!r}; {FORMAT_VERSION} is read here.")
    value: T = from_plain(kind, whole["value"])
    return value
