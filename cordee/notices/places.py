"""From the codes a notice gives to the departments they name."""

import re

from cordee.notices.notice import Evidence, Place, Provenance
from cordee.rules import territory

_ONLY_POSTCODE = re.compile(r"[0-9]{5}")
CODES_BY_NAME = {
    territory.fold_place_name(name): code for code, name in territory.DEPARTMENT_NAMES.items()
}
"""Departments by their folded names."""

_ALSO_A_WORD = {"nord", "lot"}
_OVERSEAS = {name: code for name, code in CODES_BY_NAME.items() if code.startswith("97")}
_POSTCODE = re.compile(r"(?<!\d)([0-9]{5})(?!\d)")


def departments_of_nuts(nuts: str | None) -> tuple[str, ...]:
    """Departments under a NUTS code, sorted; none for the whole country or an unknown code."""
    if not nuts or len(nuts) < 3:
        return ()
    return tuple(sorted(territory.departments_of_nuts(nuts) or ()))


def departments_of(place: Place) -> tuple[str, ...]:
    """The departments a place lies in: its own, or all those of its NUTS region."""
    return (place.department,) if place.department else departments_of_nuts(place.nuts)


def department_of_postcode(postcode: str | None) -> str | None:
    """Department of a French postcode, CEDEX included, or None."""
    return territory.department_of_postcode(postcode) if postcode else None


def department_of_address(postcode: str | None, nuts: str | None) -> str | None:
    """Department of an address, from its postcode, else from a NUTS code that names only one."""
    if found := department_of_postcode(postcode):
        return found
    by_nuts = departments_of_nuts(nuts)
    return by_nuts[0] if len(by_nuts) == 1 else None


def department_named(words: str | None) -> str | None:
    """The department of which this is the name ("Loire Atlantique"), or None.

    Of one overseas, a town may stand before it ("Saint-Denis de La Réunion"): those of the mainland
    are named after rivers and mountains, which run through others.
    """
    folded = territory.fold_place_name(words or "")
    if folded in CODES_BY_NAME:
        return None if folded in _ALSO_A_WORD else CODES_BY_NAME[folded]
    ends = (code for name, code in _OVERSEAS.items() if folded.endswith(f" {name}"))
    return next(ends, None)


def department_code(text: str | None) -> str | None:
    """A department code in its usual writing ("4" becomes "04"), or None if it is not one."""
    code = (text or "").strip().upper().zfill(2)
    return code if code in territory.DEPARTMENT_NAMES else None


def place_from(
    *,
    where: str,
    nuts: str | None = None,
    postcode: str | None = None,
    city: str | None = None,
    words: str | None = None,
) -> Place | None:
    """A place from what is written; the department is computed from postcode, then NUTS."""
    if postcode is None and words and (found := _POSTCODE.search(words)):
        postcode = found.group(1)
    if postcode is not None and not _ONLY_POSTCODE.fullmatch(postcode):
        postcode = None
    nuts = nuts.strip().upper() if nuts and nuts.strip() else None
    if not (nuts or postcode or city or words):
        return None
    # The form asks for words where there is no code ("Loire Atlantique · FR").
    department = department_of_address(postcode, nuts) or department_named(words)
    parts = [words] if words else []
    parts += [part for part in (postcode, city, nuts) if part and part not in (words or "")]
    return Place(
        department=department,
        postcode=postcode,
        city=city,
        nuts=nuts,
        provenance=Provenance.COMPUTED if department else Provenance.STATED,
        evidence=Evidence(where, " · ".join(dict.fromkeys(parts))),
    )


def place_of_department(code: str | None, where: str) -> Place | None:
    """A place known only by its department, as the BOAMP gives it."""
    department = department_code(code)
    if department is None:
        return None
    return Place(department=department, evidence=Evidence(where, code or ""))


def distinct(places: list[Place | None]) -> tuple[Place, ...]:
    """Places in order, without the empty ones and without saying the same thing twice."""
    seen: dict[tuple[str | None, ...], Place] = {}
    for place in places:
        if place is not None:
            key = (place.department, place.commune, place.postcode, place.city, place.nuts)
            seen.setdefault(key, place)
    return tuple(seen.values())
