"""What is stored comes back unchanged, and can be replayed by a stranger."""

import json

import pytest

from cordee.engine.compose import compose
from cordee.engine.problem import Problem
from cordee.engine.result import Result, pack, unpack
from cordee.engine.verify import verify_result
from tests.engine.instances import draw_problem


@pytest.mark.parametrize("seed", range(600, 640))
def test_nothing_is_lost_and_the_replay_agrees(seed: int) -> None:
    problem = draw_problem(seed)
    result = compose(problem, time_limit_s=60, seed=0)
    stored_problem, stored_result = json.dumps(pack(problem)), json.dumps(pack(result))
    same_problem = unpack(Problem, json.loads(stored_problem))
    same_result = unpack(Result, json.loads(stored_result))
    assert same_problem == problem
    assert same_result == result
    assert verify_result(same_problem, same_result) == ()
    replayed = compose(
        same_problem.replace(params=same_result.params),
        time_limit_s=same_result.time_limit_s,
        seed=same_result.seed,
    )
    assert replayed.plan == result.plan
    assert replayed.status == result.status


def test_units_and_names_can_be_read(valley: Problem) -> None:
    whole = json.loads(json.dumps(pack(valley)))
    assert (whole["format"], whole["version"]) == ("cordee.problem", 1)
    parc = whole["value"]["packages"][1]
    assert (parc["need_cfte"], parc["amount_cents"]) == (300, 5_400_000)
    nouveau = next(c for c in whole["value"]["candidates"] if c["id"] == "nouveau")
    assert nouveau["capacity_cfte_by_month"] is None
    assert nouveau["capacity_certainty"] == "unknown"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "cordee.result"}, "format is not cordee.problem"),
        ({"version": 2}, "version is 2; 1 is read here"),
        ({"value": []}, "Problem is \\[\\]; write an object"),
    ],
)
def test_what_was_not_written_here_is_refused(
    valley: Problem, change: dict[str, object], message: str
) -> None:
    whole = json.loads(json.dumps(pack(valley))) | change
    with pytest.raises(ValueError, match=message):
        unpack(Problem, whole)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("need_cfte", "300", "'300' is not of type int"),
        ("need_cfte", 0, "need_cfte is 0"),
        ("besoin", 1, "Package.besoin does not exist"),
    ],
)
def test_a_stored_package_is_checked_again(
    valley: Problem, field: str, value: object, message: str
) -> None:
    whole = json.loads(json.dumps(pack(valley)))
    whole["value"]["packages"][0][field] = value
    with pytest.raises(ValueError, match=message):
        unpack(Problem, whole)
