"""What waits for a person: rooms register readers, the page of the day asks them all.

A reader is asked at every opening of the page. So it makes a fixed number of queries, which grows
neither with the country nor with the network, and gives only what the person can settle.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from cordee.members.models import RoleSeat, Structure
from cordee.members.sharing import Viewer
from cordee.members.today.way_back import from_the_day


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to settle: by when, what it is, one fact about it, and the button that settles it.

    `until` is the last useful day. A thing without any day is no line of this list. `about`: the
    keys of a structure and of the contract that it is asked about; `invites`: into a team on it.
    """

    until: date
    what: str
    fact: str
    verb: str
    url: str
    about: tuple[int, int] | None = None
    invites: bool = False

    @property
    def link(self) -> str:
        """Its page, which leads back to the day."""
        return from_the_day(self.url)


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to telephone: who, why, since when nothing was heard."""

    name: str
    why: str
    phone: str
    url: str

    @property
    def link(self) -> str:
        """The page where the call is noted, which leads back to the day."""
        return from_the_day(self.url)


def for_whom(viewer: Viewer, structure: Structure) -> str:
    """Which of the user's structures a line is about; nothing where there is only one."""
    return f" Pour {structure.shown_name}." if len(viewer.structure_ids) > 1 else ""


def by_when(viewer: Viewer, *, days: int) -> date:
    """So many days after the user came to the network acted for; today once past. One query."""
    seats = RoleSeat.objects.filter(person=viewer.user, network=viewer.network)
    since = seats.aggregate(first=Min("since"))["first"] or timezone.now()
    return max(viewer.on, timezone.localdate(since) + timedelta(days=days))


type WaitingReader = Callable[[Viewer, datetime], Iterable[Waiting]]
type CallReader = Callable[[Viewer, datetime], Iterable[Call]]

# What waits in each room, by its name.
readers: dict[str, WaitingReader] = {}
# Whom each would have the person telephone, the first to call first, by the name of the route of
# its whole list.
callers: dict[str, CallReader] = {}


def waiting_for(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Everything that waits for a person, the nearest day first.

    Whom a team invites on a contract is not asked besides whether it interests them.
    """
    found = [line for reader in readers.values() for line in reader(viewer, now)]
    invited = {line.about for line in found if line.invites}
    found = [line for line in found if line.invites or line.about not in invited]
    return sorted(found, key=lambda line: (line.until, line.what, line.url))


def calls_for(viewer: Viewer, now: datetime) -> list[Call]:
    """Whom the person may telephone, in the order of each room."""
    return [call for reader in callers.values() for call in reader(viewer, now)]


def call_lists() -> list[str]:
    """The addresses of the whole lists of calls."""
    return [reverse(whole) for whole in callers]
