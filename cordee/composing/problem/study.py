"""The study of an answer: its reasons, other teams, its limits, ways out, what wishes cost.

One inquiry gives it to pages, to the API and to the terminal: run in the queue, which keeps it in
columns, or at once. Sentences for a reader are made of it in `study_report`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, asdict, dataclass, replace
from enum import StrEnum
from itertools import chain
from time import perf_counter
from typing import Any, Self

from cordee.composing.models import Study
from cordee.composing.problem import Question
from cordee.composing.problem.size_limits import SizeLimits, size_limits
from cordee.composing.problem.wish_search import Leanings
from cordee.economics.headroom import positions_by_chantier
from cordee.economics.models import AccountingYear
from cordee.engine.alternatives import Alternatives, End, alternatives
from cordee.engine.compare import WhatIf, beside, what_if
from cordee.engine.compare import measure as measure
from cordee.engine.compose import compose
from cordee.engine.cure import Cure, CureKind, CureResources, Cures, cures
from cordee.engine.explain import (
    Absence,
    Explanation,
    WhyNot,
    Worth,
    explain,
    worths,
)
from cordee.engine.explain import why_not as why_not
from cordee.engine.result import Plan, Result
from cordee.engine.wishes import Pin, Wish
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation import rounding
from cordee.mobilisation.problem import CandidateRow, Field
from cordee.opportunities.supposed import Supposition
from cordee.rules import parameters
from cordee.rules.plain import from_plain, to_plain

# As far beyond the radius as a way out is sought.
KM_BEYOND = 100
MOST_CURES = 3
# A team of four or more that differs by one partner is hardly another team.
LARGE_TEAM = 4
# Not tried where people or headroom alone suffice.
SKIPPED = frozenset({CureKind.MEANS})
NOBODY_BEYOND = Field((), {})


class StudyStep(StrEnum):
    """What is studied beyond the reasons of a team, in its order."""

    WISHES = "wishes"
    SIZES = "sizes"
    CURES = "cures"
    EXPECTED = "why_not"
    ALTERNATIVES = "alternatives"
    LIMITS = "limits"


# How long a step may last: in the queue, and as a share of the time that is left in the terminal.
type Seconds = Callable[[StudyStep], float]
SECONDS_IN_QUEUE = {
    StudyStep.SIZES: 10.0,
    StudyStep.CURES: 20.0,
    StudyStep.ALTERNATIVES: 20.0,
    StudyStep.LIMITS: 10.0,
}
SHARES_OF_REST = {
    StudyStep.WISHES: 0.3,
    StudyStep.SIZES: 0.2,
    StudyStep.EXPECTED: 0.3,
    StudyStep.ALTERNATIVES: 0.6,
}


def shares_of(time_limit_s: float) -> Seconds:
    """A time limit for the whole, counted from now: each step may take its share of the rest."""
    ends = perf_counter() + time_limit_s
    return lambda step: max(0.0, ends - perf_counter()) * SHARES_OF_REST.get(step, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """What to seek: how many other teams, how different, and whom somebody expected.

    Unless asked, other teams differ by one partner, by two where the team is large. `wishes` and
    `leanings` are granted in the question; `without_wishes` is the question that has none.
    `supposed`: what of the size the notice does not say.
    """

    alternatives: int = 3
    least_difference: int | None = None
    expected: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    leanings: Leanings = ()
    without_wishes: Question | None = None
    supposed: Supposition | None = None

    def steps(self, result: Result) -> tuple[StudyStep, ...]:
        """What an answer leaves to be sought."""
        has_team = result.plan is not None
        wanted = {
            StudyStep.WISHES: self.without_wishes is not None,
            StudyStep.SIZES: self.supposed is not None and self.supposed.unit is not None,
            StudyStep.CURES: result.impossibility is not None,
            StudyStep.EXPECTED: has_team and bool(self.expected),
            StudyStep.ALTERNATIVES: has_team and self.alternatives > 0,
            StudyStep.LIMITS: has_team,
        }
        return tuple(step for step in StudyStep if wanted[step])


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known of an answer beyond its team; none where it was not sought, or not found.

    `expected` says why somebody is not in the team, with the best team that has them where there
    was time to seek it. `beyond` are those from beyond the radius whom a way out may call.
    `unfinished` are the steps that were not taken to their end.
    """

    question: Question
    request: StudyRequest = StudyRequest()
    explanation: Explanation | None = None
    alternatives: Alternatives | None = None
    worths: tuple[Worth, ...] = ()
    cures: Cures | None = None
    sizes: SizeLimits | None = None
    expected: tuple[tuple[WhyNot, WhatIf | None], ...] = ()
    wishes: WhatIf | None = None
    beyond: Field = NOBODY_BEYOND
    unfinished: tuple[StudyStep, ...] = ()

    @property
    def wide_question(self) -> Question:
        """The question with those from beyond the radius: what ways out are read by."""
        problem, known = self.question.problem, {**self.beyond.known, **self.question.known}
        candidates = (*problem.candidates, *self.beyond.candidates)
        return replace(self.question, problem=problem.replace(candidates=candidates), known=known)

    @property
    def other_plans(self) -> list[Plan]:
        """The other teams."""
        return [each.plan for each in self.alternatives or ()]

    @property
    def compared_plans(self) -> list[Plan]:
        """Every plan that a reason compares with the one shown."""
        partners = self.explanation.partners if self.explanation else ()
        swaps = chain((w.replacement for w in partners), (why.swap for why, _ in self.expected))
        plans = [worth.plan for worth in self.worths]
        plans += [swap.plan for swap in swaps if swap is not None]
        return plans + [more.after.plan for _, more in self.expected if more and more.after.plan]

    @property
    def candidates(self) -> set[str]:
        """Everybody whose figures it rests on, those who are still to be found apart."""
        plans = self.other_plans + self.compared_plans
        called = chain.from_iterable(cure.problem.candidates for cure in self.cures or ())
        shares = chain.from_iterable(plan.shares for plan in plans)
        return {share.candidate for share in shares} | {each.id for each in called}

    def as_columns(self) -> dict[str, Any]:
        """As the columns of a study keep it, without those beyond the radius whom nobody calls."""
        called = {each.id for cure in self.cures or () for each in cure.problem.candidates}
        return {
            "explanation": to_plain(self.explanation) if self.explanation else {},
            "alternatives": to_plain(self.alternatives) if self.alternatives is not None else {},
            "worths": [to_plain(each) for each in self.worths],
            "cures": to_plain(self.cures) if self.cures is not None else {},
            "sizes": to_plain(self.sizes) if self.sizes is not None else {},
            "people": {key: asdict(w) for key, w in self.beyond.known.items() if key in called},
        }

    @classmethod
    def kept_in(cls, row: Study, question: Question) -> Self:
        """What a row keeps of the answer to a question; an empty column is not there."""
        found: Cures | None = from_plain(Cures, row.cures) if row.cures else None
        people = {key: CandidateRow(**who) for key, who in row.people.items()}
        called = {each.id: each for cure in found or () for each in cure.problem.candidates}
        beyond = tuple(called[key] for key in people if key in called and key not in question.known)
        return cls(
            question=question,
            explanation=from_plain(Explanation, row.explanation) if row.explanation else None,
            alternatives=from_plain(Alternatives, row.alternatives) if row.alternatives else None,
            worths=tuple(from_plain(Worth, each) for each in row.worths),
            cures=found,
            sizes=from_plain(SizeLimits, row.sizes) if row.sizes else None,
            beyond=Field(beyond, people),
        )


