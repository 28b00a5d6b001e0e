"""Reading a list of structures: each row becomes a line to keep or a named rejection.

No database here. A doubt never stops a line; a rejection never stops the others.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cordee.base.tables import Row
from cordee.members.phones import read_phone
from cordee.members.referentials import naf_codes
from cordee.rules import siret as siret_rules
from cordee.rules.kinds import Kind

# By subject: how it is called, the field, the reason and the cure.
REMARKS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)


class Severity(StrEnum):
    """What became of the line: left out, kept with a doubt, without effect, plainly repaired.

    COUNTED: nothing to read again line by line, its number is enough.
    """

    REJECTED = "rejetée"
    DOUBTFUL = "douteuse"
    WITHOUT_EFFECT = "sans effet"
    REPAIRED = "réparée"
    COUNTED = "pour mémoire"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about one line: the field, its value, the reason, and the cure."""

    line: int
    severity: Severity
    subject: str  # a slug that groups remarks of the same sort in the report
    field: str
    value: str
    reason: str
    cure: str

    @property
    def field_label(self) -> str:
        """The columns as a list written by hand names them: "latitude, longitude"."""
        return ", ".join(FIELD_LABELS.get(name, name) for name in self.field.split(", "))


def remark(line: int, severity: Severity, subject: str, value: str, **words: Any) -> Remark:
    """What is said of a subject; `words` fill its sentences, and name a field that may be any."""
    said = REMARKS[subject]
    reason, cure = (
        said[name] if value else said.get(f"{name}_if_empty", said[name])
        for name in ("reason", "cure")
    )
    field = words.pop("field", said.get("field", ""))
    return Remark(
        line, severity, subject, field, value, reason.format(**words), cure.format(**words)
    )


@dataclass(slots=True)
class ListLine:
    """A line that can be kept. `line` is its number in the file, the header being line 1.

    `given`: columns whose cell holds something; `unread`: those of them that cannot be read;
    `empty`: columns that are there, with an empty cell. A column that is absent is in none.
    """

    line: int
    siret: str
    kind: str
    name: str
    brand: str = ""
    naf: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    department: str = ""
    latitude: float | None = None
    longitude: float | None = None
    website: str = ""
    phone: str = ""
    # Never of the structure's row: kept apart, to invite who directs it (`DirectorContact`).
    director_email: str = ""
    director_name: str = ""
    given: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    remarks: list[Remark] = field(default_factory=list)

    @property
    def filled(self) -> frozenset[str]:
        """Columns that give a value."""
        return self.given - self.unread

    def leave_unread(self, *columns: str) -> None:
        self.unread |= {*columns}

    def doubt(
        self, subject: str, value: str, severity: Severity = Severity.DOUBTFUL, **words: Any
    ) -> None:
        """Say something of the line, which is kept all the same."""
        self.remarks.append(remark(self.line, severity, subject, value, **words))

    def repair(self, field: str, value: str, found: str) -> None:
        self.doubt("leading_zero", value, Severity.REPAIRED, field=field, found=found)


class LineRejected(Exception):
    """A row that can't be kept; carries the remark that says why."""

    def __init__(self, number: int, subject: str, value: str, **words: Any) -> None:
        self.remark = remark(number, Severity.REJECTED, subject, value, **words)
        super().__init__(self.remark.reason)


# Ours: what lists call each, and the longest text it takes.
COLUMNS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("structure_columns.toml").read_text("utf-8")
)
FIELD_LABELS: dict[str, str] = {own: column["label"] for own, column in COLUMNS.items()}
NEEDED_COLUMNS = ("siret", "kind", "name")
# What together says where a structure is.
PLACE_COLUMNS = frozenset({"postcode", "city", "department", "lat", "lon"})
# What the same columns are called in a list written by hand.
FRENCH_COLUMNS = {label.lower(): own for own, label in FIELD_LABELS.items()}


def own_column(name: str) -> str:
    plain = name.strip().lower().replace("'", "’")
    return FRENCH_COLUMNS.get(plain, plain)


def read_lines(rows: Iterable[Row]) -> tuple[list[ListLine], list[Remark]]:
    """Give the lines to keep, and the rejections."""
    kept: dict[tuple[str, str], ListLine] = {}
    rejected: list[Remark] = []
    for row in rows:
        number = row.number
        try:
            if row.fault:
                raise LineRejected(number, "shape", "", fault=row.fault)
            line = read_line(number, row.values)
            # One SIRET may hold two kinds (an EI and an ACI of one house), never one kind twice.
            earlier = kept.get((line.siret, line.kind))
            if earlier is not None:
                raise LineRejected(
                    number, "twice", f"{line.siret} {line.kind}", earlier=earlier.line
                )
            kept[line.siret, line.kind] = line
        except LineRejected as refusal:
            rejected.append(refusal.remark)
    lines = list(kept.values())
    _doubt_shared_sirets(lines)
    return lines, rejected


