"""Attacks: the sentences of who may not see a figure are the same whatever that figure is."""

from dataclasses import replace

import pytest

from cordee.composing.problem import choices, reasons
from cordee.composing.problem.reader import Reader, by_term
from cordee.engine.alternatives import alternatives
from cordee.engine.compare import what_if
from cordee.engine.explain import explain, why_not, worths
from cordee.engine.problem import Problem
from cordee.engine.wishes import AddSubcontractor, Exclude, Pin
from cordee.members.sharing import Viewer
from tests.composing.conftest import DAY
from tests.composing.known_valley import composed, valley
from tests.engine.conftest import APRIL, accounts, practises, steady, structure


def with_jardins(**changes: object) -> Problem:
    """The valley where jardins must take 2 FTE of the park: each of the others has one free."""
    few = {"berges", "paysage"}
    candidates = []
    for each in valley().candidates:
        if each.id in few:
            candidates.append(replace(each, capacity_cfte_by_month=steady(100)))
        elif each.id == "jardins":
            candidates.append(replace(each, **changes))  # type: ignore[arg-type]
        else:
            candidates.append(each)
    return valley().replace(candidates=tuple(candidates))


def with_ceiling(headroom_cents: int) -> Problem:
    """The valley where jardins, which takes 36 000 € of the park, has this much left."""
    return with_jardins(accounting_years=accounts(headroom_cents))


def with_crews(cfte: int) -> Problem:
    """The valley where jardins has so many cFTE free in five months, and two FTE in April."""
    return with_jardins(capacity_cfte_by_month=steady(cfte) | {APRIL: 200})


def everything_told(problem: Problem, *, blind_to: str) -> list[str | None]:
    """All sentences about the valley for who may see neither accounts nor crews of one."""
    result = composed(problem)
    assert result.plan is not None
    people = {
        c.id: {"name": c.name, "structure_id": number}
        for number, c in enumerate(problem.candidates)
    }
    seen = frozenset(n for n, c in enumerate(problem.candidates) if c.id != blind_to)
    other = alternatives(problem, result, count=4, least_difference=1, time_limit_s=60, seed=0)
    plans = [result.plan, *(each.plan for each in other)]
    reader = Reader.of(problem, people, Viewer.of_structures(seen, DAY), plans)
    explanation = explain(problem, result)
    told: list[str | None] = []
    for why in explanation.partners:
        told += reasons.why_partner(why, reader)
    told += [reasons.binding(each, reader) for each in explanation.binding]
    for worth in worths(problem, result, explanation.tightness, time_limit_s=60, seed=0):
        told.append(reasons.worth(worth, reader))
    for each in other:
        told.append(choices.alternative(each.comparison, reader))
        told += by_term(each.comparison.terms, reader)
    asked = what_if(problem, result, [Exclude("relais-asso")], time_limit_s=60, seed=0)
    told += [choices.what_if(asked, reader), *choices.changes(asked, reader)]
    return told


@pytest.mark.parametrize("headroom_cents", [3_700_000, 3_800_000, 3_900_000, 9_000_000])
def test_a_hidden_ceiling_changes_no_sentence(headroom_cents: int) -> None:
    """The plan is the same, the cost is not: 12 cents for each euro above 90 % of the headroom."""
    usual = everything_told(with_ceiling(4_000_000), blind_to="jardins")
    assert everything_told(with_ceiling(headroom_cents), blind_to="jardins") == usual


@pytest.mark.parametrize("cfte", [220, 400])
def test_hidden_crews_change_no_sentence(cfte: int) -> None:
    """How crowded they are costs something that may not be told."""
    usual = everything_told(with_crews(200), blind_to="jardins")
    assert everything_told(with_crews(cfte), blind_to="jardins") == usual


def test_those_who_see_read_other_sentences() -> None:
    """The attack would find the ceiling if anything told it."""
    tight = everything_told(with_ceiling(3_700_000), blind_to="loin")
    assert tight != everything_told(with_ceiling(4_000_000), blind_to="loin")


@pytest.mark.parametrize("headroom_cents", [0, 100_000, 899_999])
def test_a_stranger_kept_out_by_its_ceiling_never_says_by_how_much(headroom_cents: int) -> None:
    """Half an FTE of the park brings 9 000 €: all these are short of it, by amounts untold."""
    stranger = structure(
        "tilleul",
        kind="ACI",
        skills=(practises("espaces-verts"),),
        is_capped=True,
        accounting_years=accounts(headroom_cents),
    )
    problem = valley(stranger)
    result = composed(problem)
    people = {
        c.id: {"name": c.name, "structure_id": number}
        for number, c in enumerate(problem.candidates)
    }
    assert result.plan is not None
    reader = Reader.of(problem, people, Viewer(None, DAY), [result.plan])
    told = why_not(problem, result, "tilleul-asso")
    exact = what_if(problem, result, [Pin("tilleul-asso")], time_limit_s=60, seed=0)
    assert reasons.why_not_line(told, reader, exact) == f"Tilleul\u00a0: {reasons.HIDDEN_MEANS}."
    assert reasons.why_not_details(told, reader, exact) == []


def test_a_company_that_the_reader_added_hides_nothing_from_her() -> None:
    problem = valley()
    result = composed(problem)
    company = structure("co", kind="ENTREPRISE", skills=(practises("proprete"),))
    asked = what_if(
        problem, result, [AddSubcontractor(company), Pin("co-asso")], time_limit_s=60, seed=0
    )
    people = {
        c.id: {"name": c.name, "structure_id": number}
        for number, c in enumerate(problem.candidates)
    }
    everyone = frozenset(range(len(people)))
    assert asked.after.plan is not None
    plans = [asked.after.plan]
    reader = Reader.of(asked.problem, people, Viewer.of_structures(everyone, DAY), plans)
    assert reader.hidden == frozenset()
    assert "Co" in choices.changes(asked, reader)[0]
