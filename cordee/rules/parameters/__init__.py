"""Legal values by date of effect, each with its source.

One TOML file per subject beside this module; ``ceiling.toml`` / ``[standard_rate]`` is named
``ceiling.standard_rate``. A file gives a label (French, for screens), a unit and one
``[[<name>.values]]`` table per date of effect. A date that no table covers raises: a missing
legal value is never replaced by the nearest one.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from cordee.rules.labelled import Labelled

type Value = int | Decimal | tuple[str, ...]

FOLDER = Path(__file__).parent
RATE_UNITS = frozenset({"share", "ratio"})


class Confidence(Labelled):
    """How far a value can be trusted; ``CONVENTION`` is our own choice, which no text decides."""

    SOURCED = "sourced", "lu dans une source citée"
    HIGH = "high", "connu, à relire dans le texte"
    MEDIUM = "medium", "à confirmer"
    LOW = "low", "ordre de grandeur, à corriger"
    CONVENTION = "convention", "choix de Cordée"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one parameter, over the dates where it holds (``valid_to`` included).

    ``value`` is an ``int`` (cents, hours, months, people, kilometres), a ``Decimal`` (rates) or
    a tuple of codes, according to ``unit``. ``checked_on`` is None when nobody has read the
    source yet.
    """

    name: str
    label: str
    unit: str
    value: Value
    valid_from: date
    valid_to: date | None
    source: str
    url: str | None
    checked_on: date | None
    confidence: Confidence
    note: str | None

    def holds_on(self, on: date) -> bool:
        """Tell whether this value is in force on a date."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class UnknownParameter(LookupError):
    """No value of this parameter is known for this date."""

    def __init__(self, name: str, on: date, before: date | None, after: date | None) -> None:
        self.name = name
        self.on = on
        self.before = before
        self.after = after
        near = [f"last known day before: {before}"] if before else []
        near += [f"first known day after: {after}"] if after else []
        where = "; ".join(near) or "no parameter has this name"
        super().__init__(
            f"{name} has no known value on {on} ({where}). "
            f"Add a dated table with its source to cordee/rules/parameters/."
        )


class ParameterFileError(ValueError):
    """A parameter file says something impossible; the message names the file and the cure."""


def value(name: str, *, on: date) -> Value:
    """Give the value of a parameter on a date; raise ``UnknownParameter`` where none is known."""
    return parameter(name, on=on).value


def amount(name: str, *, on: date) -> int:
    """Give the value of a parameter counted in whole units (cents, hours, months, people)."""
    found = value(name, on=on)
    if not isinstance(found, int):
        raise TypeError(f"{name} is not a whole number but {found!r}: use rate() or codes().")
    return found


def rate(name: str, *, on: date) -> Decimal:
    """Give the value of a parameter that is a rate, as an exact ``Decimal``."""
    found = value(name, on=on)
    if not isinstance(found, Decimal):
        raise TypeError(f"{name} is not a rate but {found!r}: use amount() or codes().")
    return found


def codes(name: str, *, on: date) -> frozenset[str]:
    """Give the value of a parameter that is a set of codes."""
    found = value(name, on=on)
    if not isinstance(found, tuple):
        raise TypeError(f"{name} is not a list of codes but {found!r}: use amount() or rate().")
    return frozenset(found)


def parameter(name: str, *, on: date) -> Parameter:
    """Give a value with its unit, dates, source and confidence ("D’où vient ce chiffre ?")."""
    dated = TABLE.get(name, ())
    for candidate in dated:
        if candidate.holds_on(on):
            return candidate
    before = [p.valid_to for p in dated if p.valid_to is not None and p.valid_to < on]
    after = [p.valid_from for p in dated if p.valid_from > on]
    raise UnknownParameter(name, on, max(before, default=None), min(after, default=None))


def all_parameters() -> tuple[Parameter, ...]:
    """Give every dated value, by name then by date of effect."""
    return tuple(p for name in sorted(TABLE) for p in TABLE[name])


def unchecked(*, on: date, max_age_days: int = 365) -> tuple[Parameter, ...]:
    """Give the values in force on a date whose source was never read, or too long ago.

    Our own conventions are left out: there is no text to read again.
    """
    return tuple(
        p
        for p in all_parameters()
        if p.holds_on(on)
        and p.confidence is not Confidence.CONVENTION
        and (p.checked_on is None or (on - p.checked_on).days > max_age_days)
    )


class Concern(StrEnum):
    """What deserves a look in the table of values."""

    UNKNOWN = "unknown"
    NEVER_CHECKED = "never_checked"
    NOT_RECENTLY_CHECKED = "not_recently_checked"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One parameter that deserves a look on a date, with a French sentence for people."""

    name: str
    concern: Concern
    message: str


