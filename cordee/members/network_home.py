"""The home of a network: its members on a map and in a list, who is up to date, what ends soon.

What rests on contracts and answers comes from upper rooms, in the slot "network_home".
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from cordee.members import network_map
from cordee.members.models import Certification, Convention, Department, Network
from cordee.members.network_access import Desk, membership_requests_for
from cordee.members.network_page import Branch, tree
from cordee.members.sharing import FigureClass
from cordee.members.up_to_date import MISSING_WORDS, MemberStatus, standings

PAPERS_WITHIN = timedelta(days=60)
MOST_PAPERS = 12


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    code: str
    name: str
    members: int
    up_to_date: int


@dataclass(frozen=True, slots=True)
class EndingPaper:
    """A paper that ends soon, of a member that lets the network see it."""

    structure_id: int
    structure: str
    name: str
    until: date


class NetworkHome:
    def __init__(self, desk: Desk, now: datetime, on: date) -> None:
        self.desk, self.now, self.on = desk, now, on
        self._structures = desk.structures(on)

    # --- Members -------------------------------------------------------------------------------

    @cached_property
    def _members(self) -> list[tuple[int, str, bool]]:
        rows = self._structures.order_by().values_list("pk", "department", "is_claimed")
        return [(pk, department or "", is_claimed) for pk, department, is_claimed in rows]

    @cached_property
    def _standings(self) -> dict[int, MemberStatus]:
        return dict(standings(self._structures, self.now))

    @property
    def total(self) -> int:
        return len(self._members)

    @property
    def claimed(self) -> int:
        return sum(is_claimed for _, _, is_claimed in self._members)

    @cached_property
    def up_to_date(self) -> int:
        return sum(standing.is_up_to_date for standing in self._standings.values())

    @cached_property
    def missing(self) -> list[tuple[str, str, int]]:
        """(value of the list's filter, words, members) of each thing that is missing."""
        counts = Counter(gap for standing in self._standings.values() for gap in standing.missing)
        return [(gap, words, counts[gap]) for gap, words in MISSING_WORDS.items() if counts[gap]]

    @cached_property
    def departments(self) -> list[DepartmentLine]:
        members = Counter(department for _, department, _ in self._members)
        fresh = Counter(
            department for pk, department, _ in self._members if self._standings[pk].is_up_to_date
        )
        return [
            DepartmentLine(code, name, count, fresh[code])
            for code, name, count in network_map.named(members)
        ]

    @cached_property
    def map(self) -> network_map.NetworkMap | None:
        counts = {line.code: line.members for line in self.departments}
        return network_map.draw(counts, self._territory)

    @cached_property
    def _territory(self) -> list[str]:
        """Departments to draw: theirs, else those that the network covers, else where it has
        members when these stand together; else nothing, which draws the country."""
        if self.desk.departments is not None:
            return sorted(self.desk.departments)
        network = self.desk.network
        covered = Department.objects.filter(region__networks=network).values_list("code", flat=True)
        own = network.departments.values_list("code", flat=True)
        return sorted({*covered, *own})

    # --- What to do ----------------------------------------------------------------------------

    @cached_property
    def requests_count(self) -> int:
        return len(membership_requests_for(self.desk))

    @cached_property
    def _open(self) -> frozenset[int]:
        """The user's members that let the network see their papers."""
        visible = self.desk.viewer(self.on).seen[FigureClass.NETWORK]
        return visible & {pk for pk, _, _ in self._members}

    @cached_property
    def conventions(self) -> int:
        """Members whose convention with the State ends soon, each counted once: most end together,
        and are not named one by one."""
        ending = Convention.objects.filter(
            ends_on__range=(self.on, self.on + PAPERS_WITHIN), state=Convention.State.VALIDE
        )
        return len(self._open & set(ending.order_by().values_list("structure", flat=True)))

    @cached_property
    def _papers(self) -> list[EndingPaper]:
        until = self.on + PAPERS_WITHIN
        rows = (
            Certification.objects.filter(valid_until__range=(self.on, until))
            .order_by()
            .values_list("structure", "structure__brand", "structure__name", "name", "valid_until")
        )
        papers = [
            EndingPaper(pk, brand or name, paper, until)
            for pk, brand, name, paper, until in rows
            if pk in self._open
        ]
        return sorted(papers, key=lambda paper: (paper.until, paper.structure, paper.name))

    @property
    def papers(self) -> list[EndingPaper]:
        return self._papers[:MOST_PAPERS]

    @property
    def more_papers(self) -> int:
        return max(0, len(self._papers) - MOST_PAPERS)

    @cached_property
    def delegations(self) -> list[Branch]:
        """For its staff, each with its members."""
        network: Network = self.desk.network
        if network.parent_id is not None or not self.desk.is_staff:
            return []
        family = [network, *network.delegations.running(self.on)]
        return tree(family, self.on)[0].delegations
