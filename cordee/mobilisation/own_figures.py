"""The free crew of next month, beside what waits for who directs a structure."""

from collections.abc import Iterator

from cordee.base.ui import french, months
from cordee.members.models import Chantier, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.today.figures import Figure
from cordee.mobilisation.problem.figures import free_capacity
from cordee.rules.months import month_number


def free_crew(viewer: Viewer, structure: Structure) -> Iterator[Figure]:
    """FTE free next month, once seasons, months apart and what is promised are counted.

    Nothing where one of the chantiers said neither crews nor FTE: a part is not the whole.
    """
    if structure.pk not in viewer.seen[FigureClass.NETWORK]:
        return
    month = month_number(viewer.on) + 1
    free = free_capacity({structure.pk}, viewer, month, 1)
    teams = [cfte for _, cfte in Chantier.objects.filter(structure=structure).teams(viewer.on)]
    known = [cfte for cfte in teams if cfte is not None]
    if free and len(free) == len(known) == len(teams):
        left = sum(by_month.get(month, 0) for by_month in free.values())
        when = f"{months.span(month, 1)}, sur {french.fte_number(sum(known))}"
        yield Figure(
            french.fte_number(left), "ETP", f"{'libre' if left < 200 else 'libres'} {when}"
        )
