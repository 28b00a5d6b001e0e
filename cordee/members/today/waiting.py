"""What waits for a person: rooms register readers, the page of the day asks them all.

A reader tells which rows would wait, of each sort, and how they are said. One query asks all sorts
whether there is a row; those that have one are read. What is read grows neither with the country
nor with the network, and is only what the person can settle.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Min, QuerySet
from django.utils import timezone

from cordee.accounts.models import User
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


@dataclass(frozen=True, slots=True)
class Sort:
    """What waits of one sort: the rows that say so, and what is said of them, which is asked only
    where there is one. Calls come in the order in which one makes them."""

    rows: QuerySet[Any, Any]
    lines: Callable[[Viewer, datetime, Any], Iterable[Waiting | Call]]


# Of a person who is signed in.
type Reader = Callable[[Viewer, datetime], Iterable[Sort]]

# What waits in each room, by its name.
readers: dict[str, Reader] = {}
# The routes of the whole lists of calls.
call_lists: list[str] = []


def lines_of(asked: Iterable[Reader], viewer: Viewer, now: datetime) -> list[Any]:
    """What some readers say: one query for all, and those of the sorts that have a row."""
    if viewer.user is None:
        return []
    sorts = [sort for reader in asked for sort in reader(viewer, now)]
    rows = (Exists(sort.rows) for sort in sorts)
    [waits] = User.objects.filter(pk=viewer.user.pk).values_list("pk", *rows)
    return [
        line
        for sort, is_there in zip(sorts, waits[1:], strict=True)
        if is_there
        for line in sort.lines(viewer, now, sort.rows)
    ]


def waiting_for(viewer: Viewer, now: datetime) -> tuple[list[Waiting], list[Call]]:
    """Everything that waits for a person, the nearest day first; and whom they may telephone.

    Whom a team invites on a contract is not asked besides whether it interests them.
    """
    every = lines_of(readers.values(), viewer, now)
    found = [line for line in every if isinstance(line, Waiting)]
    invited = {line.about for line in found if line.invites}
    found = [line for line in found if line.invites or line.about not in invited]
    calls = [line for line in every if isinstance(line, Call)]
    return sorted(found, key=lambda line: (line.until, line.what, line.url)), calls