def read_line(number: int, row: Mapping[str, str]) -> ListLine:
    """Read one row; raise LineRejected naming the field, its value and the cure."""
    columns = {own_column(name): value for name, value in row.items()}
    # Spreadsheets leave double and no-break spaces behind: they part nothing here.
    text = {name: " ".join((columns.get(name) or "").split()) for name in COLUMNS}
    for name, column in COLUMNS.items():
        longest = column.get("longest", len(text[name]))
        if len(text[name]) > longest:
            raise LineRejected(
                number,
                "too_long",
                text[name][:40] + "…",
                field=name,
                signs=len(text[name]),
                longest=longest,
            )
    if not text["name"]:
        raise LineRejected(number, "no_name", "")
    line = ListLine(
        line=number,
        siret="",
        kind=_kind(number, text["kind"]),
        name=text["name"],
        brand=text["brand"],
        naf=text["naf"].replace(".", ""),
        address=text["address"],
        city=text["city"],
        director_name=text["director_name"],
        given=frozenset(name for name in COLUMNS if text[name]),
        empty=frozenset(name for name in COLUMNS if name in columns and not text[name]),
    )
    _read_siret(line, text["siret"])
    _read_naf(line, text["naf"])
    _read_place_codes(line, text["postcode"], text["department"])
    _read_point(line, text["lat"], text["lon"])
    _read_website(line, text["website"])
    _read_phone(line, text["phone"])
    _read_director(line, text["director_email"].lower())
    return line


def _kind(number: int, text: str) -> str:
    try:
        return Kind(text.upper()).value
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        raise LineRejected(number, "kind_unknown", text, known=known) from None


def _read_siret(line: ListLine, text: str) -> None:
    digits = re.sub(r"[\s\u00a0\u202f.]", "", text)
    # A spreadsheet that took the SIRET for a number drops its leading zeros.
    padded = digits.zfill(14)
    # Padded only where the key then holds: else a digit is missing, not a zero.
    if 9 < len(digits) < 14 and siret_rules.is_valid_siret(padded):
        line.repair("siret", text, padded)
        digits = padded
    if not re.fullmatch(r"[0-9]{14}", digits):
        raise LineRejected(line.line, "siret_form", text)
    line.siret = digits
    # Kept with a doubt: one wrong digit must not lose a structure that its name finds.
    if not siret_rules.is_valid_siret(digits):
        line.doubt("siret_key", digits)


def _read_naf(line: ListLine, text: str) -> None:
    line.naf = line.naf.upper()
    is_readable = re.fullmatch(r"[0-9]{4}[A-Z]", line.naf) is not None
    if not text or (is_readable and _may_exist(line.naf)):
        return
    line.naf = ""
    line.leave_unread("naf")
    line.doubt("naf_unknown" if is_readable else "naf_form", text)


def _may_exist(naf: str) -> bool:
    """Codes of the NAF of 2025, in force from 2027 on, end with other letters: none is refused."""
    codes = naf_codes()
    return naf in codes or naf[-1] not in {code[-1] for code in codes}


def _read_place_codes(line: ListLine, postcode: str, department: str) -> None:
    postcode = postcode.replace(" ", "")
    # From 01 to 09, spreadsheets drop the zero; no French postcode has four digits.
    if postcode.isdigit() and len(postcode) == 4:
        line.repair("postcode", postcode, f"0{postcode}")
        postcode = f"0{postcode}"
    if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
        line.doubt("postcode_form", postcode)
        line.leave_unread("postcode")
        postcode = ""
    department = department.upper()
    if department.isdigit() and len(department) == 1:
        line.repair("department", department, f"0{department}")
        department = f"0{department}"
    line.postcode, line.department = postcode, department


def _read_point(line: ListLine, lat: str, lon: str) -> None:
    try:
        # A French spreadsheet writes 45,76.
        latitude = float(lat.replace(",", ".")) if lat else None
        longitude = float(lon.replace(",", ".")) if lon else None
    except ValueError:
        latitude = longitude = None
    # NaN and infinities fail these comparisons; 0, 0 is what a failed geocoding writes.
    whole = (
        latitude is not None
        and longitude is not None
        and -90 <= latitude <= 90
        and -180 <= longitude <= 180
        and (latitude, longitude) != (0.0, 0.0)
    )
    if whole:
        line.latitude, line.longitude = latitude, longitude
        return
    # Half a point says nothing, and takes nothing away.
    if not line.empty >= {"lat", "lon"}:
        line.empty -= {"lat", "lon"}
    line.leave_unread("lat", "lon")
    line.doubt("no_point", f"{lat} {lon}".strip())


def _read_website(line: ListLine, text: str) -> None:
    if not text:
        return
    address = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if re.fullmatch(
        r"https?://[^\s/.:@]+(\.[^\s/.:@]+)+(:\d+)?(/\S*)?", address, re.IGNORECASE
    ) and (len(address) <= COLUMNS["website"]["longest"]):
        line.website = address
        return
    line.leave_unread("website")
    line.doubt("website_form", text)


def _read_phone(line: ListLine, text: str) -> None:
    if not text:
        return
    found = read_phone(text)
    if found is not None:
        line.phone = found
        return
    line.leave_unread("phone")
    line.doubt("phone_form", text)


def _read_director(line: ListLine, text: str) -> None:
    try:
        if text:
            validate_email(text)
            line.director_email = text
    except ValidationError:
        # Of a person: what cannot be read is repeated nowhere, and no doubt of the structure.
        line.doubt("director_form", "", Severity.WITHOUT_EFFECT)


def _doubt_shared_sirets(lines: list[ListLine]) -> None:
    by_siret: dict[str, list[ListLine]] = defaultdict(list)
    for line in lines:
        by_siret[line.siret].append(line)
    for siret, sharing in by_siret.items():
        if len(sharing) < 2:
            continue
        for line in sharing:
            others = " et ".join(
                f"{other.kind} (ligne {other.line}, {other.name})"
                for other in sharing
                if other is not line
            )
            line.doubt("two_kinds", f"{siret} {line.kind}", others=others)
