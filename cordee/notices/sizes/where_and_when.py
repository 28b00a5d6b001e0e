"""When the work of a lot starts, how long it lasts and where it is, with origin and range."""

import re
from datetime import date

from cordee.notices.notice import Buyer, Evidence, Lot, Notice, Place, Provenance
from cordee.notices.places import departments_of
from cordee.notices.sizes.estimated import Assumptions, Estimated, SizeRules
from cordee.rules.clock import day_of
from cordee.rules.months import month_number
from cordee.rules.territory import fold_place_name

_RENEWAL = re.compile(r"/RENEWAL_DESCR$|^BT-57-")


def months_of(
    notice: Notice, lot: Lot | None, supposed: Assumptions, rules: SizeRules
) -> Estimated[int]:
    """Whole months."""
    for duration, whose in ((lot.duration if lot else None, "Le lot"), (notice.duration, "L’avis")):
        if duration is not None and duration.months:
            rule = f"{whose} dure {duration.months} mois."
            return Estimated(duration.months, duration.provenance, rule, evidence=duration.evidence)
    rule = f"La durée n’est pas dite : nous supposons {supposed.months} mois."
    return Estimated(
        supposed.months,
        Provenance.SUPPOSED,
        rule,
        low=min(rules.months_low, supposed.months),
        high=max(rules.months_high, supposed.months),
    )


def first_month_of(
    notice: Notice, lot: Lot | None, supposed: Assumptions, rules: SizeRules, on: date
) -> Estimated[int]:
    """The first month, absolute (year * 12 + month - 1)."""
    for duration in (lot.duration if lot else None, notice.duration):
        if duration is not None and duration.start:
            about = duration.is_start_about
            rule = f"Le début est écrit : {duration.start:%m/%Y}, sans le jour."
            return Estimated(
                month_number(duration.start),
                Provenance.COMPUTED if about else Provenance.STATED,
                rule if about else f"Le début est écrit : {duration.start:%d/%m/%Y}.",
            )
    after = supposed.start_after_months
    if notice.deadline is not None:
        base = day_of(notice.deadline)
        rule = f"Le début n’est pas dit : nous supposons {after} mois après la date limite."
    else:
        # The day on which it was read, for want of any date in the notice.
        base = on
        since = "la parution de l’avis" if notice.published_on else "aujourd’hui"
        rule = f"Ni début ni date limite : nous supposons {after} mois après {since}."
    from_base = month_number(base)
    return Estimated(
        from_base + after,
        Provenance.SUPPOSED,
        rule,
        low=from_base + min(rules.start_low_months, after),
        high=from_base + max(rules.start_high_months, after),
    )


def most_months_of(notice: Notice, lot: Lot | None) -> int | None:
    """Months with every renewal, where they are told."""
    own = (lot.duration if lot else None, notice.duration)
    return next((each.most_months for each in own if each and each.most_months), None)


def may_be_renewed(notice: Notice, lot: Lot | None) -> bool:
    """Whether a passage on renewal speaks of this lot, or of the whole."""
    renewals = [item.where for item in notice.conditions if _RENEWAL.search(item.where)]
    # The place of a passage begins with the lots that it speaks of.
    return any(lot is None or lot.id in where.split("/")[0].split() for where in renewals)


def place_of(notice: Notice, places: tuple[Place, ...]) -> Estimated[Place | None]:
    """The place used: the first located one, else a wide area, else the buyer's town."""
    located = [place for place in places if place.department]
    if located:
        many = len({place.department for place in located}) > 1
        known = located[0]
        is_precise = known.commune or known.city or known.postcode
        one = "Le lieu est écrit." if is_precise else "Le département est écrit, pas la commune."
        return _estimated(known, "Le premier des lieux écrits." if many else one)
    buyer = notice.buyer
    coded = next((place for place in places if place.nuts), None)
    # A territory, even the whole country or a foreign one, is where the work is; the buyer's
    # address is not, unless the words beside the code name its town ("Rivery · FR").
    if buyer is not None and buyer.department is not None:
        named = next((place for place in places if _is_in_town(place, buyer)), None)
        town = Place(
            department=buyer.department,
            postcode=buyer.postcode,
            city=buyer.city,
            provenance=Provenance.COMPUTED if named else Provenance.SUPPOSED,
            evidence=named.evidence if named else Evidence("acheteur", buyer.name),
        )
        if named is not None:
            return _estimated(town, "Le lieu écrit est la ville de l’acheteur.")
        if coded is None:
            rule = "Le lieu n’est pas précis : nous supposons la ville de l’acheteur."
            return _estimated(town, rule)
    if coded is not None and not departments_of(coded) and coded.nuts != "FR":
        return _estimated(coded, "Le code du lieu ne nomme aucun département de France.")
    if places:
        return _estimated(coded or places[0], "Le lieu est une zone large.")
    return Estimated(None, Provenance.SUPPOSED, "Le lieu n’est pas connu.")


def _is_in_town(place: Place, buyer: Buyer) -> bool:
    """Whether the words of a place name the town of the buyer."""
    town = fold_place_name(buyer.city or "")
    words = fold_place_name(place.evidence.words if place.evidence else "")
    return bool(town) and f" {town} " in f" {words} "


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
