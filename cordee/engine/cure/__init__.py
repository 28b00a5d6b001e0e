"""The way out of an impossible problem: the smallest change, of the kind easiest to get.

Each kind of change is tried alone. One is told only with an answer that holds under it, verified;
that less would not do is told as far as it is proven. `docs/algorithms/answers.md` says why this
order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Unpack

from cordee.engine.cure.attempts import MOST_PARTNERS_MORE, NOTHING_MORE, Case, CureResources
from cordee.engine.cure.kinds import Cure, CureKind, CurePart
from cordee.engine.cure.lifted import Reachable
from cordee.engine.method import How
from cordee.engine.problem import Problem
from cordee.engine.result import Result

# What is tried together with more partners, where nothing suffices alone.
WITH_PARTNERS = frozenset(CureKind) - {CureKind.PARTNERS, CureKind.LATER_START}
# What more of one sort of means makes needless to try.
ONE_OF_THE_MEANS = frozenset({CureKind.PEOPLE, CureKind.HEADROOM})


@dataclass(frozen=True, slots=True)
class Cures:
    """Cures of different kinds in the order of `CureKind`.

    `useless` kinds are proven not to suffice alone, within the bounds that are asked; `undecided`
    ones ran out of time. The others were not tried: enough had been found, or no time was left.
    """

    found: tuple[Cure, ...]
    useless: tuple[CureKind, ...]
    undecided: tuple[CureKind, ...]

    def __iter__(self) -> Iterator[Cure]:
        """Yield those found."""
        return iter(self.found)

    def __len__(self) -> int:
        """Return how many were found."""
        return len(self.found)


def cures(
    problem: Problem,
    result: Result,
    *,
    time_limit_s: float,
    most: int = 3,
    kinds: Sequence[CureKind] = tuple(CureKind),
    beyond: CureResources = NOTHING_MORE,
    **how: Unpack[How],
) -> Cures:
    """Return up to `most` cures of different kinds for a problem that has no answer.

    Raises `ValueError` where the result is not impossible.
    """
    if result.impossibility is None:
        raise ValueError(f"a result that is {result.status} needs no cure; give an impossible one.")
    ends = perf_counter() + time_limit_s
    case = Case(problem.replace(params=result.params), result, beyond, how)
    queue = [kind for kind in CureKind if kind in kinds]
    alone = _try_all(case, queue, most, ends)
    if alone.found:
        return alone
    for more in range(1, MOST_PARTNERS_MORE + 1):
        wider = case.with_partners(more)
        both = _try_all(wider, [kind for kind in queue if kind in WITH_PARTNERS], most, ends)
        if both.found:
            return replace(alone, found=both.found)
    return alone


def _try_all(case: "Case", queue: Sequence[CureKind], most: int, ends: float) -> Cures:
    found: list[Cure] = []
    useless: list[CureKind] = []
    undecided: list[CureKind] = []
    for place, kind in enumerate(queue):
        left = ends - perf_counter()
        if len(found) == most or left <= 0:
            break
        if kind is CureKind.MEANS and ONE_OF_THE_MEANS & {cure.kind for cure in found}:
            continue
        case.stops = perf_counter() + left / min(3, len(queue) - place)
        tried = case.attempt(kind)
        if tried.cure is not None:
            found.append(tried.cure)
        else:
            (useless if tried.is_useless else undecided).append(kind)
    return Cures(tuple(found), tuple(useless), tuple(undecided))
