"""Small reuses for the tests of practices."""

from typing import Any

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.practices.models import Reuse, Sheet
from cordee.practices.reuse import actions
from tests.practices.sheet_makers import NOW, director_of

SAID: dict[str, Any] = {
    "outcome": "taken",
    "why": "Le premier matin ne servait à rien.",
}


def take_up(
    sheet: Sheet,
    structure: Structure,
    *,
    is_named: bool = False,
    by: User | None = None,
    **values: Any,
) -> Reuse:
    """What the direction of a structure says of a sheet."""
    row = Reuse(sheet=sheet, structure=structure, **SAID | values)
    by = by or director_of(structure)
    return actions.write_reuse(row=row, is_named=is_named, by=by, now=NOW)
