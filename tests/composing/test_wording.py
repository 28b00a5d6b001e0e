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
    ("how_many", "is_proven", "title"),
    [
        (1, True, "Prouvé sous réserve d’une supposition"),
        (4, True, "Prouvé sous réserve de quatre suppositions"),
        (12, False, "Trouvé sous réserve de 12 suppositions"),
    ],
)
def test_the_reserve_counts_its_suppositions(how_many: int, is_proven: bool, title: str) -> None:
    shown = pages.Shown(
        "best",
        "",
        SimpleNamespace(rows=()),
        [None] * how_many,
        "",
        is_proven,
        (),  # type: ignore[arg-type,list-item]
    )
    assert shown.reserve_title == title
