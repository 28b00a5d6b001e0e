"""The needs of a notice: a share of what the relaxation carries, a planted team, or too much."""

from dataclasses import dataclass, field
from random import Random

import numpy as np

from benchmarks.instances.country import Country, Floats
from benchmarks.instances.drafts import CAPPED_LOT, DENSE, FROM_CFTE, HARD, IMPOSSIBLE, Draft
from benchmarks.instances.near import filtered, reaches
from benchmarks.instances.relaxation import (
    INFINITY,
    Able,
    Carried,
    Rows,
    able_pairs,
    carried,
    limit_rows,
    run,
    strongest,
)
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import build_plan
from cordee.engine.problem import MAX_CFTE
from cordee.engine.verify import verify

# Rises when the same draft is given other needs.
VERSION = "2"
TEAMS_TRIED = 12
TEAMS_TRIED_AT_MOST = 100
# Nodes and not seconds: the same team on any machine.
NODES = 200
JUST_ABOVE = 1.02


class NotSized(RuntimeError):
    """A notice could not be given needs with what its class promises."""


@dataclass(frozen=True)
class Sized:
    """The needs of a draft, in cFTE by package, and the team planted in them, if one was.

    `load_permille` is what the needs are of what the relaxation carries (`None`: not asked);
    `planted` holds cFTE by candidate and package.
    """

    needs: tuple[int, ...]
    load_permille: int | None = None
    planted: dict[tuple[str, str], int] = field(default_factory=dict)


def size(of: Country, draft: Draft) -> Sized:
    """Give a draft its needs."""
    if draft.klass == IMPOSSIBLE:
        return _too_much(of, draft)
    able = strongest(of, able_pairs(of, draft), draft)
    most = carried(of, able, draft)
    wanted = _share_of(draft, most)
    team = _plant(of, draft, able, most, wanted.needs)
    if team is not None and (team.needs == wanted.needs or is_planted(draft)):
        return team
    return wanted


def is_planted(draft: Draft) -> bool:
    """Whether needs follow from the team drawn where none of those drawn carries the wanted load.

    Half of the dense ones and of the hard ones of 75 %, and all hard ones of 88 %: too many of
    those would have no team at all.
    """
    if draft.klass == HARD and draft.number % 2:
        return True
    return draft.klass in {DENSE, HARD} and draft.number // 2 % 2 == 0


def _share_of(draft: Draft, most: Carried) -> Sized:
    theta = most.theta * draft.load_permille / 1000
    needs = tuple(max(1, int(theta * weight)) for weight in draft.weights)
    return Sized(needs, draft.load_permille)


def _plant(
    of: Country, draft: Draft, able: Able, most: Carried, needs: tuple[int, ...]
) -> Sized | None:
    """Draw teams among those the relaxation uses; keep the one that carries most of the needs.

    A dozen are drawn, or more until one holds at all.
    """
    dice = Random(f"plant/{draft.digest}")
    best: tuple[float, Sized] | None = None
    for tried in range(TEAMS_TRIED_AT_MOST):
        if tried >= TEAMS_TRIED and best is not None:
            break
        team = _draw_team(of, dice, most, draft.params.max_partners)
        mine = able.only(np.isin(of.organisation[able.row], np.array(sorted(team))))
        found = _work_of(of, draft, mine, needs)
        if found is None or (best is not None and found[0] <= best[0]):
            continue
        theta, made = found
        if _holds(of, draft, made):
            best = theta, Sized(made.needs, round(1000 * theta / most.theta), made.planted)
            if made.needs == needs:
                break
    return None if best is None else best[1]


def _draw_team(of: Country, dice: Random, most: Carried, partners: int) -> set[int]:
    left = dict(most.signs)
    team: set[int] = set()
    while left and len(team) < partners:
        names = list(left)
        (name,) = dice.choices(names, [left[each] + 1e-4 for each in names])
        del left[name]
        team.add(name)
    return team


def _work_of(
    of: Country, draft: Draft, able: Able, most: tuple[int, ...]
) -> tuple[float, Sized] | None:
    """Share out as much as a team can carry, up to these needs, in whole cFTE."""
    if len(set(able.package.tolist())) < len(draft.packages):
        return None
    weights = np.array(draft.weights, dtype=float)
    cap = np.array(most, dtype=float)
    wanted = float((cap / weights).min())
    floor = np.where(
        able.least != FROM_CFTE, able.least, np.maximum(FROM_CFTE, np.ceil(cap / 10)[able.package])
    )
    least = np.minimum(floor, cap[able.package])
    upper = np.minimum(able.most, cap[able.package])
    able = able.only(upper >= least)
    least, upper = least[upper >= least], upper[upper >= least]
    count = len(able.row)
    held = list(range(count, 2 * count))
    theta, always = 2 * count, 2 * count + 1
    rows = Rows()
    for number, weight in enumerate(draft.weights):
        pairs = np.flatnonzero(able.package == number).tolist()
        both = dict.fromkeys(pairs, 1.0)
        rows.add(both | {theta: -float(weight)}, 0.0, INFINITY)
        rows.add(both, 0.0, float(cap[number]))
    for pair in range(count):
        rows.add({pair: 1.0, held[pair]: -float(upper[pair])}, -INFINITY, 0.0)
        rows.add({pair: 1.0, held[pair]: -float(least[pair])}, 0.0, INFINITY)
    rows.add({always: 1.0}, 1.0, 1.0)
    limit_rows(of, able, draft, rows, [always] * count, held)
    # Above theta, a cFTE more is worth little: it settles what is left between needs and theta.
    cost = [-1e-4] * count + [0.0] * count + [-1.0, 0.0]
    solver = run(rows, cost, [*upper, *[1.0] * count, wanted, 1.0], range(2 * count), nodes=NODES)
    values = list(solver.getSolution().col_value)
    if not values or values[theta] <= 0.3 * wanted:
        return None
    quantities = {
        (of.identifier(int(able.row[pair])), draft.packages[able.package[pair]].id): round(
            values[pair]
        )
        for pair in range(count)
        if round(values[pair]) > 0
    }
    needs = tuple(
        sum(q for (_, package), q in quantities.items() if package == p.id) for p in draft.packages
    )
    if min(needs) < 1:
        return None
    reached = min(need / weight for need, weight in zip(needs, weights, strict=True))
    return reached, Sized(needs, None, quantities)


