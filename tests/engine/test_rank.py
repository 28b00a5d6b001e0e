"""Ranking: named terms, what is unknown said, nothing that favours size."""

from dataclasses import replace

import pytest

from cordee.engine.points import MAXIMUM, TermName
from cordee.engine.problem import Certainty, Params, Problem, Skill
from cordee.engine.rank import Ranked, rank
from cordee.engine.result import Obstacle
from tests.engine.conftest import APRIL, accounts, package, practises, steady, structure
from tests.engine.instances import draw_problem

PARAMS = Params()


def only(**changes: object) -> Ranked:
    """Rank one structure for the park."""
    (ranked,) = rank(package("parc"), [structure("jardins", **changes)], params=PARAMS).ranked
    return ranked


def points(ranked: Ranked) -> dict[TermName, tuple[int, int]]:
    """Return points and maximum by term."""
    return {term.name: (term.points, term.out_of) for term in ranked.terms}


def test_a_free_gardener_at_the_gate_has_everything() -> None:
    ranked = only()
    assert (ranked.points, ranked.out_of) == (100, 100)
    assert points(ranked) == {name: (most, most) for name, most in MAXIMUM.items()}


@pytest.mark.parametrize(
    ("reach_km", "expected"),
    # 10.0 km away: 25 x (1 - 0.9 x 10 / reach), to the nearest point.
    [(10, 3), (20, 14), (40, 19), (100, 23), (500, 23)],
)
def test_distance_counts_by_the_reach(reach_km: int, expected: int) -> None:
    """Full at the door, a tenth at the end; nobody reaches beyond the 100 km of the parameters."""
    skills = (practises("espaces-verts", reach_km=reach_km),)
    assert points(only(latitude_deg=45.09, skills=skills))[TermName.DISTANCE] == (expected, 25)


def test_size_does_not_count() -> None:
    """One free crew is worth as much as ten."""
    small = only(capacity_cfte_by_month=steady(50))
    large = only(capacity_cfte_by_month=steady(5_000))
    assert points(small) == points(large)


def test_capacity_counts_the_months_with_a_free_crew() -> None:
    half = steady(200) | {APRIL: 0, APRIL + 1: 49, APRIL + 2: 10}
    assert points(only(capacity_cfte_by_month=half))[TermName.CAPACITY] == (10, 20)
    crew_of_ten = points(only(capacity_cfte_by_month=half, min_crew_cfte=10))
    assert crew_of_ten[TermName.CAPACITY] == (17, 20)


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity_cfte_by_month": None, "capacity_certainty": Certainty.UNKNOWN},
        {"capacity_cfte_by_month": steady(200, months=5)},
    ],
)
def test_an_unknown_capacity_leaves_the_maximum(changes: dict[str, object]) -> None:
    ranked = only(**changes)
    assert (ranked.points, ranked.out_of) == (80, 80)
    (term,) = (term for term in ranked.terms if term.name is TermName.CAPACITY)
    assert (term.points, term.out_of, term.certainty) == (0, 0, Certainty.UNKNOWN)


def test_headroom_is_judged_on_one_share() -> None:
    """The least share, 50 cFTE, brings 9 000 €."""
    capped = {"kind": "ACI", "is_capped": True}
    for headroom, expected in ((900_000, 15), (450_000, 7), (0, 0)):
        ranked = only(**capped, accounting_years=accounts(headroom))
        assert points(ranked)[TermName.HEADROOM] == (expected, 15)
        assert ranked.facts.least_receipts_cents == 900_000
    unknown = only(**capped, accounting_years=accounts(None))
    assert (unknown.points, unknown.out_of) == (85, 85)


def test_a_guessed_trade_counts_half() -> None:
    guess = Skill(trade="espaces-verts", certainty=Certainty.GUESSED, proficiency=3, reach_km=40)
    ranked = only(skills=(guess,))
    assert points(ranked)[TermName.TRADE] == (15, 30)
    assert ranked.terms[0].certainty is Certainty.GUESSED


