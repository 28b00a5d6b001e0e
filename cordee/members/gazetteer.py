"""Finding the commune of an address: by postcode and name, by department and name, by point."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cordee.members.place_names import fold_place_name
from cordee.rules import territory

# Communes are about 4 km apart: half a degree holds the nearest one even in Guyane.
_NEAREST_WITHIN_DEGREES = 0.5


@dataclass(frozen=True, slots=True)
class CommunePoint:
    """What the gazetteer keeps of a commune; postcodes are separated by a space."""

    insee: str
    name: str
    folded_name: str
    department: str
    postcodes: str
    latitude: float
    longitude: float


class Gazetteer:
    """The communes, indexed for the three questions an address asks."""

    def __init__(self, communes: Iterable[CommunePoint]) -> None:
        self._all = list(communes)
        self._by_postcode: dict[tuple[str, str], list[CommunePoint]] = defaultdict(list)
        self._by_department: dict[tuple[str, str], list[CommunePoint]] = defaultdict(list)
        for commune in self._all:
            self._by_department[commune.department, commune.folded_name].append(commune)
            for postcode in commune.postcodes.split():
                self._by_postcode[postcode, commune.folded_name].append(commune)
        self._nearest: dict[tuple[float, float, str], CommunePoint | None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def with_postcode(self, postcode: str, city: str) -> CommunePoint | None:
        """The only commune of that name served by that postcode."""
        return _only(self._by_postcode.get((postcode, fold_place_name(city)), []))

    def in_department(self, department: str, city: str) -> CommunePoint | None:
        """The only commune of that name in that department (CEDEX codes name no commune)."""
        return _only(self._by_department.get((department, fold_place_name(city)), []))

    def nearest(self, latitude: float, longitude: float, city: str) -> CommunePoint | None:
        """The nearest commune of that name within some 50 km, else the nearest one, else None.

        Looked for once: it takes milliseconds, which no transaction should last twice.
        """
        asked = (latitude, longitude, city)
        if asked not in self._nearest:
            self._nearest[asked] = self._find_nearest(*asked)
        return self._nearest[asked]

    def _find_nearest(self, latitude: float, longitude: float, city: str) -> CommunePoint | None:
        near = [
            commune
            for commune in self._all
            if abs(commune.latitude - latitude) <= _NEAREST_WITHIN_DEGREES
            and abs(commune.longitude - longitude) <= _NEAREST_WITHIN_DEGREES
        ]
        folded = fold_place_name(city)
        return min(
            near,
            default=None,
            key=lambda commune: (
                commune.folded_name != folded,
                territory.distance_km(latitude, longitude, commune.latitude, commune.longitude),
                commune.insee,
            ),
        )


def _only(found: list[CommunePoint]) -> CommunePoint | None:
    return found[0] if len(found) == 1 else None
