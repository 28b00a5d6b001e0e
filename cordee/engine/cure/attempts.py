"""Tries one kind of change at a time on an impossible problem, and keeps what is proven."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from time import perf_counter

from cordee.engine.compose import Moment, compose
from cordee.engine.cure.changes import (
    able_alone,
    beyond,
    cfte_months,
    core,
    later,
    load_of_newcomer,
    newcomer,
    parts_beyond,
    parts_of_headroom,
    parts_of_people,
    pricing_newcomer,
    trades_wanted,
    with_radius,
    with_reach,
)
from cordee.engine.cure.kinds import Cure, CureKind, CurePart
from cordee.engine.cure.lifted import (
    Lift,
    Lifted,
    Reachable,
    least_lift,
    lifted,
    more_headroom,
    more_people,
    with_more,
)
from cordee.engine.impossible import SHORT_FROM_CFTE_MONTHS, counted_reasons
from cordee.engine.method import SOLO, Budget, How, TeamRule
from cordee.engine.milp import least_shortage
from cordee.engine.pairs import Pairs, build_pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import Reason, Result, Shortage, Status
from cordee.rules.kinds import Kind

# Beyond these a cure is no advice any more: a team of eight, or a contract half a year late.
MOST_PARTNERS_MORE = 2
MOST_MONTHS_LATER = 6
MOST_TRADES = 4
# A cure is said in round figures, so a proof within 2 % of the least is enough.
GAP = 0.02
# Some ten kinds are tried within the seconds of one page.
SECONDS_FOR_ONE_QUESTION = 1.0
SECONDS_TO_CHOOSE = 0.2
SECONDS_TO_RELAX = 0.5


Parts = tuple[CurePart, ...]


@dataclass(frozen=True, slots=True)
class Probed:
    """A first answer that holds, if one was found, else whether none exists."""

    result: Result | None
    is_impossible: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one kind: a cure, or whether it is proven not to suffice."""

    cure: Cure | None
    is_useless: bool


USELESS = Tried(None, is_useless=True)
UNDECIDED = Tried(None, is_useless=False)


@dataclass(frozen=True, slots=True)
class CureResources:
    """What a problem does not hold and a change may use.

    `farther`: candidates beyond its radius. `headroom_cents`: what a derogation would give, by
    candidate and first month of the year; `None` where nothing bounds it.
    """

    farther: tuple[Candidate, ...] = ()
    headroom_cents: Reachable | None = None


NOTHING_MORE = CureResources()


