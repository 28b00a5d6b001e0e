"""Wishes upon an answer: what somebody asks, the problem it makes, and what it costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cordee.base.ui import french
from cordee.composing.problem import BEST_SHARE, Answer, Question, solve
from cordee.composing.problem.choices import change_outcome, one_sentence, wish
from cordee.composing.problem.reader import Reader, people_of
from cordee.composing.problem.ways_out import condition
from cordee.engine.compare import Comparison, WhatIf, compare, terms_of, what_if
from cordee.engine.cure import Cure
from cordee.engine.cure.changes import NEWCOMER
from cordee.engine.problem import Problem, Weights
from cordee.engine.result import Plan, Result
from cordee.engine.wishes import (
    AddSubcontractor,
    Exclude,
    MoveStart,
    Need,
    Pin,
    Radius,
    SetShare,
    TeamSize,
    Wish,
    apply,
    key_of,
    with_leanings,
)
from cordee.engine.wishes import Leaning as Leaning
from cordee.mobilisation import problem as mobilisation
from cordee.rules.plain import from_plain, to_plain

KINDS: Mapping[str, type[Wish]] = {
    "pin": Pin,
    "exclude": Exclude,
    "share": SetShare,
    "size": TeamSize,
    "radius": Radius,
    "start": MoveStart,
    "need": Need,
    "subcontractor": AddSubcontractor,
}
NAMES = {kind: name for name, kind in KINDS.items()}
LEANING_WORDS = {
    Leaning.FEWER_KM: "moins de kilomètres",
    Leaning.FEWER_PARTNERS: "moins de structures",
    Leaning.MORE_LEARNING: "plus d’apprentissage",
    Leaning.SLACKER_CEILINGS: "des plafonds moins serrés",
}
LEAST_PARTNERS, MOST_PARTNERS = 2, 100
# Each with its strength, from 1.
Leanings = tuple[tuple[Leaning, int], ...]


@dataclass(frozen=True, slots=True)
class WishRequest:
    """All that somebody wishes of a first answer: a way out, leanings, then wishes."""

    wishes: tuple[Wish, ...] = ()
    leanings: tuple[Leaning, ...] = ()
    cure: Cure | None = None

    def with_wish(self, more: Wish) -> "WishRequest":
        """The same with one more wish; it takes the place of an earlier one on the same thing."""
        others = tuple(each for each in self.wishes if key_of(each) != key_of(more))
        return replace(self, wishes=(*others, more))

    def leaning(self, names: Collection[str]) -> "WishRequest":
        """The same wishes, leaning otherwise."""
        return replace(self, leanings=tuple(each for each in Leaning if each.value in names))

    def without(self, place: int) -> "WishRequest":
        """The same without the wish at a place among `texts`."""
        first = (self.cure is not None) + bool(self.leanings)
        if place < first:
            is_cure = self.cure is not None and place == 0
            return replace(self, cure=None) if is_cure else replace(self, leanings=())
        kept = (each for i, each in enumerate(self.wishes) if i != place - first)
        return replace(self, wishes=tuple(kept))

    def as_json(self) -> dict[str, Any]:
        """What the column keeps."""
        return {
            "wishes": [{"kind": NAMES[type(each)], **to_plain(each)} for each in self.wishes],
            "leanings": [each.value for each in self.leanings],
            "cure": None if self.cure is None else to_plain(self.cure),
        }


def read_wish_request(stored: Mapping[str, Any]) -> WishRequest:
    """What was kept of wishes; nothing wished where nothing was."""
    if not stored:
        return WishRequest()
    wishes = []
    for each in stored["wishes"]:
        plain = {name: value for name, value in each.items() if name != "kind"}
        wishes.append(from_plain(KINDS[each["kind"]], plain))
    cure = None if stored["cure"] is None else from_plain(Cure, stored["cure"])
    return WishRequest(tuple(wishes), tuple(Leaning(each) for each in stored["leanings"]), cure)


# What is composed.


def wished_question(
    first: Question, asked: WishRequest, people: Mapping[str, Mapping[str, Any]]
) -> Question:
    """The first question with the wishes in it; raises `RefusedWish`.

    `people` names those whom a way out calls from beyond the radius.
    """
    problem = first.problem
    if asked.cure is not None:
        problem = with_cure(problem, asked.cure)
    problem = problem.replace(params=with_leanings(problem.params, *asked.leanings))
    problem = apply(problem, asked.wishes)
    more = [c for c in problem.candidates if c.id not in first.known]
    strangers = people_of(c for c in more if c.id not in people)
    called = {c.id: people.get(c.id) or strangers[c.id] for c in more}
    known = {key: mobilisation.CandidateRow(**who) for key, who in called.items()}
    return Question(problem, {**first.known, **known})


def with_cure(problem: Problem, cure: Cure) -> Problem:
    """A problem with the change of a way out: its packages and limits, and whom it changes."""
    changed = {each.id: each for each in cure.problem.candidates}
    kept = tuple(changed.pop(each.id, each) for each in problem.candidates)
    params = replace(cure.problem.params, weights=problem.params.weights)
    return problem.replace(
        packages=cure.problem.packages, params=params, candidates=(*kept, *changed.values())
    )


def solve_wish(
    question: Question,
    asked: WishRequest,
    first: Question,
    before: Answer,
    *,
    time_limit_s: float,
    seed: int,
) -> Answer:
    """Compose under wishes, warm from the first answer; both runs together take the time limit."""
    best, near = None, before
    # Wishes alone may leave the answer as it is, by argument.
    if asked.cure is not None:
        near = replace(before, best=asked.cure.result)
    elif not asked.leanings:
        best = what_if(
            first.problem,
            before.best,
            asked.wishes,
            time_limit_s=time_limit_s * BEST_SHARE,
            seed=seed,
        ).after
    return solve(question, time_limit_s=time_limit_s, seed=seed, near=near, best=best)


# What it is compared with.


@dataclass(frozen=True, slots=True)
class Against:
    """The answer before the wishes.

    `problem` is the first one, with the candidates of its team and those whom the wishes change,
    as they were. No comparison where one of both answers has no team.
    """

    problem: Problem
    before: Result
    comparison: Comparison | None = None

    @property
    def weights(self) -> Weights:
        """The weights under which costs are told, whatever the wishes lean towards."""
        return self.problem.params.weights


def against_json(first: Question, before: Result, asked: WishRequest) -> dict[str, Any]:
    """What is kept of the first answer beside a wish."""
    names = {share.candidate for share in before.plan.shares} if before.plan else set()
    if asked.cure is not None:
        names |= {each.id for each in asked.cure.problem.candidates}
    kept = tuple(c for c in first.problem.candidates if c.id in names)
    problem = first.problem.replace(candidates=kept)
    return dict(to_plain(Against(problem, replace(before, set_aside=()))))


def compared(stored: Mapping[str, Any], question: Question, after: Result) -> dict[str, Any]:
    """The same once there is an answer, with the comparison of both teams."""
    known = read_against(stored)
    if known is None or known.before.plan is None or after.plan is None:
        return dict(stored)
    comparison = compare(known.problem, known.before.plan, after.plan, after_in=question.problem)
    return dict(to_plain(replace(known, comparison=comparison)))


def read_against(stored: Mapping[str, Any]) -> Against | None:
    """What was kept of the first answer; none where nothing was wished."""
    return from_plain(Against, stored) if stored else None


def restated(posed: Problem, result: Result, weights: Weights) -> tuple[Problem, Result]:
    """Problem and result with their costs under other weights: what leanings count is no price."""
    if weights == posed.params.weights:
        return posed, result
    plan = None if result.plan is None else at_prices(posed, result.plan, weights)
    greedy = at_prices(posed, result.greedy, weights)
    repriced = posed.replace(params=replace(posed.params, weights=weights))
    return repriced, replace(result, plan=plan, greedy=greedy, params=repriced.params)


def at_prices(posed: Problem, plan: Plan, weights: Weights) -> Plan:
    """A plan with its cost under other weights."""
    if not plan.shares or weights == posed.params.weights:
        return plan
    repriced = posed.replace(params=replace(posed.params, weights=weights))
    return replace(plan, terms=terms_of(repriced, plan))


# What is said.


def texts(asked: WishRequest, reader: Reader, against: Against | None) -> list[str]:
    """Each wish as a piece of a sentence: a way out, leanings, then wishes in their order."""
    clauses = []
    if asked.cure is not None:
        clauses.append(condition(asked.cure, _before(reader, against)))
    if asked.leanings:
        clauses.append(
            f"En préférant {french.series([LEANING_WORDS[each] for each in asked.leanings])}"
        )
    return [*clauses, *(wish(each, reader) for each in asked.wishes)]


def _before(reader: Reader, against: Against | None) -> Reader:
    """Whoever reads of the first problem: a way out says what was, and what would be."""
    if against is None:
        return reader
    problem = reader.problem.replace(
        packages=against.problem.packages, params=against.problem.params
    )
    return replace(reader, problem=problem)


def sentence(asked: WishRequest, answer: WhatIf, reader: Reader, against: Against) -> str:
    """What the wishes cost, in one sentence."""
    clauses = one_sentence(texts(asked, reader, against))
    would = clauses[0].startswith("Si ")
    return f"{french.series(clauses)}, {change_outcome(answer, reader, would=would)}."


def outcome_of_wish(asked: WishRequest, against: Against, posed: Problem, after: Result) -> WhatIf:
    """The answer under wishes beside the first one, as it is told."""
    return WhatIf(
        wishes=asked.wishes,
        problem=posed,
        before=against.before,
        after=after,
        comparison=against.comparison,
    )


def is_shown_by(asked: WishRequest, posed: Problem) -> bool:
    """Whether everybody whom wishes name is among the candidates of a problem."""
    candidates = {each.id for each in posed.candidates}
    named = {each.candidate for each in asked.wishes if isinstance(each, SetShare)}
    if asked.cure is not None:
        named |= {p.candidate for p in asked.cure.parts if p.candidate != NEWCOMER}
    organisations = {each.organisation for each in posed.candidates}
    signing = {w.organisation for w in asked.wishes if isinstance(w, Pin | Exclude)}
    return named <= candidates and signing <= organisations
