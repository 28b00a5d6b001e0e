"""The user's own other teams on a lot, told before they keep one more (RULE-38).

What teams there are is known by a room above, which registers how to read them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cordee.members.sharing import Viewer
from cordee.opportunities.models import Breakdown


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """How the user stands in a team, in words that a sentence ends; its page, and what one does
    there."""

    words: str
    url: str
    verb: str


type Reader = Callable[[Viewer, Breakdown], Sequence[OwnTeam]]

# By the name of the room that knows them.
readers: dict[str, Reader] = {}


def own_teams_of(viewer: Viewer, breakdown: Breakdown) -> list[OwnTeam]:
    """The teams on a lot of a breakdown in which the user takes part, or to which they are
    invited; never those of others."""
    return [team for reader in readers.values() for team in reader(viewer, breakdown)]
