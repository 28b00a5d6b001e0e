"""What one structure can do about one contract: alone, with whom, or what lacks; figures its own.

The question is posed with what the structure itself may use: its own figures, and of the others
what everybody knows. So a verdict tells it nothing of anybody else.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from cordee.base.ui import french, months
from cordee.composing.problem import Question, certain_answer, solve
from cordee.composing.problem.reader import Reader
from cordee.composing.problem.sentences import reasons_of
from cordee.composing.problem.size_limits import sentences_of, size_limits
from cordee.composing.problem.ways_out import way_out
from cordee.composing.problem.wish_options import moves_to_past
from cordee.engine.compose import compose
from cordee.engine.cure import CureKind, cures
from cordee.engine.problem import Candidate, Package
from cordee.engine.result import Assumption, AssumptionKind, Obstacle, Result, Shortage
from cordee.members.sharing import Viewer
from cordee.opportunities.models import VerdictKind
from cordee.opportunities.supposed import Supposition
from cordee.rules.months import month_number

# Rises when the same question may have another verdict, or other words.
VERSION = "2"
SEED = 0
# Lots looked at one by one, the largest first; cures tried for a contract that nobody can take.
MOST_LOTS = 3
CURES = (CureKind.LATER_START, CureKind.RADIUS, CureKind.PARTNERS)
CURE_SECONDS = 1.0
# All sizes that are asked of a contract whose size is supposed.
SIZE_SECONDS = 2.0
OWN_UNKNOWN = {
    AssumptionKind.TRADE: "votre métier",
    AssumptionKind.CAPACITY: "vos équipes",
    AssumptionKind.CEILING: "vos comptes",
    AssumptionKind.CERTIFICATION: "vos certifications",
}
UNFINISHED = "Le calcul n’est pas fini\u00a0: nous le reprenons cette nuit."
CLOSED_TO_HER = {
    Obstacle.NOT_ELIGIBLE: "Il est réservé à d’autres structures.",
    Obstacle.NO_TRADE: "Ce n’est pas votre métier.",
    Obstacle.OUT_OF_REACH: "C’est plus loin que là où vous allez.",
    Obstacle.STAFF_SUPPLY: "L’acheteur demande un résultat, et non du personnel.",
}
# Shortages of people in some months: the title then names the first.
OF_PEOPLE = frozenset({Shortage.CAPACITY, Shortage.JOINT})


@dataclass(frozen=True, slots=True)
class Judged:
    """The columns of a verdict that only a computation gives; sizes in cFTE a month."""

    kind: VerdictKind
    reason: str
    size: int | None = None
    answers: int = 0
    month: int | None = None
    lot: str = ""
    need_cfte: int | None = None
    free_cfte: int | None = None


def fingerprint(question: Question, structure_pk: int, supposed: Supposition | None) -> str:
    """Of all that a verdict depends on: it is computed again when this changes."""
    unsaid = supposed.sentence if supposed else ""
    asked = [question.problem_json, structure_pk, unsaid, VERSION]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def decides(supposed: Supposition, question: Question, structure_pk: int) -> bool:
    """Whether what is supposed decides for a structure: an amount alone, only under a ceiling."""
    known = question.known
    return not supposed.is_price_alone or any(
        each.is_capped
        for each in question.problem.candidates
        if known[each.id].structure_id == structure_pk
    )


def judge(
    question: Question,
    structure_pk: int,
    viewer: Viewer,
    *,
    seconds: float,
    supposed: Supposition | None = None,
) -> Judged:
    """The verdict of a contract for a structure; each search takes so many seconds at most.

    `viewer` is the structure itself (`Viewer.of_structures`). Where something that decides is
    `supposed`, nobody knows yet: the page says what, and the answer is told as what follows from
    it, with the size at which it changes.
    """
    case = _Case(question, structure_pk, viewer, seconds)
    if not case.mine:
        return Judged(VerdictKind.NOT_FOR_YOU, CLOSED_TO_HER[Obstacle.OUT_OF_REACH])
    found = case.verdict()
    outcomes = {VerdictKind.ALONE: "seule", VerdictKind.NOT_THEN: "non"}
    outcome = outcomes.get(found.kind, f"à {french.in_letters(found.size or 0)}")
    if supposed is None or found.kind in (VerdictKind.UNKNOWN, VerdictKind.NOT_FOR_YOU):
        return found
    if found.lot:
        outcome = f"{outcome}, pour «\u00a0{found.lot}\u00a0»"
    words = f"Avec ce que nous supposons\u00a0: {outcome}."
    if not found.lot:
        words = " ".join([words, *case.limits(supposed)])
    need = None if any(supposed.scaled.values()) else found.need_cfte
    return Judged(VerdictKind.UNKNOWN, words, need_cfte=need, free_cfte=found.free_cfte)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The whole contract, or one lot of it, which `lot` names."""

    packages: tuple[Package, ...]
    lot: str = ""


