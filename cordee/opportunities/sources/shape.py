"""What a record of each source looks like, to notice on the first day that it looks otherwise.

Names come from the documentation of each service and from samples (see each README): the first true
answers may show that they are wrong. What lacks or is new is told, and stops nothing.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cordee.notices.formats.tree import from_xml
from cordee.notices.notice import NoticeError

_DAY = "PublicationDate"

type Fields = Callable[[bytes], Mapping[str, str]]
"""The fields of one record, with their value where it is a text."""


@dataclass(frozen=True, slots=True)
class RecordShape:
    """`expected`: in every record. `known`: in some. `dated`: the field of its publication."""

    fields: Fields
    expected: frozenset[str]
    known: frozenset[str]
    dated: str


@dataclass(slots=True)
class ShapeCheck:
    """What the records of one reading had: how many lacked each field, and fields never met."""

    shape: RecordShape
    records: int = 0
    absent: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    newest: str = ""

    def look(self, content: bytes) -> None:
        """Count one record; one that cannot be read is refused elsewhere, and told there."""
        try:
            found = self.shape.fields(content)
        except (ValueError, RecursionError, NoticeError):
            return
        self.records += 1
        self.absent.update(self.shape.expected - found.keys())
        self.new.update(found.keys() - self.shape.expected - self.shape.known)
        self.newest = max(self.newest, found.get(self.shape.dated, "")[:10])


def _of_json(content: bytes) -> dict[str, str]:
    record = json.loads(content)
    if not isinstance(record, dict):
        return {}
    return {name: value if isinstance(value, str) else "" for name, value in record.items()}


def _of_boamp(content: bytes) -> dict[str, str]:
    """Those of the envelope, and the form in which the notice itself is written."""
    found = _of_json(content)
    inside = json.loads(found.get("donnees") or "{}")
    forms = sorted(inside) if isinstance(inside, dict) else []
    form = next((name for name in forms if name in BOAMP_FORMS), forms[0] if forms else "")
    return found | ({f"donnees/{form}": ""} if form else {})


def _of_xml(content: bytes) -> dict[str, str]:
    """The root, what stands right below it, and the day of publication, which lies deeper."""
    root = from_xml(content, "")
    found = {root.name: ""} | {child.name: child.text for child in root.children}
    return found | {day.tag: day.text or "" for day in root.element.iter(_DAY)}


BOAMP_FORMS = frozenset({"EFORMS", "MAPA", "FNSimple", "IDENTITE"})
_OF_CONCESSIONS = {
    "autoriteConcedante": "acheteur",
    "concessionnaires": "titulaires",
    "valeurGlobale": "montant",
    "dateSignature": "dateNotification",
}


def _of_decp(content: bytes) -> dict[str, str]:
    """Those of a contract; a concession has the same under other names."""
    return {_OF_CONCESSIONS.get(name, name): text for name, text in _of_json(content).items()}


def _shape(source: str, fields: Fields, dated: str) -> RecordShape:
    named = {sort: frozenset(names) for sort, names in _NAMES[source].items()}
    return RecordShape(fields, **named, dated=dated)


_NAMES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
BOAMP = _shape("boamp", _of_boamp, "dateparution")
TED = _shape("ted", _of_xml, _DAY)
DECP = _shape("decp", _of_decp, "datePublicationDonnees")
