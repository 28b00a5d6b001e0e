"""What pages say of lots and of long lists."""

import pytest

from cordee.opportunities.rows import some_of
from cordee.opportunities.wording import without_middle
from cordee.rules.figures import lot_name


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("LOT-0001", "Lot 1"),
        ("03", "Lot 3"),
        ("12", "Lot 12"),
        ("A1", "Lot A1"),
        ("2 bis", "Lot 2 bis"),
        ("1 -", "Lot 1"),
        ("-", "Lot -"),
    ],
)
def test_a_lot_bears_the_number_that_people_say(written: str, named: str) -> None:
    assert lot_name(written) == named


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Aubenas", "Aubenas"], "Aubenas"),
        (["Aubenas", "Privas", "Mende"], "Aubenas, Privas et 1\u202fautre"),
        (["Aubenas", "Privas", "Mende", "Florac"], "Aubenas, Privas et 2\u202fautres"),
    ],
)
def test_a_long_list_is_cut_and_counted(names: list[str], said: str) -> None:
    assert some_of(names, 2) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Tonte du parc", "Tonte du parc"),
        ("x" * 200, f"{'x' * 70} […] {'x' * 50}"),
        (
            f"Nettoyage des locaux{' de la ville' * 12}, lot du nord",
            f"Nettoyage des locaux{' de la ville' * 4} […] de la ville"
            f"{' de la ville' * 2}, lot du nord",
        ),
    ],
)
def test_a_long_title_keeps_both_ends(words: str, said: str) -> None:
    assert without_middle(words) == said