def _holds(of: Country, draft: Draft, sized: Sized) -> bool:
    """Whether the independent check accepts the planted team."""
    problem = filtered(of, draft.sized(sized.needs), draft.params)
    names = {name for name, _ in sized.planted}
    team = tuple(c for c in problem.candidates if c.id in names)
    if len(team) < len(names) or not any(c.can_lead for c in team):
        return False
    pairs = build_pairs(problem.replace(candidates=team))
    if not sized.planted.keys() <= {pair.key for pair in pairs.all}:
        return False
    return not verify(problem, build_plan(problem, pairs.all, sized.planted))


def _too_much(of: Country, draft: Draft) -> Sized:
    """Needs that nobody can hold, in the way that the sort of the draft says."""
    able = able_pairs(of, draft)
    strong = strongest(of, able, draft)
    bearable = tuple(
        max(FROM_CFTE, int(strong.most[strong.package == at].max(initial=0)) // 2)
        for at in range(len(draft.packages))
    )
    if draft.sort in {"trade", "reach"}:
        return Sized(bearable)
    if draft.sort == "joint":
        return Sized(_jointly_too_much(of, draft, able))
    over = _package_too_much(of, draft, able)
    best: tuple[int, int] | None = None
    for at, need in enumerate(over):
        if 0 < need <= MAX_CFTE and (best is None or need < best[1]):
            best = at, need
    if best is None:
        raise NotSized(f"{draft.name}: no package can be made {draft.sort} too large.")
    return Sized(tuple(best[1] if at == best[0] else need for at, need in enumerate(bearable)))


def _package_too_much(of: Country, draft: Draft, able: Able) -> list[int]:
    """By package, the need that makes it too large in the way of the sort, 0 where none does."""
    found = []
    for at, reach in enumerate(reaches(of, draft.sized((1,) * len(draft.packages)), draft.params)):
        package = draft.packages[at]
        mine = able.only(able.package == at)
        if draft.sort == "month":
            free = of.capacity_cfte(reach.rows, range(package.first_month, package.end_month))
            found.append(int(free.sum(axis=0).min()) + 1)
        elif draft.sort == "ceiling":
            steady, room = int(reach.steady_cfte.sum()), int(reach.most_cfte.sum())
            # More than ceilings leave, less than capacities do.
            found.append((2 * room + steady) // 3 if package.lot_id == CAPPED_LOT else 0)
        else:
            by_name: dict[int, int] = {}
            for row, most in zip(mine.row.tolist(), mine.most.tolist(), strict=True):
                name = int(of.organisation[row])
                by_name[name] = by_name.get(name, 0) + most
            several = sorted(by_name.values(), reverse=True)
            top = sum(several[: draft.params.max_partners])
            found.append(top + 1 if sum(several) > top + top // 5 else 0)
    return found


def _jointly_too_much(of: Country, draft: Draft, able: Able) -> tuple[int, ...]:
    """Needs just above what so many partners can carry, whatever they share: a proof by duality.

    At any worth of a cFTE by package, a team holds no more than the sum of the largest values of
    its organisations; the worths are those of the relaxation.
    """
    most = carried(of, strongest(of, able, draft), draft)
    weights = np.array(draft.weights, dtype=float)
    worth = most.worth / (most.worth * weights).sum()
    best = _largest_values(of, draft, able, worth, draft.params.max_partners)
    return tuple(int(JUST_ABOVE * sum(best) * weight) + 1 for weight in draft.weights)


def _largest_values(
    of: Country, draft: Draft, able: Able, worth: Floats, count: int
) -> list[float]:
    """The largest values of organisations; boxes tell who need not be solved."""
    by_name: dict[int, list[int]] = {}
    for pair, name in enumerate(of.organisation[able.row].tolist()):
        by_name.setdefault(name, []).append(pair)
    values = worth[able.package] * able.most
    boxes = sorted(((float(values[each].sum()), name) for name, each in by_name.items()))
    best: list[float] = []
    while boxes and (len(best) < count or boxes[-1][0] > best[-1]):
        _, name = boxes.pop()
        mine = np.zeros(len(able.row), dtype=bool)
        mine[by_name[name]] = True
        best = sorted([*best, _value(of, draft, able.only(mine), worth)], reverse=True)[:count]
    return best


def _value(of: Country, draft: Draft, mine: Able, worth: Floats) -> float:
    """What one organisation can hold at most, at some worth of a cFTE by package."""
    always = len(mine.row)
    rows = Rows()
    rows.add({always: 1.0}, 1.0, 1.0)
    limit_rows(of, mine, draft, rows, [always] * always, None)
    cost = [-float(worth[at]) for at in mine.package.tolist()]
    solver = run(rows, [*cost, 0.0], [*mine.most.astype(float).tolist(), 1.0], [])
    return -float(solver.getInfo().objective_function_value)