class Case:
    """An impossible problem, and how to ask about changes of it within the time that is left."""

    stops = 0.0
    partners_more = 0

    def __init__(self, problem: Problem, shown: Result, beyond: CureResources, how: How) -> None:
        self.problem, self.shown, self.beyond, self.how = problem, shown, beyond, how
        self.reasons = () if shown.impossibility is None else shown.impossibility.reasons
        self.core = core(problem, build_pairs(problem))

    def with_partners(self, more: int) -> "Case":
        """Return the case of a larger team."""
        # Shallow: problems are never changed in place, only replaced.
        wider = copy(self)
        wider.problem, wider.core = (
            _with_partners(self.problem, more),
            _with_partners(self.core, more),
        )
        wider.partners_more = more
        return wider

    def attempt(self, kind: CureKind) -> Tried:
        """Try one kind of change."""
        match kind:
            case CureKind.RADIUS | CureKind.REACH:
                return self.farther(kind)
            case CureKind.PARTNERS:
                return self.more_partners()
            case CureKind.LATER_START:
                return self.later_start()
            case CureKind.PEOPLE:
                return self.lift(kind, Lift.PEOPLE)
            case CureKind.HEADROOM:
                return self.lift(kind, Lift.HEADROOM)
            case CureKind.MEANS:
                return self.lift(kind, Lift.PEOPLE, free=Lift.HEADROOM)
            case CureKind.EI:
                return self.newcomer(kind, Kind.EI)
            case CureKind.SUBCONTRACTOR:
                return self.newcomer(kind, Kind.ENTREPRISE)

    def farther(self, kind: CureKind) -> Tried:
        """Widen the radius, or what structures say of their reach, by the fewest km."""
        is_own = kind is CureKind.REACH
        known = {candidate.id for candidate in self.problem.candidates}
        others = () if is_own else (each for each in self.beyond.farther if each.id not in known)
        candidates = (*self.problem.candidates, *others)
        whole = self.problem.replace(candidates=candidates)
        those = [each for each in beyond(whole, candidates) if each.is_own_reach == is_own]
        steps = sorted({each.km for each in those})
        # Only those within reach now or by some step: the rest of the country changes nothing.
        names = {each.candidate for each in those} | {c.id for c in self.core.candidates}
        near = {c.organisation for c in candidates if c.id in names}
        few = whole.replace(candidates=tuple(c for c in candidates if c.organisation in near))

        def changed(problem: Problem, km: int) -> Problem:
            return with_reach(problem, those, km) if is_own else with_radius(problem, km)

        least = self._least_of(steps, lambda km: changed(few, km))
        if isinstance(least, Tried):
            return least
        at_least, km, result = least
        cured = changed(whole, km)
        # The least change is found among few; the team is then chosen among all.
        result = self._choose(cured, result)
        assert result.plan is not None
        return self._cure(
            kind, km, at_least, parts_beyond(whole, those, result.plan), cured, result
        )

    def more_partners(self) -> Tried:
        """Let one or two more organisations sign."""
        steps = list(range(1, MOST_PARTNERS_MORE + 1))
        least = self._least_of(steps, lambda more: _with_partners(self.core, more))
        if isinstance(least, Tried):
            return least
        at_least, more, result = least
        cured = _with_partners(self.problem, more)
        result = self._choose(cured, result)
        return self._cure(CureKind.PARTNERS, more, at_least, (), cured, result)

    def later_start(self) -> Tried:
        """Move the packages that are short, or all, by the fewest months; later can be worse."""
        named = {reason.package for reason in self.reasons if reason.package is not None}
        moved = frozenset(named or {package.id for package in self.problem.packages})
        at_least, is_useless = 1, True
        # One by one and not halved: a later start may also be worse.
        for months in range(1, MOST_MONTHS_LATER + 1):
            asked = self._probe(later(self.core, moved, months))
            if asked.result is not None:
                cured = later(self.problem, moved, months)
                result = self._choose(cured, asked.result)
                return self._cure(CureKind.LATER_START, months, at_least, (), cured, result)
            is_useless = is_useless and asked.is_impossible
            at_least = months + 1 if is_useless else at_least
        return USELESS if is_useless else UNDECIDED

    def lift(self, kind: CureKind, lift: Lift, free: Lift | None = None) -> Tried:
        """Find the fewest cFTE-months, or cents, that structures which are there would need.

        What is `free` may be exceeded besides, and is not counted.
        """
        among = self.core if free is None else lifted(self.core, free, self.beyond.headroom_cents)
        most = lifted(among, lift, self.beyond.headroom_cents)
        # Not even without the limit: counted, so no model is needed.
        if _is_short(counted_reasons(most, build_pairs(most))):
            return USELESS
        # One alone or a team: whoever needs less.
        team = TeamRule(2, self.problem.params.max_partners)
        alone = self._least_lift(able_alone(most, among), lift, SOLO)
        tried = [alone, self._least_lift(among, lift, team)]
        held = [each for each in tried if each.quantities is not None]
        if not held:
            return USELESS if all(each.is_impossible for each in tried) else UNDECIDED
        best = min(held, key=lambda each: each.amount)
        # The least of both bounds, since either may be the answer.
        at_least = min(each.at_least for each in tried if not each.is_impossible)
        assert best.quantities is not None
        people = more_people(self.core, best.quantities) if lift is Lift.PEOPLE else {}
        headroom = more_headroom(self.core, best.quantities)
        cured = with_more(self.problem, people, headroom)
        parts = (
            *parts_of_people(self.core, people, best.quantities),
            *parts_of_headroom(self.core, headroom),
        )
        few = self._among(cured, best.quantities)
        if few.result is None:
            return UNDECIDED
        result = self._choose(cured, few.result)
        return self._cure(kind, best.amount, at_least, parts, cured, result)

    def newcomer(self, kind: CureKind, of: Kind) -> Tried:
        """Add one structure in the trade that lacks, with the fewest cFTE-months."""
        wanted = trades_wanted(self.problem, self.reasons)
        # One trade first, the most wanted; then one structure for all that lack.
        tries = [[trade] for trade in wanted[:MOST_TRADES]]
        if len(wanted) > 1:
            tries.append(wanted)
        is_useless = True
        for trades in tries:
            joined = newcomer(self.core, of, trades, None)
            if joined is None:
                continue
            asked = self.core.replace(candidates=(*self.core.candidates, joined))
            first = self._probe(asked)
            if first.result is not None:
                return self._smallest_newcomer(kind, of, trades, asked, first.result)
            is_useless = is_useless and first.is_impossible
        return USELESS if is_useless else UNDECIDED

    def _smallest_newcomer(
        self, kind: CureKind, of: Kind, trades: list[str], asked: Problem, first: Result
    ) -> Tried:
        least = self._nearly_least(pricing_newcomer(asked), first)
        shown = first if least.plan is None else least
        at_least = 1 if least.bound is None else max(1, cfte_months(least.bound))
        assert shown.plan is not None
        # As much as the plan loads on it and no more: that is the size to look for.
        load, parts = load_of_newcomer(asked, shown.plan)
        amount = sum(part.cfte * len(part.months) for part in parts)
        joined = newcomer(self.core, of, trades, load)
        assert joined is not None
        cured = self.problem.replace(candidates=(*self.problem.candidates, joined))
        held = {(share.candidate, share.package): share.cfte for share in shown.plan.shares}
        few = self._among(cured, held)
        if few.result is None:
            return UNDECIDED
        result = self._choose(cured, few.result)
        return self._cure(kind, amount, min(amount, at_least), parts, cured, result)

    def _nearly_least(self, priced: Problem, near: Result) -> Result:
        """Compose until proven to within the gap; what is said meanwhile is not taken for proof."""
        for watch in (_until_near_enough, None):
            found = compose(priced, time_limit_s=self._left(), near=near, watch=watch, **self.how)
            if found.gap is not None and found.gap <= GAP:
                break
            near = near if found.plan is None else found
        return found

    def _cure(
        self, kind: CureKind, amount: int, at_least: int, parts: Parts, cured: Problem, by: Result
    ) -> Tried:
        cure = Cure(kind, amount, at_least, self.partners_more, parts, cured, by)
        return Tried(cure, is_useless=False)

    def _left(self) -> float:
        return max(0.05, self.stops - perf_counter())

    def _least_of(
        self, steps: Sequence[int], changed: Callable[[int], Problem]
    ) -> tuple[int, int, Result] | Tried:
        """Return proven least, amount and answer of the smallest step that suffices.

        More never hurts, so the steps are halved; what time leaves open weakens the proof only.
        """
        if not steps:
            return USELESS
        most = self._probe(changed(steps[-1]))
        if most.result is None:
            return USELESS if most.is_impossible else UNDECIDED
        best = most.result
        low, high, proven = -1, len(steps) - 1, -1
        while high - low > 1:
            middle = (low + high) // 2
            asked = self._probe(changed(steps[middle]))
            if asked.result is not None:
                high, best = middle, asked.result
            else:
                low = middle
                if asked.is_impossible:
                    proven = middle
        # Not steps[high]: a step between that no time was left for may have sufficed.
        return steps[proven + 1], steps[high], best

    def _probe(self, problem: Problem, near: Result | None = None) -> Probed:
        """Count what is short, relax, else compose until a first plan holds."""
        pairs = build_pairs(problem)
        if _is_short(counted_reasons(problem, pairs)):
            return Probed(None, is_impossible=True)
        if near is None and self._lacks_even_relaxed(problem, pairs):
            return Probed(None, is_impossible=True)
        found = compose(
            problem,
            time_limit_s=min(SECONDS_FOR_ONE_QUESTION, self._left()),
            near=near,
            **self.how,
            # Feasibility alone is asked: the search stops at the first team that holds.
            watch=lambda moment: moment.plan is None,
        )
        result = None if found.plan is None else found
        return Probed(result, found.status is Status.IMPOSSIBLE)

    def _lacks_even_relaxed(self, problem: Problem, pairs: Pairs) -> bool:
        """Whether work is left over even where partners may sign in part: no team, for sure.

        It says nothing of one alone, so it is not asked where one might be.
        """
        if able_alone(problem, problem).candidates:
            return False
        team = TeamRule(2, problem.params.max_partners)
        budget = Budget(min(SECONDS_TO_RELAX, self._left()), self.how["seed"])
        short = least_shortage(problem, pairs, team, budget, relaxed=True)
        return short.at_least > SHORT_FROM_CFTE_MONTHS

    def _least_lift(self, problem: Problem, lift: Lift, rule: TeamRule) -> Lifted:
        budget = Budget(self._left(), self.how["seed"])
        return least_lift(
            problem, lift, rule, budget, gap=GAP, reachable=self.beyond.headroom_cents
        )

    def _among(self, cured: Problem, quantities: Quantities) -> Probed:
        """Compose among a team from quantities that hold: verified at once, whatever the time."""
        held = {name for name, _ in quantities}
        names = {c.organisation for c in cured.candidates if c.id in held}
        few = cured.replace(
            candidates=tuple(c for c in cured.candidates if c.organisation in names)
        )
        # A start with bound 0 claims nothing: it is only what the search may improve on.
        plan = build_plan(few, build_pairs(few).all, quantities)
        return self._probe(few, replace(self.shown, status=Status.GAP, plan=plan, bound=0))

    def _choose(self, cured: Problem, found: Result) -> Result:
        """Look for a cheaper answer to the changed problem, for a moment."""
        best = compose(
            cured,
            time_limit_s=min(SECONDS_TO_CHOOSE, self._left()),
            near=found,
            **self.how,
        )
        return found if best.plan is None else best


def _with_partners(problem: Problem, more: int) -> Problem:
    most = problem.params.max_partners + more
    return problem.replace(params=replace(problem.params, max_partners=most))


def _is_short(reasons: tuple[Reason, ...]) -> bool:
    """Whether reasons hold for one alone as for a team."""
    # One alone needs no lead, and is unlike no team by definition.
    team_only = {Shortage.LEAD, Shortage.UNLIKE}
    return any(
        reason.shortage not in team_only
        and not (reason.shortage is Shortage.PARTNERS and reason.available < 2)
        for reason in reasons
    )


def _until_near_enough(moment: Moment) -> bool:
    """Go on until the newcomer could not be smaller by more than a small share."""
    if moment.plan is None or moment.bound is None:
        return True
    cost = moment.plan.terms.total
    return cost - moment.bound > GAP * cost
