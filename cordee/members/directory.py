"""The directory: what is asked of it, what is found, in what order, and what lies just beyond.

The base sorts what is found and gives the rows of a page, as plain values: a page costs the same
number of queries whatever it finds. Around a commune, the distances are sorted here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from math import copysign, floor
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Round
from django.http import QueryDict

from cordee.base.kept_counts import FEW, kept
from cordee.base.search import words
from cordee.base.ui import french
from cordee.members import directory_index
from cordee.members.gazetteer import find_communes, label_of
from cordee.members.list_query import ListQuery, ListRow, add_trades, choice
from cordee.members.models import Chantier, Commune, Network, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules import territory

RADII_KM = (10, 20, 40, 60, 100)
DEFAULT_RADIUS_KM = 40
# Of so many times those that a page shows, enough are open to who reads of most of a country.
LOOKED_AT = 8
# A structure works around the town that its people name.
AROUND_KM = 30
SORTED_BY = {
    "nom": "Triées par nom.",
    "distance": "Triées par distance.",
    "sorte": "Triées par sorte.",
    "equipe": "Triées par taille d’équipe, les inconnues à la fin.",
}

type LatLon = tuple[float, float]
type Cell = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Query(ListQuery):
    """What somebody asks of the directory."""

    SORTS = ("nom", "distance", "sorte", "equipe")
    network: str = ""
    around: str = ""
    radius_km: int = DEFAULT_RADIUS_KM

    @classmethod
    def read_own(cls, params: Mapping[str, str]) -> dict[str, Any]:
        """Return the filters of the directory alone, by field."""
        radius = choice(params, "rayon", [str(r) for r in RADII_KM])
        return {
            "network": params.get("reseau", "").strip()[:50],
            "around": params.get("autour", "").strip()[:100],
            "radius_km": int(radius or DEFAULT_RADIUS_KM),
        }

    @property
    def has_more(self) -> bool:
        """Whether a filter is on that a phone folds away."""
        folded = (self.kind, self.trade, self.department, self.network)
        return any(folded) or self.radius_km != DEFAULT_RADIUS_KM


@dataclass(slots=True, kw_only=True)
class DirectoryRow(ListRow):
    """One structure as the directory shows it. `team_cfte` is None where unknown or not shown."""

    latitude: float | None
    longitude: float | None
    is_placed_exactly: bool
    distance_km: float | None = None
    team_cfte: int | None = None

    @property
    def point(self) -> LatLon | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def called(
    structures: StructureQuerySet, name: str, commune: Commune | None, *, most: int
) -> tuple[list[Structure], bool]:
    """Open structures that bear a name, at most so many: around a commune, else anywhere.

    The second value says that none is around the commune.
    """
    named = directory_index.matching(structures.active(), name).order_by("name", "kind")
    if commune is None:
        return _bearing(named, name, most), False
    near = named.in_box(commune.latitude, commune.longitude, AROUND_KM)
    found = _bearing(near, name, most)
    return (found, False) if found else (_bearing(named, name, most), True)


def _bearing(structures: StructureQuerySet, name: str, most: int) -> list[Structure]:
    """Of those that the index finds, without those it finds by a trade or the words of a kind."""
    bearing = (
        one
        for one in structures.iterator()
        if words.holds(
            f"{one.brand} {one.name} {one.city} {one.place_name} {one.kind} {one.siret}", name
        )
    )
    return list(islice(bearing, most))


class Search:
    """One answer of the directory to one query of one viewer."""

    def __init__(self, structures: StructureQuerySet, query: Query, viewer: Viewer) -> None:
        self._structures = structures.active()
        self.query, self.viewer, self.on = query, viewer, viewer.on
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
        """How many there are, beside those that answer: kept some minutes."""
        count, _ = kept(f"directory-{self.on}", self._structures.count, int)
        return count

    @cached_property
    def count(self) -> int:
        if self.commune is not None:
            return len(self._near)
        return self._filtered().count()

    @cached_property
    def found(self) -> Sequence[int]:
        """Keys of all that answer, in order; the base sorts them, and gives those of one page."""
        rows = self._ordered(self._filtered(each=True))
        keys: Sequence[int] = rows.values_list("pk", flat=True)
        if self.commune is not None:
            keys = list(self._near)
        if self.sort == "distance":
            keys = sorted(keys, key=self._km, reverse=self.query.descending)
        return _ByTeam(self, keys) if self.sort == "equipe" else keys

    def by_team(self, keys: Iterable[int]) -> list[int]:
        """All of these by team; what is unknown comes last, whichever way one sorts."""
        teams, ordered = self._shown_teams, list(keys)
        known = [key for key in ordered if teams.get(key) is not None]
        known.sort(key=lambda key: teams[key] or 0, reverse=self.query.descending)
        return list(dict.fromkeys([*known, *ordered]))

    def first_by_team(self, most: int) -> list[int]:
        """The first of many by team, from an order kept some minutes; rights are asked of each.

        Fewer than `most` where those looked at do not tell: then all are to be sorted.
        """
        order, _ = kept(f"directory-teams-{self.on}", self._every_by_team, len)
        some = (order[::-1] if self.query.descending else order)[: LOOKED_AT * most]
        shown = Chantier.objects.filter(self.viewer.sees(FigureClass.NETWORK))
        is_shown = Exists(shown.filter(structure=OuterRef("pk")).order_by())
        rows = self._filtered(each=True).filter(is_shown, pk__in=some)
        found = set(rows.order_by().values_list("pk", flat=True))
        return [key for key in some if key in found][:most]

    def _every_by_team(self) -> list[int]:
        """Keys of all whose team is known, to nobody in particular."""
        teams = self._teams(Q())
        keys = self._structures.order_by("sort_key", "pk").values_list("pk", flat=True)
        return sorted((key for key in keys if teams.get(key) is not None), key=teams.__getitem__)

    def complete(self, keys: Sequence[int]) -> list[DirectoryRow]:
        """The rows of some keys: trades, and teams where the viewer may see them."""
        rows = list(_read(self._ordered(Structure.objects.filter(pk__in=keys))))
        if not isinstance(keys, QuerySet):
            places = {key: place for place, key in enumerate(keys)}
            rows.sort(key=lambda row: places[row.pk])
        add_trades(rows)
        if self.sort == "equipe" and not self.are_many:
            teams = self._shown_teams
        else:
            shown = self.viewer.sees(FigureClass.NETWORK)
            teams = self._teams(shown & Q(structure__in=[row.pk for row in rows]))
        for row in rows:
            row.team_cfte = teams.get(row.pk)
            row.distance_km = self._near[row.pk][0] if self.commune is not None else None
        return rows

    def points(
        self, apart_from: Iterable[DirectoryRow], step: tuple[float, float]
    ) -> Iterable[LatLon]:
        """Where the others are: those around a commune; else one point a cell of a grid, in
        degrees of latitude and longitude."""
        if self.commune is not None:
            keys = {row.pk for row in apart_from}
            return [point for pk, (_, point) in self._near.items() if pk not in keys]
        others, _ = kept(
            f"directory-{sha256(repr((self.query, step, self.on)).encode()).hexdigest()}",
            lambda: self._cells(step),
            # Many words would keep many maps, and few structures answer to them.
            lambda cells: 0 if self.query.text else sum(cells.values()),
        )
        here = Counter(_cell(row.point, step) for row in apart_from if row.point)
        return [
            (cell[0] * step[0], cell[1] * step[1])
            for cell, count in others.items()
            if count > here[cell]
        ]

    def _cells(self, step: tuple[float, float]) -> dict[Cell, int]:
        commune = Commune.objects.filter(pk=OuterRef("commune")).order_by()
        cells = [
            # Of the commune only where there is none of its own: joined, it is read for each row.
            Round(Coalesce(own, Subquery(commune.values(own))) / Value(side))
            for own, side in zip(("latitude", "longitude"), step, strict=True)
        ]
        counts = self._filtered().order_by().values_list(*cells).annotate(Count("pk"))
        return {(int(lat), int(lon)): count for lat, lon, count in counts if lat is not None}

    def beyond(self) -> tuple[int, int] | None:
        """(radius in km, how many) of the smallest wider circle that holds something, if any."""
        if self.commune is None:
            return None
        distances = [km for km, _ in self._within(max(RADII_KM)).values()]
        for radius_km in RADII_KM:
            count = sum(km <= radius_km for km in distances)
            if radius_km > self.query.radius_km and count:
                return radius_km, count
        return None

    def chips(self) -> list[tuple[str, str]]:
        """(label, parameter of the address) of each filter in force."""
        chips = self.query.shared_chips()
        if self.commune is not None:
            where = f"{label_of(self.commune)}, {french.km(self.query.radius_km)}"
            chips.insert(1 if self.query.text else 0, (where, "autour"))
        if self.network is not None:
            chips.append((self.network.name, "reseau"))
        return chips

    def _filtered(self, *, each: bool = False) -> StructureQuerySet:
        """What answers; `each` where the first in order are read, as in `of_network`."""
        structures = self.query.narrow(self._structures, each=each)
        if self.network is not None:
            structures = structures.of_network(self.network, self.on, each=each)
        return structures

    def _ordered(self, structures: StructureQuerySet) -> StructureQuerySet:
        by_name = ("sort_key", "pk")
        rows = structures.order_by(*(("kind", *by_name) if self.sort == "sorte" else by_name))
        return rows.reverse() if self.query.descending else rows

    @cached_property
    def _near(self) -> dict[int, tuple[float, LatLon]]:
        """(km, point) of those in the circle, by key, in the order of their names or kinds."""
        return self._within(self.query.radius_km)

    def _km(self, key: int) -> float:
        return self._near[key][0]

    def _within(self, radius_km: int) -> dict[int, tuple[float, LatLon]]:
        assert self.commune is not None
        centre = self.commune.latitude, self.commune.longitude
        rows = self._filtered().in_box(*centre, radius_km)
        columns = self._ordered(rows).values_list(
            *("pk", "latitude", "longitude", "commune__latitude", "commune__longitude")
        )
        kept = {}
        for pk, lat, lon, commune_lat, commune_lon in columns:
            point = (commune_lat, commune_lon) if lat is None else (lat, lon)
            km = territory.distance_km(*point, *centre)
            if km <= radius_km:
                kept[pk] = km, point
        return kept

    @property
    def are_many(self) -> bool:
        """Whether all that answer are too many to be sorted for one page."""
        return self.count > FEW and self.commune is None

    @cached_property
    def _shown_teams(self) -> dict[int, int | None]:
        return self._teams(self.viewer.sees(FigureClass.NETWORK))

    def _teams(self, which: Q) -> dict[int, int | None]:
        """Teams of the day, by structure, from these chantiers: of one that has an unknown one, a
        part is not the team."""
        teams: dict[int, list[int | None]] = defaultdict(list)
        for pk, team_cfte in Chantier.objects.filter(which).order_by().teams(self.on):
            teams[pk].append(team_cfte)
        return {
            pk: None if None in known else sum(cfte or 0 for cfte in known)
            for pk, known in teams.items()
        }


class _ByTeam(Sequence[int]):
    """Keys in the order of teams: among many, only the pages that are read are looked for."""

    def __init__(self, search: Search, keys: Sequence[int]) -> None:
        self._search, self._keys = search, keys

    def __len__(self) -> int:
        return self._search.count

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice) and at.stop and self._search.are_many:
            found = self._search.first_by_team(at.stop)
            if len(found) == at.stop:
                return found[at]
        return self._whole[at]

    @cached_property
    def _whole(self) -> list[int]:
        return self._search.by_team(self._keys)


def _read(structures: StructureQuerySet) -> Iterable[DirectoryRow]:
    columns = structures.values_list(
        *("pk", "siret", "kind", "name", "brand", "city", "department"),
        *("latitude", "longitude"),
        *("commune__name", "commune__latitude", "commune__longitude"),
    )
    for pk, siret, kind, name, brand, city, department, lat, lon, commune, clat, clon in columns:
        yield DirectoryRow(
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


def _cell(point: LatLon, step: tuple[float, float]) -> Cell:
    """In which cell a point lies, halves away from zero as the base rounds them."""
    lat, lon = (
        int(copysign(floor(abs(at) / side + 0.5), at)) for at, side in zip(point, step, strict=True)
    )
    return lat, lon


def page_words(search: Search, count: int, params: QueryDict) -> dict[str, Any]:
    """The words of the page, and the links that widen or make precise what was asked."""
    beyond = None if count else search.beyond()
    these = "cette ligne" if count == 1 else f"ces {french.count(count, 'ligne')}"
    return {
        "subtitle": _subtitle(search, count),
        "sorted_by": SORTED_BY[search.sort],
        "export_label": f"Exporter {these}",
        "nothing_title": _nothing(search),
        "beyond": beyond,
        "beyond_text": (
            french.count(beyond[1], "structure convient", "structures conviennent")
            if beyond
            else ""
        ),
        "widen_link": _link(params, rayon=str(beyond[0])) if beyond else "",
        "commune_links": [
            (_choice(commune), _link(params, autour=label_of(commune)))
            for commune in search.commune_choices
        ],
    }


def _subtitle(search: Search, count: int) -> str:
    where = ""
    if search.commune is not None:
        where = f" à moins de {french.km(search.query.radius_km)} de {search.commune.name}"
    counted = french.count(count, "structure") if count else "Aucune structure"
    # Without a filter it is the total: not counted twice.
    is_part = bool(search.chips()) and count != search.total
    among = f", sur {french.number(search.total)}" if is_part else ""
    return f"{counted}{where}{among}"


def _choice(commune: Commune) -> str:
    department = territory.DEPARTMENT_NAMES[commune.department_id]
    return f"{commune.name}, {department} ({commune.department_id})"


def _nothing(search: Search) -> str:
    if search.commune is None:
        return "Aucune structure ne répond à ces filtres"
    return f"Rien à moins de {french.km(search.query.radius_km)} de {label_of(search.commune)}"


def _link(params: QueryDict, **changed: str) -> str:
    query = params.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"
