"""Other teams and wishes in exact French sentences."""

from dataclasses import replace

import pytest

from cordee.base.ui.french import THIN
from cordee.composing.problem import choices
from cordee.composing.problem.reader import by_term
from cordee.engine.alternatives import Alternatives, End, alternatives
from cordee.engine.compare import ShareChange, WhatIf, compare, what_if
from cordee.engine.compose import compose
from cordee.engine.problem import Certainty, Problem
from cordee.engine.result import (
    UNITS_PER_CENT,
    Assumption,
    AssumptionKind,
    Status,
)
from cordee.engine.wishes import (
    AddSubcontractor,
    Exclude,
    Leaning,
    MoveStart,
    Need,
    Pin,
    Radius,
    SetShare,
    TeamSize,
    Wish,
    with_leanings,
)
from tests.composing.known_valley import MONEY, composed, reader, valley
from tests.engine.conftest import APRIL, practises, structure

PARK = "«\u00a0Le parc\u00a0»"
COMPANY = structure("co", kind="ENTREPRISE", skills=(practises("proprete"),))


def others(problem: Problem) -> Alternatives:
    return alternatives(
        problem, composed(problem), count=5, least_difference=1, time_limit_s=60, seed=0
    )


def test_what_each_other_team_gives_and_costs() -> None:
    problem = valley()
    told = [choices.alternative(each.comparison, reader(problem)) for each in others(problem)]
    assert told == [
        f"Cette équipe coûte 102{MONEY} de plus et maîtrise moins le métier, "
        f"mais roule 2,0{THIN}km de moins par trajet.",
        f"Cette équipe coûte 875{MONEY} de plus, maîtrise moins le métier "
        f"et roule 1,2{THIN}km de plus par trajet, mais charge moins les équipes.",
        f"Cette équipe coûte 978{MONEY} de plus, maîtrise moins le métier "
        f"et roule 2,0{THIN}km de plus par trajet.",
    ]


def test_a_term_that_is_hidden_is_neither_counted_nor_named() -> None:
    """875 € with 144 € less for crowded crews: 1 019 € of what may be seen."""
    problem = valley()
    compared = others(problem).found[1].comparison
    told = choices.alternative(compared, reader(problem, hidden=("capacity_tightness",)))
    assert told == (
        f"Cette équipe coûte 1{THIN}019{MONEY} de plus, maîtrise moins le métier "
        f"et roule 1,2{THIN}km de plus par trajet."
    )
    assert by_term(compared.terms, reader(problem)) == [
        f"Métier à consolider\u00a0: 756{MONEY} de plus.",
        f"Trajets\u00a0: 263{MONEY} de plus.",
        f"Équipes chargées\u00a0: 144{MONEY} de moins.",
    ]


def test_partners_are_counted_rather_than_priced() -> None:
    problem = valley()
    compared = others(problem).found[0].comparison
    more = replace(
        compared,
        after=replace(compared.before, partners=compared.before.partners + 1),
        terms=(("coordination", 150_000 * UNITS_PER_CENT), ("lead", -30_000 * UNITS_PER_CENT)),
    )
    assert choices.alternative(more, reader(problem)) == (
        f"Cette équipe coûte 1{THIN}200{MONEY} de plus et compte une structure de plus, "
        "mais a un mandataire moins coûteux."
    )
    fewer = replace(
        compared,
        after=replace(compared.before, partners=1),
        terms=(("coordination", -100 * UNITS_PER_CENT), ("travel", 100 * UNITS_PER_CENT)),
    )
    assert choices.alternative(fewer, reader(problem)) == (
        "Cette équipe coûte autant, mais compte deux structures de moins."
    )


def test_who_comes_and_who_leaves() -> None:
    problem = valley()
    found = others(problem)
    compared = found.found[0].comparison
    assert choices.who_changes(compared, reader(problem)) == (
        "Avec Rives et Sentiers, sans Val Mirel."
    )
    joined = replace(compared, leaves=())
    assert choices.who_changes(joined, reader(problem)) == "Avec Rives et Sentiers."
    same = replace(compared, joins=(), leaves=())
    assert choices.who_changes(same, reader(problem)) == "Les mêmes structures, d’autres parts."
    assert choices.who_changes(replace(same, changes=()), reader(problem)) == ""


