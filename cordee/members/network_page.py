"""What the pages of networks show: the tree, one network, what it says of itself over time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from cordee.accounts.models import JournalEntry
from cordee.members.models import Membership, MembershipRequest, Network, Structure
from cordee.members.network_access import Desk
from cordee.members.place_names import fold_place_name

CHARTERS_SHOWN = 20


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


def members_by_network(on: date) -> dict[int, int]:
    """Open structures by network, each once, delegations counted in their network: one query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.current(on).filter(structure__is_closed=False).order_by()
    for structure, network, parent in rows.values_list("structure", "network", "network__parent"):
        found[network].add(structure)
        if parent is not None:
            found[parent].add(structure)
    return {network: len(structures) for network, structures in found.items()}


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
        self.is_closed = network.is_closed(on)

    @cached_property
    def branch(self) -> Branch:
        family = [self.network, *self.network.delegations.running(self.on)]
        return next(
            branch for branch in tree(family, self.on) if branch.network.pk == self.network.pk
        )

    @cached_property
    def closed_delegations(self) -> list[Network]:
        return list(self.network.delegations.filter(closed_on__lte=self.on).order_by("name"))

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
        if self.is_closed:
            return []
        return [tie.structure for tie in self.own_ties if not (tie.membership or tie.request)]

    @property
    def is_of_it(self) -> bool:
        """Whether the reader is among the people of this network."""
        return self.desk is not None or any(tie.membership for tie in self.own_ties)
