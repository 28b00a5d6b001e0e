"""Direct exchanges: the same plan with some work in other hands, checked before it is told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cordee.engine.pairs import Pair
from cordee.engine.plan import build_plan, lead_costs
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import Plan, Terms
from cordee.engine.verify import verify

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """Work that changes hands: cFTE of a package, between two chantiers, and how far each is."""

    package: str
    cfte: int
    giver: str
    taker: str
    giver_distance_hm: int
    taker_distance_hm: int


@dataclass(frozen=True, slots=True)
class Swap:
    """An exchange that holds: who gives what to whom, the plan, and what it costs more by term.

    The best plan that respects the same wish costs this at most.
    """

    moves: tuple[Move, ...]
    plan: Plan
    difference: Terms

    @property
    def most_more(self) -> int:
        """What the plan costs more, in micro-cents; negative where it costs less."""
        return self.difference.total


def minus(terms: Terms, others: Terms) -> Terms:
    """Return a difference of costs, term by term."""
    theirs = dict(others.items())
    return Terms(**{name: value - theirs[name] for name, value in terms.items()})


class Exchanges:
    """Tries other hands on a plan; knows only the pairs it was given."""

    def __init__(self, problem: Problem, plan: Plan, pairs: Iterable[Pair], *, solo: bool) -> None:
        """Keep the plan and index the pairs; `solo` says that the plan is of one alone."""
        self.problem, self.plan, self.solo = problem, plan, solo
        self.pairs: dict[Key, Pair] = {pair.key: pair for pair in pairs}
        self.held: dict[Key, int] = {(s.candidate, s.package): s.cfte for s in plan.shares}
        self.owners = {s.candidate: p.organisation for p in plan.partners for s in p.shares}
        self._chantiers: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in problem.candidates:
            self._chantiers[candidate.organisation].append(candidate)

    def shares_of(self, organisation: str) -> dict[Key, int]:
        """Return what an organisation of the plan holds."""
        return {key: cfte for key, cfte in self.held.items() if self.owners[key[0]] == organisation}

    def fits(self, pair: Pair, cfte: int) -> bool:
        """Tell whether a pair could hold so much beside what it already holds of the package."""
        return pair.least_cfte <= cfte + self.held.get(pair.key, 0) <= pair.most_cfte

    def swap(self, moves: Iterable[tuple[Key, Pair, int]]) -> Swap | None:
        """Return the exchange where each giver leaves so many cFTE to a pair, if it holds."""
        # Several moves are one exchange: in between, limits may be broken.
        described = tuple(self._move(*move) for move in moves)
        quantities = dict(self.held)
        for move in described:
            quantities[move.giver, move.package] -= move.cfte
            taken = move.taker, move.package
            quantities[taken] = quantities.get(taken, 0) + move.cfte
        plan = self._plan({key: cfte for key, cfte in quantities.items() if cfte})
        return None if plan is None else Swap(described, plan, minus(plan.terms, self.plan.terms))

    def _move(self, giver: Key, pair: Pair, cfte: int) -> Move:
        return Move(
            package=giver[1],
            cfte=cfte,
            giver=giver[0],
            taker=pair.candidate.id,
            giver_distance_hm=self.pairs[giver].distance_hm,
            taker_distance_hm=pair.distance_hm,
        )

    def _plan(self, quantities: Mapping[Key, int]) -> Plan | None:
        # Only those concerned: the check is the same, and costs the same at any size.
        used = [self.pairs[key] for key in sorted(quantities)]
        names = sorted({pair.candidate.organisation for pair in used})
        own = tuple(each for name in names for each in self._chantiers[name])
        small = self.problem.replace(candidates=own)
        # `build_plan` names a lead where there is one: without any it is no team.
        if len(names) > 1 and not lead_costs(small):
            return None
        plan = build_plan(small, used, quantities)
        return None if verify(small, plan, solo=self.solo) else plan