def other_plans(kept: Mapping[str, Any]) -> list[Plan]:
    """The other teams that a column keeps."""
    found: Alternatives | None = from_plain(Alternatives, kept) if kept else None
    return [each.plan for each in found or ()]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is sought of an answer: each step yields its findings as they come.

    `viewer`: whose figures a way out may use of those beyond the question.
    """

    question: Question
    result: Result
    request: StudyRequest
    _: KW_ONLY
    seconds: Seconds
    seed: int
    viewer: Viewer

    @property
    def first(self) -> Findings:
        """What is known without any search: the reasons of the team, and what is left to seek."""
        has_team = self.result.plan is not None
        return Findings(
            question=self.question,
            request=self.request,
            explanation=explain(self.question.problem, self.result) if has_team else None,
            unfinished=self.request.steps(self.result),
        )

    def run(self, begins: Callable[[StudyStep], None] = lambda step: None) -> Iterator[Findings]:
        """Yield what is known at first and after each step; Ctrl-C ends with what there is.

        `begins` is told of each step.
        """
        found = self.first
        yield found
        try:
            for step in found.unfinished:
                begins(step)
                for more in self._take(step, found):
                    found = more
                yield found
        except KeyboardInterrupt:
            yield found

    def _take(self, step: StudyStep, found: Findings) -> Iterator[Findings]:
        """Yield the findings with more and more of those of a step."""
        steps = {
            StudyStep.WISHES: self._wishes,
            StudyStep.SIZES: self._sizes,
            StudyStep.CURES: self._cures,
            StudyStep.EXPECTED: self._expected,
            StudyStep.ALTERNATIVES: self._alternatives,
            StudyStep.LIMITS: self._limits,
        }
        for more, is_finished in steps[step](found):
            done = {step} if is_finished else set()
            yield replace(more, unfinished=tuple(s for s in more.unfinished if s not in done))

    def _search(self, seconds: float) -> dict[str, Any]:
        return {"time_limit_s": seconds, "seed": self.seed}

    def _wishes(self, found: Findings) -> Iterator[tuple[Findings, bool]]:
        """Compose without what was wanted, from what is known, and compare."""
        assert self.request.without_wishes is not None
        asked, after = self.request.without_wishes.problem, self.result
        before = compose(asked, near=after, **self._search(self.seconds(StudyStep.WISHES)))
        wishes = beside(asked, before, self.question.problem, after, self.request.wishes)
        is_known = before.plan is not None or before.impossibility is not None
        yield replace(found, wishes=wishes), is_known

    def _sizes(self, found: Findings) -> Iterator[tuple[Findings, bool]]:
        assert self.request.supposed is not None
        search = self._search(self.seconds(StudyStep.SIZES))
        limits = size_limits(self.question.problem, self.result, self.request.supposed, **search)
        yield replace(found, sizes=limits), True

    def _cures(self, found: Findings) -> Iterator[tuple[Findings, bool]]:
        beyond = _farther(self.question, self.viewer)
        headroom_cents = _under_derogation(self.question, self.viewer)
        sought = cures(
            self.question.problem,
            self.result,
            most=MOST_CURES,
            beyond=CureResources(beyond.candidates, headroom_cents),
            **self._search(self.seconds(StudyStep.CURES)),
        )
        small = replace(sought, found=tuple(map(_small_cure, sought)))
        tried = {cure.kind for cure in sought} | {*sought.useless, *sought.undecided} | SKIPPED
        is_finished = len(sought) == MOST_CURES or set(CureKind) <= tried
        yield replace(found, cures=small, beyond=beyond), is_finished and not sought.undecided

    def _expected(self, found: Findings) -> Iterator[tuple[Findings, bool]]:
        assert self.result.plan is not None
        asked, known = self.request.expected, found.expected
        for place, name in enumerate(asked):
            seconds = self.seconds(StudyStep.EXPECTED) / (len(asked) - place)
            if name in self.result.plan.organisations:
                continue
            why = why_not(self.question.problem, self.result, name)
            yield replace(found, expected=(*known, (why, None))), False
            more = None
            if why.absence is not Absence.SET_ASIDE and not self.result.solo:
                wish, search = [Pin(name)], self._search(seconds)
                more = what_if(self.question.problem, self.result, wish, **search)
            known = (*known, (why, more))
        yield replace(found, expected=known), True

    def _alternatives(self, found: Findings) -> Iterator[tuple[Findings, bool]]:
        assert self.result.plan is not None
        is_large = len(self.result.plan.partners) >= LARGE_TEAM
        sought = alternatives(
            self.question.problem,
            self.result,
            count=self.request.alternatives,
            least_difference=self.request.least_difference or (2 if is_large else 1),
            **self._search(self.seconds(StudyStep.ALTERNATIVES)),
        )
        small = tuple(replace(each, result=_small(each.result)) for each in sought)
        yield replace(found, alternatives=replace(sought, found=small)), sought.end is not End.TIME

    def _limits(self, found: Findings) -> Iterator[tuple[Findings, bool]]:
        assert found.explanation is not None
        explained, search = found.explanation, self._search(self.seconds(StudyStep.LIMITS))
        for worth in worths(self.question.problem, self.result, explained.tightness, **search):
            found = replace(found, worths=(*found.worths, worth))
            yield found, False
        yield found, len(found.worths) >= len(explained.binding)


def _small(result: Result) -> Result:
    """An answer without those it sets aside, whom nobody reads of."""
    return replace(result, set_aside=())


def _small_cure(cure: Cure) -> Cure:
    """A way out with those of its team, and those whom it changes, alone."""
    assert cure.result.plan is not None
    names = {share.candidate for share in cure.result.plan.shares}
    names |= {part.candidate for part in cure.parts}
    kept = tuple(c for c in cure.problem.candidates if c.id in names)
    return replace(cure, problem=cure.problem.replace(candidates=kept), result=_small(cure.result))


def may_hold_some(why: WhyNot) -> bool:
    """Whether it can take some work, so that a team with it may be sought."""
    return why.absence not in {Absence.SET_ASIDE, Absence.ONE_SUFFICES}


# What a way out may draw on, as finely as the viewer may compose with it.


def _farther(question: Question, viewer: Viewer) -> mobilisation.Field:
    """Those of the trades asked who say that they go beyond the radius."""
    params = question.problem.params
    wider = replace(params, max_distance_km=params.max_distance_km + KM_BEYOND)
    packages = question.problem.packages
    field = mobilisation.engine_candidates(packages, viewer=viewer, params=wider)
    trades = {package.trade for package in packages}
    kept = tuple(
        candidate
        for candidate in field.candidates
        if candidate.id not in question.known
        and any(
            skill.trade in trades and skill.reach_km > params.max_distance_km
            for skill in candidate.skills
        )
    )
    return mobilisation.Field(kept, {each.id: field.known[each.id] for each in kept})


def _under_derogation(question: Question, viewer: Viewer) -> dict[tuple[str, int], int]:
    """The headroom that the highest derogation would leave, in the years that are known."""
    highest = parameters.rate("ceiling.derogation_max_rate", on=viewer.on)
    known = {
        question.known[candidate.id].chantier_id: candidate.id
        for candidate in question.problem.candidates
        if candidate.is_capped
        and any(year.headroom_cents is not None for year in candidate.accounting_years)
    }
    found = {}
    years = AccountingYear.objects.filter(chantier__in=known)
    for positions in positions_by_chantier(years, viewer.on).values():
        for each in positions:
            year = each.year
            most = rounding.headroom_cents(
                viewer.asker,
                year.chantier.structure_id,
                each.headroom_under(highest),
                of_accounts_cents=each.of_accounts.headroom_under(highest),
            )
            if most is not None:
                found[known[year.chantier_id], year.first_month] = most
    return found
