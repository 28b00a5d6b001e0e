import pytest

from cordee.base.ui import months

MARCH_2027 = 2027 * 12 + 2


@pytest.mark.parametrize(
    ("first", "length", "text"),
    [
        (MARCH_2027, 1, "en mars 2027"),
        (MARCH_2027, 9, "de mars à novembre 2027"),
        (MARCH_2027 + 1, 3, "d’avril à juin 2027"),
        (MARCH_2027 + 7, 12, "d’octobre 2027 à septembre 2028"),
    ],
)
def test_a_span_of_months(first: int, length: int, text: str) -> None:
    assert months.span(first, length) == text


def test_runs_are_joined() -> None:
    run = [MARCH_2027, MARCH_2027 + 1, MARCH_2027 + 5, MARCH_2027 + 6, MARCH_2027 + 7]
    assert months.spans(run) == "en mars et avril 2027, d’août à octobre 2027"
    assert months.spans([]) == ""
