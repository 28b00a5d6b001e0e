"""What comes in addresses and forms is read without a fault, whatever it is."""

import pytest

from cordee.base.found import number


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12", 12),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
        ("9" * 18, int("9" * 18)),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_read_or_refused(text: str, read: int | None) -> None:
    assert number(text) == read
