"""Fields that both TED_EXPORT schemas write alike."""

from __future__ import annotations

from cordee.notices.clauses.boxes import BOXES, reserved_by_boxes
from cordee.notices.formats.tree import Node
from cordee.notices.formats.values import cents, cpv_code
from cordee.notices.notice import Amount, Cpv, Evidence, Reserved


def boxes(form: Node) -> Reserved | None:
    """What the ticked boxes reserve; boxes of different kinds together are MIXTE."""
    return reserved_by_boxes("LEFTI", (node.name for node in form.every(*BOXES)))


def codes_under(*nodes: Node | None) -> list[str]:
    """CPV codes of all CPV_CODE elements under these elements, in order."""
    return [
        code
        for node in nodes
        if node is not None
        for item in node.every("CPV_CODE")
        if (code := cpv_code(item.attributes.get("CODE")))
    ]


def nuts_under(node: Node) -> list[str]:
    """NUTS codes under an element, in order."""
    return [code for item in node.every("NUTS") if (code := item.attributes.get("CODE"))]


def cpv_from(codes: list[str]) -> Cpv:
    """CPV codes, the first being the main one, each once."""
    distinct = tuple(dict.fromkeys(codes))
    return Cpv(distinct[0], distinct[1:]) if distinct else Cpv()


def amount_at(node: Node | None, where: str) -> Amount | None:
    """The amount in euros written in an element, or None."""
    if node is None:
        return None
    text = node.attributes.get("FMTVAL") or node.text
    parent_currency = node.attributes.get("CURRENCY")
    value = cents(text, parent_currency)
    return Amount(value, Evidence(where, node.text.strip())) if value is not None else None
