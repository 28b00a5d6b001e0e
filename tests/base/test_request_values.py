"""What comes in addresses and forms is read without a fault, whatever it is."""

import pytest
from django.test import RequestFactory

from cordee.base.found import number, page_of


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


@pytest.mark.parametrize(
    ("asked", "first"), [("", 0), ("?page=2", 25), ("?page=9", 25), ("?page=deux", 0)]
)
def test_an_address_names_a_page_of_25_lines(asked: str, first: int) -> None:
    page = page_of(RequestFactory().get(f"/{asked}"), range(30))
    assert page[0] == first


def test_a_second_list_of_a_page_has_pages_of_its_own() -> None:
    request = RequestFactory().get("/?page=2&closes=3")
    assert list(page_of(request, range(9), 3, named="closes")) == [6, 7, 8]
