"""TED_EXPORT R2.0.8: the older forms (2 and 3), still used for defence (16, 17, 18).

Names of elements carry the name of the form (`..._DEFENCE`), so fields are found by name at any
depth under the section that holds them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from xml.etree.ElementTree import Element

from cordee.notices.formats.assembly import evidence_list, field_evidence, paragraphs, with_wording
from cordee.notices.formats.awards import settled
from cordee.notices.formats.ted_awards import awards_r208
from cordee.notices.formats.ted_changes import changes_of, new_deadline
from cordee.notices.formats.ted_fields import amount_at, boxes, codes_under, cpv_from, nuts_under
from cordee.notices.formats.tree import Node
from cordee.notices.formats.values import day, end_of_day, moment, months, months_between, siret
from cordee.notices.notice import (
    Amount,
    Buyer,
    Duration,
    Evidence,
    Format,
    Lot,
    Notice,
    Place,
    Provenance,
)
from cordee.notices.places import department_of_address, distinct, place_from

_LOTS = ("F02_ANNEX_B", "F17_ANNEX_B", "ANNEX_B", "LOT_PRIOR_INFORMATION", "F16_ANNEX_B")
_DESCRIPTIONS = (
    "SHORT_CONTRACT_DESCRIPTION",
    "SHORT_DESCRIPTION",
    "SHORT_DESCRIPTION_CONTRACT",
    "TOTAL_QUANTITY_OR_SCOPE",
)
_CONDITIONS = (
    "EXISTENCE_OTHER_PARTICULAR_CONDITIONS",
    "LEGAL_FORM",
    "PARTICULAR_CONDITIONS",
    "ADDITIONAL_INFORMATION",
)
_CRITERIA = ("CRITERIA", "AC_CRITERION")


def read_r208(base: Notice, form: Node, codes: tuple[str, ...]) -> Notice:
    """Complete `base` from the form; `codes` are the CPV codes of the coded section."""
    # An annex may hold anything: it is a lot where it has a title or a description.
    lots = [node for node in form.every(*_LOTS) if node.first("LOT_TITLE", "LOT_DESCRIPTION")]
    title = _words(form, "TITLE_CONTRACT")
    buyer = _buyer(form)
    deadline, deadline_source = _deadline(form)
    own = _without(form, lots)
    description = own.first("CPV")
    changes = changes_of(form)
    # A correction gives the new date in its own words; the form still shows the old one.
    deadline_from = "RECEIPT_LIMIT_DATE"
    if moved := new_deadline(changes):
        deadline, deadline_source, deadline_from = moved
    awards, read_lots = settled(
        awards_r208(form), tuple(_lot(node, position) for position, node in enumerate(lots, 1))
    )
    notice = replace(
        base,
        format=Format.TED_R208,
        title=title,
        text=paragraphs(
            (
                *(_words(own, name) for name in _DESCRIPTIONS),
                *(change.sentence for change in changes),
            )
        ),
        buyer=buyer,
        deadline=deadline,
        deadline_source=deadline_source,
        cpv=cpv_from(codes_under(description) or list(codes)),
        places=_places(own),
        lots=read_lots,
        awards=awards,
        amount=_amount(own),
        duration=_duration(own),
        conditions=tuple(
            Evidence(node.name, words)
            for node in form.every(*_CONDITIONS)
            if (words := node.words()) is not None
        ),
        evidence=field_evidence(
            ("title", "TITLE_CONTRACT", title),
            ("buyer", "ORGANISATION/OFFICIALNAME", buyer.name if buyer else None),
            ("deadline", deadline_from, deadline_source),
            ("published_on", "REF_OJS/DATE_PUB", str(base.published_on or "")),
        ),
    )
    criteria = tuple(
        Evidence(node.name, words)
        for node in form.every(*_CRITERIA)
        if (words := node.words()) is not None
    )
    return with_wording(notice, box=boxes(form), criteria=criteria)


def _without(form: Node, lots: list[Node]) -> Node:
    """The form without its lots, so that a search by name finds what is said of the whole."""
    # By identity: equal elements of two lots are not the same one.
    hidden = {id(node.element) for node in lots}

    def copied(element: Element) -> Element:
        copy = Element(element.tag, element.attrib)
        copy.text, copy.tail = element.text, element.tail
        copy.extend(copied(child) for child in element if id(child) not in hidden)
        return copy

    return Node(copied(form.element))


def _words(node: Node, name: str) -> str | None:
    found = node.first(name)
    return found.words() if found else None


def _buyer(form: Node) -> Buyer | None:
    profile = form.first("CA_CE_CONCESSIONAIRE_PROFILE")
    name = _words(profile, "OFFICIALNAME") if profile else None
    if profile is None or name is None:
        return None
    postcode = profile.value("POSTAL_CODE")
    country = profile.find("COUNTRY")
    french = country is None or country.attributes.get("VALUE") == "FR"
    number = profile.first("NATIONALID")
    return Buyer(
        name=name,
        siret=siret(number.text if number else None),
        postcode=postcode,
        city=profile.words("TOWN"),
        department=department_of_address(postcode if french else None, None),
    )


def _deadline(form: Node) -> tuple[datetime | None, str | None]:
    limit = form.first("RECEIPT_LIMIT_DATE")
    written = _split_date(limit)
    if limit is None or written is None:
        return None, None
    time_text = limit.value("TIME")
    if time_text and (when := moment(written, time_text)):
        return when, f"{written} {time_text}"
    return end_of_day(written), written


def _split_date(node: Node | None) -> str | None:
    """A date written as DAY, MONTH and YEAR, as "2021-06-08"; None if it is not a date."""
    if node is None:
        return None
    parts = [node.value(name) or "" for name in ("YEAR", "MONTH", "DAY")]
    written = f"{parts[0]}-{parts[1].zfill(2)}-{parts[2].zfill(2)}"
    return written if day(written) else None


def _places(node: Node) -> tuple[Place, ...]:
    found: list[Place | None] = []
    for location in node.every("LOCATION_NUTS", "SITE_OR_LOCATION"):
        label = location.first("LOCATION", "LABEL")
        words = label.words() if label else None
        codes: list[str | None] = [*nuts_under(location)]
        for code in codes or [None]:
            # One label for several codes says nothing of any of them.
            single = words if len(codes) < 2 else None
            found.append(place_from(where=location.name, nuts=code, words=single))
    return distinct(found)


def _amount(node: Node) -> Amount | None:
    # Estimated values only: a final value belongs to one awarded lot.
    costs = node.first("COSTS_RANGE_AND_CURRENCY")
    if costs is None or costs.attributes.get("CURRENCY") not in (None, "EUR"):
        return None
    return amount_at(costs.find("VALUE_COST"), "COSTS_RANGE_AND_CURRENCY/VALUE_COST")


def _duration(node: Node) -> Duration | None:
    period = node.first("PERIOD_WORK_DATE_STARTING")
    if period is None:
        return None
    for name, unit in (("MONTHS", "MONTH"), ("DAYS", "DAY")):
        text = period.value(name)
        if (stated := months(text, unit)) is not None:
            return Duration(
                months=stated,
                provenance=Provenance.STATED if unit == "MONTH" else Provenance.COMPUTED,
                evidence=evidence_list((f"PERIOD_WORK_DATE_STARTING/{name}", text)),
            )
    start, end = (_split_date(period.first(name)) for name in ("START_DATE", "END_DATE"))
    first, last = day(start), day(end)
    if first is None and last is None:
        return None
    return _interval(first, last, start, end)


def _interval(
    first: date | None, last: date | None, start: str | None, end: str | None
) -> Duration:
    whole = months_between(first, last)
    return Duration(
        months=whole,
        start=first,
        end=last,
        provenance=Provenance.COMPUTED if whole else Provenance.STATED,
        evidence=evidence_list(
            ("INTERVAL_DATE/START_DATE", start), ("INTERVAL_DATE/END_DATE", end)
        ),
    )


def _lot(node: Node, position: int) -> Lot:
    return Lot(
        id=node.value("LOT_NUMBER") or str(position),
        title=_words(node, "LOT_TITLE"),
        text=_words(node, "LOT_DESCRIPTION"),
        cpv=cpv_from(codes_under(node.first("CPV"))),
        places=_places(node),
        amount=_amount(node),
        duration=_duration(node),
    )
