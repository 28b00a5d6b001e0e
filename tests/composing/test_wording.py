"""What a composition says in words, apart from any figure."""

from types import SimpleNamespace
from typing import Any

import pytest

from cordee.composing import pages
from cordee.composing.problem import reasons, sentences


def package(label: str, *, supposed: tuple[str, ...] = (), place: bool = False) -> Any:
    provenance = {name: {"state": "supposed"} for name in supposed}
    return SimpleNamespace(label=label, provenance=provenance, is_place_supposed=place)


def test_what_is_supposed_of_every_package_is_said_once() -> None:
    packages = [package("Nord", place=True), package("Sud", place=True)]
    assert sentences.supposed_of(packages) == ["Tous les travaux\u00a0: le lieu exact"]


def test_what_is_supposed_of_one_package_names_it() -> None:
    packages = [package("Nord", supposed=("months", "amount_cents")), package("Sud")]
    assert sentences.supposed_of(packages) == ["Nord\u00a0: le montant et la durée"]
    assert sentences.supposed_of(packages[1:]) == []
    assert sentences.supposed_of(packages[:1]) == ["Nord\u00a0: le montant et la durée"]


@pytest.mark.parametrize(
    ("size", "guesses", "reads_well", "title"),
    [
        (3, 0, True, "Oui, en équipe de trois"),
        (3, 2, True, "Oui, à trois, si deux réponses arrivent"),
        (2, 1, False, "Oui, à deux, si une réponse arrive"),
        (12, 0, False, "Oui, en équipe de 12, si nous supposons juste"),
        (1, 0, True, "Oui, une structure suffit"),
        (1, 2, True, "Oui, une structure suffit, si deux réponses arrivent"),
    ],
)
def test_the_title_is_the_answer_with_one_level_of_certainty(
    size: int, guesses: int, reads_well: bool, title: str
) -> None:
    assert sentences.yes(size, guesses, reads_well=reads_well) == title


@pytest.mark.parametrize(
    ("how_many", "is_proven", "title", "proof"),
    [
        (0, True, "Zéro", "Aucune meilleure équipe."),
        (1, True, "Une réponse à obtenir", "Aucune meilleure équipe, si une réponse se confirme."),
        (
            4,
            True,
            "Quatre réponses à obtenir",
            "Aucune meilleure équipe, si quatre réponses se confirment.",
        ),
        (12, False, "12 réponses à obtenir", "Aucune meilleure équipe."),
    ],
)
def test_what_stays_to_confirm_is_counted_once(
    how_many: int, is_proven: bool, title: str, proof: str
) -> None:
    shown = pages.Shown(
        "best",
        "",
        SimpleNamespace(rows=()),  # type: ignore[arg-type]
        [None] * how_many,  # type: ignore[list-item]
        "Aucune meilleure équipe.",
        is_proven,
        (),
    )
    assert shown.whole_proof == proof
    assert not how_many or shown.reserve_title == title


BEST_COST = {"Trajets": 613_00, "Coordination des structures": 4_500_00}


def simple_loss(
    km: float,
    cost: dict[str, int] | None = None,
    *,
    missing: tuple[str, ...] = (),
    broken: str = "",
    same: bool = False,
    hides: bool = False,
    leans: bool = False,
) -> str:
    def team(mean_km: float, costs: dict[str, int], lacks: tuple[str, ...] = ()) -> Any:
        return SimpleNamespace(
            mean_distance_km=mean_km,
            cost_cents=sum(costs.values()),
            cost_lines=[SimpleNamespace(label=name, cents=n) for name, n in costs.items()],
            missing=lacks,
            hides_costs=hides,
        )

    result: Any = SimpleNamespace(
        plan=SimpleNamespace(shares=1),
        greedy=SimpleNamespace(shares=1 if same else 2),
        greedy_violations=[SimpleNamespace(rule=broken)] if broken else [],
    )
    costs = {**BEST_COST, **(cost or {})}
    found = reasons.simple_method(
        result, team(3.2, BEST_COST), team(km, costs, missing), leans=leans
    )
    return found.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            simple_loss(3.0, {"Métier à consolider": 4_113_00}),
            "La méthode simple ferait 0,2 km de moins par trajet, "
            "mais coûterait 4 113 € de plus : métier à consolider.",
        ),
        (
            simple_loss(3.0, {"Trajets": 700_00, "Coordination des structures": 4_480_00}),
            "La méthode simple ferait 0,2 km de moins par trajet, "
            "mais coûterait 67 € de plus : trajets.",
        ),
        (
            simple_loss(10.9, {"Trajets": 1_113_00}),
            "La méthode simple ferait 7,7 km de plus par trajet et coûterait 500 € de plus.",
        ),
        (simple_loss(3.2, {"Trajets": 663_00}), "La méthode simple coûterait 50 € de plus."),
        (simple_loss(3.2), "La méthode simple coûterait autant."),
        (
            simple_loss(3.0),
            "La méthode simple ferait 0,2 km de moins par trajet et coûterait autant.",
        ),
        (simple_loss(9, same=True), "La méthode simple trouve ici la même équipe."),
        (
            simple_loss(1, missing=("Le parc : il manque 0,5 ETP",)),
            "La méthode simple ne tient pas tout. Le parc : il manque 0,5 ETP.",
        ),
        (
            simple_loss(1, broken="one_lead"),
            "La méthode simple ne tient pas : personne ne peut y être mandataire.",
        ),
        (
            simple_loss(1, broken="pinned"),
            "La méthode simple ne tient pas : elle ne suit pas vos souhaits.",
        ),
        (
            simple_loss(3.0, {"Trajets": 563_00}, hides=True),
            "La méthode simple ferait 0,2 km de moins par trajet et coûterait 50 € de moins. "
            f"{reasons.HIDDEN_COST}",
        ),
        (
            simple_loss(3.0, {"Trajets": 563_00}, leans=True),
            "La méthode simple ferait 0,2 km de moins par trajet et coûterait 50 € de moins. "
            "Elle suit moins votre préférence.",
        ),
    ],
)
def test_why_the_simple_method_does_not_do_as_well(told: str, words: str) -> None:
    """Beside « aucune meilleure équipe », whatever it does better is told with what it loses."""
    assert told == words
