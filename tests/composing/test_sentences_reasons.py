"""Why this team and no other, in exact French sentences, for who sees all and who sees nothing."""

from dataclasses import replace

import pytest

from cordee.base.ui.french import THIN
from cordee.composing.problem import reasons
from cordee.engine.compare import WhatIf, what_if
from cordee.engine.explain import (
    Explanation,
    Limit,
    Tightness,
    WhyNot,
    explain,
    why_not,
    worth_of,
)
from cordee.engine.problem import Params, Problem
from cordee.engine.result import UNITS_PER_CENT, Result, Status
from cordee.engine.wishes import Pin
from tests.composing.known_valley import MONEY, composed, reader, valley
from tests.engine.conftest import APRIL, YEAR_2027, accounts, package, practises, steady, structure

GREEN = (practises("espaces-verts"),)


def line(problem: Problem, who: str, *, exact: bool = False, blind: bool = False) -> str:
    """Why not this one, in one line."""
    result = composed(problem)
    told = why_not(problem, result, who)
    found = what_if(problem, result, [Pin(who)], time_limit_s=60, seed=0) if exact else None
    return reasons.why_not_line(told, reader(problem, blind=blind), found)


# Why each partner.


def test_who_would_take_the_place_of_a_partner_and_at_what_cost() -> None:
    problem = valley()
    by_name = {why.organisation: why for why in explain(problem, composed(problem)).partners}
    assert reasons.why_partner(by_name["paysage-asso"], reader(problem)) == [
        "Trois structures seulement peuvent prendre «\u00a0Le parc\u00a0».",
        f"Avec Rives et Sentiers à sa place, l’équipe coûterait 102{MONEY} de plus.",
        f"Le trajet ferait 10{THIN}km de moins.",
    ]
    assert reasons.why_partner(by_name["relais-asso"], reader(problem)) == [
        "Deux structures seulement peuvent prendre «\u00a0L’école\u00a0».",
    ]


def test_a_partner_that_counting_shows_needed() -> None:
    problem = valley().replace(
        candidates=tuple(c for c in valley().candidates if c.id not in {"berges", "relais"})
    )
    problem = problem.replace(packages=tuple(p for p in problem.packages if p.id == "parc"))
    (jardins, _) = explain(problem, composed(problem)).partners
    assert reasons.why_partner(jardins, reader(problem)) == [
        "Sans Les Jardins de la Verdoire, personne ne peut tenir tout «\u00a0Le parc\u00a0»."
    ]


def test_a_cost_partly_hidden_is_never_called_the_least() -> None:
    """Most of what berges would cost more is fit: once hidden, it seems cheaper and is not."""
    problem = valley()
    by_name = {why.organisation: why for why in explain(problem, composed(problem)).partners}
    told = reasons.why_partner(by_name["paysage-asso"], reader(problem, hidden=("fit",)))
    assert told[1] == (
        "Avec Rives et Sentiers à sa place, l’équipe ne coûterait pas plus, "
        "à ce que vous pouvez voir. "
        "Une partie du coût tient à des chiffres non partagés avec vous."
    )


# Why not this one.


def test_dearer_at_most_by_a_direct_exchange_and_exactly_by_a_search() -> None:
    problem = valley()
    assert line(problem, "berges-asso") == (
        f"Rives et Sentiers\u00a0: 10{THIN}km de moins, au plus 102{MONEY} de plus."
    )
    assert line(problem, "berges-asso", exact=True) == (
        f"Rives et Sentiers\u00a0: 10{THIN}km de moins, 102{MONEY} de plus."
    )


