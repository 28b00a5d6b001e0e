"""Fields that both TED_EXPORT schemas write alike."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cordee.notices.clauses.articles import BOXES, reserved_by_boxes
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


CHANGES = frozenset({"CHANGE", "REPLACE", "ADD", "DELETE"})
"""Elements that each tell one change."""

_DEADLINE = re.compile(
    r"IV\.2\.2\b|IV\.3\.[48]\b|limite (?:de|pour la) r[ée]ception"
    r"|r[ée]ception des (?:offres|demandes)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where in the notice, what was written, what is to be read."""

    where: str
    old: str | None
    new: str | None
    new_moment: datetime | None = None

    @property
    def sentence(self) -> str:
        """The change in a French line."""
        if self.old and self.new:
            return f"{self.where} : au lieu de « {self.old} », lire « {self.new} »."
        if self.new:
            return f"{self.where} : ajouter « {self.new} »."
        return f"{self.where} : supprimer « {self.old or ''} »."

    @property
    def is_deadline(self) -> bool:
        """Whether it moves the last moment for tenders or for applications."""
        return self.new_moment is not None and _DEADLINE.search(self.where) is not None


def new_deadline(changes: Iterable[Change]) -> tuple[datetime, str, str] | None:
    """The last moment as it is now, its words and where they stand; None if it does not move."""
    moved = (
        (change.new_moment, change.new or "", f"CHANGES/{change.where}")
        for change in changes
        if change.new_moment is not None and change.is_deadline
    )
    return max(moved, default=None)


def changes_of(form: Node) -> tuple[Change, ...]:
    """Every change that a form 14 tells."""
    return tuple(_changes(form))


def _changes(form: Node) -> Iterator[Change]:
    for node in form.every(*CHANGES):
        where = node.find("WHERE")
        old, _ = _value(node.find("OLD_VALUE"))
        new, moved = _value(node.find("NEW_VALUE"))
        if where is None or not (old or new):
            continue
        lot = where.words("LOT_NO")
        parts = [where.words("SECTION"), f"lot {lot}" if lot else None, where.words("LABEL")]
        place = " ".join(part for part in parts if part) or where.words() or ""
        yield Change(place, old, new, moved)


def _value(node: Node | None) -> tuple[str | None, datetime | None]:
    """The words of a value and, where it is a date, its moment; a day alone lasts to its end."""
    if node is None or node.find("NOTHING") is not None:
        return None, None
    written, time = node.value("DATE"), node.value("TIME")
    older = node.find("DATE_TIME")
    if older is not None:
        written, time = split_date(older), older.value("TIME")
    if written is not None and day(written):
        when = moment(written, time) if time else None
        return " ".join(filter(None, (written, time))), when or end_of_day(written)
    words = node.words()
    codes = [code.attributes.get("CODE", "") for code in node.every("CPV_CODE", "NUTS")]
    return words or " ".join(filter(None, codes)) or None, None
