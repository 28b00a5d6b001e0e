"""Key figures of one's own structure beside what waits: rooms register what they know of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cordee.members.models import Structure
from cordee.members.sharing import Viewer


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, its unit and the words under it. What is not known is no figure, never a zero."""

    value: str
    unit: str
    words: str


type FigureReader = Callable[[Viewer, Structure], Iterable[Figure]]

# By the name of the room that knows them, in the order of the page.
readers: dict[str, FigureReader] = {}


def figures_of(viewer: Viewer, structure: Structure) -> list[Figure]:
    """The figures of a structure that the user may see."""
    return [figure for reader in readers.values() for figure in reader(viewer, structure)]
