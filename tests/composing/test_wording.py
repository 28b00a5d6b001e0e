"""What a composition says in words, apart from any figure."""

from types import SimpleNamespace
from typing import Any

import pytest

from cordee.composing import pages
from cordee.composing.problem import sentences


def package(label: str, *, supposed: tuple[str, ...] = (), place: bool = False) -> Any:
    provenance = {name: {"state": "supposed"} for name in supposed}
    return SimpleNamespace(label=label, provenance=provenance, is_place_supposed=place)


def test_what_is_supposed_of_every_package_is_said_once() -> None:
    packages = [package("Nord", place=True), package("Sud", place=True)]
    assert sentences.supposed_of(packages) == ["Tous les travaux\u00a0: le lieu exact"]


def test_what_is_supposed_of_one_package_names_it() -> None:
    packages = [package("Nord", supposed=("months", "amount_cents")), package("Sud")]
    assert sentences.supposed_of(packages) == ["Nord\u00a0: la durée et le montant"]
    assert sentences.supposed_of(packages[1:]) == []
    assert sentences.supposed_of(packages[:1]) == ["Nord\u00a0: la durée et le montant"]


@pytest.mark.parametrize(
    ("size", "guesses", "reads_well", "title"),
    [
        (3, 0, True, "Oui, en équipe de trois"),
        (3, 2, True, "Oui, à trois, si deux réponses arrivent"),
        (2, 1, False, "Oui, à deux, si une réponse arrive"),
        (12, 0, False, "Oui, en équipe de 12, si nous lisons bien l’avis"),
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
