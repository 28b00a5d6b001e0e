"""Finding a commune: for whoever writes a name, a name with its department or a postcode; for an
address or a point; for a line of a list, with what does not agree.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cordee.members.models import Commune
from cordee.members.structure_list import ListLine
from cordee.rules import territory
from cordee.rules.territory import fold_place_name

# Communes are about 4 km apart: half a degree holds the nearest one even in Guyane.
_NEAREST_WITHIN_DEGREES = 0.5
# A commune does not reach further from its middle point; those of Guyane are immense.
FAR_KM = 30
FAR_KM_IN_GUYANE = 150
MAX_CHOICES = 8


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


@dataclass(frozen=True, slots=True)
class Placement:
    """INSEE code of the commune and code of the department; None where unknown."""

    commune: str | None
    department: str | None


def match_place(line: ListLine, gazetteer: Gazetteer) -> Placement:
    """Find the commune of a line, adding to it the doubts that this raises."""
    department = _declared_department(line)
    # From the surest to the least: postcode and name together; the department and the name, for
    # CEDEX codes and postcodes with a slip; the point, which is right only if the address was
    # located well.
    commune = gazetteer.with_postcode(line.postcode, line.city)
    if commune is None and department is not None:
        commune = gazetteer.in_department(department, line.city)
    if commune is None:
        commune = _by_point(line, gazetteer)
    else:
        # The name decided: the point only raises a doubt, it changes nothing.
        _doubt_far_point(line, commune)
    if commune is None:
        # Without a commune, the department is still worth having: notices are searched by it.
        return Placement(None, department)
    if department is not None and department != commune.department:
        line.doubt(
            "department_differs", department, commune=commune.name, of_commune=commune.department
        )
    return Placement(commune.insee, commune.department)


def _declared_department(line: ListLine) -> str | None:
    if line.department in territory.DEPARTMENT_NAMES:
        return line.department
    guessed = territory.department_of_postcode(line.postcode)
    if line.department:
        line.doubt("department_unknown", line.department)
    return guessed


def _by_point(line: ListLine, gazetteer: Gazetteer) -> CommunePoint | None:
    address = f"{line.postcode} {line.city}".strip()
    nearest = (
        gazetteer.nearest(line.latitude, line.longitude, line.city)
        if line.latitude is not None and line.longitude is not None
        else None
    )
    if nearest is None:
        line.doubt("commune_unknown", address)
    else:
        line.doubt("commune_by_point", address, commune=f"{nearest.name} ({nearest.department})")
    return nearest


def _doubt_far_point(line: ListLine, commune: CommunePoint) -> None:
    if line.latitude is None or line.longitude is None:
        return
    far_km = territory.distance_km(
        line.latitude, line.longitude, commune.latitude, commune.longitude
    )
    if far_km > (FAR_KM_IN_GUYANE if commune.department == "973" else FAR_KM):
        line.doubt(
            "far_point",
            f"{line.latitude} {line.longitude}",
            far_km=far_km,
            commune=f"{commune.name} ({commune.department})",
        )


def label_of(commune: Commune) -> str:
    """ "Roche-Mirel (38)": what a person reads, and what `find_communes` understands."""
    return f"{commune.name} ({commune.department_id})"


def find_communes(text: str) -> list[Commune]:
    """The communes a text may mean, at most MAX_CHOICES: one query, the largest first.

    Those that bear exactly that name, or that postcode; where there is none, those whose name
    begins so. Nothing written, or no letter or digit in it: none.
    """
    named = re.fullmatch(r"\s*(.*?)\s*(?:\(\s*(\w{2,5})\s*\))?\s*", text, re.DOTALL)
    name, code = (named[1], (named[2] or "").upper()) if named else (text, "")
    if re.fullmatch(r"[0-9]{5}", name.replace(" ", "")):
        name, code = "", name.replace(" ", "")
    folded = fold_place_name(name)
    if not folded and len(code) != 5:
        return []
    communes = Commune.objects.filter(folded_name__startswith=folded)
    if len(code) == 5:
        communes = communes.filter(postcodes__contains=code)
    elif code:
        communes = communes.filter(department=code)
    found = list(communes.order_by("folded_name", "insee")[:200])
    exact = [commune for commune in found if commune.folded_name == folded]
    # A postcode of Paris names the city and its arrondissement: the nearer point is the better.
    arrondissements = [c for c in found if c.parent_id] if len(code) == 5 and not name else []
    kept = exact or arrondissements or found
    return sorted(kept, key=lambda c: (-(c.population or 0), c.insee))[:MAX_CHOICES]
