"""What the members of a network may still sell, of those that let it see their accounts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from cordee.economics.headroom import Position, positions_by_chantier
from cordee.economics.models import AccountingYear
from cordee.members.models import Activity
from cordee.members.models.capacity import Certainty
from cordee.members.network_access import Desk
from cordee.members.sharing import FigureClass
from cordee.rules import territory
from cordee.rules.kinds import Kind, is_capped
from cordee.rules.trades import TRADES

CAPPED = [kind for kind in Kind if is_capped(kind)]
NO_DEPARTMENT = "Sans lieu"


@dataclass(frozen=True, slots=True)
class Line:
    """Members of one department, or of one trade in it, and cents that they may still sell."""

    name: str
    members: int
    cents: int
    trades: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A member near its ceiling or above it, and the cents that are left."""

    structure_id: int
    name: str
    chantier: str
    is_above: bool
    cents: int


class NetworkHeadroom:
    """The accounting year in course of each chantier, signed contracts counted.

    Only what the network may *see* is added up: letting it compose is another consent. A fixed
    number of queries, whatever the number of members.
    """

    def __init__(self, desk: Desk, on: date) -> None:
        self.on = on
        rows = desk.structures(on).filter(kind__in=CAPPED).order_by()
        self._members = {
            pk: (brand or name, department or "")
            for pk, brand, name, department in rows.values_list("pk", "brand", "name", "department")
        }
        viewer = desk.viewer(on)
        members = self._members.keys()
        self._seen = members & viewer.seen[FigureClass.PRIVATE]
        self._used = (members & viewer.usable[FigureClass.PRIVATE]) - self._seen

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.departments)

    @cached_property
    def counted(self) -> int:
        """Members whose headroom is known and enters the sums."""
        return len({each.year.chantier.structure_id for each in self._positions})

    @property
    def unsaid(self) -> int:
        """Members that let the network see accounts that they have not given for this year."""
        return len(self._seen) - self.counted

    @cached_property
    def unseen(self) -> int:
        """Members that gave accounts and let the network compose with them, without seeing."""
        return len(set(self._years(self._used).values_list("chantier__structure", flat=True)))

    @property
    def closed(self) -> int:
        """All others: whether they gave accounts is theirs to say."""
        return len(self._members) - len(self._seen) - self.unseen

    @cached_property
    def departments(self) -> list[Line]:
        """The largest headroom first; a chantier counts in each trade that it declared."""
        trades: dict[int, list[str]] = defaultdict(list)
        known = Activity.objects.filter(
            chantier__structure__in=self._seen, certainty=Certainty.KNOWN
        )
        for chantier, trade in known.order_by().values_list("chantier", "trade"):
            trades[chantier].append(trade)
        found: dict[str, list[Position]] = defaultdict(list)
        by_trade: dict[tuple[str, str], list[Position]] = defaultdict(list)
        for each in self._positions:
            department = self._members[each.year.chantier.structure_id][1]
            found[department].append(each)
            for trade in trades[each.year.chantier_id]:
                by_trade[department, trade].append(each)
        lines = []
        for code, positions in found.items():
            within = [
                self._line(TRADES[trade].short_label, those)
                for (department, trade), those in by_trade.items()
                if department == code and trade in TRADES
            ]
            name = territory.DEPARTMENT_NAMES.get(code, NO_DEPARTMENT)
            lines.append(self._line(name, positions, within))
        return sorted(lines, key=lambda line: (-line.cents, line.name))

    @cached_property
    def near(self) -> list[Near]:
        """Those above first, then the least that is left."""
        found = []
        for each in self._positions:
            if not (each.is_above or each.is_watched):
                continue
            chantier = each.year.chantier
            found.append(
                Near(
                    chantier.structure_id,
                    self._members[chantier.structure_id][0],
                    chantier.name,
                    each.is_above,
                    each.headroom_cents or 0,
                )
            )
        return sorted(found, key=lambda each: (not each.is_above, each.cents, each.name))

    def _line(self, name: str, positions: Iterable[Position], within: Iterable[Line] = ()) -> Line:
        those = list(positions)
        return Line(
            name,
            len({each.year.chantier.structure_id for each in those}),
            sum(each.headroom_cents or 0 for each in those),
            tuple(sorted(within, key=lambda line: (-line.cents, line.name))),
        )

    @cached_property
    def _positions(self) -> list[Position]:
        """Of what is seen; accounts that give no rate are unknown, and not counted."""
        found = positions_by_chantier(self._years(self._seen), self.on).values()
        return [each for those in found for each in those if each.headroom_cents is not None]

    def _years(self, structure_ids: Iterable[int]) -> QuerySet[AccountingYear]:
        years = AccountingYear.objects.filter(chantier__structure__in=structure_ids)
        return years.in_course(self.on)
