"""From a place as a notice names it to a point on the map."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from cordee.members.models import Commune, Department
from cordee.notices.notice import Place
from cordee.notices.places import departments_of
from cordee.rules.territory import fold_place_name

# Latitude and longitude; None where nobody knows.
type Point = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class LocatedPlace:
    """A point for a place. `is_supposed`: only the department is known, the point is its middle."""

    label: str
    department: str
    commune: str | None
    latitude: float | None
    longitude: float | None
    is_supposed: bool


class PlaceFinder:
    """Finds communes and departments, and remembers: one for each import or correction."""

    def __init__(self) -> None:
        self._communes: dict[tuple[str | None, ...], Commune | None] = {}
        self._middles: dict[str, LocatedPlace | None] = {}

    def locate(self, place: Place) -> tuple[LocatedPlace, ...]:
        """The commune, or else the middle of each department the place lies in; or nothing."""
        commune = self._commune(place)
        if commune is not None:
            return (_at(commune),)
        middles = (self._middle(code, place.city) for code in departments_of(place))
        return tuple(middle for middle in middles if middle is not None)

    def locate_all(self, places: tuple[Place, ...]) -> list[LocatedPlace]:
        """Each point once, in order. A department already met by a commune of it is left out."""
        found = [located for place in places for located in self.locate(place)]
        stated = {place.department for place in found if not place.is_supposed}
        kept: dict[tuple[str, str | None], LocatedPlace] = {}
        for place in found:
            if not (place.is_supposed and place.department in stated):
                kept.setdefault((place.department, place.commune), place)
        return list(kept.values())

    def _commune(self, place: Place) -> Commune | None:
        key = (place.commune, place.postcode, place.city, place.department)
        if key not in self._communes:
            self._communes[key] = _find_commune(place)
        return self._communes[key]

    def _middle(self, code: str, city: str | None) -> LocatedPlace | None:
        if code not in self._middles:
            self._middles[code] = _middle_of(code)
        middle = self._middles[code]
        if middle is None or not city:
            return middle
        return LocatedPlace(
            f"{city[:100]} ({code})", code, None, middle.latitude, middle.longitude, True
        )


def _find_commune(place: Place) -> Commune | None:
    if place.commune and (by_code := Commune.objects.filter(pk=place.commune).first()):
        return by_code
    if not place.city:
        return None
    named = Commune.objects.filter(folded_name=fold_place_name(place.city))
    if place.postcode and (found := _only(named.with_postcode(place.postcode))):
        return found
    # A CEDEX postcode is no commune's own: its department still tells namesakes apart.
    return _only(named.filter(department=place.department)) if place.department else None


def _only(communes: "QuerySet[Commune]") -> Commune | None:
    found = list(communes[:2])
    return found[0] if len(found) == 1 else None


def _at(commune: Commune) -> LocatedPlace:
    return LocatedPlace(
        commune.name, commune.department_id, commune.pk, commune.latitude, commune.longitude, False
    )


def _middle_of(code: str) -> LocatedPlace | None:
    department = Department.objects.filter(pk=code).first()
    if department is None:
        return None
    at = middles_of([code]).get(code, (None, None))
    return LocatedPlace(str(department), code, None, *at, True)


def middles_of(codes: Collection[str]) -> dict[str, Point]:
    """Latitude and longitude of departments: the mean of their communes, weighted by people, where
    work most likely is; nothing of one without communes. One query."""
    people = Cast(Coalesce("population", 1), FloatField())
    sums = (
        Commune.objects.filter(department__in=codes)
        .order_by()
        .values_list("department")
        .annotate(
            people=Sum(people), lat=Sum(F("latitude") * people), lon=Sum(F("longitude") * people)
        )
    )
    return {
        code: (round(lat / whole, 5), round(lon / whole, 5))
        for code, whole, lat, lon in sums
        if whole
    }
