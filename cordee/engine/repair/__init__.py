"""The nearest valid split: what people agreed on, moved as little as the limits allow.

The present split where it holds, else the nearest one, else why there is none. `question` says what
is given, with held work taken for work that can be done, and what comes back, `lines` shares money
by line to the cent, `model` is the model, `search` solves it in three steps, `round_amounts` rounds
what costs nothing, `blocked` says why there is none, `check` counts everything again from the raw
inputs.
See `docs/algorithms/repair.md`.
"""

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

from cordee.engine.compose import RefusedResult
from cordee.engine.method import Budget
from cordee.engine.plan import build_plan
from cordee.engine.repair.blocked import least_short, pins_in_the_way, to_lift
from cordee.engine.repair.check import changed_cells, check_split, moved_cents
from cordee.engine.repair.model import RepairModel, build_repair_model
from cordee.engine.repair.question import Blocked, Held, InTheWay, Key, Repair, RepairQuestion
from cordee.engine.repair.round_amounts import with_round_amounts
from cordee.engine.repair.search import Infeasible, OutOfTime, RepairSearch, RepairSolution
from cordee.engine.result import Plan, Status

# A split whose euros are within a cent of the bound is the nearest: amounts are then rounded.
OPTIMAL_WITHIN_CENTS = 1


def repair(asked: RepairQuestion, *, time_limit_s: float, seed: int = 0) -> Repair:
    """Return the split that respects every limit and every pin and moves the fewest euros.

    Then the fewest cells, then the least usual cost. Every split handed out has passed
    `check_split`; one that does not raises `RefusedResult`. Where there is none, `blocked` says
    which pins or limits stand in the way, and what is nearest without them.
    """
    began = perf_counter()
    ends = began + time_limit_s
    answer = _nearest(asked, time_limit_s, seed)
    if answer.status is Status.IMPOSSIBLE:
        blocked = _explain(asked, ends, seed)
        answer = Repair(status=Status.IMPOSSIBLE, blocked=blocked, nodes=answer.nodes)
    return replace(answer, seconds=perf_counter() - began)


def _nearest(asked: RepairQuestion, time_limit_s: float, seed: int) -> Repair:
    # Counted without a model: a pin that breaks a limit by itself.
    if pins_in_the_way(asked):
        return Repair(status=Status.IMPOSSIBLE)
    columns = build_repair_model(asked)
    # Nothing to mend is the nearest of all: no search, no rounding.
    as_it_is = _plan_of(asked, columns, asked.present)
    if as_it_is is not None and not check_split(asked, asked.present, as_it_is):
        return Repair(
            status=Status.OPTIMAL,
            split=asked.present,
            is_fewest=True,
            is_cheapest=True,
            plan=as_it_is,
        )
    if columns.pairs.lack_somebody:
        return Repair(status=Status.IMPOSSIBLE)
    search = RepairSearch(columns, Budget(time_limit_s, seed))
    try:
        found = search.run()
    except Infeasible:
        return Repair(status=Status.IMPOSSIBLE, nodes=search.nodes)
    except OutOfTime:
        return Repair(status=Status.UNDECIDED, nodes=search.nodes)
    return _repair_of(asked, columns, found)


def _repair_of(asked: RepairQuestion, columns: RepairModel, found: RepairSolution) -> Repair:
    split = with_round_amounts(asked, found.split)
    plan = _plan_of(asked, columns, split)
    assert plan is not None
    # Counted again from the raw inputs: a split that is refused is never handed out.
    if violations := check_split(asked, split, plan):
        raise RefusedResult(violations)
    # The bound is of exact amounts, cells are whole cents.
    is_near = found.moved - found.bound_cents <= OPTIMAL_WITHIN_CENTS
    return Repair(
        status=Status.OPTIMAL if is_near else Status.GAP,
        split=split,
        changed=changed_cells(asked.present, split),
        moved_cents=moved_cents(asked.present, split),
        bound_cents=int(found.bound_cents),
        is_fewest=is_near and found.is_fewest,
        is_cheapest=is_near and found.is_fewest and found.is_cheapest,
        plan=plan,
        nodes=found.nodes,
    )


def _plan_of(asked: RepairQuestion, columns: RepairModel, split: Mapping[Key, Held]) -> Plan | None:
    """The work of a split as a plan; `None` where somebody holds what nobody may."""
    quantities = {key: held.cfte for key, held in split.items() if held.cfte}
    pairs = {pair.key for pair in columns.pairs.all}
    if not quantities or not quantities.keys() <= pairs:
        return None
    return build_plan(asked.posed, columns.pairs, quantities)


def _explain(asked: RepairQuestion, ends: float, seed: int) -> Blocked:
    """Why no split keeps the pins, and which to lift, within the time left."""
    in_the_way = pins_in_the_way(asked)
    # What is short says something only where no pin is to blame.
    short = () if in_the_way else least_short(asked, _left(ends, seed))
    lift, is_smallest = to_lift(asked, _left(ends, seed))
    return Blocked(in_the_way=in_the_way, short_cfte=short, lift=lift, is_smallest=is_smallest)


def _left(ends: float, seed: int) -> Budget:
    return Budget(max(0.2, ends - perf_counter()), seed)
