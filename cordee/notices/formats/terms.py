"""What a notice asks of candidates and says of money and questions, as written.

These passages serve the green flags only: they speak of other people's means and guarantees, and
would mislead the reading of reservation, insertion and groups.
"""

from collections.abc import Iterable

from cordee.notices.formats.assembly import evidence_list, words_in_french
from cordee.notices.formats.tree import Node
from cordee.notices.notice import Evidence

QUESTIONS_UNTIL = "BT-13"
"""`Evidence.where` of the last day for questions begins so; its words are an ISO day."""

_TED_PATHS = (
    ("LEFTI", "ECONOMIC_FINANCIAL_INFO"),
    ("LEFTI", "ECONOMIC_FINANCIAL_MIN_LEVEL"),
    ("LEFTI", "TECHNICAL_PROFESSIONAL_INFO"),
    ("LEFTI", "TECHNICAL_PROFESSIONAL_MIN_LEVEL"),
    ("LEFTI", "MAIN_FINANCING_CONDITION"),
    ("LEFTI", "DEPOSIT_GUARANTEE_REQUIRED"),
)
_LEGACY_NAMES = (
    "capeco",
    "capeconiveaumini",
    "captech",
    "captechniveaumini",
    "critereselection",
    "cautionnement",
    "financement",
)
_MAPA_NAMES = ("modfinancement", "cautionnement", "visites", "visiteobligatoire")


def eforms_terms(lots: Iterable[Node]) -> tuple[Evidence, ...]:
    """Selection criteria (BT-750), guarantees (BT-75), money (BT-77) and questions (BT-13)."""
    found: list[tuple[str, str | None]] = []
    for lot in lots:
        identifier = lot.value("ID") or ""
        for node in lot.every("SelectionCriteria"):
            found.append((f"BT-750-Lot {identifier}", words_in_french(node, "Name", "Description")))
        for node in lot.every("RequiredFinancialGuarantee"):
            found.append((f"BT-75-Lot {identifier}", words_in_french(node, "Description")))
        for node in lot.every("PaymentTerms"):
            found.append((f"BT-77-Lot {identifier}", words_in_french(node, "Note")))
        for node in lot.every("AdditionalInformationRequestPeriod"):
            found.append((f"{QUESTIONS_UNTIL}-Lot {identifier}", node.value("EndDate")))
    return tuple(dict.fromkeys(evidence_list(*found)))


def ted_terms(form: Node) -> tuple[Evidence, ...]:
    """What section III asks (capacity, guarantees, money), in TED_EXPORT R2.0.9."""
    found = [("/".join(path), form.words(*path)) for path in _TED_PATHS]
    return tuple(dict.fromkeys(evidence_list(*found)))


def boamp_terms(tree: Node) -> tuple[Evidence, ...]:
    """Capacity, guarantees and money in the BOAMP's own schemas; ticked boxes are left out."""
    names = (*_LEGACY_NAMES, *_MAPA_NAMES)
    found = [(node.name, node.words()) for node in tree.every(*names)]
    return tuple(dict.fromkeys(evidence_list(*found)))
