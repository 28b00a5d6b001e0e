"""Why no team exists, in exact French sentences."""

from dataclasses import replace

import pytest

from cordee.base.ui.french import THIN
from cordee.composing.problem import sentences
from cordee.engine.compose import compose
from cordee.engine.problem import Problem, ShareLimit, Unlike
from cordee.engine.result import Certificate, Impossibility, Reason, Result, Shortage
from tests.engine.conftest import APRIL, package, practises, steady, structure

GREEN = (practises("espaces-verts"),)


def park(*, free_june_july: int = 200) -> Problem:
    """Two gardeners at the gate of a park, and a third at 46.7 km who travels 40 km at most."""
    busy = steady(200) | {APRIL + 2: free_june_july, APRIL + 3: free_june_july}
    return Problem(
        packages=(package("parc", label="Le parc"),),
        candidates=(
            structure("abelia", skills=GREEN, capacity_cfte_by_month=busy),
            structure("buis", skills=GREEN, capacity_cfte_by_month=busy),
            structure("cedre", skills=GREEN, latitude_deg=45.42),
        ),
    )


def told(problem: Problem, result: Result | None = None) -> list[str]:
    composed = compose(problem, time_limit_s=60, seed=0) if result is None else result
    return sentences.reasons_of(problem, composed, accounts_seen_of=None)


def test_nobody_free_is_said_with_the_months_and_how_far_it_holds() -> None:
    """The third gardener is free, but does not come that far: the kilometres stop before it."""
    assert told(park(free_june_july=40)) == [
        f"Le parc\u00a0: personne n’est libre à moins de 46{THIN}km en juin et juillet 2027."
    ]


def test_nobody_free_at_any_distance_stops_at_the_limit() -> None:
    problem = park(free_june_july=40)
    near = tuple(c for c in problem.candidates if c.id != "cedre")
    assert told(problem.replace(candidates=near)) == [
        f"Le parc\u00a0: personne n’est libre à moins de 100{THIN}km en juin et juillet 2027."
    ]


def test_one_put_aside_does_not_count() -> None:
    problem = park(free_june_july=40).replace(excluded=frozenset({"cedre-asso"}))
    assert "à moins de 100" in told(problem)[0]


def test_nobody_of_a_trade_is_not_said_while_neighbours_have_not_told_theirs() -> None:
    """What is unknown is no "no": who has not told their trades is asked before anything else."""
    sewing = Problem(
        packages=(package("blouses", label="Les blouses", trade="textile-couture"),),
        candidates=(structure("abelia", skills=GREEN),),
    )
    nobody = f"personne n’exerce ce métier à moins de 100{THIN}km"
    assert nobody in told(sewing)[0]
    assert sentences.ask_first(compose(sewing, time_limit_s=60, seed=0)) == ""

    mute = tuple(structure(name, skills=()) for name in ("buis", "cedre"))
    asked = sewing.replace(candidates=(*sewing.candidates, *mute))
    (sentence,) = told(asked)
    assert f"personne n’a dit exercer ce métier à moins de 100{THIN}km" in sentence
    assert sentence.endswith(f"{THIN}; 2{THIN}structures proches ne disent pas les leurs.")
    assert sentences.ask_first(compose(asked, time_limit_s=60, seed=0)) == (
        "Demandez d’abord leurs métiers aux 2 structures proches qui ne les disent pas."
    )
    one = sewing.replace(candidates=(*sewing.candidates, mute[0]))
    assert told(one)[0].endswith(f"1{THIN}structure proche ne dit pas les siens.")


def test_some_free_but_not_enough_says_how_much_lacks() -> None:
    assert told(park(free_june_july=120)) == [
        f"Le parc\u00a0: il manque 0,6{THIN}ETP en juin et juillet 2027."
    ]


def test_wishes_that_nothing_can_grant_name_whom_they_concern() -> None:
    wish = ShareLimit(candidate="abelia", package="parc", least_cfte=250, most_cfte=300)
    assert told(park().replace(share_limits=(wish,))) == [
        "Le parc\u00a0: Abelia ne peut pas tenir la part demandée."
    ]
    pinned = park().replace(pinned=frozenset({"cedre-asso"}))
    assert told(pinned) == [
        "Tous les lots ensemble\u00a0: Cedre ne peut rien prendre de ce marché."
    ]
    same = frozenset({"abelia-asso", "buis-asso"})
    other = park().replace(unlike=(Unlike(organisations=same, least_absent=1),))
    assert told(other) == [
        "Tous les lots ensemble\u00a0: aucune autre équipe n’est assez différente."
    ]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            Reason(Shortage.PINNED, organisations=("abelia-asso", "buis-asso")),
            "Tous les lots ensemble\u00a0: Abelia et Buis ne peuvent rien prendre de ce marché.",
        ),
        (
            Reason(Shortage.SHARE_LIMIT, "parc", organisations=("abelia-asso", "buis-asso")),
            "Le parc\u00a0: Abelia et Buis ne peuvent pas tenir la part demandée.",
        ),
        (
            Reason(Shortage.PARTNERS, needed=5, available=4),
            f"Tous les lots ensemble\u00a0: il faudrait 5{THIN}structures, "
            "nous en cherchons 4 au plus.",
        ),
    ],
)
def test_reasons_are_sentences(reason: Reason, sentence: str) -> None:
    composed = compose(park(free_june_july=40), time_limit_s=60, seed=0)
    why = Impossibility((reason,), Certificate.COUNT)
    assert told(park(), replace(composed, impossibility=why)) == [sentence]
