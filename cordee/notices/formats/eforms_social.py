"""eForms: what is said of reservation, insertion and groups, in boxes and in passages.

Field codes (BT-…) are those of the eForms regulation.
"""

from collections.abc import Iterable

from cordee.notices.formats.assembly import evidence_list, paragraphs
from cordee.notices.formats.tree import Node, clean
from cordee.notices.notice import ClauseKind, Evidence, Reserved, SocialClause
from cordee.rules.reservation import Reservation

# BT-71 `res-ws` names workshops for disabled and for disadvantaged people alike.
_RESERVATION = {
    "none": Reservation.NONE,
    "res-ws": Reservation.MIXTE,
    "res-pub-ser": Reservation.ESS,
}

_RENEWAL = ("ProcurementProject", "ContractExtension", "Renewal", "Period", "Description")


def in_french(nodes: Iterable[Node]) -> str | None:
    """Texts in French where there are any, else the first, each said once."""
    found = list(nodes)
    french = [node for node in found if node.attributes.get("languageID", "").upper() == "FRA"]
    return paragraphs(clean(node.text) for node in (french or found[:1]))


def reserved(lot: Node, identifier: str) -> Reserved | None:
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


def social(lots: list[Node]) -> SocialClause | None:
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


def criteria(lot: Node) -> Iterable[Evidence]:
    """The award criteria of a lot, as written."""
    identifier = lot.value("ID") or ""
    for criterion in lot.every("SubordinateAwardingCriterion"):
        words = paragraphs(in_french(criterion.all(name)) for name in ("Name", "Description"))
        yield from evidence_list((f"BT-540-Lot {identifier}", words))


def conditions(root: Node, lots: list[Node]) -> Iterable[Evidence]:
    """Passages on execution, participation, groups and changes, of the whole and of each lot."""
    general: tuple[tuple[tuple[str, ...], str], ...] = (
        (("TenderingProcess", "Description"), "BT-88-Procedure"),
        (("ProcurementProject", "RealizedLocation", "Description"), "BT-728-Procedure"),
        (("ProcurementProject", "Note"), "BT-300-Procedure"),
    )
    for path, code in general:
        yield from evidence_list((code, in_french(root.all(*path))))
    for change in root.every("ChangeDescription"):
        yield from evidence_list(("BT-141-Notice", in_french([change])))
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
                yield from evidence_list((f"{code} {identifier}", in_french([node])))
