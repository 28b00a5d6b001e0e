"""What is worked out after an answer, apart: its reasons, other teams, limits, and ways out.

Each part is computed once, in the queue, and kept as the engine's own plain values without what a
page never shows: whoever was set aside, and candidates of a changed problem outside its team.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cordee.alliances.problem import Question
from cordee.alliances.problem.strangers import people_of
from cordee.alliances.problem.within_reach import WithinReach
from cordee.engine.alternatives import Alternatives, alternatives
from cordee.engine.compare import Measures, measure
from cordee.engine.cure import Cure, Cures, cures
from cordee.engine.explain import Absence, Explanation, WhyNot, Worth, explain, why_not, worths
from cordee.engine.problem import Problem
from cordee.engine.result import Plan, Result
from cordee.engine.serialise import from_plain, to_plain
from cordee.mobilisation.problem import Known

ALTERNATIVES = 3
# A team of four or more that differs by one partner is hardly another team.
LARGE_TEAM = 4
SECONDS_FOR_ALTERNATIVES = 20.0
SECONDS_FOR_WORTHS = 10.0
SECONDS_FOR_CURES = 20.0


@dataclass(frozen=True, slots=True)
class Studied:
    """What was found so far; none where it was not sought, or is not ready."""

    explanation: Explanation | None
    alternatives: Alternatives | None
    worths: tuple[Worth, ...]
    cures: Cures | None
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def plans(self) -> list[Plan]:
        """Every team that a page compares or shows from it."""
        found = [each.plan for each in self.alternatives or ()]
        found += [each.plan for each in self.worths]
        found += [w.replacement.plan for w in self._partners if w.replacement is not None]
        return found

    @property
    def candidates(self) -> set[str]:
        """Everybody whose figures it rests on, those who are still to be found apart."""
        names = {share.candidate for plan in self.plans for share in plan.shares}
        for cure in self.cures or ():
            names |= {each.id for each in cure.problem.candidates}
        return names

    @property
    def _partners(self) -> tuple[Any, ...]:
        return () if self.explanation is None else self.explanation.partners


NOTHING = Studied(None, None, (), None)


def parts_of(
    question: Question, result: Result, *, seed: int, within_reach: Callable[[], WithinReach]
) -> Iterator[dict[str, Any]]:
    """Yield the parts by name as they are ready, the quickest first; each has a time limit.

    `within_reach` is asked for once, where there is no team.
    """
    groups = not question.solo_only
    if result.impossibility is not None:
        yield _cures_json(question, result, seed, groups, within_reach())
    if result.plan is None:
        return
    reasons = explain(question.problem, result)
    yield {"explanation": to_plain(reasons)}
    yield {"alternatives": _alternatives_json(question, result, seed, groups)}
    told = worths(
        question.problem,
        result,
        reasons.tightness,
        time_limit_s=SECONDS_FOR_WORTHS,
        seed=seed,
        groups_allowed=groups,
    )
    yield {"worths": [to_plain(each) for each in told]}


def _cures_json(
    question: Question, result: Result, seed: int, groups: bool, within: WithinReach
) -> dict[str, Any]:
    found = cures(
        question.problem,
        result,
        time_limit_s=SECONDS_FOR_CURES,
        seed=seed,
        groups_allowed=groups,
        farther=within.farther,
        reachable=within.headroom_cents,
    )
    small = tuple(map(_small_cure, found))
    called = {each.id for cure in small for each in cure.problem.candidates}
    people = {key: asdict(who) for key, who in within.known.items() if key in called}
    return {"cures": to_plain(replace(found, found=small)), "people": people}


def people_of_cure(
    cure: Cure, people: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Who the people of a way out are, with whoever is still to be found."""
    strangers = (c for c in cure.problem.candidates if c.id not in people)
    return {**people, **people_of(strangers)}


def _alternatives_json(
    question: Question, result: Result, seed: int, groups: bool
) -> dict[str, Any]:
    assert result.plan is not None
    found = alternatives(
        question.problem,
        result,
        count=ALTERNATIVES,
        least_difference=2 if len(result.plan.partners) >= LARGE_TEAM else 1,
        time_limit_s=SECONDS_FOR_ALTERNATIVES,
        seed=seed,
        groups_allowed=groups,
    )
    small = tuple(replace(each, result=_small(each.result)) for each in found)
    plain: dict[str, Any] = to_plain(replace(found, found=small))
    return plain


def _small(result: Result) -> Result:
    return replace(result, set_aside=())


def _small_cure(cure: Cure) -> Cure:
    """A way out with those of its team, and those whom it changes, alone."""
    assert cure.result.plan is not None
    names = {share.candidate for share in cure.result.plan.shares}
    names |= {part.candidate for part in cure.parts}
    kept = tuple(c for c in cure.problem.candidates if c.id in names)
    return replace(cure, problem=cure.problem.replace(candidates=kept), result=_small(cure.result))


def read_studied(
    explanation: Mapping[str, Any],
    alternatives: Mapping[str, Any],
    worths: list[Any],
    cures: Mapping[str, Any],
    people: Mapping[str, Mapping[str, Any]],
) -> Studied:
    """The parts as they were kept; an empty one is not there."""
    return Studied(
        from_plain(Explanation, explanation) if explanation else None,
        from_plain(Alternatives, alternatives) if alternatives else None,
        tuple(from_plain(Worth, each) for each in worths),
        from_plain(Cures, cures) if cures else None,
        people,
    )


def with_people(posed: Problem, studied: Studied) -> Problem:
    """A problem with those whom a way out calls from beyond its radius."""
    known = {each.id for each in posed.candidates}
    called = {
        each.id: each
        for cure in studied.cures or ()
        for each in cure.problem.candidates
        if each.id in studied.people and each.id not in known
    }
    return posed.replace(candidates=(*posed.candidates, *called.values()))


def question_of_cure(cure: Cure, people: Mapping[str, Mapping[str, Any]]) -> Question:
    """A way out as a question about its own team."""
    known = {c.id: Known(**people[c.id]) for c in cure.problem.candidates}
    return Question(cure.problem, known, solo_only=False)


def measures_of(posed: Problem, plan: Plan) -> Measures:
    """What people compare teams on."""
    return measure(posed, plan)


def why_absent(posed: Problem, result: Result, organisation: str) -> WhyNot:
    """Why an organisation that was studied is not in the team, without composing again."""
    return why_not(posed, result, organisation)


def may_hold_some(told: WhyNot) -> bool:
    """Whether it can take some work, so that a team with it may be sought."""
    return told.absence not in {Absence.SET_ASIDE, Absence.ONE_SUFFICES}
