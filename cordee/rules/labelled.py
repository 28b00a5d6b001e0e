"""A code with what screens call it, written beside it."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """`ACI = "ACI", "Atelier ou chantier d’insertion"`: the code, and its `label` in French."""

    _value_: str
    label: str

    # Without a label it is read back from its code, `Kind("ACI")`.
    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_, member.label = code, label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """What a form or a column of the base offers."""
        return [(each.value, each.label) for each in cls]
