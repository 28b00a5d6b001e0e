"""The directory: what is asked of it, what is found, in what order, and what lies just beyond.

Everything a row shows is read at once as plain values: a page costs the same number of queries
whatever it finds, and the list, the map and the export are the same rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cordee.base.ui import french
from cordee.members import directory_index, sharing
from cordee.members.communes import find_communes, label_of
from cordee.members.models import Activity, Chantier, Commune, Network
from cordee.members.models.capacity import Certainty
from cordee.members.models.structures import StructureQuerySet
from cordee.members.place_names import fold_place_name
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules import territory
from cordee.rules.kinds import Kind
from cordee.rules.trades import TRADES

RADII_KM = (10, 20, 40, 60, 100)
DEFAULT_RADIUS_KM = 40
SORTS = ("nom", "distance", "sorte", "equipe")


@dataclass(frozen=True)
class Query:
    """What somebody asks of the directory; an unknown choice in the address is no filter."""

    text: str = ""
    kind: str = ""
    trade: str = ""
    department: str = ""
    network: str = ""
    around: str = ""
    radius_km: int = DEFAULT_RADIUS_KM
    sort: str = ""
    descending: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Query":
        def choice(name: str, allowed: Collection[str]) -> str:
            value = params.get(name, "").strip()
            return value if value in allowed else ""

        sort = params.get("tri", "")
        radius = choice("rayon", [str(r) for r in RADII_KM])
        return cls(
            text=params.get("q", "").strip()[:200],
            kind=choice("sorte", set(Kind)),
            trade=choice("metier", TRADES.keys()),
            department=choice("departement", territory.DEPARTMENT_NAMES.keys()),
            network=params.get("reseau", "").strip()[:50],
            around=params.get("autour", "").strip()[:100],
            radius_km=int(radius or DEFAULT_RADIUS_KM),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "",
            descending=sort.startswith("-"),
        )

    @property
    def has_more(self) -> bool:
        """Whether a filter is on that a phone folds away."""
        folded = (self.kind, self.trade, self.department, self.network)
        return any(folded) or self.radius_km != DEFAULT_RADIUS_KM

    @property
    def sort_param(self) -> str:
        return f"-{self.sort}" if self.descending else self.sort


@dataclass(slots=True)
class Found:
    """One structure as the directory shows it. `team_cfte` is None where unknown or not shown."""

    pk: int
    siret: str
    kind: str
    name: str
    place: str
    department: str
    latitude: float | None
    longitude: float | None
    is_placed_exactly: bool
    distance_km: float | None = None
    team_cfte: int | None = None
    trades: list[tuple[str, bool]] = field(default_factory=list)  # (label, is guessed)

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Beyond:
    """What the next wider circle would give."""

    radius_km: int
    count: int


class Search:
    """One answer of the directory to one query of one viewer, on a day."""

    def __init__(
        self, structures: StructureQuerySet, query: Query, viewer: Viewer, on: date
    ) -> None:
        self._structures = structures.active()
        self.query, self.viewer, self.on = query, viewer, on
        self.communes = find_communes(query.around) if query.around else []
        self.networks = list(Network.objects.order_by("name"))

    @cached_property
    def commune(self) -> Commune | None:
        """The centre of the circle; None where nothing is asked or found, or several are."""
        return self.communes[0] if len(self.communes) == 1 else None

    @cached_property
    def network(self) -> Network | None:
        return next((n for n in self.networks if n.slug == self.query.network), None)

    @property
    def commune_choices(self) -> list[Commune]:
        """What to choose from, where what was written may mean several communes."""
        return self.communes if len(self.communes) > 1 else []

    @property
    def commune_is_unknown(self) -> bool:
        return bool(self.query.around) and not self.communes

    @property
    def sort(self) -> str:
        asked = self.query.sort
        if asked == "distance" and self.commune is None:
            asked = ""
        return asked or ("distance" if self.commune else "nom")

    @property
    def sort_param(self) -> str:
        return f"-{self.sort}" if self.query.descending and self.query.sort else self.sort

    @cached_property
    def total(self) -> int:
        return self._structures.count()

    @cached_property
    def found(self) -> list[Found]:
        """Every structure that answers, in order."""
        structures = self._filtered()
        if self.commune is not None:
            structures = structures.in_box(
                self.commune.latitude, self.commune.longitude, self.query.radius_km
            )
        rows = self._within(_read(structures), self.query.radius_km)
        if self.sort == "equipe":
            self._add_teams(rows)
        return sorted(rows, key=self._order, reverse=self.query.descending)

    def complete(self, rows: Sequence[Found]) -> Sequence[Found]:
        """The same rows with their trades, and their teams where the viewer may see them."""
        trades: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        activities = Activity.objects.filter(chantier__structure__in=[row.pk for row in rows])
        for pk, slug, certainty in activities.order_by("trade").values_list(
            "chantier__structure", "trade", "certainty"
        ):
            said = (TRADES[slug].short_label, certainty == Certainty.GUESSED)
            if said not in trades[pk]:
                trades[pk].append(said)
        for row in rows:
            row.trades = trades[row.pk]
        if self.sort != "equipe":
            self._add_teams(rows)
        return rows

    def beyond(self) -> Beyond | None:
        """The smallest wider circle that holds something, where this one is empty."""
        if self.commune is None:
            return None
        reach = max(RADII_KM)
        near = self._filtered().in_box(self.commune.latitude, self.commune.longitude, reach)
        rows = self._within(_read(near), reach)
        for radius_km in RADII_KM:
            count = sum((row.distance_km or 0) <= radius_km for row in rows)
            if radius_km > self.query.radius_km and count:
                return Beyond(radius_km, count)
        return None

    def chips(self) -> list[tuple[str, str]]:
        """(label, parameter of the address) of each filter in force."""
        query, chips = self.query, []
        if query.text:
            chips.append((f"« {query.text} »", "q"))
        if self.commune is not None:
            where = f"{label_of(self.commune)}, {french.km(query.radius_km)}"
            chips.append((where, "autour"))
        if query.trade:
            chips.append((TRADES[query.trade].label, "metier"))
        if query.kind:
            chips.append((query.kind, "sorte"))
        if query.department:
            name = territory.DEPARTMENT_NAMES[query.department]
            chips.append((f"{name} ({query.department})", "departement"))
        if self.network is not None:
            chips.append((self.network.name, "reseau"))
        return chips

    def _filtered(self) -> StructureQuerySet:
        query, structures = self.query, self._structures
        if query.text:
            structures = directory_index.matching(structures, query.text)
        if query.kind:
            structures = structures.filter(kind=query.kind)
        if query.trade:
            structures = structures.in_trade(query.trade)
        if query.department:
            structures = structures.filter(department=query.department)
        if self.network is not None:
            structures = structures.of_network(self.network, self.on)
        return structures

    def _within(self, rows: Iterable[Found], radius_km: int) -> list[Found]:
        if self.commune is None:
            return list(rows)
        kept = []
        for row in rows:
            if row.point is None:
                continue
            row.distance_km = territory.distance_km(
                *row.point, self.commune.latitude, self.commune.longitude
            )
            if row.distance_km <= radius_km:
                kept.append(row)
        return kept

    def _add_teams(self, rows: Sequence[Found]) -> None:
        """A structure of which one chantier is unknown is unknown: a part is not the team."""
        visible = sharing.visible_structure_ids(self.viewer, FigureClass.NETWORK, self.on)
        asked = [row.pk for row in rows if row.pk in visible]
        teams: dict[int, list[int | None]] = defaultdict(list)
        chantiers = Chantier.objects.filter(structure__in=asked).order_by()
        for pk, team_cfte in chantiers.teams(self.on):
            teams[pk].append(team_cfte)
        for row in rows:
            known = teams.get(row.pk, [None])
            row.team_cfte = None if None in known else sum(cfte or 0 for cfte in known)

    def _order(self, row: Found) -> tuple[object, ...]:
        name = (_sort_key(row.name), row.pk)
        # What is unknown comes last, whichever way one sorts.
        last = not self.query.descending
        match self.sort:
            case "distance":
                return (row.distance_km, *name)
            case "sorte":
                return (row.kind, *name)
            case "equipe":
                unknown = row.team_cfte is None
                return (unknown is last, row.team_cfte or 0, *name)
            case _:
                return name


def _sort_key(name: str) -> str:
    return name.casefold() if name.isascii() else fold_place_name(name)


def _read(structures: StructureQuerySet) -> Iterable[Found]:
    columns = structures.order_by("name", "pk").values_list(
        *("pk", "siret", "kind", "name", "brand", "city", "department"),
        *("latitude", "longitude"),
        *("commune__name", "commune__latitude", "commune__longitude"),
    )
    for pk, siret, kind, name, brand, city, department, lat, lon, commune, clat, clon in columns:
        yield Found(
            pk=pk,
            siret=siret,
            kind=kind,
            name=brand or name,
            place=commune or city,
            department=department or "",
            latitude=clat if lat is None else lat,
            longitude=clon if lon is None else lon,
            is_placed_exactly=lat is not None,
        )
