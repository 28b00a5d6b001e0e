"""Fields that both TED_EXPORT schemas write alike."""

from __future__ import annotations

from datetime import datetime

from cordee.notices.clauses.boxes import BOXES, reserved_by_boxes
from cordee.notices.formats.tree import Node
from cordee.notices.formats.values import cpv_code, day, end_of_day, moment
from cordee.notices.notice import Reserved


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


def split_date(node: Node | None) -> str | None:
    """A date written as DAY, MONTH and YEAR, as "2021-06-08"; None if it is not a date."""
    parts = [node.value(name) or "" for name in ("YEAR", "MONTH", "DAY")] if node else [""] * 3
    written = f"{parts[0]}-{parts[1].zfill(2)}-{parts[2].zfill(2)}"
    return written if day(written) else None


def deadline_at(written: str | None, time: str | None) -> tuple[datetime | None, str | None]:
    """A moment in UTC and its words; a day alone lasts to its end."""
    if written and time and (when := moment(written, time)):
        return when, f"{written} {time}"
    return end_of_day(written), written


def is_in_france(address: Node) -> bool:
    """Whether an address names no other country."""
    country = address.find("COUNTRY")
    return country is None or country.attributes.get("VALUE") == "FR"
