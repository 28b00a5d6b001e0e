"""What is stored of an instance only gets better, and never contradicts itself."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks import known as knowledge
from benchmarks.instances import CLASSES, COUNT, Instance, instance, stored
from benchmarks.known import Contradiction, Known, improved, known_of, store
from benchmarks.measure import Run, contradictions, measure

ON = date(2026, 11, 25)


@pytest.fixture
def one() -> Instance:
    """A small ordinary notice."""
    return instance(750, "ordinary", 0)


@pytest.fixture
def proof(one: Instance) -> Run:
    """Its optimum, proven."""
    run = measure(one, "milp", 20.0)
    assert run.status == "optimal"
    return run


def test_a_value_and_a_bound_are_kept(one: Instance, proof: Run, tmp_path: Path) -> None:
    found = improved(one, known_of(one, tmp_path), [proof], ON)
    store({one.name: (one, found)}, tmp_path)
    again = known_of(one, tmp_path)
    assert (again.value, again.bound, again.status) == (proof.value, proof.bound, "optimal")


def test_a_dearer_value_and_a_lower_bound_change_nothing(one: Instance, proof: Run) -> None:
    found = improved(one, Known(), [proof], ON)
    greedy = measure(one, "greedy", 5.0)
    assert greedy.value is None or greedy.value >= (proof.value or 0)
    assert improved(one, found, [greedy], ON) == found


def test_a_bound_above_a_value_is_refused(one: Instance, proof: Run) -> None:
    assert proof.value is not None
    above = replace(proof, bound=proof.value + 2_000_000)
    with pytest.raises(Contradiction, match="above"):
        improved(one, Known(), [above], ON)


def test_a_value_that_the_shares_do_not_have_is_refused(one: Instance, proof: Run) -> None:
    assert proof.value is not None
    with pytest.raises(Contradiction, match="says"):
        improved(one, Known(), [replace(proof, value=proof.value - 1)], ON)


def test_no_team_where_there_is_one_is_refused(one: Instance, proof: Run) -> None:
    denied = replace(proof, status="impossible", value=None, bound=None, shares=())
    with pytest.raises(Contradiction, match="has a team"):
        improved(one, Known(), [proof, denied], ON)


def test_a_stored_value_is_checked_again(one: Instance, proof: Run, tmp_path: Path) -> None:
    found = improved(one, Known(), [proof], ON)
    store({one.name: (one, found)}, tmp_path)
    path = knowledge.path_of(one.size, tmp_path)
    entries = stored.read(path)
    entries[one.name]["value"] -= 1
    stored.write(path, entries)
    with pytest.raises(Contradiction, match="costs"):
        known_of(one, tmp_path)


def test_what_was_stored_for_another_problem_counts_for_nothing(
    one: Instance, proof: Run, tmp_path: Path
) -> None:
    found = improved(one, Known(), [proof], ON)
    store({one.name: (one, found)}, tmp_path)
    assert known_of(replace(one, digest="another", planted={}), tmp_path) == Known()


def test_methods_that_contradict_each_other_are_told(one: Instance, proof: Run) -> None:
    assert proof.value is not None
    runs = [proof, replace(proof, method="liar", value=None, bound=proof.value + 5_000_000)]
    (told,) = contradictions(one, runs, None, None, impossible=False)
    assert "liar" in told
    assert contradictions(one, [proof], proof.value, proof.bound, impossible=False) == []
    assert "has a team" in contradictions(one, [proof], None, None, impossible=True)[0]


def test_what_planted_teams_cost_is_known(one: Instance) -> None:
    each = instance(750, "hard", 0)
    assert known_of(each).value_by == "planted"
    assert known_of(each).value


@pytest.mark.usefixtures("real_places")
@pytest.mark.parametrize("klass", CLASSES)
def test_what_is_stored_holds_today(klass: str) -> None:
    """Every stored plan is checked again, and no bound stands above its cost."""
    entries = stored.read(knowledge.path_of(750))
    for number in range(COUNT):
        each = instance(750, klass, number)
        assert entries[each.name]["problem"] == each.digest
        found = known_of(each)
        assert found.impossible == (klass == "impossible")
        if not found.impossible:
            assert found.value is not None
            assert found.bound is not None
            assert found.bound <= found.value
