"""Wishes on a problem: somebody in or out, a share, a size, a month, a need, a subcontractor.

A wish says what somebody wants to see; it adds no figure that the problem does not hold, so what
is unknown stays unknown and what is rounded stays rounded. Leanings, named and bounded, make some
terms of the cost count more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from cordee.engine.pairs import eligible_kinds_by_lot
from cordee.engine.problem import Candidate, Certainty, Package, Params, Problem, ShareLimit
from cordee.engine.result import round_half_up
from cordee.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class Pin:
    """This organisation must be in the team; an exclusion in the problem is lifted."""

    organisation: str


@dataclass(frozen=True, slots=True)
class Exclude:
    """This organisation must not be in the team; a pin in the problem is lifted."""

    organisation: str


@dataclass(frozen=True, slots=True)
class SetShare:
    """This chantier holds the package, within these cFTE."""

    candidate: str
    package: str
    least_cfte: int
    most_cfte: int


@dataclass(frozen=True, slots=True)
class TeamSize:
    """The team counts so many organisations at most."""

    max_partners: int


@dataclass(frozen=True, slots=True)
class Radius:
    """Nobody comes from farther than this, nor from farther than it says it goes."""

    max_distance_km: int


@dataclass(frozen=True, slots=True)
class MoveStart:
    """The package begins in another month (absolute) and lasts as long, for the same amount."""

    package: str
    first_month: int


@dataclass(frozen=True, slots=True)
class Need:
    """The package needs so many cFTE; its price follows in proportion unless it is given."""

    package: str
    need_cfte: int
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class AddSubcontractor:
    """An ordinary company may take work of lots that are not reserved; it never leads.

    It counts as a partner, and never holds the whole contract (L2193-3).
    """

    candidate: Candidate


Wish = Pin | Exclude | SetShare | TeamSize | Radius | MoveStart | Need | AddSubcontractor


class Refusal(StrEnum):
    """Why a wish cannot be asked."""

    UNKNOWN_ORGANISATION = "unknown_organisation"
    UNKNOWN_CANDIDATE = "unknown_candidate"
    UNKNOWN_PACKAGE = "unknown_package"
    CONTRADICTION = "contradiction"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_A_COMPANY = "not_a_company"
    RESERVED_LOT = "reserved_lot"
    NO_PACKAGE = "no_package"
    ALREADY_THERE = "already_there"
    PAST_MONTH = "past_month"


class RefusedWish(ValueError):
    """A wish that cannot be asked: which one, why, and in words what to do about it."""

    def __init__(self, wish: Wish | None, why: Refusal, words: str) -> None:
        """Keep the wish, if it is one, and the reason."""
        self.wish, self.why = wish, why
        super().__init__(words)


def apply(problem: Problem, wishes: Sequence[Wish]) -> Problem:
    """Return the problem with the wishes in it, the later ones upon the earlier ones.

    Raises `RefusedWish` where one cannot be asked.
    """
    for key, times in Counter(key_of(wish) for wish in wishes).items():
        if times > 1:
            twice = next(wish for wish in reversed(wishes) if key_of(wish) == key)
            words = f"{twice} says again or against what another wish says; keep one of them."
            raise RefusedWish(twice, Refusal.CONTRADICTION, words)
    for wish in wishes:
        problem = _applied(problem, wish)
    return problem


def key_of(wish: Wish) -> tuple[object, ...]:
    """Return what a wish is about: a later one on the same thing contradicts it."""
    match wish:
        case Pin(name) | Exclude(name):
            return "organisation", name
        case SetShare(candidate, package):
            return "share", candidate, package
        case MoveStart(package) | Need(package):
            return type(wish), package
        case AddSubcontractor(candidate):
            return "subcontractor", candidate.id
        case TeamSize() | Radius():
            return (type(wish),)


def _applied(problem: Problem, wish: Wish) -> Problem:
    match wish:
        case Pin(name):
            _organisation(problem, wish, name)
            return problem.replace(
                pinned=problem.pinned | {name}, excluded=problem.excluded - {name}
            )
        case Exclude(name):
            _organisation(problem, wish, name)
            return problem.replace(
                pinned=problem.pinned - {name}, excluded=problem.excluded | {name}
            )
        case SetShare():
            return _with_share(problem, wish)
        case TeamSize() | Radius():
            return _with_params(problem, wish)
        case MoveStart(name, first_month):
            return _with_package(problem, wish, name, {"first_month": first_month})
        case Need():
            return _with_need(problem, wish)
        case AddSubcontractor(candidate):
            return problem.replace(
                candidates=(*problem.candidates, subcontractor(problem, wish, candidate))
            )


def _organisation(problem: Problem, wish: Wish, name: str) -> None:
    if not any(candidate.organisation == name for candidate in problem.candidates):
        words = f"organisation is {name!r}; give one of those around the packages."
        raise RefusedWish(wish, Refusal.UNKNOWN_ORGANISATION, words)


def _package(problem: Problem, wish: Wish, name: str) -> Package:
    found = next((package for package in problem.packages if package.id == name), None)
    if found is None:
        words = f"package is {name!r}; give one of {', '.join(p.id for p in problem.packages)}."
        raise RefusedWish(wish, Refusal.UNKNOWN_PACKAGE, words)
    return found


def _with_share(problem: Problem, wish: SetShare) -> Problem:
    package = _package(problem, wish, wish.package)
    if not any(candidate.id == wish.candidate for candidate in problem.candidates):
        words = f"candidate is {wish.candidate!r}; give one of those around the packages."
        raise RefusedWish(wish, Refusal.UNKNOWN_CANDIDATE, words)
    if wish.least_cfte > package.need_cfte:
        words = (
            f"least_cfte is {wish.least_cfte}; package {package.id} needs {package.need_cfte}: "
            "give that or less."
        )
        raise RefusedWish(wish, Refusal.OUT_OF_BOUNDS, words)
    try:
        limit = ShareLimit(
            candidate=wish.candidate,
            package=wish.package,
            least_cfte=wish.least_cfte,
            most_cfte=wish.most_cfte,
        )
    except ValueError as error:
        raise RefusedWish(wish, Refusal.OUT_OF_BOUNDS, str(error)) from error
    # A later word on the same share takes the place of the one before.
    others = (
        each
        for each in problem.share_limits
        if (each.candidate, each.package) != (wish.candidate, wish.package)
    )
    return problem.replace(share_limits=(*others, limit))


def _with_params(problem: Problem, wish: TeamSize | Radius) -> Problem:
    try:
        match wish:
            case TeamSize(most):
                params = replace(problem.params, max_partners=most)
            case Radius(most):
                params = replace(problem.params, max_distance_km=most)
    except ValueError as error:
        raise RefusedWish(wish, Refusal.OUT_OF_BOUNDS, str(error)) from error
    return problem.replace(params=params)


def _with_need(problem: Problem, wish: Need) -> Problem:
    package = _package(problem, wish, wish.package)
    amount = wish.amount_cents
    if amount is None:
        # A need without a price is paid as before by cFTE: the rate is what people know.
        in_proportion = package.amount_cents * wish.need_cfte
        amount = max(1, round_half_up(in_proportion, package.need_cfte))
    changes = {"need_cfte": wish.need_cfte, "amount_cents": amount}
    return _with_package(problem, wish, wish.package, changes)


def _with_package(problem: Problem, wish: Wish, name: str, changes: dict[str, int]) -> Problem:
    package = _package(problem, wish, name)
    try:
        changed = replace(package, **changes)  # type: ignore[arg-type]
    except ValueError as error:
        raise RefusedWish(wish, Refusal.OUT_OF_BOUNDS, str(error)) from error
    packages = tuple(changed if each.id == name else each for each in problem.packages)
    return problem.replace(packages=packages)


def subcontractor(problem: Problem, wish: AddSubcontractor, candidate: Candidate) -> Candidate:
    """Return a company as it may enter the problem: it never leads and never holds the whole.

    Raises `RefusedWish` where the law or the problem leaves it nothing: on a reserved lot only
    eligible structures take work, subcontracted or not (RULE-15).
    """
    if candidate.kind != Kind.ENTREPRISE:
        words = f"kind is {candidate.kind}; a subcontractor is an {Kind.ENTREPRISE}: pin others."
        raise RefusedWish(wish, Refusal.NOT_A_COMPANY, words)
    for each in problem.candidates:
        if candidate.id == each.id or candidate.organisation == each.organisation:
            words = f"{candidate.id} of {candidate.organisation} is there already; pin it instead."
            raise RefusedWish(wish, Refusal.ALREADY_THERE, words)
    trades = {skill.trade for skill in candidate.skills}
    asked = [package for package in problem.packages if package.trade in trades]
    if not asked:
        words = f"trades are {sorted(trades)}; no package asks for one of them."
        raise RefusedWish(wish, Refusal.NO_PACKAGE, words)
    kinds = eligible_kinds_by_lot(problem.packages)
    allowed = [kinds[package.lot_id] for package in asked]
    if not any(each is None or candidate.kind in each for each in allowed):
        names = ", ".join(package.id for package in asked)
        words = f"packages {names} are on reserved lots; give a structure that may take them."
        raise RefusedWish(wish, Refusal.RESERVED_LOT, words)
    return never_whole(problem, replace(candidate, can_lead=False))


def never_whole(problem: Problem, candidate: Candidate) -> Candidate:
    """Return the candidate held to less than the whole contract: a share stays for a partner."""
    if len(problem.packages) > 1:
        most = min(candidate.max_packages, len(problem.packages) - 1)
        return replace(candidate, max_packages=most)
    (package,) = problem.packages
    most = max(0, package.need_cfte - package.min_share_cfte)
    known = dict(candidate.capacity_cfte_by_month or {})
    for month in range(package.first_month, package.end_month):
        known[month] = min(known.get(month, most), most)
    certainty = candidate.capacity_certainty
    if candidate.capacity_cfte_by_month is None:
        # Told by us and not by the company: nothing that relies on it is certain.
        certainty = Certainty.GUESSED
    return replace(candidate, capacity_cfte_by_month=known, capacity_certainty=certainty)


# Leanings. Weights only choose; what a plan costs is told under the weights of the question
# (`cordee.engine.compare`). A leaning changes weights of its own, so any of them go together.


class Leaning(StrEnum):
    """What somebody would rather have, at some cost."""

    FEWER_KM = "fewer_km"
    FEWER_PARTNERS = "fewer_partners"
    MORE_LEARNING = "more_learning"
    SLACKER_CEILINGS = "slacker_ceilings"


@dataclass(frozen=True, slots=True)
class Lever:
    """One weight and how it is moved: times so many per mille, then within two bounds."""

    weight: str
    times_permille: int
    least: int
    most: int

    def moved(self, value: int) -> int:
        """Return the weight once moved."""
        return min(self.most, max(self.least, value * self.times_permille // 1_000))


LEVERS: Mapping[Leaning, tuple[Lever, ...]] = MappingProxyType(
    {
        Leaning.FEWER_KM: (Lever("travel_millicents_per_hm_cfte_month", 4_000, 0, 100_000),),
        Leaning.FEWER_PARTNERS: (Lever("coordination_permille", 4_000, 0, 100_000),),
        # It weighs nothing until structures tell their levels: then 0.60 € a level.
        Leaning.MORE_LEARNING: (Lever("learning_cents_per_level_cfte_month", 4_000, 60, 10_000),),
        Leaning.SLACKER_CEILINGS: (
            Lever("ceiling_tightness_permille", 4_000, 0, 10_000),
            Lever("ceiling_tight_from_permille", 750, 0, 1_000),
        ),
    }
)


def with_leanings(params: Params, *leanings: Leaning) -> Params:
    """Return the parameters with the weights moved; they are stored with the result as usual."""
    moved: dict[str, Any] = {
        lever.weight: lever.moved(getattr(params.weights, lever.weight))
        for leaning in set(leanings)
        for lever in LEVERS[leaning]
    }
    return replace(params, weights=replace(params.weights, **moved))
