"""What somebody wants of a team before it is sought, within its bounds."""

from collections.abc import Sequence
from dataclasses import replace

from cordee.composing.problem import Question
from cordee.engine.leanings import Leaning as Leaning
from cordee.engine.leanings import with_leanings
from cordee.engine.wishes import Wish, apply

LEAST_PARTNERS, MOST_PARTNERS = 2, 100
MOST_RADIUS_KM = 2_000
MOST_STRENGTH = 3
# Each with its strength, from 1.
Leanings = tuple[tuple[Leaning, int], ...]


def grant(question: Question, wishes: Sequence[Wish], leanings: Leanings) -> Question:
    """The question with what is wanted in it; each degree of a leaning moves its weights again.

    Raises `RefusedWish` where the engine cannot ask it.
    """
    problem = apply(question.problem, wishes)
    params = problem.params
    for leaning, strength in leanings:
        for _ in range(strength):
            params = with_leanings(params, leaning)
    return replace(question, problem=problem.replace(params=params))
