"""Amounts are round where that costs nothing, and only there."""

from dataclasses import replace

from hypothesis import given, settings

from cordee.engine.problem import AccountingYear
from cordee.engine.repair import Held, RepairQuestion, repair
from cordee.engine.repair.check import broken_limits, changed_cells, moved_cents
from cordee.engine.repair.round_amounts import ROUND_CENTS, with_round_amounts
from tests.engine.test_repair import FIRST, asked_of, candidate, package, small_cases

PRICE = 1_234_567
CREWS = {FIRST: 3, FIRST + 1: 3}


def who_leaves(**of_a: object) -> RepairQuestion:
    """C leaves all its work; A and B can take half of it each."""
    asked = asked_of(
        [package(amount_cents=PRICE)],
        [
            candidate("a", capacity_cfte_by_month=CREWS, **of_a),
            candidate("b", capacity_cfte_by_month=CREWS),
            candidate("c"),
        ],
        {("c", "01"): (6, PRICE)},
    )
    return replace(asked, problem=asked.problem.replace(excluded=frozenset({"org-c"})))


def test_two_who_receive_share_round_amounts_and_one_keeps_what_is_over() -> None:
    answer = repair(who_leaves(), time_limit_s=5)
    assert answer.split is not None
    assert sorted(held.cents for held in answer.split.values()) == [614_567, 620_000]
    assert answer.moved_cents == 2 * PRICE
    assert answer.is_fewest


def test_a_ceiling_is_not_passed_to_make_an_amount_round() -> None:
    year = AccountingYear(first_month=FIRST, months=12, headroom_cents=617_500)
    answer = repair(who_leaves(is_capped=True, accounting_years=(year,)), time_limit_s=5)
    assert answer.split is not None
    amounts = {name: held.cents for (name, _), held in answer.split.items()}
    assert amounts["a"] <= 617_500
    assert amounts["b"] % ROUND_CENTS == 0


def test_who_is_alone_on_a_side_stays_to_the_cent() -> None:
    asked = who_leaves()
    split = {("a", "01"): Held(6, PRICE)}
    assert with_round_amounts(asked, split) == split


def test_a_pinned_cell_is_not_touched() -> None:
    asked = replace(who_leaves(), pinned=frozenset({("a", "01")}))
    split = {("a", "01"): Held(3, 617_283), ("b", "01"): Held(3, 617_284)}
    assert with_round_amounts(asked, split) == split


@settings(max_examples=60, deadline=None)
@given(small_cases())
def test_nothing_else_changes(asked: RepairQuestion) -> None:
    answer = repair(asked, time_limit_s=5)
    if answer.split is None:
        return
    again = with_round_amounts(asked, answer.split)
    assert moved_cents(asked.present, again) == moved_cents(asked.present, answer.split)
    assert changed_cells(asked.present, again) == changed_cells(asked.present, answer.split)
    assert not list(broken_limits(asked.posed, again))
    assert {k: h.cfte for k, h in again.items()} == {k: h.cfte for k, h in answer.split.items()}
    assert sum(h.cents % ROUND_CENTS > 0 for h in again.values()) <= sum(
        h.cents % ROUND_CENTS > 0 for h in answer.split.values()
    )