def test_busy_in_may_farther_and_dearer() -> None:
    """Half an FTE of Val Mirel's: 219 € of travel, 540 € of fit, 1 800 € for one more partner."""
    busy = structure(
        "tilleul",
        skills=(practises("espaces-verts", 1),),
        latitude_deg=45.18,
        capacity_cfte_by_month=steady(200) | {APRIL + 1: 60},
    )
    problem = valley(busy)
    assert line(problem, "tilleul-asso") == (
        f"Le Tilleul\u00a0: seulement 0,6{THIN}ETP libre en mai 2027, "
        f"10{THIN}km de plus, au plus 2{THIN}559{MONEY} de plus."
    )
    free = reasons.why_not_line(
        why_not(problem, composed(problem), "tilleul-asso"), reader(problem, blind=True)
    )
    assert free == f"Le Tilleul\u00a0: 10{THIN}km de plus, au plus 2{THIN}559{MONEY} de plus."


@pytest.mark.parametrize(
    ("changes", "seen", "unseen"),
    [
        (
            {"capacity_cfte_by_month": steady(200) | {APRIL + 1: 0}},
            "pas libre en mai 2027",
            reasons.HIDDEN_MEANS,
        ),
        (
            {"kind": "ACI", "is_capped": True, "accounting_years": accounts(780_000)},
            f"il lui manque 1{THIN}200{MONEY} sous son plafond",
            reasons.HIDDEN_MEANS,
        ),
        (
            {"latitude_deg": None, "longitude_deg": None},
            "nous ne savons pas où elle se trouve",
            None,
        ),
        ({"skills": ()}, "nous ne connaissons pas ses métiers", None),
        ({"skills": (practises("textile"),)}, "elle n’exerce aucun de ces métiers", None),
        (
            {"kind": "ETTI"},
            "elle met du personnel à disposition, l’acheteur demande un résultat",
            None,
        ),
        (
            {"latitude_deg": 45.45},
            f"à 50{THIN}km, elle ne va pas au-delà de 40{THIN}km",
            None,
        ),
        (
            {"latitude_deg": 46.0, "skills": (practises("espaces-verts", reach_km=150),)},
            f"à 111{THIN}km, au-delà de la limite de 100{THIN}km",
            None,
        ),
    ],
)
def test_what_keeps_one_out_is_told_to_those_who_may_know(
    changes: dict[str, object], seen: str, unseen: str | None
) -> None:
    """A crew and a ceiling that may not be seen read the same: nobody can tell which it is."""
    values = {"skills": GREEN} | changes
    problem = valley(structure("tilleul", **values))
    assert line(problem, "tilleul-asso") == f"Le Tilleul\u00a0: {seen}."
    assert line(problem, "tilleul-asso", blind=True) == f"Le Tilleul\u00a0: {unseen or seen}."


def test_one_that_she_put_aside_herself() -> None:
    problem = valley().replace(excluded=frozenset({"berges-asso"}))
    assert line(problem, "berges-asso") == "Rives et Sentiers\u00a0: vous l’avez écartée."


def test_a_missing_certification_is_a_figure_of_the_network() -> None:
    problem = valley(structure("tilleul", skills=GREEN))
    park = replace(problem.packages[1], required_certifications=frozenset({"certiphyto"}))
    holders = tuple(
        replace(c, certifications=frozenset({"certiphyto"})) if c.id != "tilleul" else c
        for c in problem.candidates
    )
    problem = problem.replace(packages=(problem.packages[0], park), candidates=holders)
    assert line(problem, "tilleul-asso") == (
        "Le Tilleul\u00a0: il lui manque la certification certiphyto."
    )
    hidden = line(problem, "tilleul-asso", blind=True)
    assert hidden == f"Le Tilleul\u00a0: {reasons.HIDDEN_MEANS}."


def test_none_beside_one_that_suffices() -> None:
    problem = valley().replace(packages=(package("parc", label="Le parc"),))
    large = replace(problem.candidates[0], capacity_cfte_by_month=steady(300))
    others = tuple(c for c in problem.candidates if c.id != large.id)
    problem = problem.replace(candidates=(large, *others))
    assert composed(problem).solo
    assert (
        line(problem, "paysage-asso")
        == "Val Mirel\u00a0: une autre peut tout tenir seule, elle non."
    )


