"""Giving a line of a list its commune and its department, and saying what does not agree."""

from dataclasses import dataclass

from cordee.members.gazetteer import CommunePoint, Gazetteer
from cordee.members.structure_list import ListLine
from cordee.rules import territory

# A commune does not reach further from its middle point; those of Guyane are immense.
FAR_KM = 30
FAR_KM_IN_GUYANE = 150


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
            "department_differs",
            "department",
            department,
            f"La commune retenue, {commune.name}, est dans le département {commune.department}.",
            "Vérifiez la commune et le code postal.",
        )
    return Placement(commune.insee, commune.department)


def _declared_department(line: ListLine) -> str | None:
    if line.department in territory.DEPARTMENT_NAMES:
        return line.department
    guessed = territory.department_of_postcode(line.postcode)
    if line.department:
        line.doubt(
            "department_unknown",
            "department",
            line.department,
            "Ce code n’est pas celui d’un département suivi par Cordée : il n’est pas gardé.",
            "Écrivez le code du département, par exemple 01, 2A ou 974.",
        )
    return guessed


def _by_point(line: ListLine, gazetteer: Gazetteer) -> CommunePoint | None:
    address = f"{line.postcode} {line.city}".strip()
    nearest = (
        gazetteer.nearest(line.latitude, line.longitude, line.city)
        if line.latitude is not None and line.longitude is not None
        else None
    )
    if nearest is None:
        line.doubt(
            "commune_unknown",
            "postcode, city",
            address,
            "Aucune commune ne porte ce nom avec ce code postal.",
            "Vérifiez le nom de la commune et son code postal.",
        )
    else:
        line.doubt(
            "commune_by_point",
            "postcode, city",
            address,
            f"Aucune commune ne porte ce nom avec ce code postal : {nearest.name} "
            f"({nearest.department}) est retenue, d’après le point.",
            "Vérifiez le nom de la commune et son code postal.",
        )
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
            "lat, lon",
            f"{line.latitude} {line.longitude}",
            f"Le point est à {far_km:.0f} km de {commune.name} ({commune.department}).",
            "Vérifiez l’adresse : le point ou la commune est faux.",
        )
