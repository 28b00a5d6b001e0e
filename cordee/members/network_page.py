"""What the pages of networks show: the tree, one network and what it said of itself over time, and
its home: members on a map and in a list, who is up to date, what ends soon.

What rests there on contracts and answers comes from upper rooms, in the slot "network_home".
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Coalesce

from cordee.accounts.models import JournalEntry
from cordee.base.kept_counts import kept
from cordee.base.ui import french
from cordee.members import map_drawings
from cordee.members.member_list import (
    CLAIM,
    GAPS,
    MISSING_WORDS,
    MemberStatus,
    standing_of,
    with_gaps,
)
from cordee.members.models import (
    Certification,
    Convention,
    Membership,
    MembershipRequest,
    Network,
    Structure,
)
from cordee.members.network_access import Desk, membership_requests_for
from cordee.members.sharing import FigureClass
from cordee.rules.territory import fold_place_name

CHARTERS_SHOWN = 20
PAPERS_WITHIN = timedelta(days=60)
MOST_PAPERS = 12
# Of what all end together, nobody needs more than that there are so many.
MOST_COUNTED = 1_000


@dataclass(slots=True)
class Branch:
    """A network in the tree, with its delegations. `members` counts those of delegations too."""

    network: Network
    members: int = 0
    regions: list[str] = field(default_factory=list)
    delegations: list["Branch"] = field(default_factory=list)


def tree(networks: Iterable[Network], on: date) -> list[Branch]:
    """Networks and their delegations by name, with their members: three queries."""
    rows = list(networks)
    counts = members_by_network(on)
    regions: dict[int, list[str]] = defaultdict(list)
    for pk, name in (
        Network.regions.through.objects.filter(network__in=[row.pk for row in rows])
        .order_by("region__folded_name")
        .values_list("network", "region__name")
    ):
        regions[pk].append(name)
    branches = {
        row.pk: Branch(row, counts.get(row.pk, 0), regions[row.pk])
        for row in sorted(rows, key=lambda row: fold_place_name(row.name))
    }
    roots = []
    for branch in branches.values():
        above = branches.get(branch.network.parent_id or 0)
        (roots if above is None else above.delegations).append(branch)
    return roots


def branch_of(network: Network, on: date) -> Branch:
    """One network, with its delegations."""
    (branch,) = tree([network, *network.delegations.all()], on)
    return branch


def members_by_network(on: date) -> dict[int, int]:
    """Open structures by network, each once, delegations counted in their network: one query.

    Kept some minutes where a network is large.
    """
    counts, _ = kept(
        f"members-by-network-{on}",
        lambda: _members_by_network(on),
        lambda counts: max(counts.values(), default=0),
    )
    return counts


def _members_by_network(on: date) -> dict[int, int]:
    # Those that are closed are few: read at once, and not joined to each.
    closed = Structure.objects.filter(is_closed=True).order_by()
    rows = Membership.objects.current(on).exclude(structure__in=closed.values("pk")).order_by()
    own, above = F("network"), Coalesce("network__parent", "network")
    by_own, by_above = (
        rows.values_list(each).annotate(Count("structure", distinct=True)) for each in (own, above)
    )
    counts: dict[int, int] = {}
    for network, count in by_own.union(by_above, all=True).order_by():
        # With its delegations a network has no fewer than by itself.
        counts[network] = max(count, counts.get(network, 0))
    return counts


@dataclass(frozen=True, slots=True)
class OwnTie:
    """How a structure that the reader directs stands to the network."""

    structure: Structure
    membership: Membership | None
    request: MembershipRequest | None


class NetworkPage:
    def __init__(
        self, network: Network, desk: Desk | None, directed: list[Structure], on: date
    ) -> None:
        self.network, self.desk, self.directed, self.on = network, desk, directed, on

    @cached_property
    def branch(self) -> Branch:
        return branch_of(self.network, self.on)

    @cached_property
    def territory(self) -> list[str]:
        """Names of the regions and departments it covers; none: everywhere."""
        return [
            *self.branch.regions,
            *(str(each) for each in self.network.departments.order_by("code")),
        ]

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in self.network.charter.split("\n\n") if part.strip()]

    @cached_property
    def past_charters(self) -> list[tuple[datetime, str]]:
        """(until when, the text that stood)."""
        lines = JournalEntry.objects.about(self.network).filter(
            verb="members.describe_network", before__has_key="charter"
        )
        return [
            (line.at, line.before["charter"])
            for line in lines[:CHARTERS_SHOWN]
            if line.before["charter"]
        ]

    @cached_property
    def own_ties(self) -> list[OwnTie]:
        """Each structure that the reader directs, and what ties it to this network today."""
        if not self.directed:
            return []
        memberships = {
            row.structure_id: row
            for row in Membership.objects.lasting(self.on)
            .under(self.network)
            .filter(structure__in=self.directed)
            .select_related("network")
            .order_by("-network__parent", "pk")
        }
        requests = {
            row.structure_id: row
            for row in MembershipRequest.objects.waiting().filter(
                network=self.network, structure__in=self.directed
            )
        }
        return [
            OwnTie(each, memberships.get(each.pk), requests.get(each.pk)) for each in self.directed
        ]

    @property
    def may_ask_for(self) -> list[Structure]:
        """The user's structures that could ask to join."""
        return [tie.structure for tie in self.own_ties if not (tie.membership or tie.request)]

    @property
    def is_of_it(self) -> bool:
        """Whether the reader is among the people of this network."""
        return self.desk is not None or any(tie.membership for tie in self.own_ties)


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

    # --- Members -------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> tuple[list[tuple[Any, ...]], datetime | None]:
        """(department, what lacks, how many) in the whole network; when, where that was kept."""
        rows = with_gaps(self.desk.network_structures(self.on), self.now).order_by()
        columns = rows.values_list("department", *GAPS.values())
        return kept(
            f"standing-of-members-{self.desk.network.pk}-{self.on}",
            lambda: list(columns.annotate(Count("pk"))),
            lambda counts: sum(count for *_, count in counts),
        )

    @property
    def counted_at(self) -> datetime | None:
        """When the members were counted; None: just now."""
        return self._counts[1]

    @cached_property
    def _members(self) -> list[tuple[str, MemberStatus, int]]:
        """(department, standing, how many) of those that the user follows."""
        followed = self.desk.departments
        return [
            (code or "", standing_of(lacks), count)
            for code, *lacks, count in self._counts[0]
            if followed is None or code in followed
        ]

    @property
    def total(self) -> int:
        return sum(count for _, _, count in self._members)

    @property
    def claimed(self) -> int:
        return sum(n for _, standing, n in self._members if CLAIM not in standing.missing)

    @property
    def up_to_date(self) -> int:
        return sum(n for _, standing, n in self._members if standing.is_up_to_date)

    @property
    def missing(self) -> list[tuple[str, str, int]]:
        """(value of the list's filter, words, members) of each thing that is missing."""
        counts: Counter[str] = Counter()
        for _, standing, count in self._members:
            counts.update(dict.fromkeys(standing.missing, count))
        return [(gap, words, counts[gap]) for gap, words in MISSING_WORDS.items() if counts[gap]]

    @cached_property
    def departments(self) -> list[DepartmentLine]:
        members: Counter[str] = Counter()
        fresh: Counter[str] = Counter()
        for code, standing, count in self._members:
            members[code] += count
            fresh[code] += count if standing.is_up_to_date else 0
        return [
            DepartmentLine(code, name, count, fresh[code])
            for code, name, count in map_drawings.named(members)
        ]

    @cached_property
    def map(self) -> map_drawings.NetworkMap | None:
        counts = {line.code: line.members for line in self.departments}
        return map_drawings.draw_departments(counts, self._territory)

    @cached_property
    def _territory(self) -> list[str]:
        """Departments to draw: theirs, else those that the network covers, else where it has
        members when these stand together; else nothing, which draws the country."""
        if self.desk.departments is not None:
            return sorted(self.desk.departments)
        return sorted(self.desk.network.covered())

    # --- What to do ----------------------------------------------------------------------------

    @cached_property
    def requests_count(self) -> int:
        return len(membership_requests_for(self.desk))

    @cached_property
    def _open(self) -> Q:
        """The user's members that let the network see their papers."""
        members = self.desk.structures(self.on, each=True).filter(pk=OuterRef("structure"))
        sees = self.desk.viewer(self.on).sees(FigureClass.NETWORK)
        return sees & Q(Exists(members.order_by()))

    @cached_property
    def conventions(self) -> str:
        """Members whose convention with the State ends soon, each counted once: most end together,
        and are not named one by one. Empty where there is none."""
        ending = Convention.objects.filter(
            self._open,
            ends_on__range=(self.on, self.on + PAPERS_WITHIN),
            state=Convention.State.VALIDE,
        )
        found = ending.order_by().values("structure").distinct()[: MOST_COUNTED + 1].count()
        if found > MOST_COUNTED:
            return f"Plus de {french.number(MOST_COUNTED)} annexes financières finissent"
        words = "annexe financière finit", "annexes financières finissent"
        return french.count(found, *words) if found else ""

    @cached_property
    def _papers(self) -> list[tuple[EndingPaper, int]]:
        """The first to end, and how many there are."""
        until = self.on + PAPERS_WITHIN
        rows = (
            Certification.objects.filter(self._open, valid_until__range=(self.on, until))
            .order_by("valid_until", "structure__sort_key", "name", "pk")
            .annotate(in_all=Window(Count("pk")))
            .values_list(
                *("structure", "structure__brand", "structure__name", "name", "valid_until"),
                "in_all",
            )
        )
        return [
            (EndingPaper(pk, brand or name, paper, until), in_all)
            for pk, brand, name, paper, until, in_all in rows[:MOST_PAPERS]
        ]

    @property
    def papers(self) -> list[EndingPaper]:
        return [paper for paper, _ in self._papers]

    @property
    def more_papers(self) -> int:
        return max((in_all for _, in_all in self._papers), default=0) - len(self._papers)

    @cached_property
    def delegations(self) -> list[Branch]:
        """For its staff, each with its members."""
        network: Network = self.desk.network
        if network.parent_id is not None or not self.desk.is_staff:
            return []
        return branch_of(network, self.on).delegations