def test_how_far_another_team_is_proven_and_why_they_end() -> None:
    problem = valley()
    found = others(problem)
    first = found.found[0]
    assert choices.proof_of_alternative(first) == "Aucune équipe aussi différente ne coûte moins."
    cost = first.plan.terms.total
    gap = replace(
        first, result=replace(first.result, status=Status.GAP, bound=cost * 9_799 // 10_000)
    )
    assert choices.proof_of_alternative(gap) == (
        f"Une équipe aussi différente coûterait au plus 2,1{THIN}% de moins."
    )
    assert (
        choices.end_of(found) == "Aucune autre équipe n’est assez différente\u00a0: c’est prouvé."
    )
    assert choices.end_of(replace(found, end=End.TIME)) == (
        "Le temps a manqué pour chercher d’autres équipes."
    )
    assert choices.end_of(replace(found, end=End.COUNT)) == ""


def test_leaning_one_way_has_a_name_and_a_sentence() -> None:
    problem = valley()
    best = composed(problem)
    leant = compose(
        problem.replace(params=with_leanings(problem.params, Leaning.FEWER_KM)),
        time_limit_s=60,
        seed=0,
    )
    assert best.plan is not None
    assert leant.plan is not None
    told = choices.alternative(compare(problem, best.plan, best.plan), reader(problem))
    assert told == "Cette équipe est la même."
    told = choices.alternative(compare(problem, best.plan, leant.plan), reader(problem))
    assert told == (
        f"Cette équipe coûte 102{MONEY} de plus et maîtrise moins le métier, "
        f"mais roule 2,0{THIN}km de moins par trajet."
    )
    assert choices.LEANING_LABELS.keys() == set(Leaning)


def asked(*wishes: Wish) -> WhatIf:
    problem = valley()
    return what_if(problem, composed(problem), wishes, time_limit_s=60, seed=0)


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ([Pin("berges-asso")], f"Avec Rives et Sentiers, l’équipe coûte 102{MONEY} de plus."),
        ([Exclude("relais-asso")], f"Sans Le Relais, l’équipe coûte 978{MONEY} de plus."),
        ([Exclude("loin-asso")], "Sans Pierre et Chaux, rien ne change."),
        (
            [SetShare("berges", "parc", 50, 100)],
            f"Avec Rives et Sentiers sur {PARK}, de 0,5{THIN}ETP à 1,0{THIN}ETP, "
            f"l’équipe coûte 102{MONEY} de plus.",
        ),
        (
            [SetShare("berges", "parc", 50, 50), TeamSize(3)],
            f"Avec Rives et Sentiers sur {PARK}, 0,5{THIN}ETP et avec trois structures au plus, "
            "aucune équipe ne peut tout tenir.",
        ),
        ([Radius(5)], f"Avec un rayon de 5{THIN}km, l’équipe coûte 102{MONEY} de plus."),
        (
            [MoveStart("parc", APRIL + 1)],
            f"Avec {PARK} qui commence en mai 2027, l’équipe coûte 168{MONEY} de moins.",
        ),
        (
            [Need("parc", 350)],
            f"Avec 3,5{THIN}ETP demandés pour {PARK}, l’équipe coûte 255{MONEY} de plus.",
        ),
        ([AddSubcontractor(COMPANY)], "Avec Co en sous-traitance, rien ne change."),
    ],
)
def test_what_a_wish_costs(wishes: list[Wish], sentence: str) -> None:
    told = asked(*wishes)
    assert choices.what_if(told, reader(told.problem)) == sentence


def test_what_a_wish_changes() -> None:
    told = asked(Pin("berges-asso"))
    assert choices.changes(told, reader(told.problem)) == [
        "Avec Rives et Sentiers, sans Val Mirel.",
        f"Rives et Sentiers prend 1,0{THIN}ETP de {PARK}.",
        f"Val Mirel quitte {PARK} (1,0{THIN}ETP).",
    ]
    more = asked(Need("parc", 350))
    assert choices.changes(more, reader(more.problem)) == [
        "Les mêmes structures, d’autres parts.",
        f"Val Mirel tient 1,5{THIN}ETP de {PARK}, au lieu de 1,0{THIN}ETP.",
    ]
    none = asked(TeamSize(2))
    assert choices.changes(none, reader(none.problem)) == []


def test_what_is_newly_supposed_is_to_be_confirmed() -> None:
    told = asked(Exclude("loin-asso"))
    guess = Assumption(
        "relais-asso", "relais", AssumptionKind.CAPACITY, Certainty.UNKNOWN, months=(APRIL,)
    )
    supposed = replace(told, after=replace(told.after, assumptions=(guess,)))
    assert choices.changes(supposed, reader(told.problem)) == [
        "À confirmer\u00a0: Le Relais a assez de monde en avril 2027."
    ]


def test_many_changes_are_counted() -> None:
    told = asked(Exclude("relais-asso"))
    assert told.comparison is not None
    one = ShareChange("relais", "ecole", 10, 20)
    for how_many, last in ((5, "Une autre part"), (6, "Deux autres parts")):
        many = replace(told.comparison, changes=(one,) * how_many)
        lines = choices.changes(replace(told, comparison=many), reader(told.problem))
        assert len(lines) == 6
        assert lines[-1].startswith(last)


def test_answers_that_are_no_team_or_the_first() -> None:
    told = asked(Pin("berges-asso"))
    late = replace(told.after, status=Status.UNDECIDED, plan=None)
    assert choices.what_if(replace(told, after=late, comparison=None), reader(told.problem)) == (
        "Avec Rives et Sentiers, nous n’avons pas trouvé d’équipe dans le temps donné."
    )
    first = replace(told, comparison=None)
    assert choices.what_if(first, reader(told.problem)) == (
        "Avec Rives et Sentiers, une équipe de trois existe."
    )
    gap = replace(told, after=replace(told.after, status=Status.GAP))
    assert choices.what_if(gap, reader(told.problem)) == (
        f"Avec Rives et Sentiers, l’équipe coûte au plus 102{MONEY} de plus."
    )
    alone = replace(told, after=replace(told.after, solo=True))
    assert choices.what_if(alone, reader(told.problem)).endswith("peut tout tenir seule.")
