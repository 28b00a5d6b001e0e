"""The problem refuses nonsense, keeps an order of its own and never invents a figure."""

import copy
import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from cordee.engine.problem import (
    AccountingYear,
    Certainty,
    Params,
    Problem,
    Skill,
    Weights,
    month_name,
    month_number,
)
from tests.engine.conftest import APRIL, YEAR_2027, accounts, package, steady, structure


def test_months_are_absolute_numbers() -> None:
    assert month_number(2027, 1) == 2027 * 12
    assert month_number(2026, 12) + 1 == month_number(2027, 1)
    assert month_name(month_number(2027, 4)) == "2027-04"
    with pytest.raises(ValueError, match="month is 13; give a value from 1 to 12"):
        month_number(2027, 13)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"need_cfte": 0}, "need_cfte is 0"),  # nothing to do
        ({"need_cfte": 2.5}, "give a whole number"),  # shares are counted, not measured
        ({"need_cfte": True}, "give a whole number"),
        ({"months": 0}, "months is 0"),
        ({"amount_cents": 0}, "amount_cents is 0"),  # shares of nothing cannot be split
        ({"min_share_cfte": 0}, "min_share_cfte is 0"),
        ({"latitude_deg": 91.0}, "not on Earth"),
        ({"trade": ""}, "trade is empty"),
        ({"eligible_kinds": frozenset({"ACX"})}, "eligible_kinds has 'ACX'"),
    ],
)
def test_packages_that_cannot_be(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        package("parc", **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "SARL"}, "kind has 'SARL'; give one of ACI"),
        ({"longitude_deg": None}, "go together"),
        ({"capacity_certainty": Certainty.UNKNOWN}, "'unknown' goes with None"),
        ({"capacity_cfte_by_month": None}, "'unknown' goes with None"),
        ({"capacity_cfte_by_month": {APRIL: -1}}, "capacity in 2027-04 is -1"),
        ({"max_packages": 0}, "max_packages is 0"),
        ({"min_crew_cfte": 0}, "min_crew_cfte is 0"),
        ({"lead_cost_cents": -1}, "lead_cost_cents is -1"),
        ({"accounting_years": accounts(1) + accounts(1, APRIL)}, "begins before 2028-01"),
        ({"organisation": ""}, "organisation is empty"),
    ],
)
def test_candidates_that_cannot_be(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        structure("jardins", **changes)


def test_skills_and_years_stay_on_their_scales() -> None:
    with pytest.raises(ValueError, match="proficiency is 4"):
        Skill(trade="proprete", certainty=Certainty.KNOWN, proficiency=4, reach_km=10)
    with pytest.raises(ValueError, match="headroom_cents is -1"):
        AccountingYear(first_month=APRIL, headroom_cents=-1)
    skill = Skill(trade="proprete", certainty=Certainty.KNOWN, proficiency=1, reach_km=10)
    with pytest.raises(ValueError, match="'proprete' appears twice"):
        structure("jardins", skills=(skill, skill))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_partners": 1}, "max_partners is 1"),
        ({"interface_cents": -1}, "interface_cents is -1"),
        ({"fit_permille_by_proficiency": (0, 10, 20, 30)}, "never rise"),
        ({"fit_permille_by_proficiency": (30, 10)}, "give four values"),
    ],
)
def test_params_that_cannot_be(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Params(**values) if "max_partners" in values else Weights(**values)


def test_a_problem_keeps_the_order_of_identifiers(valley: Problem) -> None:
    shuffled = valley.replace(packages=valley.packages[::-1], candidates=valley.candidates[::-1])
    assert shuffled == valley
    assert [each.id for each in shuffled.packages] == ["ecole", "parc"]


def test_a_problem_refuses_doubles_and_contradictions(valley: Problem) -> None:
    with pytest.raises(ValueError, match="'jardins' appears twice"):
        valley.replace(candidates=(structure("jardins"), structure("jardins")))
    with pytest.raises(ValueError, match="pinned and excluded"):
        valley.replace(pinned=frozenset({"a"}), excluded=frozenset({"a"}))
    with pytest.raises(ValueError, match="packages is empty"):
        valley.replace(packages=())


def test_nothing_can_be_changed_in_place(valley: Problem) -> None:
    candidate = valley.candidates[0]
    with pytest.raises(FrozenInstanceError):
        candidate.kind = "EI"  # type: ignore[misc]
    assert candidate.capacity_cfte_by_month is not None
    with pytest.raises(TypeError):
        candidate.capacity_cfte_by_month[APRIL] = 0  # type: ignore[index]


def test_the_capacity_given_may_change_afterwards_without_effect() -> None:
    given = steady(200)
    candidate = structure("jardins", capacity_cfte_by_month=given)
    given[APRIL] = 0
    assert candidate.capacity_cfte(APRIL) == 200


def test_problems_travel_between_processes(valley: Problem) -> None:
    assert pickle.loads(pickle.dumps(valley)) == valley
    assert copy.deepcopy(valley) == valley
    assert hash(valley) == hash(valley.replace())


def test_a_month_that_is_absent_is_unknown() -> None:
    candidate = structure("jardins", accounting_years=accounts(5))
    assert candidate.capacity_cfte(YEAR_2027 + 11) == 200
    assert candidate.capacity_cfte(YEAR_2027 + 12) is None
    assert candidate.accounting_year(YEAR_2027 + 11) == accounts(5)[0]
    assert candidate.accounting_year(YEAR_2027 + 12) is None


def test_certain_only_keeps_what_is_wholly_known(valley: Problem) -> None:
    kept = {candidate.id for candidate in valley.certain_only().candidates}
    assert kept == {"jardins", "berges", "relais", "loin", "paysage"}


GUESSED = (Skill(trade="espaces-verts", certainty=Certainty.GUESSED, proficiency=2, reach_km=40),)


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity_certainty": Certainty.GUESSED},
        {"capacity_cfte_by_month": steady(200, months=8)},  # nothing known of September
        {"skills": GUESSED},
        {"kind": "ACI", "is_capped": True},  # no accounts
        {"kind": "ACI", "is_capped": True, "accounting_years": accounts(None)},
        {"kind": "ACI", "is_capped": True, "accounting_years": accounts(10**7, APRIL + 1)},
    ],
)
def test_certain_only_drops_what_relies_on_a_guess(changes: dict[str, object]) -> None:
    problem = Problem(packages=(package("parc"),), candidates=(structure("jardins", **changes),))
    assert problem.certain_only().candidates == ()


def test_certifications_matter_only_where_they_are_asked() -> None:
    candidate = structure("jardins", certifications=None)
    free = Problem(packages=(package("parc"),), candidates=(candidate,))
    asked = free.replace(
        packages=(package("parc", required_certifications=frozenset({"certiphyto"})),)
    )
    assert len(free.certain_only().candidates) == 1
    assert asked.certain_only().candidates == ()
