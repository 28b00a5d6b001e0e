"""« Bassins où des marchés sont ouverts et où aucun membre ne va »: holes of a network.

Lots, trades and places; never a structure (RULE-38).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property

from cordee.base.ui import french
from cordee.mobilisation.watch import reach
from cordee.mobilisation.watch.reach import FromDesk, Going, OpenPackage
from cordee.rules import territory
from cordee.rules.trades import TRADES


class Hole(Enum):
    """Why a lot is out of the network's hands: in words, and how it is drawn (state, few words)."""

    NOBODY = ("aucun membre n’y va", "vigilance", "Aucun membre")
    TOO_SMALL = ("un seul y va, il faut être plusieurs", "duo", "À plusieurs")
    UNKNOWN = ("un seul y va, équipe inconnue", "inconnu", "À confirmer")

    def __init__(self, words: str, state: str, short: str) -> None:
        self.words, self.state, self.short = words, state, short


@dataclass(frozen=True, slots=True)
class OpenLot:
    """Work that few or none reach."""

    package: OpenPackage
    hole: Hole


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


class Coverage(FromDesk):
    """What is open in the territory of a desk, against how far members of its network go."""

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
        reached = reach.members_in_reach(self.desk, self.packages, on=self.on)
        alone = {pk: found[0].structure for pk, found in reached.items() if len(found) == 1}
        teams = reach.visible_teams(self.desk, set(alone.values()), on=self.on)
        lots: dict[tuple[str, str], list[OpenLot]] = defaultdict(list)
        for package in self.packages:
            hole = _hole(package, reached.get(package.pk), teams)
            if hole is not None:
                lots[package.trade, package.department].append(OpenLot(package, hole))
        far = datetime.max.replace(tzinfo=self.now.tzinfo)
        basins = [
            Basin(
                trade,
                department,
                tuple(sorted(found, key=lambda lot: (lot.package.deadline or far, lot.package.pk))),
            )
            for (trade, department), found in lots.items()
        ]
        return sorted(
            basins,
            key=lambda basin: (basin.first_deadline or far, basin.department, basin.trade),
        )

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
    package: OpenPackage, members: Sequence[Going] | None, teams: Mapping[int, int]
) -> Hole | None:
    """A whole team smaller than the need is too small for sure: seasons only make it smaller.

    `members`: None where the package has no place.
    """
    if members is None or len(members) > 1:
        return None
    if not members:
        return Hole.NOBODY
    team = teams.get(members[0].structure)
    if team is None:
        return Hole.UNKNOWN
    return Hole.TOO_SMALL if team < package.need_cfte else None
