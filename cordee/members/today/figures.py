"""Key figures of one's own structure beside what waits: rooms register what they know of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cordee.base.ui import french
from cordee.members.models import Crew, Structure
from cordee.members.sharing import FigureClass, Viewer


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, its unit and the words under it. What is not known is no figure, never a zero."""

    value: str
    unit: str
    words: str


type FigureReader = Callable[[Viewer, Structure], Iterable[Figure]]

_readers: dict[str, FigureReader] = {}


def register(name: str, reader: FigureReader) -> None:
    """Add what a room knows, in the order of registration; the same name twice is one reader."""
    _readers[name] = reader


def figures_of(viewer: Viewer, structure: Structure) -> list[Figure]:
    """The figures of a structure that the user may see."""
    return [figure for reader in _readers.values() for figure in reader(viewer, structure)]


def places(viewer: Viewer, structure: Structure) -> Iterable[Figure]:
    """The places of the crews at work today."""
    if structure.pk not in viewer.seen[FigureClass.NETWORK]:
        return
    crews = list(
        Crew.objects.filter(chantier__structure=structure)
        .exclude(valid_from__gt=viewer.on)
        .exclude(valid_to__lt=viewer.on)
    )
    total = sum(crew.places for crew in crews)
    if total:
        teams = f"{french.in_letters(len(crews))} équipe{'s' if len(crews) > 1 else ''}"
        yield Figure(str(total), "places" if total > 1 else "place", f"en insertion, dans {teams}")
