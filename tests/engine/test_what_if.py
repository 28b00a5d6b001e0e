"""What-ifs: the answer of the changed problem, what it changes, and nothing that was hidden."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest

from cordee.engine.compare import WhatIf, what_if
from cordee.engine.compose import compose
from cordee.engine.method import Outcome
from cordee.engine.milp import Milp
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, AssumptionKind, Result, Status
from cordee.engine.verify import verify_result
from cordee.engine.wishes import (
    AddSubcontractor,
    Exclude,
    MoveStart,
    Need,
    Pin,
    Radius,
    Refusal,
    RefusedWish,
    SetShare,
    TeamSize,
    Wish,
    apply,
)
from tests.engine.brute_force import best_plan
from tests.engine.conftest import APRIL, accounts, package, practises, steady, structure
from tests.engine.instances import draw_crowded, draw_problem

IS_FULL = os.environ.get("CORDEE_FUZZ") == "full"
SIAE = frozenset({"ACI", "EI", "AI", "ETTI", "EITI"})


def answer(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


def ask(problem: Problem, *wishes: Wish, before: Result | None = None) -> WhatIf:
    """Ask without a practical limit of time."""
    shown = answer(problem) if before is None else before
    return what_if(problem, shown, wishes, time_limit_s=60, seed=0)


def draw_wishes(problem: Problem, result: Result, seed: int) -> Sequence[Wish]:
    """Return one or two wishes that can be asked."""
    dice = Random(seed)
    candidate, asked = dice.choice(problem.candidates), dice.choice(problem.packages)
    names = sorted({c.organisation for c in problem.candidates})
    if result.plan is not None and dice.random() < 0.5:
        names = list(result.plan.organisations)
    least = dice.randint(1, asked.need_cfte)
    company = replace(
        candidate, id="firm", organisation="firm", kind="ENTREPRISE", is_capped=False, can_lead=True
    )
    every: list[Wish] = [
        Pin(dice.choice(names)),
        Exclude(dice.choice(names)),
        SetShare(candidate.id, asked.id, least, dice.randint(least, asked.need_cfte)),
        TeamSize(dice.randint(2, 5)),
        Radius(dice.randint(5, 90)),
        MoveStart(asked.id, asked.first_month + dice.randint(-2, 2)),
        Need(asked.id, dice.randint(1, asked.need_cfte + 2)),
    ]
    trades = {skill.trade for skill in company.skills}
    reserved = {p.lot_id for p in problem.packages if p.eligible_kinds is not None}
    if any(p.trade in trades and p.lot_id not in reserved for p in problem.packages):
        every.append(AddSubcontractor(company))
    drawn = dice.sample(every, dice.randint(1, 2))
    drawn.sort(key=lambda wish: isinstance(wish, Need))
    both = {type(wish) for wish in drawn} == {Pin, Exclude}
    return drawn[:1] if both else drawn


@pytest.mark.parametrize("seed", range(7_000, 7_800 if IS_FULL else 7_080))
def test_as_solved_from_scratch(seed: int) -> None:
    """Warm or by argument, the answer is that of the changed problem, and of brute force."""
    problem = draw_crowded(seed) if seed % 2 else draw_problem(seed)
    before = answer(problem)
    told = ask(problem, *draw_wishes(problem, before, seed), before=before)
    scratch, expected = answer(told.problem), best_plan(told.problem)
    after = told.after
    assert (after.status, after.solo) == (scratch.status, scratch.solo)
    assert (after.alone, after.alone_if) == (scratch.alone, scratch.alone_if)
    assert after.set_aside == scratch.set_aside
    assert after.params == scratch.params
    assert verify_result(told.problem, after) == ()
    if expected is None:
        assert after.plan is None
        assert told.comparison is None
        return
    assert after.objective is not None
    assert 0 <= after.objective - expected.cost <= OPTIMAL_WITHIN_UNITS
    if before.plan is not None:
        assert told.cost == after.objective - before.plan.terms.total


class Counted(Milp):
    """Counts how often a search begins."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.times = 0

    def solve(self, *arguments: object, **named: object) -> Outcome:
        """Count, and search."""
        self.times += 1
        return super().solve(*arguments, **named)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6_000, 6_020))
