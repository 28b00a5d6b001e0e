"""How far a practice holds, in words."""

from typing import Any

import pytest

from cordee.practices.models import Reuse
from cordee.practices.models.reuse import Outcome
from cordee.practices.reuse.validity import range_of_validity


def worked(places: int | None = None, trade: str = "", **values: Any) -> Reuse:
    return Reuse(outcome=Outcome.TAKEN, places=places, trade=trade, **values)


def failed(territory: str = "") -> Reuse:
    return Reuse(outcome=Outcome.FAILED, territory=territory)


GREEN, GARDEN = "espaces-verts", "maraichage"
SIX = [
    *(worked(places, GARDEN) for places in (8, 12, 15, 40)),
    *(worked(places, GREEN) for places in (20, 30)),
]


@pytest.mark.parametrize(
    ("trials", "words"),
    [
        ([], "Personne d’autre ne dit encore l’avoir reprise."),
        (
            [*SIX, failed("city")],
            "Reprise par 6 structures, de 8 à 40 places, en maraîchage et espaces verts\u00a0; un "
            "échec en ville.",
        ),
        # The size of one or two is told by bands.
        ([worked(12, GREEN)], "Reprise par une structure, de 11 à 20 places, en espaces verts."),
        (
            [worked(12, GREEN), worked(9, GREEN)],
            "Reprise par 2 structures, 10 places ou moins et de 11 à 20 places, en espaces verts.",
        ),
        # What nobody told.
        ([worked()], "Reprise par une structure, taille inconnue, métier inconnu."),
        (
            [worked(8, GREEN), worked(9), worked(30), worked(), worked()],
            "Reprise par 5 structures, de 8 à 30 places, taille inconnue pour deux, en espaces "
            "verts.",
        ),
        (
            [worked(12, GREEN)] * 3,
            "Reprise par 3 structures, à 12 places, en espaces verts.",
        ),
        (
            [failed()],
            "Personne d’autre ne dit encore l’avoir reprise\u00a0; un échec (lieu inconnu).",
        ),
        (
            [failed("city"), failed("rural"), failed()],
            "Personne d’autre ne dit encore l’avoir reprise\u00a0; trois échecs en ville et à la "
            "campagne (lieu inconnu pour une).",
        ),
        (
            [failed("town"), failed("town")],
            "Personne d’autre ne dit encore l’avoir reprise\u00a0; deux échecs dans un bourg.",
        ),
    ],
)
def test_validity_is_told_in_words(trials: list[Reuse], words: str) -> None:
    assert range_of_validity(trials).replace("\u202f", " ") == words


def test_nobody_reads_the_size_of_one_or_two() -> None:
    for trials in ([worked(13)], [worked(13), worked(37)]):
        said = range_of_validity(trials)
        assert "13" not in said
        assert "37" not in said
