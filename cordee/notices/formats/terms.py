"""What a notice asks of candidates, says of money and questions, and weighs, in each shape.

The passages serve the green flags only: they speak of other people's means and guarantees, and
would mislead the reading of reservation, insertion and groups. The words of the criteria also tell
of insertion (`with_wording`); the weights only tell how much the price decides.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from cordee.notices.formats.assembly import evidence_list, words_in_french
from cordee.notices.formats.tree import Node
from cordee.notices.notice import Criterion, CriterionKind, Evidence
from cordee.notices.text import fold

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


_KINDS = {kind.value: kind for kind in CriterionKind}
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d+)?")
_PRICE = re.compile(r"\bprix\b|\bmontant|\btarif|\bfinancier|\beconomi(?:que|e)\b")
_COST = re.compile(r"\bcouts?\b|\bcycle de vie")
_PRICE_NAME = "Prix"


def eforms_criteria(lots: Iterable[Node]) -> tuple[Criterion, ...]:
    """BT-539 (kind), BT-540 and BT-734 (words), BT-541 (number); weights that are percentages."""
    found = []
    for lot in lots:
        identifier = lot.value("ID") or ""
        for node in lot.every("SubordinateAwardingCriterion"):
            wording = words_in_french(node, "Name", "Description") or ""
            kind = _KINDS.get(node.value("AwardingCriterionTypeCode") or "")
            if kind is None and not wording:
                continue
            found.append(
                _criterion(
                    wording,
                    _eforms_weight(node),
                    where=f"BT-540-Lot {identifier}",
                    lot_id=identifier or None,
                    kind=None if kind is CriterionKind.COST else kind,
                )
            )
    return tuple(found)


def _eforms_weight(node: Node) -> str | None:
    for parameter in node.every("AwardCriterionParameter"):
        # "per-exa" and "per-mid" are percentages; points, orders and thresholds are not.
        if (parameter.value("ParameterCode") or "").startswith("per-"):
            return parameter.value("ParameterNumeric")
    return None


def ted_criteria(parts: Iterable[Node]) -> tuple[Criterion, ...]:
    """AC_PRICE, AC_QUALITY and AC_COST with their AC_WEIGHTING, lot by lot (R2.0.9)."""
    found = []
    for part in parts:
        identifier = part.value("LOT_NO")
        for name, kind in (
            ("AC_QUALITY", CriterionKind.QUALITY),
            ("AC_COST", CriterionKind.COST),
            ("AC_PRICE", CriterionKind.PRICE),
        ):
            for node in part.every(name):
                criterion = node.words("AC_CRITERION") or ""
                found.append(
                    _criterion(
                        criterion,
                        node.value("AC_WEIGHTING"),
                        where=f"OBJECT_DESCR {identifier or ''}".strip() + f"/{name}",
                        lot_id=identifier,
                        # Under "cost" buyers also put what is no cost: its words tell.
                        kind=None if kind is CriterionKind.COST and criterion else kind,
                    )
                )
    return tuple(found)


def boamp_criteria(tree: Node) -> tuple[Criterion, ...]:
    """The weighted criteria of the older BOAMP (POIDS) and of the MAPA (criterePCT)."""
    found = []
    for node in tree.every("critereponderes", "criterespondere", "criterepondere"):
        words = node.words("critere")
        if words:
            found.append(_criterion(words, node.value("criterepct"), where="criteres"))
    for node in tree.every("criteresponderes", "criteresqualite", "criterescout"):
        for item in node.all("critere"):
            words = item.words("value") or item.words()
            weight = item.attributes.get("poids") or item.attributes.get("POIDS")
            if words:
                found.append(
                    _criterion(words, weight or item.value("poids"), where="CRITERES_ATTRIBUTION")
                )
    for node in tree.every("criteresprix"):
        found.append(
            _criterion(
                "", node.value("poids"), where="CRITERES_ATTRIBUTION", kind=CriterionKind.PRICE
            )
        )
    return tuple(dict.fromkeys(found))


def _criterion(
    words: str,
    weight: str | None,
    *,
    where: str,
    lot_id: str | None = None,
    kind: CriterionKind | None = None,
) -> Criterion:
    name = (words or _PRICE_NAME)[:200]
    percent = _percent(weight)
    shown = f"{name} : {weight.strip()}" if weight and percent is not None else name
    return Criterion(
        name=name,
        kind=kind or _kind_of(name),
        evidence=Evidence(where, shown),
        weight_percent=percent,
        lot_id=lot_id,
    )


def _kind_of(name: str) -> CriterionKind:
    folded = fold(name)
    if _COST.search(folded):
        return CriterionKind.COST
    return CriterionKind.PRICE if _PRICE.search(folded) else CriterionKind.QUALITY


def _percent(weight: str | None) -> Decimal | None:
    """The percentage written, or None: a weight above 100 is on another scale."""
    found = _NUMBER.search(weight or "")
    if found is None:
        return None
    value = Decimal(found.group().replace(",", "."))
    return value if value <= 100 else None
