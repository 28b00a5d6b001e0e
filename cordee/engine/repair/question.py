"""What a repair is given, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from cordee.engine.problem import Problem
from cordee.engine.repair.assumed_skills import with_assumed_skills
from cordee.engine.result import Plan, Shortage, Status

# Candidate and package.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """What a chantier holds of a package: cFTE in each month, cents in all."""

    cfte: int
    cents: int

    def __post_init__(self) -> None:
        """Refuse what nobody can hold."""
        if self.cfte < 0 or self.cents < 0:
            raise ValueError(f"Held({self.cfte}, {self.cents}): neither is below 0.")


NOTHING = Held(0, 0)


@dataclass(frozen=True, kw_only=True)
class RepairQuestion:
    """A present split, which may break limits, and what may be done about it.

    `present` holds the cells that are not empty. A pinned cell keeps its cFTE and its cents; one
    that holds nothing stays empty; money without work stays where it is, as if pinned. `most`:
    cells that may hold no more than so many cFTE. `parties` are the organisations of the alliance;
    at most `newcomers` others may be called.
    """

    problem: Problem
    present: Mapping[Key, Held]
    pinned: frozenset[Key] = frozenset()
    most: Mapping[Key, int] = field(default_factory=dict)
    parties: frozenset[str] = frozenset()
    newcomers: int = 0

    def __post_init__(self) -> None:
        """Refuse names that are not there and wishes of another sort."""
        problem = self.problem
        if problem.share_limits or problem.unlike:
            raise ValueError(
                "RepairQuestion.problem has share limits or teams to differ from: pin cells."
            )
        candidates = {candidate.id for candidate in problem.candidates}
        packages = {package.id for package in problem.packages}
        for candidate, package in [*self.present, *self.pinned]:
            if candidate not in candidates or package not in packages:
                raise ValueError(f"RepairQuestion: {candidate}/{package} is not in the problem.")
        if self.newcomers < 0:
            raise ValueError(f"RepairQuestion.newcomers is {self.newcomers}; give 0 or more.")
        held = {key: each for key, each in sorted(self.present.items()) if each != NOTHING}
        paid = {key for key, each in held.items() if not each.cfte}
        object.__setattr__(self, "present", MappingProxyType(held))
        object.__setattr__(self, "pinned", self.pinned | paid)

    @cached_property
    def posed(self) -> Problem:
        """The problem of those who may take part, with what they hold taken for doable."""
        kept = self.problem.candidates
        if not self.newcomers:
            holders = {candidate for candidate, _ in self.present}
            kept = tuple(c for c in kept if c.organisation in self.parties or c.id in holders)
        problem = self.problem.replace(candidates=kept)
        return with_assumed_skills(problem, [*self.present, *sorted(self.pinned)])

    def held(self, key: Key) -> Held:
        """What a cell holds now."""
        return self.present.get(key, NOTHING)

    def without_pins(self, lifted: frozenset[Key]) -> "RepairQuestion":
        """The same with some pins lifted; money without work stays."""
        return replace(self, pinned=self.pinned - lifted)


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """Pinned cells that break a limit by themselves, and by how much.

    `candidate` is absent where a line is meant, `package` where a chantier is. `excess_cents` may
    be negative: the pins take all the work of a line and leave so much of its price to nobody.
    """

    limit: Shortage
    pins: tuple[Key, ...]
    candidate: str | None = None
    package: str | None = None
    months: tuple[int, ...] = ()
    excess_cfte: int = 0
    excess_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Why no split keeps the pins, and the nearest ways out.

    `in_the_way`: pins that alone break a limit. `short_cfte`: the least work without a taker, by
    package, where pins alone break nothing. `lift`: pins whose lifting makes a split possible;
    `is_smallest` where fewer are proven not to be enough. `with_one_more`: the nearest
    split with one known newcomer, pins kept.
    """

    in_the_way: tuple[InTheWay, ...] = ()
    short_cfte: tuple[tuple[str, int], ...] = ()
    lift: tuple[Key, ...] = ()
    is_smallest: bool = False
    with_one_more: "Repair | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The nearest split with its proof, or why there is none.

    `status` speaks of the euros moved: `optimal` where no split moves less (to a cent, amounts
    taken before they are rounded), `gap` where `bound_cents` is all that is proven. `is_fewest` and
    `is_cheapest` say whether the next two aims are proven too. `moved_cents` counts each euro where
    it leaves and where it arrives.
    """

    status: Status
    split: Mapping[Key, Held] | None = None
    changed: tuple[Key, ...] = ()
    moved_cents: int = 0
    bound_cents: int = 0
    is_fewest: bool = False
    is_cheapest: bool = False
    plan: Plan | None = None
    newcomers: tuple[str, ...] = ()
    blocked: Blocked | None = None
    seconds: float = 0.0
    nodes: int = 0
