"""Where the work of a lot is done, and whether it can be cut by place."""

from __future__ import annotations

from cordee.notices.notice import Evidence, Notice, Place, Provenance
from cordee.notices.places import departments_of
from cordee.notices.sizes.estimated import Estimated, SizeRules


def place_of(notice: Notice, places: tuple[Place, ...]) -> Estimated[Place | None]:
    """The place used: the first located one, else the buyer's town, else a wide area."""
    located = [place for place in places if place.department]
    if located:
        many = len({place.department for place in located}) > 1
        known = located[0]
        is_precise = known.commune or known.city or known.postcode
        one = "Le lieu est écrit." if is_precise else "Le département est écrit, pas la commune."
        return _estimated(known, "Le premier des lieux écrits." if many else one)
    buyer = notice.buyer
    if buyer is not None and buyer.department is not None:
        areas = {department for place in places for department in departments_of(place)}
        if not areas or buyer.department in areas:
            place = Place(
                department=buyer.department,
                postcode=buyer.postcode,
                city=buyer.city,
                provenance=Provenance.SUPPOSED,
                evidence=Evidence("acheteur", buyer.name),
            )
            rule = "Le lieu n’est pas précis : nous supposons la ville de l’acheteur."
            return _estimated(place, rule)
    if places:
        return _estimated(places[0], "Le lieu est une zone large.")
    return Estimated(None, Provenance.SUPPOSED, "Le lieu n’est pas connu.")


def places_to_cut(places: tuple[Place, ...], rules: SizeRules) -> tuple[Place, ...]:
    """The places that each deserve a package: one by department, the most precise first written.

    Empty where there are fewer than two, too many, or where one of them is a wider area: then
    the places describe a zone, and nobody knows how the work is spread in it.
    """
    by_department: dict[str, Place] = {}
    for place in places:
        if place.department is None:
            return ()
        known = by_department.get(place.department)
        if known is None or (known.commune is None and place.commune is not None):
            by_department[place.department] = place
    return tuple(by_department.values()) if 2 <= len(by_department) <= rules.most_places else ()


def place_written(place: Place) -> Estimated[Place | None]:
    """One of several places that a lot names."""
    return _estimated(place, "Un des lieux écrits pour ce lot.")


def _estimated(place: Place, rule: str) -> Estimated[Place | None]:
    evidence = (place.evidence,) if place.evidence else ()
    return Estimated(place, place.provenance, rule, evidence=evidence)
