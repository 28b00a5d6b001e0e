"""Kinds of structures."""

from cordee.rules import kinds
from cordee.rules.kinds import Kind


def test_only_an_aci_is_capped() -> None:
    assert [kind for kind in Kind if kinds.is_capped(kind)] == [Kind.ACI]


def test_kinds_that_supply_staff() -> None:
    assert {kind for kind in Kind if kinds.supplies_staff(kind)} == {"AI", "ETTI", "EATT", "GEIQ"}


def test_every_kind_has_a_french_name() -> None:
    assert all(kind.label[0].isupper() for kind in Kind)
    assert len({kind.label for kind in Kind}) == len(Kind)
