"""eForms: UBL notices in force since 2023, as XML or turned into JSON by the BOAMP.

Field codes (BT-…) are those of the eForms regulation. Source: Regulation (EU) 2019/1780, annex.
"""

import re
from collections.abc import Iterable
from datetime import datetime

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
from cordee.notices.formats.eforms_results import awards_of
from cordee.notices.formats.terms import eforms_criteria, eforms_terms
from cordee.notices.formats.tree import NOTHING, Node, clean
from cordee.notices.formats.values import cpv_code, day, moment
from cordee.notices.notice import (
    Amount,
    Buyer,
    ClauseKind,
    Cpv,
    Duration,
    Evidence,
    Format,
    Kind,
    Links,
    Lot,
    Notice,
    NoticeError,
    Place,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.places import distinct, place_from
from cordee.rules.reservation import Reservation

ROOTS = frozenset({"ContractNotice", "ContractAwardNotice", "PriorInformationNotice"})

_KIND_BY_LIST = {
    "competition": Kind.CALL,
    "planning": Kind.PRIOR,
    "result": Kind.AWARD,
    "dir-awa-pre": Kind.AWARD,
    "cont-modif": Kind.AWARD,  # the contract has its holder
}
_KIND_BY_ROOT = {
    "ContractNotice": Kind.CALL,
    "ContractAwardNotice": Kind.AWARD,
    "PriorInformationNotice": Kind.PRIOR,
}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_eforms(
    root: Node, place: str, *, source: Source = Source.TED, format: Format = Format.EFORMS
) -> Notice:
    """Read one eForms notice. Raises NoticeError if it has neither identifier nor project."""
    project = root.find("ProcurementProject")
    identifier = _identifier(root)
    if project is None or identifier is None:
        missing = "l’identifiant" if identifier is None else "l’objet (ProcurementProject)"
        raise NoticeError(
            place, f"L’avis eForms n’a pas {missing}.", "Téléchargez de nouveau l’avis à la source."
        )
    lots = root.all("ProcurementProjectLot")
    deadline, deadline_source = _deadline(lots)
    title = _in_french(project.all("Name"))
    buyer = _buyer(root)
    published = root.first("PublicationDate")
    awards, read_lots = settled(awards_of(root), tuple(_lot(lot) for lot in lots))
    notice = Notice(
        source=source,
        format=format,
        id=identifier,
        kind=_kind(root),
        form=root.value("NoticeTypeCode"),
        title=title,
        text=_in_french(project.all("Description")),
        buyer=buyer,
        published_on=day(published.text if published else root.value("RequestedPublicationDate")),
        deadline=deadline,
        deadline_source=deadline_source,
        cpv=_cpv(project),
        places=_places(project, "BT-5071-Procedure"),
        lots=read_lots,
        awards=awards,
        amount=_amount(project, "Procedure"),
        duration=_duration(project, "Procedure"),
        links=_links(root, identifier if source is Source.TED else None),
        criteria=eforms_criteria(lots),
        conditions=tuple(dict.fromkeys(_conditions(root, lots))),
        terms=eforms_terms(lots),
        evidence=field_evidence(
            ("title", "BT-21-Procedure", title),
            ("buyer", "BT-500-Organization-Company", buyer.name if buyer else None),
            ("deadline", "BT-131(d)-Lot", deadline_source),
            ("published_on", "OPP-012", published.text if published else None),
        ),
    )
    passages = tuple(criterion for lot in lots for criterion in _criteria(lot))
    return with_wording(notice, social=_social(lots), criteria=passages)


def _identifier(root: Node) -> str | None:
    published = root.first("NoticePublicationID")
    return (published.text.strip() if published else None) or root.value("ID")


def _kind(root: Node) -> Kind:
    if (changes := root.first("Changes")) is not None:
        reasons = {node.text.strip() for node in changes.every("ReasonCode")}
        return Kind.CANCELLATION if "cancel" in reasons else Kind.CHANGE
    code = root.find("NoticeTypeCode")
    by_list = _KIND_BY_LIST.get(code.attributes.get("listName", "")) if code else None
    return by_list or _KIND_BY_ROOT.get(root.name, Kind.CALL)


def _buyer(root: Node) -> Buyer | None:
    identifier = root.value("ContractingParty", "Party", "PartyIdentification", "ID")
    # Organisations stand together in an extension; the parties only name their number.
    for company in root.every("Company"):
        if company.value("PartyIdentification", "ID") != identifier:
            continue
        return buyer_from(
            _in_french(company.all("PartyName", "Name")),
            number=company.value("PartyLegalEntity", "CompanyID"),
            postcode=company.value("PostalAddress", "PostalZone"),
            city=company.words("PostalAddress", "CityName"),
            nuts=company.value("PostalAddress", "CountrySubentityCode"),
        )
    return None


def _deadline(lots: list[Node]) -> tuple[datetime | None, str | None]:
    # Lots seldom differ; where they do, the contract is open until the last of them closes.
    found: list[tuple[datetime, str]] = []
    for lot in lots:
        for period in (
            *lot.all("TenderingProcess", "TenderSubmissionDeadlinePeriod"),
            *lot.all("TenderingProcess", "ParticipationRequestReceptionPeriod"),
        ):
            end_day, end_time = period.value("EndDate"), period.value("EndTime")
            # A day without an hour is no deadline: it would close half a day too late or too early.
            when = moment(end_day, end_time) if end_time else None
            if when:
                found.append((when, f"{end_day} {end_time}"))
    return max(found) if found else (None, None)


def _cpv(project: Node) -> Cpv:
    main = project.value("MainCommodityClassification", "ItemClassificationCode")
    others = project.all("AdditionalCommodityClassification", "ItemClassificationCode")
    return cpv_of(cpv_code(main), (cpv_code(node.text) for node in others))


def _places(project: Node, where: str) -> tuple[Place, ...]:
    found: list[Place | None] = []
    for address in project.all("RealizedLocation", "Address"):
        # A foreign postcode of five digits would fall into a French department.
        french = address.value("Country", "IdentificationCode") in (None, "FRA", "FR")
        found.append(
            place_from(
                where=where,
                nuts=address.value("CountrySubentityCode"),
                postcode=address.value("PostalZone") if french else None,
                city=address.words("CityName"),
            )
        )
    return distinct(found)


def _amount(project: Node, level: str) -> Amount | None:
    for node, code in (
        # The estimate first; for want of one, the ceiling of the framework.
        (project.find("RequestedTenderTotal", "EstimatedOverallContractAmount"), "BT-27"),
        (project.first("FrameworkMaximumAmount"), "BT-271"),
    ):
        if amount := amount_at(node, f"{code}-{level}"):
            return amount
    return None


def _duration(project: Node, level: str) -> Duration | None:
    period = project.find("PlannedPeriod")
    if period is None:
        return None
    start, end = period.value("StartDate"), period.value("EndDate")
    measure = period.find("DurationMeasure")
    unit = measure.attributes.get("unitCode") if measure else None
    return duration_from(
        measure.text if measure else None,
        unit,
        day(start),
        day(end),
        (f"BT-36-{level}", f"{measure.text.strip()} {unit or ''}".strip() if measure else None),
        (f"BT-536-{level}", start),
        (f"BT-537-{level}", end),
    )


def _lot(node: Node) -> Lot:
    project = node.find("ProcurementProject") or NOTHING
    identifier = node.value("ID") or "LOT-0000"
    return Lot(
        id=identifier,
        title=_in_french(project.all("Name")),
        text=_in_french(project.all("Description")),
        cpv=_cpv(project),
        places=_places(project, "BT-5071-Lot"),
        amount=_amount(project, "Lot"),
        duration=_duration(project, "Lot"),
        reserved=_reserved(node, identifier),
    )


def _links(root: Node, published: str | None) -> Links:
    changed = [node.text.strip() for node in root.every("ChangedNoticeIdentifier")]
    earlier = [
        node.value("ID") or "" for node in root.every("NoticeDocumentReference") if node.value("ID")
    ]
    address = root.first("CallForTendersDocumentReference")
    uri = address.first("URI") if address else None
    # TED pads its numbers with zeros in the file and not in its addresses.
    on_ted = re.fullmatch(r"0*([1-9]\d*-\d{4})", published or "")
    return Links(
        notice=f"https://ted.europa.eu/fr/notice/-/detail/{on_ted.group(1)}" if on_ted else None,
        documents=clean(uri.text) if uri else None,
        previous=tuple(dict.fromkeys((*changed, *earlier))),
        uuid=_uuid(root.value("ID")),
        procedure=_uuid(root.value("ContractFolderID")),
    )


def _uuid(text: str | None) -> str | None:
    """A UUID in lower case, or None: some buyers write their own number there."""
    found = _UUID.search((text or "").lower())
    return found.group() if found else None


# BT-71 `res-ws` names workshops for disabled and for disadvantaged people alike.
_RESERVATION = {
    "none": Reservation.NONE,
    "res-ws": Reservation.MIXTE,
    "res-pub-ser": Reservation.ESS,
}

_RENEWAL = ("ProcurementProject", "ContractExtension", "Renewal", "Period", "Description")


def _in_french(nodes: Iterable[Node]) -> str | None:
    """Texts in French where there are any, else the first, each said once."""
    found = list(nodes)
    french = [node for node in found if node.attributes.get("languageID", "").upper() == "FRA"]
    return paragraphs(clean(node.text) for node in (french or found[:1]))


def _reserved(lot: Node, identifier: str) -> Reserved | None:
    """For whom the boxes of a lot reserve it (BT-71, BT-736); None where none is ticked."""
    terms = lot.find("TenderingTerms") or lot
    found: Reserved | None = None
    for code in terms.every("TendererRequirementTypeCode"):
        value = code.text.strip()
        if code.attributes.get("listName") == "reserved-procurement" and value in _RESERVATION:
            found = Reserved(_RESERVATION[value], (Evidence(f"BT-71-Lot {identifier}", value),))
            if found.reservation is not Reservation.NONE:
                return found
    for code in terms.every("ExecutionRequirementCode"):
        if code.attributes.get("listName") == "reserved-execution" and code.text.strip() == "yes":
            # The box names sheltered employment programmes and nothing else.
            return Reserved(Reservation.HANDICAP, (Evidence(f"BT-736-Lot {identifier}", "yes"),))
    return found


def _social(lots: list[Node]) -> SocialClause | None:
    """What BT-775 and BT-06 say of insertion, of all lots together."""
    objectives: list[Evidence] = []
    strategic: list[Evidence] = []
    for lot in lots:
        identifier = lot.value("ID") or ""
        for code in lot.every("ProcurementTypeCode"):
            kind, value = code.attributes.get("listName"), code.text.strip()
            if kind == "social-objective":
                objectives.append(Evidence(f"BT-775-Lot {identifier}", value))
            elif kind == "strategic-procurement" and value == "soc-obj":
                strategic.append(Evidence(f"BT-06-Lot {identifier}", value))
    employment = [item for item in objectives if item.words == "opp"]
    # A social aim named otherwise (accessibility, equality) is not insertion.
    kept = employment or ([] if objectives else strategic)
    return SocialClause(ClauseKind.EXECUTION, tuple(kept)) if kept else None


def _criteria(lot: Node) -> Iterable[Evidence]:
    """The award criteria of a lot, as written."""
    identifier = lot.value("ID") or ""
    for criterion in lot.every("SubordinateAwardingCriterion"):
        words = paragraphs(_in_french(criterion.all(name)) for name in ("Name", "Description"))
        yield from evidence_list((f"BT-540-Lot {identifier}", words))


def _conditions(root: Node, lots: list[Node]) -> Iterable[Evidence]:
    """Passages on execution, participation, groups and changes, of the whole and of each lot."""
    general: tuple[tuple[tuple[str, ...], str], ...] = (
        (("TenderingProcess", "Description"), "BT-88-Procedure"),
        (("ProcurementProject", "RealizedLocation", "Description"), "BT-728-Procedure"),
        (("ProcurementProject", "Note"), "BT-300-Procedure"),
    )
    for path, code in general:
        yield from evidence_list((code, _in_french(root.all(*path))))
    for change in root.every("ChangeDescription"):
        yield from evidence_list(("BT-141-Notice", _in_french([change])))
    for lot in lots:
        identifier = lot.value("ID") or ""
        terms = ("TenderingTerms",)
        paths: tuple[tuple[tuple[str, ...], str], ...] = (
            ((*terms, "ContractExecutionRequirement", "Description"), "BT-70-Lot"),
            ((*terms, "TendererQualificationRequest", "CompanyLegalForm"), "BT-76-Lot"),
            ((*terms, "TendererQualificationRequest", "Description"), "BT-71-Lot"),
            (("ProcurementProject", "ProcurementAdditionalType", "ProcurementType"), "BT-777-Lot"),
            (("ProcurementProject", "RealizedLocation", "Description"), "BT-728-Lot"),
            (("ProcurementProject", "Note"), "BT-300-Lot"),
            (_RENEWAL, "BT-57-Lot"),
        )
        for path, code in paths:
            for node in lot.all(*path):
                yield from evidence_list((f"{code} {identifier}", _in_french([node])))