def told_of(problem: Problem, who: str) -> tuple[Result, WhyNot]:
    result = composed(problem)
    return result, why_not(problem, result, who)


def test_whose_share_it_would_take_and_what_that_costs_by_term() -> None:
    problem = valley()
    result, told = told_of(problem, "berges-asso")
    assert reasons.why_not_details(told, reader(problem)) == [
        f"Rives et Sentiers prendrait 1,0{THIN}ETP de «\u00a0Le parc\u00a0», que tient Val Mirel.",
        f"Métier à consolider\u00a0: 540{MONEY} de plus.",
        f"Trajets\u00a0: 438{MONEY} de moins.",
    ]
    exact = what_if(problem, result, [Pin("berges-asso")], time_limit_s=60, seed=0)
    assert reasons.why_not_details(told, reader(problem), exact) == [
        "Rives et Sentiers entrerait dans l’équipe.",
        "Val Mirel en sortirait.",
        f"Métier à consolider\u00a0: 540{MONEY} de plus.",
        f"Trajets\u00a0: 438{MONEY} de moins.",
    ]
    hidden = reasons.why_not_details(told, reader(problem, hidden=("fit",)))
    assert hidden[1:] == [f"Trajets\u00a0: 438{MONEY} de moins."]


def test_one_with_whom_no_team_exists_and_one_that_nobody_studied() -> None:
    problem = valley()
    result, told = told_of(problem, "berges-asso")
    nobody = replace(result, status=Status.IMPOSSIBLE, plan=None)
    never = WhatIf(wishes=(), problem=problem, before=result, after=nobody, comparison=None)
    assert reasons.why_not_line(replace(told, swap=None), reader(problem), never) == (
        "Rives et Sentiers\u00a0: aucune équipe ne peut tout tenir avec elle."
    )
    assert reasons.why_not_line(replace(told, swap=None), reader(problem)) == (
        "Rives et Sentiers\u00a0: aucun échange simple ne la fait entrer dans l’équipe."
    )
    assert reasons.not_studied("Le Tilleul", 100) == (
        f"Le Tilleul\u00a0: à plus de 100{THIN}km de tous les travaux."
    )


# What binds.


def limits(problem: Problem) -> dict[tuple[Limit, str | None], Tightness]:
    return {(e.kind, e.candidate): e for e in explain(problem, composed(problem)).tightness}


def bound(problem: Problem, kind: Limit, who: str | None = None, *, blind: bool = False) -> object:
    return reasons.binding(limits(problem)[kind, who], reader(problem, blind=blind))


def test_what_leaves_no_room() -> None:
    problem = valley().replace(params=Params(max_partners=3))
    assert bound(problem, Limit.PARTNERS) == (
        "L’équipe compte trois structures, le plus que nous cherchons."
    )
    assert bound(problem, Limit.CAPACITY, "jardins") == (
        "Les Jardins de la Verdoire n’ont plus d’équipe libre d’avril à septembre 2027."
    )
    assert bound(problem, Limit.CAPACITY, "jardins", blind=True) is None
    assert bound(problem, Limit.CEILING, "jardins") == (
        "Les Jardins de la Verdoire est à son plafond sur l’exercice ouvert en janvier 2027."
    )
    assert bound(problem, Limit.CEILING, "jardins", blind=True) is None
    assert bound(problem, Limit.MIN_SHARE, "paysage") == (
        "Val Mirel prend la plus petite part possible de «\u00a0Le parc\u00a0»."
    )
    assert bound(problem, Limit.MAX_PACKAGES, "relais") == (
        f"Le Relais ne prend pas plus de 2{THIN}lots à la fois."
    )


def brought(problem: Problem, kind: Limit, who: str | None = None, **seen: object) -> object:
    result = composed(problem)
    limit = limits(problem)[kind, who]
    told = worth_of(problem, result, limit, time_limit_s=60, seed=0)
    return reasons.worth(told, reader(problem, **seen))  # type: ignore[arg-type]


