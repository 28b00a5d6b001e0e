"""The directory: what is asked of it, what is found, in what order, and what lies just beyond.

Everything a row shows is read at once as plain values: a page costs the same number of queries
whatever it finds, and the list, the map and the export are the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.http import QueryDict

from cordee.base.search import words
from cordee.base.ui import french
from cordee.members import directory_index
from cordee.members.gazetteer import find_communes, label_of
from cordee.members.list_query import ListQuery, ListRow, add_trades, by_name, choice
from cordee.members.models import Chantier, Commune, Network, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules import territory

RADII_KM = (10, 20, 40, 60, 100)
DEFAULT_RADIUS_KM = 40
# A structure works around the town that its people name.
AROUND_KM = 30
SORTED_BY = {
    "nom": "Triées par nom.",
    "distance": "Triées par distance.",
    "sorte": "Triées par sorte.",
    "equipe": "Triées par taille d’équipe, les inconnues à la fin.",
}


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
    def point(self) -> tuple[float, float] | None:
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
        return self._structures.count()

    @cached_property
    def found(self) -> list[DirectoryRow]:
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

    def complete(self, rows: Sequence[DirectoryRow]) -> Sequence[DirectoryRow]:
        """The same rows with their trades, and their teams where the viewer may see them."""
        add_trades(rows)
        if self.sort != "equipe":
            self._add_teams(rows)
        return rows

    def beyond(self) -> tuple[int, int] | None:
        """(radius in km, how many) of the smallest wider circle that holds something, if any."""
        if self.commune is None:
            return None
        reach = max(RADII_KM)
        near = self._filtered().in_box(self.commune.latitude, self.commune.longitude, reach)
        rows = self._within(_read(near), reach)
        for radius_km in RADII_KM:
            count = sum((row.distance_km or 0) <= radius_km for row in rows)
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

    def _filtered(self) -> StructureQuerySet:
        structures = self.query.narrow(self._structures)
        if self.network is not None:
            structures = structures.of_network(self.network, self.on)
        return structures

    def _within(self, rows: Iterable[DirectoryRow], radius_km: int) -> list[DirectoryRow]:
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

    def _add_teams(self, rows: Sequence[DirectoryRow]) -> None:
        """A structure of which one chantier is unknown is unknown: a part is not the team."""
        visible = self.viewer.seen[FigureClass.NETWORK]
        asked = [row.pk for row in rows if row.pk in visible]
        teams: dict[int, list[int | None]] = defaultdict(list)
        chantiers = Chantier.objects.filter(structure__in=asked).order_by()
        for pk, team_cfte in chantiers.teams(self.on):
            teams[pk].append(team_cfte)
        for row in rows:
            known = teams.get(row.pk, [None])
            row.team_cfte = None if None in known else sum(cfte or 0 for cfte in known)

    def _order(self, row: DirectoryRow) -> tuple[object, ...]:
        name = by_name(row)
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


def _read(structures: StructureQuerySet) -> Iterable[DirectoryRow]:
    columns = structures.order_by("name", "pk").values_list(
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


def page_words(search: Search, params: QueryDict) -> dict[str, Any]:
    """The words of the page, and the links that widen or make precise what was asked."""
    count = len(search.found)
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
    among = f", sur {french.number(search.total)}" if count != search.total else ""
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
