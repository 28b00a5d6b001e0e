"""The verb after the name of a structure."""

import pytest

from cordee.rules.grammar import agreed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Les Jardins du Val", "Les Jardins du Val n’ont pas"),
        ("LES TOITS", "LES TOITS n’ont pas"),
        ("Rives et Sentiers", "Rives et Sentiers n’a pas"),
        ("Lesueur Bâtiment", "Lesueur Bâtiment n’a pas"),
    ],
)
def test_only_a_name_that_begins_with_the_article_is_plural(name: str, expected: str) -> None:
    assert agreed(name, "n’a pas", "n’ont pas") == expected