def test_who_is_out_or_in_already_needs_no_search(seed: int) -> None:
    problem = draw_crowded(seed)
    before = answer(problem)
    if before.plan is None:
        return
    team = before.plan.organisations
    strangers = {c.organisation for c in problem.candidates} - set(team)
    wishes: list[Wish] = [Pin(team[0]), TeamSize(len(team))]
    wishes += [Exclude(name) for name in sorted(strangers)]
    for wish in wishes:
        if isinstance(wish, TeamSize) and wish.max_partners < 2:
            continue
        method = Counted()
        told = what_if(problem, before, [wish], time_limit_s=60, seed=0, method=method)
        assert method.times == 0
        assert told.comparison is not None
        assert told.comparison.changes_nothing
        assert (told.after.plan, told.after.bound) == (before.plan, before.bound)


def test_a_gap_stays_a_gap_by_argument(pair_of_gardeners: Problem) -> None:
    """Forbidding lowers no bound and adds none."""
    third = structure("cedre", latitude_deg=45.09)
    problem = pair_of_gardeners.replace(candidates=(*pair_of_gardeners.candidates, third))
    best = answer(problem)
    assert best.objective is not None
    shown = replace(best, status=Status.GAP, bound=best.objective // 2)
    told = ask(problem, Exclude("cedre-asso"), before=shown)
    assert told.after.plan is shown.plan
    assert (told.after.status, told.after.bound) == (Status.GAP, best.objective // 2)


def test_lifting_an_exclusion_is_solved_again(pair_of_gardeners: Problem) -> None:
    """A pin that lifts an exclusion adds plans: nothing is the same by argument."""
    cheap = structure("cedre", coordination_cost_cents=0, skills=(practises("espaces-verts"),))
    problem = pair_of_gardeners.replace(
        candidates=(*pair_of_gardeners.candidates, cheap), excluded=frozenset({"cedre-asso"})
    )
    told = ask(problem, Pin("cedre-asso"))
    assert told.cost is not None
    assert told.cost < 0
    assert told.comparison is not None
    assert told.comparison.joins == ("cedre-asso",)


def test_what_a_wish_costs_is_told_by_term(valley: Problem) -> None:
    """berges takes the least share of the park at 3 % of its price; nouveau does the school."""
    told = ask(valley, Pin("berges-asso"))
    assert told.comparison is not None
    assert (told.comparison.joins, told.comparison.leaves) == (("berges-asso",), ("relais-asso",))
    changes = {(c.candidate, c.package): c for c in told.comparison.changes}
    (berges, nouveau) = (changes[name, "parc"] for name in ("berges", "nouveau"))
    assert (berges.before_cfte, berges.after_cfte) == (0, 50)
    assert (nouveau.before_cfte, nouveau.after_cfte) == (300, 250)
    costs = dict(told.comparison.terms)
    assert costs["fit"] == 900_000 * 30 // 1_000 * 1_000_000
    assert costs["interface"] == 30_000 * 1_000_000
    assert told.cost == told.comparison.cost == sum(units for _, units in told.comparison.terms)


def test_a_need_takes_its_price_along_and_a_month_does_not(pair_of_gardeners: Problem) -> None:
    smaller = apply(pair_of_gardeners, [Need("parc", 200)]).packages[0]
    assert (smaller.need_cfte, smaller.amount_cents) == (200, 3_600_000)
    given = apply(pair_of_gardeners, [Need("parc", 200, amount_cents=4_000_000)]).packages[0]
    assert given.amount_cents == 4_000_000
    later = apply(pair_of_gardeners, [MoveStart("parc", APRIL + 2)]).packages[0]
    assert (later.first_month, later.months, later.amount_cents) == (APRIL + 2, 6, 5_400_000)


def test_months_that_nobody_told_of_stay_unknown(pair_of_gardeners: Problem) -> None:
    """Capacities are told for 2027; a start in October runs into 2028, and the answer says so."""
    told = ask(pair_of_gardeners, MoveStart("parc", APRIL + 6))
    assert {(each.kind, each.months) for each in told.new_assumptions} == {
        (AssumptionKind.CAPACITY, tuple(range(APRIL + 9, APRIL + 12)))
    }


COMPANY = structure("firm", kind="ENTREPRISE", skills=(practises("espaces-verts"),))


def test_a_company_joins_on_an_open_lot_and_never_leads(pair_of_gardeners: Problem) -> None:
    """It could do all alone, at less; it may hold only what leaves a partner its share."""
    rich = replace(
        COMPANY,
        capacity_cfte_by_month=steady(900),
        coordination_cost_cents=0,
        lead_cost_cents=0,
    )
    told = ask(pair_of_gardeners, AddSubcontractor(rich))
    assert not told.after.solo
    assert told.after.plan is not None
    assert "firm-asso" in told.after.plan.organisations
    assert told.after.plan.lead != "firm-asso"
    held = {share.candidate: share.cfte for share in told.after.plan.shares}
    assert held["firm"] <= 250


def test_a_company_never_holds_every_package(valley: Problem) -> None:
    known = valley.certain_only()
    rich = structure("firm", kind="ENTREPRISE", capacity_cfte_by_month=steady(900))
    (added,) = [c for c in apply(known, [AddSubcontractor(rich)]).candidates if c.id == "firm"]
    assert (added.max_packages, added.can_lead) == (1, False)
    assert not ask(known, AddSubcontractor(rich)).after.solo


@pytest.mark.parametrize(
    ("wish", "why", "words"),
    [
        (Pin("x"), Refusal.UNKNOWN_ORGANISATION, "organisation is 'x'; give one"),
        (Exclude("x"), Refusal.UNKNOWN_ORGANISATION, "organisation is 'x'; give one"),
        (SetShare("x", "parc", 50, 60), Refusal.UNKNOWN_CANDIDATE, "candidate is 'x'"),
        (
            SetShare("buis", "x", 50, 60),
            Refusal.UNKNOWN_PACKAGE,
            "package is 'x'; give one of parc",
        ),
        (SetShare("buis", "parc", 301, 400), Refusal.OUT_OF_BOUNDS, "needs 300: give that or less"),
        (SetShare("buis", "parc", 60, 50), Refusal.OUT_OF_BOUNDS, "most_cfte is 50; give a value"),
        (SetShare("buis", "parc", 0, 50), Refusal.OUT_OF_BOUNDS, "least_cfte is 0; give a value"),
        (TeamSize(1), Refusal.OUT_OF_BOUNDS, "max_partners is 1; give a value from 2"),
        (Radius(-1), Refusal.OUT_OF_BOUNDS, "max_distance_km is -1"),
        (MoveStart("x", APRIL), Refusal.UNKNOWN_PACKAGE, "package is 'x'"),
        (MoveStart("parc", -1), Refusal.OUT_OF_BOUNDS, "first_month is -1"),
        (Need("parc", 0), Refusal.OUT_OF_BOUNDS, "need_cfte is 0"),
        (Need("parc", 10, amount_cents=0), Refusal.OUT_OF_BOUNDS, "amount_cents is 0"),
        (AddSubcontractor(structure("ei")), Refusal.NOT_A_COMPANY, "kind is EI"),
        (AddSubcontractor(replace(COMPANY, id="buis")), Refusal.ALREADY_THERE, "is there already"),
        (
            AddSubcontractor(replace(COMPANY, skills=(practises("proprete"),))),
            Refusal.NO_PACKAGE,
            "no package asks",
        ),
    ],
)
def test_a_wish_that_cannot_be_asked_says_why(
    pair_of_gardeners: Problem, wish: Wish, why: Refusal, words: str
) -> None:
    with pytest.raises(RefusedWish, match=words) as refused:
        apply(pair_of_gardeners, [wish])
    assert (refused.value.why, refused.value.wish) == (why, wish)


def test_a_company_is_refused_on_a_reserved_lot(pair_of_gardeners: Problem) -> None:
    """RULE-15: one reserved package reserves its lot, and subcontracting with it."""
    square = package("square", lot_id="lot-parc", trade="proprete", eligible_kinds=SIAE)
    problem = pair_of_gardeners.replace(packages=(package("parc"), square))
    with pytest.raises(RefusedWish, match="packages parc are on reserved lots") as refused:
        apply(problem, [AddSubcontractor(COMPANY)])
    assert refused.value.why is Refusal.RESERVED_LOT


@pytest.mark.parametrize(
    "wishes",
    [
        (Pin("buis-asso"), Exclude("buis-asso")),
        (TeamSize(3), TeamSize(4)),
        (Need("parc", 100), Need("parc", 200)),
        (SetShare("buis", "parc", 50, 60), SetShare("buis", "parc", 70, 80)),
    ],
)
def test_wishes_against_each_other_are_refused(
    pair_of_gardeners: Problem, wishes: tuple[Wish, ...]
) -> None:
    with pytest.raises(RefusedWish, match="keep one of them") as refused:
        apply(pair_of_gardeners, wishes)
    assert refused.value.why is Refusal.CONTRADICTION


def test_a_later_wish_stands_upon_an_earlier_one(pair_of_gardeners: Problem) -> None:
    first = apply(pair_of_gardeners, [Exclude("buis-asso"), SetShare("abelia", "parc", 50, 60)])
    second = apply(first, [Pin("buis-asso"), SetShare("abelia", "parc", 70, 80)])
    assert (second.pinned, second.excluded) == (frozenset({"buis-asso"}), frozenset())
    assert [limit.least_cfte for limit in second.share_limits] == [70]


@pytest.mark.parametrize("seed", range(7_000, 7_020))
def test_the_same_question_has_the_same_answer(seed: int) -> None:
    problem = draw_crowded(seed)
    before = answer(problem)
    wishes = draw_wishes(problem, before, seed)
    told, again = (ask(problem, *wishes, before=before) for _ in range(2))
    assert (told.after.plan, told.after.status) == (again.after.plan, again.after.status)
    assert told.comparison == again.comparison


# What a stranger may find. The composer gets a headroom rounded down to STEP; everything that a
# wish can ask is a function of that problem, so no question can tell two true figures apart.
STEP = 500_000


def seen_by_a_stranger(headroom_cents: int) -> Problem:
    """A park for an ACI with a hidden ceiling and an EI, as a stranger's composer gets it."""
    rounded = headroom_cents - headroom_cents % STEP
    hidden = structure("hidden", kind="ACI", is_capped=True, accounting_years=accounts(rounded))
    return Problem(packages=(package("parc"),), candidates=(hidden, structure("other")))


def bisect(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the largest value that holds, where `low` does."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def by_need(problem: Problem, cents: int) -> bool:
    """Ask for a park whose half, that the hidden ACI must hold, brings so many cents."""
    wishes: list[Wish] = [
        Need("parc", 200, amount_cents=2 * cents),
        SetShare("hidden", "parc", 100, 100),
    ]
    return ask(problem, *wishes).after.plan is not None


def by_share(problem: Problem, cents: int) -> bool:
    """Ask it to hold a share of a park so finely cut that a cFTE is 10 cents."""
    wide = problem.replace(
        candidates=tuple(
            replace(c, capacity_cfte_by_month=steady(900_000)) for c in problem.candidates
        ),
        packages=(package("parc", need_cfte=900_000, amount_cents=9_000_000),),
    )
    wishes: list[Wish] = [SetShare("hidden", "parc", cents // 10, cents // 10), Pin("other-asso")]
    return ask(wide, *wishes).after.plan is not None


@pytest.mark.parametrize("oracle", [by_need, by_share])
@pytest.mark.parametrize("headroom_cents", [3_471_203, 3_000_000, 3_499_999])
def test_bisecting_with_wishes_finds_the_step_and_no_more(
    oracle: Callable[[Problem, int], bool], headroom_cents: int
) -> None:
    problem = seen_by_a_stranger(headroom_cents)
    found = bisect(lambda cents: oracle(problem, cents), 1_000_000, 8_000_000)
    assert found - found % 10 in {3_000_000, 3_000_009}
    assert found // STEP * STEP == 3_000_000


def wishes_of_a_stranger(company: Candidate) -> Iterator[list[Wish]]:
    """Every sort of wish, alone and with a share or a need that comes near the ceiling."""
    single: list[Wish] = [
        Pin("hidden-asso"),
        Exclude("hidden-asso"),
        Exclude("other-asso"),
        TeamSize(2),
        Radius(1),
        MoveStart("parc", APRIL - 2),
        AddSubcontractor(company),
        *(SetShare("hidden", "parc", cfte, cfte) for cfte in range(150, 200, 8)),
        *(Need("parc", 300, amount_cents=cents) for cents in range(4_400_000, 5_300_000, 90_001)),
    ]
    for wish in single:
        yield [wish]
        if not isinstance(wish, Pin | Exclude):
            yield [Pin("hidden-asso"), wish]


def test_no_wish_tells_two_hidden_figures_of_one_step_apart() -> None:
    """Many what-ifs, in two worlds that differ within a step: every answer is the same."""
    one, other = seen_by_a_stranger(3_471_203), seen_by_a_stranger(3_012_345)
    assert one == other
    nearer = seen_by_a_stranger(3_500_000)
    differ = 0
    for wishes in wishes_of_a_stranger(COMPANY):
        first, second = ask(one, *wishes), ask(other, *wishes)
        assert first.after.plan == second.after.plan
        assert first.comparison == second.comparison
        assert first.after.bound == second.after.bound
        differ += ask(nearer, *wishes).after.plan != first.after.plan
    # The oracle is sharp: in the next step, answers do change.
    assert differ > 0
