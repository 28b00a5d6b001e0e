"""Memoisation: work done once for a problem, and kept with it."""

from collections.abc import Callable
from functools import wraps
from operator import attrgetter
from typing import Any

from cordee.engine.problem.question import Problem


def memoised[T](function: Callable[[Problem], T]) -> Callable[[Problem], T]:
    """Keep with a problem what a function of it alone returns; nobody may change that."""
    return _once(function, attrgetter("memo"))


def memoised_for_candidates[T](function: Callable[[Problem], T]) -> Callable[[Problem], T]:
    """Keep what a function of packages and candidates alone returns, whatever else is changed."""
    return _once(function, attrgetter("memo_of_candidates"))


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
