"""What somebody wants of a team before it is sought: who is in or out, how many, how far."""

from dataclasses import dataclass, replace
from datetime import date

from cordee.composing.problem import Question
from cordee.engine.steer import Leaning as Leaning
from cordee.engine.steer import steer
from cordee.engine.wishes import Exclude, Pin, Radius, TeamSize, Wish, apply
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation

LEAST_PARTNERS, MOST_PARTNERS = 2, 100
MOST_RADIUS_KM = 2_000
MOST_STRENGTH = 3
# Each with its strength, from 1.
Leanings = tuple[tuple[Leaning, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Organisations in and out, most partners, km, and leanings with their strength (1 to 3)."""

    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    max_partners: int | None = None
    radius_km: int | None = None
    leanings: Leanings = ()

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """The same as wishes of the engine, leanings apart."""
        found: list[Wish] = [Pin(name) for name in self.pinned]
        found += [Exclude(name) for name in self.excluded]
        if self.max_partners is not None:
            found.append(TeamSize(self.max_partners))
        if self.radius_km is not None:
            found.append(Radius(self.radius_km))
        return tuple(found)

    @property
    def is_empty(self) -> bool:
        return not self.wishes and not self.leanings


def look_farther(question: Question, radius_km: int, *, viewer: Viewer, on: date) -> Question:
    """The question with everybody within a radius, where that is wider than the one it asks.

    The radius that it asks stays: nobody new may take work before `grant`.
    """
    params = question.problem.params
    if radius_km <= params.max_distance_km:
        return question
    wider = replace(params, max_distance_km=radius_km)
    packages = question.problem.packages
    field = mobilisation.engine_candidates(packages, viewer=viewer, on=on, params=wider)
    return Question(
        question.problem.replace(candidates=field.candidates), field.known, question.solo_only
    )


def grant(question: Question, wanted: Wanted) -> Question:
    """The question with what is wanted in it; each degree of a leaning moves its weights again.

    Raises `RefusedWish` where the engine cannot ask it.
    """
    problem = apply(question.problem, wanted.wishes)
    params = problem.params
    for leaning, strength in wanted.leanings:
        for _ in range(strength):
            params = steer(params, leaning)
    return replace(question, problem=problem.replace(params=params))
