"""TED_EXPORT R2.0.9: the forms F01 to F25 of 2014, whose bodies share one shape."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count

from cordee.notices.clauses.articles import BOXES
from cordee.notices.formats.assembly import (
    amount_at,
    buyer_from,
    cpv_of,
    duration_from,
    evidence_list,
    field_evidence,
    paragraphs,
    with_wording,
)
from cordee.notices.formats.awards import settled
from cordee.notices.formats.ted_fields import (
    CHANGES,
    Change,
    awards_r209,
    boxes,
    changes_of,
    codes_under,
    deadline_at,
    is_in_france,
    new_deadline,
    nuts_under,
)
from cordee.notices.formats.terms import ted_criteria, ted_terms
from cordee.notices.formats.tree import NOTHING, Node
from cordee.notices.formats.values import day
from cordee.notices.notice import Amount, Buyer, Cpv, Duration, Evidence, Lot, Notice, Place
from cordee.notices.places import distinct, place_from

_CONDITION_PATHS = (
    ("LEFTI", "PERFORMANCE_CONDITIONS"),
    ("LEFTI", "LEGAL_FORM"),
    ("LEFTI", "SUITABILITY"),
    ("LEFTI", "RULES_CRITERIA"),
    ("PROCEDURE", "MAIN_FEATURES_AWARD"),
    ("COMPLEMENTARY_INFO", "INFO_ADD"),
)


def read_r209(base: Notice, form: Node, codes: tuple[str, ...]) -> Notice:
    """Complete `base` from the form; `codes` are the CPV codes of the coded section."""
    contract = form.find("OBJECT_CONTRACT") or NOTHING
    parts = contract.all("OBJECT_DESCR")
    divided = contract.find("LOT_DIVISION") is not None or len(parts) > 1
    whole = parts[0] if parts and not divided else NOTHING
    title = contract.words("TITLE")
    buyer = _buyer(form)
    names = form.names()
    changes = changes_of(form) if names & CHANGES else ()
    deadline, deadline_source, deadline_from = _deadline(form, changes)
    places = [distinct(_places(part)) for part in parts]
    lots = tuple(map(_lot, parts, places, count(1))) if divided else ()
    awards, lots = settled(awards_r209(form), lots)
    modified = form.find("MODIFICATIONS_CONTRACT", "DESCRIPTION_PROCUREMENT") or NOTHING
    notice = replace(
        base,
        title=title,
        text=paragraphs(
            (
                contract.words("SHORT_DESCR"),
                whole.words("SHORT_DESCR"),
                form.words("MODIFICATIONS_CONTRACT", "INFO_MODIFICATIONS", "SHORT_DESCR"),
                *(change.sentence for change in changes),
            )
        ),
        buyer=buyer,
        deadline=deadline,
        deadline_source=deadline_source,
        cpv=_cpv(contract, whole, codes),
        places=distinct([place for of_part in places for place in of_part]),
        lots=lots,
        amount=_amount(contract, "VAL_ESTIMATED_TOTAL", "VAL_TOTAL")
        or _amount(whole, "VAL_OBJECT"),
        duration=_duration(modified) or _duration(whole),
        awards=awards,
        links=replace(base.links, documents=form.value("CONTRACTING_BODY", "URL_DOCUMENT")),
        criteria=ted_criteria(parts),
        conditions=_conditions(form, parts),
        terms=ted_terms(form),
        evidence=field_evidence(
            ("title", "OBJECT_CONTRACT/TITLE", title),
            ("buyer", "ADDRESS_CONTRACTING_BODY/OFFICIALNAME", buyer.name if buyer else None),
            ("deadline", deadline_from, deadline_source),
            ("published_on", "REF_OJS/DATE_PUB", str(base.published_on or "")),
        ),
    )
    criteria = tuple(criterion for part in parts for criterion in _criteria(part))
    return with_wording(
        notice, box=boxes(form) if names & BOXES.keys() else None, criteria=criteria
    )


def _buyer(form: Node) -> Buyer | None:
    address = form.find("CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY")
    name = address.words("OFFICIALNAME") if address else None
    if address is None or name is None:
        return None
    return buyer_from(
        name,
        number=address.value("NATIONALID"),
        postcode=address.value("POSTAL_CODE"),
        city=address.words("TOWN"),
        nuts=next(iter(nuts_under(address)), None),
        is_french=is_in_france(address),
    )


def _deadline(form: Node, changes: tuple[Change, ...]) -> tuple[datetime | None, str | None, str]:
    """The deadline, its words and where they stand; a form 14 says only the new one."""
    if moved := new_deadline(changes):
        return moved
    limits = (form.value("PROCEDURE", f"{what}_RECEIPT_TENDERS") for what in ("DATE", "TIME"))
    return (*deadline_at(*limits), "PROCEDURE/DATE_RECEIPT_TENDERS")


def _cpv(contract: Node, whole: Node, coded: tuple[str, ...]) -> Cpv:
    main = codes_under(contract.find("CPV_MAIN"))
    others = codes_under(*whole.all("CPV_ADDITIONAL"))
    return cpv_of(None, (*main, *others) or coded)


def _places(part: Node) -> list[Place | None]:
    site = part.words("MAIN_SITE")
    codes = [node.attributes.get("CODE") for node in part.all("NUTS")]
    if not codes:
        return [place_from(where="OBJECT_DESCR/MAIN_SITE", words=site)]
    # The words say where exactly only if there is one area for them to be in.
    words = site if len(codes) == 1 else None
    return [place_from(where="OBJECT_DESCR/NUTS", nuts=code, words=words) for code in codes]


def _lot(part: Node, places: tuple[Place, ...], position: int) -> Lot:
    identifier = part.value("LOT_NO") or part.attributes.get("ITEM") or str(position)
    return Lot(
        id=identifier,
        title=part.words("TITLE"),
        text=part.words("SHORT_DESCR"),
        cpv=cpv_of(None, codes_under(*part.all("CPV_ADDITIONAL"))),
        places=places,
        amount=_amount(part, "VAL_OBJECT"),
        duration=_duration(part),
    )


def _amount(node: Node, *names: str) -> Amount | None:
    for name in names:
        if (amount := amount_at(node.find(name), f"{node.name}/{name}")) is not None:
            return amount
    return None


def _duration(part: Node) -> Duration | None:
    measure = part.find("DURATION")
    start, end = part.value("DATE_START"), part.value("DATE_END")
    unit = measure.attributes.get("TYPE") if measure else None
    return duration_from(
        measure.text if measure else None,
        unit,
        day(start),
        day(end),
        (f"{part.name}/DURATION", f"{measure.text.strip()} {unit}" if measure else None),
        (f"{part.name}/DATE_START", start),
        (f"{part.name}/DATE_END", end),
    )


def _conditions(form: Node, parts: Iterable[Node]) -> tuple[Evidence, ...]:
    found = [("/".join(path), form.words(*path)) for path in _CONDITION_PATHS]
    for part in parts:
        label = f"OBJECT_DESCR {part.value('LOT_NO') or ''}".strip()
        for name in ("INFO_ADD", "OPTIONS_DESCR", "RENEWAL_DESCR"):
            found.append((f"{label}/{name}", part.words(name)))
    return tuple(dict.fromkeys(evidence_list(*found)))


def _criteria(part: Node) -> tuple[Evidence, ...]:
    label = f"OBJECT_DESCR {part.value('LOT_NO') or ''}".strip()
    return evidence_list(
        *((f"{label}/AC_CRITERION", node.text.strip()) for node in part.every("AC_CRITERION"))
    )
