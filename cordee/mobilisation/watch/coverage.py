"""« Bassins où des marchés sont ouverts et où aucun membre ne va »: holes of a network.

Lots, trades and places; never a structure (RULE-38).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from cordee.base.ui import french
from cordee.members.network_access import Desk
from cordee.mobilisation.watch import reach
from cordee.mobilisation.watch.reach import OpenPackage
from cordee.rules import territory
from cordee.rules.trades import TRADES


class Hole(StrEnum):
    """Why a lot is out of the network's hands."""

    NOBODY = "personne"
    TOO_SMALL = "seul"
    UNKNOWN = "inconnu"


HOLE_WORDS = {
    Hole.NOBODY: "aucun membre n’y va",
    Hole.TOO_SMALL: "un seul y va, il faut être plusieurs",
    Hole.UNKNOWN: "un seul y va, équipe inconnue",
}
# How each is drawn: kind of state, and its few words.
HOLE_STATES = {
    Hole.NOBODY: ("vigilance", "Aucun membre"),
    Hole.TOO_SMALL: ("duo", "À plusieurs"),
    Hole.UNKNOWN: ("inconnu", "À confirmer"),
}


@dataclass(frozen=True, slots=True)
class OpenLot:
    """Work that few or none reach."""

    package: OpenPackage
    hole: Hole

    @property
    def words(self) -> str:
        return HOLE_WORDS[self.hole]

    @property
    def state(self) -> str:
        return HOLE_STATES[self.hole][0]

    @property
    def short(self) -> str:
        return HOLE_STATES[self.hole][1]


@dataclass(frozen=True, slots=True)
class Basin:
    """One trade in one department, with the lots open there."""

    trade: str
    department: str
    lots: tuple[OpenLot, ...]

    @property
    def trade_label(self) -> str:
        return TRADES[self.trade].short_label

    @property
    def place(self) -> str:
        name = territory.DEPARTMENT_NAMES.get(self.department)
        return f"{name} ({self.department})" if name else "Lieu à préciser"

    @property
    def nobody(self) -> int:
        return sum(lot.hole is Hole.NOBODY for lot in self.lots)

    @property
    def almost(self) -> int:
        return len(self.lots) - self.nobody

    @property
    def first_deadline(self) -> datetime | None:
        return min(
            (lot.package.deadline for lot in self.lots if lot.package.deadline), default=None
        )


class Coverage:
    """What is open in the territory of a desk, against how far members of its network go."""

    def __init__(self, desk: Desk, *, on: date, now: datetime) -> None:
        self.desk, self.on, self.now = desk, on, now

    @cached_property
    def packages(self) -> list[OpenPackage]:
        return reach.visible_packages(self.desk, on=self.on, now=self.now)

    @property
    def open_lots(self) -> int:
        return len(self.packages)

    @property
    def unplaced(self) -> int:
        """Open work whose place nobody knows: it is in no basin."""
        return sum(not package.is_placed for package in self.packages)

    @cached_property
    def basins(self) -> list[Basin]:
        """Those with a hole, the one that closes first first."""
        going = reach.members_going(self.desk, on=self.on)
        reached = reach.members_in_reach(self.packages, going, on=self.on)
        alone = {pk: found[0].structure for pk, found in reached.items() if len(found) == 1}
        teams = reach.visible_teams(self.desk, set(alone.values()), on=self.on)
        lots: dict[tuple[str, str], list[OpenLot]] = defaultdict(list)
        for package in self.packages:
            if package.pk not in reached:
                continue
            hole = _hole(package, len(reached[package.pk]), alone, teams)
            if hole is not None:
                lots[package.trade, package.department].append(OpenLot(package, hole))
        basins = [
            Basin(trade, department, tuple(sorted(found, key=_by_deadline)))
            for (trade, department), found in lots.items()
        ]
        far = datetime.max.replace(tzinfo=self.now.tzinfo)
        return sorted(
            basins,
            key=lambda basin: (basin.first_deadline or far, basin.department, basin.trade),
        )

    @property
    def lots(self) -> list[tuple[Basin, OpenLot]]:
        return [(basin, lot) for basin in self.basins for lot in basin.lots]

    @property
    def nobody(self) -> int:
        return sum(basin.nobody for basin in self.basins)

    @property
    def almost(self) -> int:
        return sum(basin.almost for basin in self.basins)

    @property
    def sentence(self) -> str:
        """One sentence on all holes."""
        parts = []
        if self.nobody:
            parts.append(f"{french.count(self.nobody, 'lot')} où aucun membre ne va")
        if self.almost:
            parts.append(f"{french.count(self.almost, 'lot')} à portée d’un seul")
        return f"{', '.join(parts)}, sur {french.number(self.open_lots)} ouverts."


def _hole(
    package: OpenPackage, members: int, alone: Mapping[int, int], teams: Mapping[int, int]
) -> Hole | None:
    """A whole team smaller than the need is too small for sure: seasons only make it smaller."""
    if members == 0:
        return Hole.NOBODY
    if members > 1:
        return None
    team = teams.get(alone[package.pk])
    if team is None:
        return Hole.UNKNOWN
    return Hole.TOO_SMALL if team < package.need_cfte else None


def _by_deadline(lot: OpenLot) -> tuple[bool, float, int]:
    deadline = lot.package.deadline
    return deadline is None, deadline.timestamp() if deadline else 0.0, lot.package.pk