def test_what_one_more_unit_would_bring() -> None:
    problem = valley().replace(params=Params(max_partners=3))
    assert brought(problem, Limit.CAPACITY, "jardins") == (
        f"Si Les Jardins de la Verdoire avait 1,0{THIN}ETP de plus d’avril à septembre 2027, "
        f"l’équipe coûterait 216{MONEY} de moins."
    )
    assert brought(problem, Limit.PARTNERS) == "Avec une structure de plus, rien ne changerait."
    assert brought(problem, Limit.CEILING, "jardins") == (
        f"Si Les Jardins de la Verdoire avait 1{THIN}000{MONEY} de plus sous son plafond, "
        "rien ne changerait."
    )
    assert brought(problem, Limit.MIN_SHARE, "paysage") == (
        f"Si Val Mirel prenait une part plus petite de 0,1{THIN}ETP, rien ne changerait."
    )
    assert brought(problem, Limit.MAX_PACKAGES, "relais") == (
        "Si Le Relais pouvait prendre un lot de plus, rien ne changerait."
    )


def test_what_a_hidden_limit_is_worth_stays_hidden() -> None:
    """The saving of one more FTE is the price of the FTE that lack: it would tell the capacity."""
    problem = valley()
    assert brought(problem, Limit.CAPACITY, "jardins", blind=True) is None
    assert brought(problem, Limit.CEILING, "jardins", blind=True) is None
    # The saving is all in crowded crews, a term that may not be seen: nothing of it is left.
    assert brought(problem, Limit.CAPACITY, "jardins", hidden=("capacity_tightness",)) == (
        f"Si Les Jardins de la Verdoire avait 1,0{THIN}ETP de plus d’avril à septembre 2027, "
        "rien ne changerait."
    )


def test_an_unproven_worth_is_said_as_such() -> None:
    problem = valley()
    result = composed(problem)
    limit = limits(problem)[Limit.CAPACITY, "jardins"]
    told = worth_of(problem, result, limit, time_limit_s=60, seed=0)
    start = f"Si Les Jardins de la Verdoire avait 1,0{THIN}ETP de plus d’avril à septembre 2027"
    wide = replace(told, least_saved=0, most_saved=21_650 * UNITS_PER_CENT)
    assert reasons.worth(wide, reader(problem)) == (
        f"{start}, l’équipe coûterait au plus 217{MONEY} de moins."
    )
    narrow = replace(told, least_saved=10_050 * UNITS_PER_CENT)
    assert reasons.worth(narrow, reader(problem)) == (
        f"{start}, l’équipe coûterait de 100{MONEY} à 216{MONEY} de moins."
    )
    assert reasons.worth(wide, reader(problem, hidden=("capacity_tightness",))) is None
    alone = replace(told, suffices_alone=True)
    assert "pourrait tout tenir seule." in str(reasons.worth(alone, reader(problem)))


# What the simple method loses.


def test_what_the_simple_method_loses() -> None:
    problem = valley()
    undone = Explanation((), (), None, (("parc", 50),))
    assert reasons.greedy_loss(undone, reader(problem)) == [
        f"La méthode simple laisse 0,5{THIN}ETP de «\u00a0Le parc\u00a0» sans preneur."
    ]
    dearer = Explanation(
        (), (), (("travel", 43_800 * UNITS_PER_CENT), ("fit", -2_000 * UNITS_PER_CENT))
    )
    assert reasons.greedy_loss(dearer, reader(problem)) == [
        f"Trajets\u00a0: 438{MONEY} de plus.",
        f"Métier à consolider\u00a0: 20{MONEY} de moins.",
    ]
    assert reasons.greedy_loss(dearer, reader(problem, hidden=("travel",))) == [
        f"Métier à consolider\u00a0: 20{MONEY} de moins."
    ]
    assert YEAR_2027 in limits(problem)[Limit.CEILING, "jardins"].months
