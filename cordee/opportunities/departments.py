"""Names of departments from the committed referential, read once: no query for a hundred names."""

from collections.abc import Mapping
from functools import cache

from cordee.members import referentials


@cache
def department_names() -> Mapping[str, str]:
    """Code → "Ardèche (07)", in the order of codes."""
    return {row.code: f"{row.name} ({row.code})" for row in referentials.read_departments()}


@cache
def department_choices() -> list[tuple[str, str]]:
    """(code, "07 Ardèche") for a list where one looks for a number."""
    return [(row.code, f"{row.code} {row.name}") for row in referentials.read_departments()]
