"""What is sought beside an answer: other teams, what limits it, who was expected, ways out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import perf_counter

from cordee.alliances.problem import Question
from cordee.alliances.problem.reader import Reader
from cordee.alliances.problem.strangers import people_of
from cordee.alliances.problem.study import LARGE_TEAM
from cordee.alliances.problem.telling import Sight, Team, team_of
from cordee.alliances.problem.wanted import Leanings
from cordee.alliances.problem.within_reach import WithinReach
from cordee.engine.alternatives import Alternatives, alternatives
from cordee.engine.alternatives import End as End
from cordee.engine.compare import Comparison, compare
from cordee.engine.compose import compose
from cordee.engine.cure import Cure, CureKind, Cures, cures
from cordee.engine.explain import (
    Absence,
    Consequence,
    Explanation,
    WhyNot,
    Worth,
    explain,
    why_not,
    with_partner,
    worths,
)
from cordee.engine.explain import WhyPartner as WhyPartner
from cordee.engine.plan import assumptions
from cordee.engine.result import Plan as Plan
from cordee.engine.result import Result
from cordee.engine.what_if import WhatIf
from cordee.engine.wishes import Wish
from cordee.mobilisation.problem import Known

MOST_CURES = 3
# What each search may take of the time that is left when it begins.
SHARE_OF_WISHES, SHARE_OF_EXPECTED, SHARE_OF_TEAMS = 0.3, 0.3, 0.6


class Sought(StrEnum):
    """What is sought, in its order."""

    WISHES = "wishes"
    EXPECTED = "why_not"
    TEAMS = "alternatives"
    LIMITS = "limits"
    CURES = "cures"


@dataclass(frozen=True, slots=True)
class Expected:
    """Why somebody expected is not in the team, and the best team with her where there was time."""

    why: WhyNot
    exact: Consequence | None


@dataclass(slots=True)
class Further:
    """What was found within the time; `cut_short` names what was not finished.

    `question` is the one to read it by: with those beyond the radius whom a way out calls.
    """

    question: Question
    leanings: Leanings = ()
    wished: WhatIf | None = None
    explanation: Explanation | None = None
    expected: list[Expected] = field(default_factory=list)
    alternatives: Alternatives | None = None
    worths: list[Worth] = field(default_factory=list)
    cures: Cures | None = None
    cut_short: list[Sought] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def other_plans(self) -> list[Plan]:
        return [each.plan for each in self.alternatives or ()]

    @property
    def plans(self) -> list[Plan]:
        """Every plan that an explanation compares with the one shown."""
        found = [worth.plan for worth in self.worths]
        for why in self.explanation.partners if self.explanation else ():
            found += [why.replacement.plan] if why.replacement else []
        for each in self.expected:
            found += [each.why.swap.plan] if each.why.swap else []
            found += [each.exact.plan] if each.exact and each.exact.plan else []
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to seek: how many other teams, how different, and whom somebody expected.

    Unless told, other teams differ by one partner, by two where the team is large.

    `wishes`, `leanings` and `before` are what was wanted, and the question without it.
    """

    count: int = 3
    least_difference: int | None = None
    expected: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    leanings: Leanings = ()
    before: Question | None = None