class _Case:
    def __init__(
        self, question: Question, structure_pk: int, viewer: Viewer, seconds: float
    ) -> None:
        self.question, self.viewer, self.seconds = question, viewer, seconds
        known = question.known
        every = question.problem.candidates
        self.mine = [each for each in every if known[each.id].structure_id == structure_pk]
        self.own = self.mine[0].organisation if self.mine else ""
        self.whole: Result | None = None
        # Another structure of the same legal person is not hers to speak for.
        others = [each for each in every if each.organisation != self.own]
        self.problem = question.problem.replace(
            candidates=(*self.mine, *others), pinned=frozenset({self.own})
        )

    def verdict(self) -> Judged:
        """The whole contract alone, then in a team; then one lot; else what lacks for the whole."""
        whole, *lots = self._scopes()
        if found := self._alone(whole):
            return found
        alone_on = [found for lot in lots if (found := self._alone(lot))]
        answer = self._answer(whole)
        if answer.plan is not None:
            return self._team(whole, answer, alone_on)
        if alone_on:
            return alone_on[0]
        in_team = (self._answer(lot) for lot in lots)
        for lot, of_lot in zip(lots, in_team, strict=True):
            if of_lot.plan is not None:
                return self._team(lot, of_lot, [])
        if answer.impossibility is None:
            return Judged(VerdictKind.UNKNOWN, UNFINISHED)
        return self._no(answer)

    def _alone(self, scope: "_Scope") -> Judged | None:
        """Yes, where known figures suffice; what decides, where only unknown ones may."""
        problem = self.problem.replace(candidates=tuple(self.mine), packages=scope.packages)
        found = compose(problem, time_limit_s=self.seconds, seed=SEED, groups_allowed=False)
        if found.plan is None:
            return None
        if not scope.lot:
            self.whole = found
        if found.assumptions:
            return self._to_say(found.assumptions, "seule", scope.packages)
        need, free = tightest(scope.packages, self.mine)
        words = french.fte(need)
        if free is not None:
            words += f" sur vos {french.fte_number(free)} libres"
        if any(each.is_capped for each in self.mine):
            words += ", sous votre plafond"
        return Judged(
            VerdictKind.ALONE,
            f"{scope.lot}\u00a0: {words}." if scope.lot else f"{words}.",
            lot=scope.lot,
            need_cfte=need,
            free_cfte=free,
        )

    def _answer(self, scope: "_Scope") -> Result:
        """The best team with her, on known figures where there is one."""
        question = replace(self.question, problem=self.problem.replace(packages=scope.packages))
        answer = solve(question, time_limit_s=self.seconds, seed=SEED)
        certain = certain_answer(answer)
        found = certain if certain is not None and certain.plan is not None else answer.best
        if not scope.lot:
            self.whole = found
        return found

    def limits(self, supposed: Supposition) -> Sequence[str]:
        """At which size the answer for the whole contract changes."""
        if self.whole is None:
            return ()
        seconds = min(SIZE_SECONDS, self.seconds)
        limits = size_limits(self.problem, self.whole, supposed, time_limit_s=seconds, seed=SEED)
        return sentences_of(limits, supposed, self.problem.packages) if limits else ()

    def _scopes(self) -> Iterator[_Scope]:
        """The whole, then the lots that ask a trade of hers, the largest first."""
        packages = self.problem.packages
        yield _Scope(packages)
        lots = {package.lot_id for package in packages}
        trades = {skill.trade for each in self.mine for skill in each.skills}
        found = []
        for lot in sorted(lots) if len(lots) > 1 else ():
            own = tuple(package for package in packages if package.lot_id == lot)
            if trades & {package.trade for package in own}:
                found.append(_Scope(own, own[0].label))
        found.sort(key=lambda scope: -sum(package.amount_cents for package in scope.packages))
        yield from found[:MOST_LOTS]

    def _to_say(
        self, assumptions: Iterable[Assumption], outcome: str, packages: Sequence[Package]
    ) -> Judged | None:
        """What only she can say, and which answer it decides."""
        unknown = [each for each in assumptions if each.organisation == self.own]
        if not unknown:
            return None
        things = french.series(list(dict.fromkeys(OWN_UNKNOWN[each.kind] for each in unknown)))
        need, free = tightest(packages, self.mine)
        words = f"À dire\u00a0: {things}. Cela décide\u00a0: {outcome}, ou non."
        return Judged(VerdictKind.UNKNOWN, words, need_cfte=need, free_cfte=free)

    def _team(self, scope: _Scope, found: Result, alone_on: Sequence[Judged]) -> Judged:
        assert found.plan is not None
        mine = {each.id for each in self.mine}
        shares = [share for share in found.plan.shares if share.candidate in mine]
        others = [each for each in found.plan.organisations if each != self.own]
        taken = {package.id: 0 for package in scope.packages}
        for share in shares:
            taken[share.package] += share.cfte
        need, free = tightest(scope.packages, self.mine, taken)
        size = len(found.plan.partners)
        if size < 2:
            return Judged(VerdictKind.UNKNOWN, UNFINISHED)
        outcome = f"à {french.in_letters(size)}"
        own_part = [package for package in scope.packages if taken[package.id]]
        if to_say := self._to_say(found.assumptions, outcome, own_part):
            return replace(to_say, need_cfte=need, free_cfte=free)
        reader = Reader.of(self.problem, self.question.people_json, self.viewer, [found.plan])
        cents = sum(share.cents for share in shares)
        part = f"{french.fte(need)}, {french.euros(cents, rounded=True)}"
        whom = reader.organisations(others)
        unsure = {each.organisation for each in found.assumptions} - {self.own}
        words = f"{f'{scope.lot}, avec' if scope.lot else 'Avec'} {whom}. Votre part\u00a0: {part}."
        if alone_on and alone_on[0].kind is VerdictKind.ALONE:
            words += f" Seule, vous pouvez prendre «\u00a0{alone_on[0].lot}\u00a0»."
        return Judged(
            VerdictKind.TEAM,
            words,
            size=size,
            answers=len(unsure),
            lot=scope.lot,
            need_cfte=need,
            free_cfte=free,
        )

    def _no(self, found: Result) -> Judged:
        """What lacks for the whole contract."""
        need, free = tightest(self.problem.packages, self.mine)
        no = partial(Judged, VerdictKind.NOT_THEN, need_cfte=need, free_cfte=free)
        mine = {each.id for each in self.mine}
        aside = [each.obstacle for each in found.set_aside if each.candidate in mine]
        obstacles = set(aside)
        if len(aside) == len(mine):
            for obstacle, words in CLOSED_TO_HER.items():
                if obstacles == {obstacle}:
                    return Judged(VerdictKind.NOT_FOR_YOU, words)
            if Obstacle.CAPACITY in obstacles:
                month = _fullest_month(self.problem.packages, self.mine)
                when = "" if month is None else f" {months.span(month, 1)}"
                return no(f"Vos équipes sont prises{when}.", month=month)
            if Obstacle.CEILING in obstacles:
                return no("Votre plafond de recettes ne laisse pas la place de ce marché.")
        assert found.impossibility is not None
        sentences = reasons_of(self.problem, found, accounts_seen_of=frozenset({self.own}))
        first = found.impossibility.reasons[0]
        month = min(first.months) if first.shortage in OF_PEOPLE and first.months else None
        lacks = sentences[0]
        if len(self.problem.packages) == 1:
            # The contract is named above: its one package need not be again.
            lacks = lacks.removeprefix(f"{self.problem.packages[0].label}\u00a0: ")
        words = " ".join([f"{lacks[:1].upper()}{lacks[1:]}", *self._way_out(found)])
        return no(words, month=month)

    def _way_out(self, found: Result) -> Iterator[str]:
        """The smallest change that would do, where a short search finds one."""
        sought = cures(
            self.problem,
            found,
            time_limit_s=min(CURE_SECONDS, self.seconds),
            seed=SEED,
            most=1,
            kinds=CURES,
        )
        for cure in sought:
            if moves_to_past(self.problem, cure.problem, month_number(self.viewer.on)):
                continue
            plans = [cure.result.plan] if cure.result.plan else []
            people = self.question.people_json
            yield way_out(cure, Reader.of(self.problem, people, self.viewer, plans))


