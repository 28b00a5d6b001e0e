"""At which size an answer changes, where the size of the work is only supposed.

The question is asked again with what is supposed made larger, then smaller, in steps: is there
still a team of no more partners? The search stops at its first plan that holds, and a no is a proof
(`engine.compose`). What ran out of time says nothing.

Between two steps we suppose that a smaller contract is no harder. Capacities and ceilings are so: a
plan scaled down keeps within them. Least shares are not: 1.99 FTE can be too much for each of two
crews of 1.00, and too little to share between them, where 2.00 are shared. So every figure told is
one that was asked, and steps are asked from the nearest on, none is skipped.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

from cordee.base.ui import french
from cordee.engine.compose import compose
from cordee.engine.problem import Package, Problem
from cordee.engine.result import AssumptionKind, Result, Shortage, Status, round_half_up
from cordee.mobilisation.problem.packages import least_share
from cordee.opportunities.supposed import Supposition, Unit, lasting, money

# In thousandths of the size supposed: six of ten contracts like one lie between a third and thrice.
LARGER, SMALLER = (1_250, 1_500, 2_000, 3_000), (750, 500, 330)
AS_SUPPOSED = 1_000
SECONDS_FOR_ONE_STEP = 1.5
# Unknown of a partner, these set no limit: how far its team goes is what it is asked.
UNBOUNDED = frozenset({AssumptionKind.CAPACITY, AssumptionKind.CEILING})
# What may lack less of a smaller contract.
OF_SIZE = frozenset(
    {Shortage.CAPACITY, Shortage.CEILING, Shortage.JOINT, Shortage.MIN_SHARE, Shortage.PARTNERS}
)


@dataclass(frozen=True, slots=True)
class Change:
    """The answer at another size: so many partners, 0 where nobody can; sure, or to confirm."""

    permille: int
    partners: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """How far an answer holds, in thousandths of the size supposed.

    `holds` is the largest size asked at which it does, `above` what it becomes at the next, None
    where that was not decided; `below` where a smaller one makes it better; where there is no team
    at the smallest asked either, `lowest` is that one.
    """

    holds: int = AS_SUPPOSED
    above: Change | None = None
    lowest: int = AS_SUPPOSED
    below: Change | None = None


@dataclass(frozen=True, slots=True)
class _Sizes:
    problem: Problem
    supposed: Supposition
    ends: float
    seed: int

    def ask(
        self, permille: int, most: int, *, is_sure: bool = False, own: Collection[str] = ()
    ) -> Result | None:
        """A team of so many partners at most; None where neither it nor a proof was found.

        `is_sure`: on known figures only. `own`: among these organisations.
        """
        seconds = min(SECONDS_FOR_ONE_STEP, self.ends - perf_counter())
        if seconds <= 0:
            return None
        try:
            posed = at_size(self.problem, self.supposed, permille)
        except ValueError:
            # Larger than anything that can be composed.
            return None
        if own:
            kept = (each for each in posed.candidates if each.organisation in own)
            posed = posed.replace(candidates=tuple(kept))
        posed = posed.certain_only() if is_sure else posed
        found = compose(
            posed.replace(params=replace(posed.params, max_partners=max(2, most))),
            time_limit_s=seconds,
            seed=self.seed,
            groups_allowed=most > 1,
            watch=lambda moment: moment.plan is None,
        )
        is_decided = found.plan is not None or found.status is Status.IMPOSSIBLE
        return found if is_decided else None


def at_size(problem: Problem, supposed: Supposition, permille: int) -> Problem:
    """The problem with what is supposed of it larger or smaller; where its duration is what is
    supposed, a larger one is shorter."""
    sized = (_sized(package, supposed, permille) for package in problem.packages)
    return problem.replace(packages=tuple(sized))


def _sized(package: Package, supposed: Supposition, permille: int) -> Package:
    if (follows := supposed.scaled.get(int(package.id))) is None:
        return package
    months, cents, need = package.months, package.amount_cents, package.need_cfte
    if supposed.unit is Unit.MONTHS:
        months = max(1, round_half_up(months * AS_SUPPOSED, permille))
        need = max(1, round_half_up(need * package.months, months))
    else:
        cents = max(1, round_half_up(cents * permille, AS_SUPPOSED))
        need = max(1, round_half_up(need * permille, AS_SUPPOSED)) if follows else need
    return replace(
        package,
        months=months,
        amount_cents=cents,
        need_cfte=need,
        min_share_cfte=least_share(need),
    )


def size_limits(
    problem: Problem, result: Result, supposed: Supposition, *, time_limit_s: float, seed: int
) -> SizeLimits | None:
    """Where an answer changes with what is supposed; None where no size is, or no answer."""
    if supposed.unit is None or (result.plan is None and result.impossibility is None):
        return None
    asked = problem.replace(params=result.params)
    sizes = _Sizes(asked, supposed, perf_counter() + time_limit_s, seed)
    if result.plan is None:
        return _below(sizes, SizeLimits(), asked.params.max_partners, or_unsure=True)
    is_bounded = UNBOUNDED.isdisjoint(each.kind for each in result.assumptions)
    limits = _above(sizes, result) if is_bounded else SizeLimits()
    # Fewer partners; or a team on known figures, where this one rests on others.
    is_sure, partners = not result.assumptions, len(result.plan.partners)
    return _below(sizes, limits, partners - 1 if is_sure else asked.params.max_partners)


def _above(sizes: _Sizes, result: Result) -> SizeLimits:
    assert result.plan is not None
    limits, partners = SizeLimits(), len(result.plan.partners)
    guesses = {(each.candidate, each.kind) for each in result.assumptions}
    for permille in LARGER:
        same = sizes.ask(permille, partners, own=result.plan.organisations)
        more = {(each.candidate, each.kind) for each in same.assumptions} if same else guesses
        if same is None or same.plan is None or not more <= guesses:
            sure = sizes.ask(permille, partners, is_sure=True)
            at_all = sizes.ask(permille, partners)
            if sure is None or at_all is None:
                return limits
            if at_all.plan is None:
                return replace(limits, above=_beyond(sizes, permille, partners))
            if sure.plan is None:
                return replace(limits, above=Change(permille, partners, is_sure=False))
        limits = replace(limits, holds=permille)
    return limits


def _beyond(sizes: _Sizes, permille: int, partners: int) -> Change | None:
    """The fewest partners that it takes where so many do not suffice, whatever is supposed."""
    for more in range(partners + 1, sizes.problem.params.max_partners + 1):
        for is_sure in (True, False):
            found = sizes.ask(permille, more, is_sure=is_sure)
            if found is None:
                return None
            if found.plan is not None:
                return Change(permille, more, is_sure)
    return Change(permille, 0)


def _below(sizes: _Sizes, limits: SizeLimits, most: int, *, or_unsure: bool = False) -> SizeLimits:
    """A better answer at a smaller size: fewer partners, sure where it was not, a team at last."""
    for permille in SMALLER if most else ():
        found = sizes.ask(permille, most, is_sure=True)
        if found is not None and found.plan is None and or_unsure:
            found = sizes.ask(permille, most)
        if found is None:
            break
        if found.plan is not None:
            size = len(found.plan.partners)
            return replace(limits, below=Change(permille, size, not found.assumptions))
        limits = replace(limits, lowest=permille if or_unsure else AS_SUPPOSED)
    return limits


def decides(
    supposed: Supposition | None,
    limits: SizeLimits | None,
    reasons: Iterable[tuple[str, str | None]],
) -> bool:
    """Whether the size that is supposed is all that makes a contract impossible, as far as known.

    `reasons`: what lacks, and of which package. Where every smaller size was asked in vain, it is
    not; where they were not sought yet, it may be.
    """
    if supposed is None or supposed.unit is None:
        return False
    if limits is not None and limits.below is None and limits.lowest <= min(SMALLER):
        return False
    return all(
        shortage in OF_SIZE and (not package or int(package) in supposed.scaled)
        for shortage, package in reasons
    )


def sentences_of(
    limits: SizeLimits, supposed: Supposition, packages: Collection[Package]
) -> list[str]:
    """At which size the answer changes; each size told was asked."""
    size, found = partial(_size, supposed, packages), []
    at, up_to, more = "à {}", "jusqu’à {}", "au moins jusqu’à {}"
    if supposed.unit is Unit.MONTHS:
        at, up_to, more = "sur {}", "s’il dure {} ou plus", "même s’il ne dure que {}"
    if limits.above is not None:
        change = f"{at.format(size(limits.above.permille, -1))}, {_becomes(limits.above)}"
        if limits.holds > AS_SUPPOSED:
            held = up_to.format(size(limits.holds, 1))
            change = f"la réponse tient {held}\u202f; {change}"
        found.append(change)
    elif limits.holds > AS_SUPPOSED:
        found.append(f"la réponse tient {more.format(size(limits.holds, 1))}")
    if limits.below is not None:
        found.append(f"{at.format(size(limits.below.permille, 1))}, {_better(limits.below)}")
    elif limits.lowest < AS_SUPPOSED:
        found.append(f"même {at.format(size(limits.lowest, -1))}, la réponse reste la même")
    return [f"{each[0].upper()}{each[1:]}." for each in found]


def _becomes(change: Change) -> str:
    if not change.partners:
        return "c’est non"
    fewest = french.in_letters(change.partners)
    return f"il faut être {fewest}" if change.is_sure else "ce n’est plus sûr"


def _better(change: Change) -> str:
    if not change.is_sure:
        return "c’est possible, à confirmer"
    size = change.partners
    enough = "une structure suffit" if size == 1 else f"{french.in_letters(size)} suffisent"
    return f"{enough} à coup sûr"


def _size(supposed: Supposition, packages: Collection[Package], permille: int, side: int) -> str:
    """A size in French: rounded down (`side` 1) where it holds, up (-1) where it does not."""
    theirs = (each for each in packages if int(each.id) in supposed.scaled)
    sized = [_sized(each, supposed, permille) for each in theirs]
    if supposed.unit is Unit.MONTHS:
        return lasting(max(each.months for each in sized))
    if supposed.unit is Unit.PEOPLE:
        return french.fte(_round(sum(each.need_cfte for each in sized), side))
    cents = sum(each.amount_cents for each in sized)
    return money(cents, sized[0].months, supposed.is_yearly, partial(_round, side=side))


def _round(value: int, side: int) -> int:
    """Two figures that count."""
    step = int(10 ** max(0, len(str(value)) - 2))
    return value // step * step if side > 0 else -(-value // step) * step
