"""What the reader of an opportunity may do next, and who could take each lot: rooms register it.

The first page asks each at every opening: it makes a fixed number of queries.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from cordee.members.sharing import Viewer
from cordee.opportunities.models import Breakdown, Opportunity
from cordee.opportunities.verdicts import VerdictLine


@dataclass(frozen=True)
class Reader:
    """Who reads which opportunity, and when. `alone`: own structures that could answer alone."""

    viewer: Viewer
    opportunity: Opportunity
    now: datetime
    has_work: bool
    alone: frozenset[int] = frozenset()

    @cached_property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return self.opportunity.is_open(self.now)

    @property
    def may_answer(self) -> bool:
        """Whether it is open, with work of ours, before somebody who answers or has others do."""
        acts = self.viewer.network is not None or bool(self.viewer.structure_ids)
        return self.is_open and self.has_work and acts


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button. The one of least `order` is filled; with `fields` it posts them to `url`.

    `before_team`: of no use to who has a team on the opportunity, or is invited to one.
    """

    order: int
    verb: str
    url: str
    icon: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    before_team: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked or sent already, and where to read more. `before_team`: as of a button."""

    words: str
    link: str = ""
    url: str = ""
    before_team: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the reader stands already: said first, in the place of what they could do.

    `step` is its button. `in_team`: their own alliance, which comes before what they answered.
    """

    title: str
    look: str
    icon: str
    reason: str
    step: NextStep | None
    in_team: bool = False


# A verdict is that of a network, whose members the room above knows.
type StepsOf = Callable[[Reader], Iterable[NextStep | Done | Standing | VerdictLine]]

# What each room above offers, by the name of the room.
rooms: dict[str, StepsOf] = {}


def steps_for(
    person: Reader,
) -> tuple[list[NextStep], list[Done], Standing | None, VerdictLine | None]:
    """The buttons, the main one first; what was done; where one stands; a network's verdict."""
    found = [one for offered in rooms.values() for one in offered(person)]
    steps = [one for one in found if isinstance(one, NextStep)]
    done = [one for one in found if isinstance(one, Done)]
    lines = [one for one in found if isinstance(one, VerdictLine)]
    stands = [one for one in found if isinstance(one, Standing)]
    standing = max(stands, key=lambda one: one.in_team, default=None)
    if standing is not None and standing.in_team:
        steps = [one for one in steps if not one.before_team]
        done = [one for one in done if not one.before_team]
    if standing is not None and standing.step is not None:
        steps.append(standing.step)
    # What was computed for the network stands in the place of an estimate.
    verdict = max(lines, key=lambda line: line.is_composed, default=None)
    return sorted(steps, key=lambda step: step.order), done, standing, verdict


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

# Set by the room above that ranks, in its `apps.py`.
able: ListsOf | None = None


def lists_for(
    viewer: Viewer,
    opportunity: Opportunity,
    breakdown: Breakdown | None,
    positions: Collection[int],
) -> AbleLists:
    """The lists of some packages; empty where there is nothing to rank, or nobody who ranks."""
    if able is None or breakdown is None or not positions:
        return AbleLists()
    return able(viewer, opportunity, breakdown, positions)
