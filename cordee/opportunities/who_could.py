"""Who could take each lot, as the reader's network may know: the room that ranks registers it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from cordee.members.sharing import Viewer
from cordee.opportunities.models import Breakdown, Opportunity


@dataclass(frozen=True, slots=True)
class Able:
    """The first structures of a package with their distance, how many more, the whole list."""

    names: tuple[str, ...]
    others: int
    url: str


@dataclass(frozen=True, slots=True)
class AbleLists:
    """By position of the package; `search_url` is where one asks for it, where nobody has."""

    by_position: Mapping[int, Able] = field(default_factory=dict)
    search_url: str = ""
    is_of_the_night: bool = False


type ListsOf = Callable[[Viewer, Opportunity, Breakdown, Collection[int]], AbleLists]

_room: list[ListsOf] = []


def register(lists_of: ListsOf) -> None:
    """Say who ranks; the last that says so does."""
    _room[:] = [lists_of]


def lists_for(
    viewer: Viewer,
    opportunity: Opportunity,
    breakdown: Breakdown | None,
    positions: Collection[int],
) -> AbleLists:
    """The lists of some packages; empty where there is nothing to rank, or nobody who ranks."""
    if not _room or breakdown is None or not positions:
        return AbleLists()
    return _room[0](viewer, opportunity, breakdown, positions)
