"""People who left, for the tests of exits."""

from datetime import date
from typing import Any

from cordee.bridge.models import PersonExit
from cordee.members.models import Structure
from cordee.rules.exits import ExitCategory

YEAR = 2026


def leave(structure: Structure, category: ExitCategory, **values: Any) -> PersonExit:
    """Somebody who stayed four months, unless it is said otherwise."""
    said = {"entered_on": date(YEAR, 1, 1), "left_on": date(YEAR, 4, 30), "hours": 400} | values
    return PersonExit.objects.create(structure=structure, category=category, **said)


def leave_thirteen(structure: Structure) -> None:
    """The twenty exits of RULE-28, of which thirteen count: 7 dynamic, 3 lasting."""
    for category, how_many in (
        (ExitCategory.RETRAIT, 4),
        (ExitCategory.EMPLOI_DURABLE, 3),
        (ExitCategory.EMPLOI_TRANSITION, 2),
        (ExitCategory.SORTIE_POSITIVE, 2),
        (ExitCategory.AUTRE_SORTIE, 6),
    ):
        for _ in range(how_many):
            leave(structure, category)
    for _ in range(3):
        leave(structure, ExitCategory.EMPLOI_DURABLE, left_on=date(YEAR, 3, 30))