def test_unknown_certifications_leave_the_maximum() -> None:
    asked = package("parc", required_certifications=frozenset({"certiphyto"}))
    unknown = structure("jardins", certifications=None)
    (ranked,) = rank(asked, [unknown], params=PARAMS).ranked
    assert (ranked.points, ranked.out_of) == (90, 90)


UNSURE = (Skill(trade="espaces-verts", certainty=Certainty.UNKNOWN, proficiency=0, reach_km=40),)


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"skills": ()}, Obstacle.UNKNOWN_TRADE),
        ({"skills": UNSURE}, Obstacle.UNKNOWN_TRADE),
        ({"skills": (practises("proprete"),)}, Obstacle.NO_TRADE),
        ({"latitude_deg": 46.0}, Obstacle.OUT_OF_REACH),
        ({"latitude_deg": None, "longitude_deg": None}, Obstacle.NO_PLACE),
        ({"kind": "ENTREPRISE"}, Obstacle.NOT_ELIGIBLE),
        ({"kind": "AI"}, Obstacle.STAFF_SUPPLY),
        ({"certifications": frozenset({"caces"})}, Obstacle.CERTIFICATION),
    ],
)
def test_who_is_set_aside_is_counted_with_the_reason(
    changes: dict[str, object], obstacle: Obstacle
) -> None:
    asked = package(
        "parc",
        eligible_kinds=frozenset({"ACI", "EI", "AI"}),
        required_certifications=frozenset({"certiphyto"}),
    )
    held = {"certifications": frozenset({"certiphyto"})}
    ranking = rank(asked, [structure("jardins", **(held | changes))], params=PARAMS)
    assert ranking.ranked == ()
    assert ranking.set_aside_by_obstacle == {obstacle: 1}


def test_over_several_packages_each_is_judged_on_its_best(valley: Problem) -> None:
    """A specialist of one package is not ranked down for the three others."""
    ranking = rank(valley.packages, valley.candidates, params=valley.params)
    by_name = {each.candidate: each for each in ranking.ranked}
    assert by_name["relais"].points == by_name["berges"].points == 100
    assert by_name["relais"].package == "ecole"
    assert by_name["nouveau"].packages == ("ecole", "parc")
    assert [each.candidate for each in ranking.set_aside] == ["loin"]


def test_equals_stand_in_the_order_of_identifiers() -> None:
    twins = [structure(name) for name in ("zinnia", "abelia", "mauve")]
    ranking = rank(package("parc"), twins, params=PARAMS)
    assert [each.candidate for each in ranking.ranked] == ["abelia", "mauve", "zinnia"]
    assert rank(package("parc"), twins[::-1], params=PARAMS) == ranking


@pytest.mark.parametrize("seed", range(60))
def test_sums_bounds_and_order(seed: int) -> None:
    problem = draw_problem(seed)
    ranking = rank(problem.packages, problem.candidates, params=problem.params)
    assert len(ranking.ranked) + len(ranking.set_aside) == len(problem.candidates)
    keys = [(-each.points, each.candidate) for each in ranking.ranked]
    assert keys == sorted(keys)
    for each in ranking.ranked:
        assert each.points == sum(term.points for term in each.terms)
        assert each.out_of == sum(term.out_of for term in each.terms)
        assert all(0 <= term.points <= term.out_of <= MAXIMUM[term.name] for term in each.terms)
        for term in each.terms:
            assert (term.out_of == 0) == (term.certainty is Certainty.UNKNOWN)


def test_the_radius_of_the_parameters_counts(valley: Problem) -> None:
    near = replace(valley.params, max_distance_km=5)
    ranking = rank(valley.packages, valley.candidates, params=near)
    assert ranking.set_aside_by_obstacle == {Obstacle.OUT_OF_REACH: 2}
