"""TED_EXPORT R2.0.8: the older forms (2 and 3), still used for defence (16, 17, 18).

Names of elements carry the name of the form (`..._DEFENCE`), so fields are found by name at any
depth under the section that holds them.
"""

from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element

from cordee.notices.formats.assembly import (
    amount_at,
    buyer_from,
    cpv_of,
    duration_from,
    field_evidence,
    paragraphs,
    with_wording,
)
from cordee.notices.formats.awards import settled
from cordee.notices.formats.ted_fields import (
    awards_r208,
    boxes,
    changes_of,
    codes_under,
    deadline_at,
    is_in_france,
    new_deadline,
    nuts_under,
    split_date,
)
from cordee.notices.formats.tree import Node
from cordee.notices.formats.values import day
from cordee.notices.notice import Amount, Buyer, Duration, Evidence, Format, Lot, Notice, Place
from cordee.notices.places import distinct, place_from

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
        cpv=cpv_of(None, codes_under(description) or codes),
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
    number = profile.first("NATIONALID")
    return buyer_from(
        name,
        number=number.text if number else None,
        postcode=profile.value("POSTAL_CODE"),
        city=profile.words("TOWN"),
        is_french=is_in_france(profile),
    )


def _deadline(form: Node) -> tuple[datetime | None, str | None]:
    limit = form.first("RECEIPT_LIMIT_DATE")
    return deadline_at(split_date(limit), limit.value("TIME") if limit else None)


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
    in_months, in_days = period.value("MONTHS"), period.value("DAYS")
    start, end = (split_date(period.first(name)) for name in ("START_DATE", "END_DATE"))
    return duration_from(
        in_months or in_days,
        "MONTH" if in_months else "DAY",
        day(start),
        day(end),
        ("PERIOD_WORK_DATE_STARTING/MONTHS", in_months),
        ("PERIOD_WORK_DATE_STARTING/DAYS", in_days),
        ("INTERVAL_DATE/START_DATE", start),
        ("INTERVAL_DATE/END_DATE", end),
    )


def _lot(node: Node, position: int) -> Lot:
    return Lot(
        id=node.value("LOT_NUMBER") or str(position),
        title=_words(node, "LOT_TITLE"),
        text=_words(node, "LOT_DESCRIPTION"),
        cpv=cpv_of(None, codes_under(node.first("CPV"))),
        places=_places(node),
        amount=_amount(node),
        duration=_duration(node),
    )
