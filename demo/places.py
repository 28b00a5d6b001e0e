"""Where the invented structures stand: real communes, drawn so that neighbours can meet."""

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from cordee.members.referentials import CommuneRow, read_communes
from cordee.rules.territory import distance_km
from demo.valley import CENTRE, CLEAR_KM

# Structures follow people, less than in proportion: a rural department has its ten too.
_DEPARTMENT_POWER = 0.55
_COMMUNE_POWER = 0.8


@dataclass(frozen=True, slots=True)
class Spot:
    """A point near a commune."""

    commune: CommuneRow
    latitude: float
    longitude: float


class Map:
    """Draws departments, then communes inside them, with chances that grow with population."""

    def __init__(self) -> None:
        by_department: dict[str, list[CommuneRow]] = {}
        for commune in read_communes():
            if commune.parent is None and commune.population and not _is_near_valley(commune):
                by_department.setdefault(commune.department, []).append(commune)
        self._communes = by_department
        self._chances = {
            code: list(accumulate((c.population or 0) ** _COMMUNE_POWER for c in communes))
            for code, communes in by_department.items()
        }
        self._by_insee = {c.insee: c for rows in by_department.values() for c in rows}
        self._departments = list(by_department)
        self._department_chances = list(
            accumulate(
                sum(c.population or 0 for c in communes) ** _DEPARTMENT_POWER
                for communes in by_department.values()
            )
        )

    def commune(self, insee: str) -> CommuneRow:
        """A commune by its INSEE code. Raises `KeyError` on an unknown one."""
        return self._by_insee[insee]

    def draw(self, random: Random) -> Spot:
        """A spot somewhere in the country, at most a kilometre or so from its commune's point."""
        code = self._departments[_pick(random, self._department_chances)]
        commune = self._communes[code][_pick(random, self._chances[code])]
        return Spot(
            commune=commune,
            latitude=round(commune.lat + random.uniform(-0.012, 0.012), 4),
            longitude=round(commune.lon + random.uniform(-0.012, 0.012), 4),
        )


def _pick(random: Random, cumulated: list[float]) -> int:
    return bisect(cumulated, random.random() * cumulated[-1], hi=len(cumulated) - 1)


def _is_near_valley(commune: CommuneRow) -> bool:
    # The cheap box first: this runs for 35,000 communes.
    if abs(commune.lat - CENTRE[0]) > 1 or abs(commune.lon - CENTRE[1]) > 1.5:
        return False
    return distance_km(commune.lat, commune.lon, *CENTRE) < CLEAR_KM