def report(on: date, *, max_age_days: int = 365) -> list[ReportLine]:
    """List the parameters without value on a date, then those never or not recently checked."""
    lines = []
    for name in sorted(TABLE):
        if not any(p.holds_on(on) for p in TABLE[name]):
            try:
                parameter(name, on=on)
            except UnknownParameter as gap:
                lines.append(ReportLine(name, Concern.UNKNOWN, _gap_message(name, gap)))
    for p in unchecked(on=on, max_age_days=max_age_days):
        if p.checked_on is None:
            message = f"{p.label} : jamais vérifié ({p.confidence.label})."
            lines.append(ReportLine(p.name, Concern.NEVER_CHECKED, message))
        else:
            message = f"{p.label} : vérifié le {p.checked_on:%d/%m/%Y}, à relire."
            lines.append(ReportLine(p.name, Concern.NOT_RECENTLY_CHECKED, message))
    return lines


def _gap_message(name: str, gap: UnknownParameter) -> str:
    known = []
    if gap.before:
        known.append(f"connu jusqu’au {gap.before:%d/%m/%Y}")
    if gap.after:
        known.append(f"connu à partir du {gap.after:%d/%m/%Y}")
    label = TABLE[name][0].label
    return f"{label} : inconnu le {gap.on:%d/%m/%Y}, {', '.join(known)}."


def _load(folder: Path) -> dict[str, tuple[Parameter, ...]]:
    table: dict[str, tuple[Parameter, ...]] = {}
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as stream:
            content = tomllib.load(stream)
        for key, entry in content.items():
            name = f"{path.stem}.{key}"
            table[name] = _read(name, entry)
    return table


def _read(name: str, entry: Mapping[str, Any]) -> tuple[Parameter, ...]:
    dated = sorted(
        (_read_dated(name, entry["label"], entry["unit"], raw) for raw in entry["values"]),
        key=lambda p: p.valid_from,
    )
    for i, (earlier, later) in enumerate(pairwise(dated)):
        if earlier.valid_to is None:
            # Without a last day, a value holds until the next one takes effect.
            dated[i] = replace(earlier, valid_to=later.valid_from - timedelta(days=1))
        elif earlier.valid_to >= later.valid_from:
            raise ParameterFileError(
                f"{name}: the value of {earlier.valid_from} overlaps that of {later.valid_from}. "
                f"Give the first one a valid_to before {later.valid_from}."
            )
    return tuple(dated)


def _read_dated(name: str, label: str, unit: str, raw: Mapping[str, Any]) -> Parameter:
    unknown_keys = set(raw) - {
        "value",
        "valid_from",
        "valid_to",
        "source",
        "url",
        "checked_on",
        "confidence",
        "note",
    }
    if unknown_keys:
        raise ParameterFileError(f"{name}: unknown key {sorted(unknown_keys)}, remove it.")
    return Parameter(
        name=name,
        label=label,
        unit=unit,
        value=_read_value(name, unit, raw["value"]),
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        source=raw["source"],
        url=raw.get("url"),
        checked_on=raw.get("checked_on"),
        confidence=Confidence(raw["confidence"]),
        note=raw.get("note"),
    )


def _read_value(name: str, unit: str, raw: object) -> Value:
    if unit in RATE_UNITS and isinstance(raw, str):
        return Decimal(raw)
    if unit == "codes" and isinstance(raw, Iterable) and not isinstance(raw, str):
        return tuple(str(code) for code in raw)
    if unit not in RATE_UNITS and isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise ParameterFileError(
        f"{name}: {raw!r} does not fit the unit {unit!r}. Write rates as text ('0.30'), "
        f"codes as a list, everything else as a whole number."
    )


TABLE: dict[str, tuple[Parameter, ...]] = _load(FOLDER)
