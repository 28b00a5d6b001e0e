"""What every list of structures shares: filters read from an address, rows, their order."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, ClassVar, Self

from cordee.base.tables import Column
from cordee.members import directory_index
from cordee.members.models import Activity
from cordee.members.models.capacity import Certainty
from cordee.members.models.structures import StructureQuerySet
from cordee.rules import territory
from cordee.rules.kinds import Kind
from cordee.rules.trades import TRADES

# What the shared filters offer, as (value, words).
TRADE_CHOICES = [(trade.slug, trade.label) for trade in TRADES.values()]
KIND_CHOICES = [(kind.value, f"{kind.value}\u00a0: {kind.label}") for kind in Kind]
DEPARTMENT_CHOICES = [
    (code, f"{code} {name}") for code, name in sorted(territory.DEPARTMENT_NAMES.items())
]
# What the file of every list says of a structure, and of its trades.
STRUCTURE_COLUMNS = (
    Column("nom", lambda row: row.name),
    Column("sorte", lambda row: row.kind),
    Column("siret", lambda row: row.siret),
    Column("commune", lambda row: row.place),
    Column("département", lambda row: row.department),
)
TRADE_COLUMNS = (
    Column("métiers", lambda row: [label for label, is_guessed in row.trades if not is_guessed]),
    Column("métiers supposés", lambda row: [label for label, guessed in row.trades if guessed]),
)


def choice(params: Mapping[str, str], name: str, allowed: Collection[str]) -> str:
    """Return a parameter of an address; empty, which is no filter, where it is no known choice."""
    value = params.get(name, "").strip()
    return value if value in allowed else ""


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """What somebody asks of a list; a list adds its own filters and what may be sorted."""

    SORTS: ClassVar[Collection[str]] = ()
    FIRST_SORT: ClassVar[str] = ""
    text: str = ""
    kind: str = ""
    trade: str = ""
    department: str = ""
    sort: str = ""
    descending: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Self:
        """Read an address; an unknown choice in it is no filter."""
        sort = params.get("tri", "")
        return cls(
            text=params.get("q", "").strip()[:200],
            kind=choice(params, "sorte", set(Kind)),
            trade=choice(params, "metier", TRADES.keys()),
            department=choice(params, "departement", territory.DEPARTMENT_NAMES.keys()),
            sort=sort.lstrip("-") if sort.lstrip("-") in cls.SORTS else cls.FIRST_SORT,
            descending=sort.startswith("-"),
            **cls.read_own(params),
        )

    @classmethod
    def read_own(cls, params: Mapping[str, str]) -> dict[str, Any]:
        """Return the filters of this list alone, by field."""
        return {}

    @property
    def sort_param(self) -> str:
        return f"-{self.sort}" if self.descending else self.sort

    def narrow(self, structures: StructureQuerySet, *, each: bool = False) -> StructureQuerySet:
        """Keep those that answer to the shared filters; `each` as in `in_trade`."""
        if self.text:
            structures = directory_index.matching(structures, self.text)
        if self.kind:
            structures = structures.filter(kind=self.kind)
        if self.trade:
            structures = structures.in_trade(self.trade, each=each)
        if self.department:
            structures = structures.filter(department=self.department)
        return structures

    def shared_chips(self) -> list[tuple[str, str]]:
        """(label, parameter of the address) of each shared filter in force."""
        department = territory.DEPARTMENT_NAMES.get(self.department)
        labels = [
            (f"«\u00a0{self.text}\u00a0»" if self.text else "", "q"),
            (TRADES[self.trade].label if self.trade else "", "metier"),
            (self.kind, "sorte"),
            (f"{department} ({self.department})" if department else "", "departement"),
        ]
        return [(label, name) for label, name in labels if label]


@dataclass(slots=True, kw_only=True)
class ListRow:
    """One structure as a list shows it."""

    pk: int
    siret: str
    kind: str
    name: str
    place: str
    department: str
    trades: list[tuple[str, bool]] = field(default_factory=list)  # (label, is guessed)


def add_trades(rows: Sequence[ListRow]) -> None:
    """Fill the trades of rows: one query."""
    trades: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    activities = Activity.objects.filter(chantier__structure__in=[row.pk for row in rows])
    for pk, slug, certainty in activities.order_by("trade").values_list(
        "chantier__structure", "trade", "certainty"
    ):
        trade = (TRADES[slug].short_label, certainty == Certainty.GUESSED)
        if trade not in trades[pk]:
            trades[pk].append(trade)
    for row in rows:
        row.trades = trades[row.pk]


def exported[Key, Row: ListRow](
    found: Iterable[Key], complete: Callable[[Sequence[Key]], Sequence[Row]]
) -> Iterator[Row]:
    """The rows of a file, as many as there are, made complete some hundreds at a time."""
    for some in batched(found, 500):
        yield from complete(some)
