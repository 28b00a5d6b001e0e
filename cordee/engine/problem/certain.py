"""Candidates restricted to what is known of them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from cordee.engine.problem.candidate import Candidate, Certainty, Skill
from cordee.engine.problem.package import Package


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
