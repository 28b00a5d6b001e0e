"""The table of legal values as the pages « D’où viennent les chiffres » show it, by subject."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from django.utils.text import slugify

from cordee.base.ui import french
from cordee.rules.parameters import Parameter, all_parameters

_NAMES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)
SUBJECTS, UNITS = _NAMES["subjects"], _NAMES["units"]


@dataclass(frozen=True, slots=True)
class ShownValue:
    value: str
    since: str
    until: str
    source: str
    url: str
    checked_on: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One parameter: the value that holds, or None, and the others, newest first.

    `name` is that of the parameter (`ceiling.standard_rate`): a page links to it by its anchor.
    """

    name: str
    subject: str
    label: str
    current: ShownValue | None
    others: list[ShownValue]


def written(value: int | Decimal | tuple[str, ...], unit: str) -> str:
    """A legal value with its unit, exactly: no digit of the law is rounded away."""
    if isinstance(value, tuple):
        return ", ".join(value)
    match unit:
        case "cents":
            return french.euros(int(value), rounded=int(value) % 100 == 0)
        case "share":
            return french.with_unit(french.number((Decimal(value) * 100).normalize()), "%")
        case "ratio" | "count":
            return french.number(Decimal(value).normalize())
        case _:
            return french.with_unit(french.number(value), UNITS.get(unit, unit))


def shown(on: date) -> list[ShownRule]:
    """Every parameter, by subject then by label."""
    by_name: dict[str, list[Parameter]] = {}
    for parameter in all_parameters():
        by_name.setdefault(parameter.name, []).append(parameter)
    rules = [_rule(name, dated, on) for name, dated in by_name.items()]
    return sorted(rules, key=lambda rule: (rule.subject, rule.label))


def subjects(on: date) -> list[tuple[str, str, list[ShownRule]]]:
    """Each subject as the word of its address, its French name and its rules."""
    groups = groupby(shown(on), key=lambda rule: rule.subject)
    return [(slugify(subject), subject, list(rules)) for subject, rules in groups]


def _rule(name: str, dated: list[Parameter], on: date) -> ShownRule:
    subject = name.partition(".")[0]
    newest_first = sorted(dated, key=lambda p: p.valid_from, reverse=True)
    current = next((_value(p) for p in newest_first if p.holds_on(on)), None)
    others = [_value(p) for p in newest_first if not p.holds_on(on)]
    return ShownRule(name, SUBJECTS.get(subject, subject), dated[0].label, current, others)


def _value(parameter: Parameter) -> ShownValue:
    checked = parameter.checked_on
    return ShownValue(
        value=written(parameter.value, parameter.unit),
        since=_with_year(parameter.valid_from),
        until=_with_year(parameter.valid_to) if parameter.valid_to else "",
        source=parameter.source,
        url=parameter.url or "",
        checked_on=_with_year(checked) if checked else "",
        confidence=parameter.confidence.label,
        note=parameter.note or "",
    )


def _with_year(when: date) -> str:
    return french.day(when, date.min)