class Search:
    """Seeks one thing after the other about one answer, until the time is out."""

    def __init__(
        self, question: Question, result: Result, asked: Asked, *, time_limit_s: float, seed: int
    ) -> None:
        self.question, self.result, self.asked = question, result, asked
        self.found = Further(question, asked.leanings)
        self._began = perf_counter()
        self._ends = self._began + time_limit_s
        self._seed = seed

    def run(
        self, within_reach: Callable[[], WithinReach], say: Callable[[Sought], None]
    ) -> Further:
        """Seek everything that this answer leaves to be sought; Ctrl-C keeps what there is.

        `within_reach` is asked for once, where there is no team; `say` hears what is begun.
        """
        steps = self._steps(within_reach)
        if self.result.plan is not None:
            self.found.explanation = explain(self.question.problem, self.result)
        try:
            while steps:
                what, step = steps[0]
                say(what)
                step()
                del steps[0]
        except KeyboardInterrupt:
            self.found.cut_short += [what for what, _ in steps if what not in self.found.cut_short]
        self.found.seconds = perf_counter() - self._began
        return self.found

    def nothing(self) -> Further:
        """What is known without any search, where somebody asked to stop."""
        if self.result.plan is not None:
            self.found.explanation = explain(self.question.problem, self.result)
        self.found.cut_short = [what for what, _ in self._steps(None)]
        return self.found

    def _steps(
        self, within_reach: Callable[[], WithinReach] | None
    ) -> list[tuple[Sought, Callable[[], None]]]:
        steps: list[tuple[Sought, Callable[[], None]]] = []
        if self.asked.before is not None:
            steps.append((Sought.WISHES, self._wishes))
        if self.result.impossibility is not None:
            steps.append((Sought.CURES, lambda: self._cures(within_reach)))
        if self.result.plan is not None:
            if self.asked.expected:
                steps.append((Sought.EXPECTED, self._expected))
            if self.asked.count:
                steps.append((Sought.TEAMS, self._teams))
            steps.append((Sought.LIMITS, self._limits))
        return steps

    def _left(self, share: float = 1.0) -> float:
        return max(0.0, self._ends - perf_counter()) * share

    def _cut(self, what: Sought) -> None:
        self.found.cut_short.append(what)

    def _wishes(self) -> None:
        """Compose without what was wanted, from what is known, and compare."""
        assert self.asked.before is not None
        asked, after = self.asked.before.problem, self.result
        before = compose(
            asked,
            time_limit_s=self._left(SHARE_OF_WISHES),
            seed=self._seed,
            groups_allowed=self._groups,
            near=after,
        )
        comparison: Comparison | None = None
        if before.plan is not None and after.plan is not None:
            changed = self.question.problem
            comparison = compare(asked, before.plan, after.plan, after_in=changed)
        elif before.impossibility is None and before.plan is None:
            self._cut(Sought.WISHES)
        self.found.wished = WhatIf(
            wishes=self.asked.wishes,
            problem=self.question.problem,
            before=before,
            after=after,
            comparison=comparison,
            is_same=False,
            new_assumptions=(),
        )

    def _expected(self) -> None:
        assert self.result.plan is not None
        for place, name in enumerate(self.asked.expected):
            left = self._left(SHARE_OF_EXPECTED) / (len(self.asked.expected) - place)
            if name in self.result.plan.organisations:
                continue
            told = why_not(self.question.problem, self.result, name)
            self.found.expected.append(Expected(told, None))
            if told.absence is Absence.SET_ASIDE or self.result.solo:
                continue
            exact = with_partner(
                self.question.problem,
                self.result,
                name,
                time_limit_s=left,
                seed=self._seed,
                groups_allowed=self._groups,
            )
            self.found.expected[-1] = Expected(told, exact)

    def _teams(self) -> None:
        assert self.result.plan is not None
        is_large = len(self.result.plan.partners) >= LARGE_TEAM
        least = self.asked.least_difference or (2 if is_large else 1)
        found = alternatives(
            self.question.problem,
            self.result,
            count=self.asked.count,
            least_difference=least,
            time_limit_s=self._left(SHARE_OF_TEAMS),
            seed=self._seed,
            groups_allowed=self._groups,
        )
        self.found.alternatives = found
        if found.end is End.TIME:
            self._cut(Sought.TEAMS)

    def _limits(self) -> None:
        assert self.found.explanation is not None
        limits = self.found.explanation.tightness
        for worth in worths(
            self.question.problem,
            self.result,
            limits,
            time_limit_s=self._left(),
            seed=self._seed,
            groups_allowed=self._groups,
        ):
            self.found.worths.append(worth)
        if len(self.found.worths) < len(self.found.explanation.binding):
            self._cut(Sought.LIMITS)

    def _cures(self, within_reach: Callable[[], WithinReach] | None) -> None:
        assert within_reach is not None
        reach = within_reach()
        # Sentences and teams name those beyond the radius too.
        known = {**self.question.known, **reach.known}
        candidates = (*self.question.problem.candidates, *reach.farther)
        found = cures(
            self.question.problem,
            self.result,
            time_limit_s=self._left(),
            seed=self._seed,
            groups_allowed=self._groups,
            most=MOST_CURES,
            farther=reach.farther,
            reachable=reach.headroom_cents,
        )
        self.found.cures = found
        wider = self.question.problem.replace(candidates=candidates)
        self.found.question = replace(self.question, problem=wider, known=known)
        tried = {cure.kind for cure in found} | {*found.useless, *found.undecided}
        if found.undecided or (len(found) < MOST_CURES and set(CureKind) - tried - SKIPPED):
            self._cut(Sought.CURES)

    @property
    def _groups(self) -> bool:
        return not self.question.solo_only


# Not tried where people or headroom alone suffice.
SKIPPED = frozenset({CureKind.MEANS})


def partners_by_size(found: Further) -> list[WhyPartner]:
    """Why each partner is there, the largest first."""
    partners = found.explanation.partners if found.explanation else ()
    return sorted(partners, key=lambda why: -sum(share.cents for share, _ in why.shares))


def reader_of(question: Question, plans: Sequence[Plan], sight: Sight) -> Reader:
    """Who reads about these plans of a question."""
    return Reader.of(question.problem, question.people_json, sight, plans)


def cured_question(question: Question, cure: Cure) -> Question:
    """The question as a cure changes it; whom it adds is named by what is to be found."""
    new = (each for each in cure.problem.candidates if each.id not in question.known)
    known = {name: Known(**who) for name, who in people_of(new).items()}
    return replace(question, problem=cure.problem, known={**question.known, **known})


def cured_team(question: Question, cure: Cure, sight: Sight) -> Team:
    """The team that a cure gives, ready to be shown."""
    plan = cure.result.plan
    assert plan is not None
    changed = cured_question(question, cure)
    reader = Reader.of(cure.problem, question.people_json, sight, [plan])
    return team_of(
        cure.problem,
        plan,
        assumptions(cure.problem, plan),
        (),
        changed.people_json,
        sight,
        reader.hidden,
    )