def tightest(
    packages: Sequence[Package], mine: Sequence[Candidate], taken: Mapping[str, int] | None = None
) -> tuple[int, int | None]:
    """What is asked, and what is free, in cFTE, in the month that leaves least; free unknown is
    None. `taken`: how much of each package, where it is not the whole."""
    sizes = {each.id: each.need_cfte for each in packages} if taken is None else taken
    found = []
    for month in sorted({m for p in packages for m in range(p.first_month, p.end_month)}):
        asked = sum(sizes[p.id] for p in packages if p.first_month <= month < p.end_month)
        if asked:
            found.append((asked, _free(mine, month)))
    if any(free is None for _, free in found):
        return max(asked for asked, _ in found), None
    return min(found, key=lambda each: (each[1] or 0) - each[0], default=(0, None))


def _free(mine: Sequence[Candidate], month: int) -> int | None:
    """Free cFTE of all her chantiers in a month; None where one of them is unknown."""
    told = [(each.capacity_cfte_by_month or {}).get(month) for each in mine]
    return None if None in told else sum(cfte or 0 for cfte in told)


def _fullest_month(packages: Sequence[Package], mine: Sequence[Candidate]) -> int | None:
    """The first month of the work in which she has least free."""
    every = sorted({m for p in packages for m in range(p.first_month, p.end_month)})
    told = [(free, month) for month in every if (free := _free(mine, month)) is not None]
    return min(told)[1] if told else None
