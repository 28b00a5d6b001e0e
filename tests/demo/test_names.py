"""Names at any size: drawn while there are some, then numbered."""

from random import Random

from demo.names import NameGiver


def given(count: int, taken: frozenset[str] = frozenset()) -> list[str]:
    giver = NameGiver(Random(1), taken)
    return [giver.structure("GEIQ", "") for _ in range(count)]


def test_twelve_thousand_structures_all_have_a_name_of_their_own() -> None:
    names = given(12_000)
    assert len(set(names)) == 12_000
    assert given(12_000) == names


def test_names_are_numbered_only_once_all_are_taken() -> None:
    """There are 600 invented places, so 600 names of one pattern."""
    names = given(602)
    assert not any(name[-1].isdigit() for name in names[:600])
    assert all(name.endswith(" 2") for name in names[600:])


def test_a_numbered_name_that_somebody_has_is_passed_over() -> None:
    last = given(601)[-1]
    assert given(601, frozenset({last}))[-1] == last.replace(" 2", " 3")
