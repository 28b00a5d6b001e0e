"""Every worked example and table row of the domain reference, read from ``cases/*.toml``."""

import pytest

from tests.rules.runner import Case, failure, load_cases

CASES = load_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_holds(case: Case) -> None:
    assert failure(case) is None, failure(case)


def test_every_case_says_where_it_comes_from_and_expects_something() -> None:
    for case in CASES:
        assert case.raw["from"].strip(), case.id
        assert {"expect", "expect_none", "raises", "mentions"} & set(case.raw), case.id


def test_case_names_are_unique() -> None:
    ids = [case.id for case in CASES]
    assert sorted(set(ids)) == sorted(ids)
