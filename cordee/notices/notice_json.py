"""A notice to JSON and back, without loss: for the database and for exports."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from cordee.notices.notice import READER_VERSION, Notice


def notice_to_json(notice: Notice) -> dict[str, Any]:
    """A dictionary that `json.dumps` accepts; empty fields are left out."""
    return {"reader_version": READER_VERSION, **_encode_fields(notice)}


def notice_from_json(content: Mapping[str, Any]) -> Notice:
    """The notice that `notice_to_json` wrote. Raises ValueError naming a bad field."""
    known = {key: value for key, value in content.items() if key != "reader_version"}
    decoded: Notice = _decode(Notice, known, "notice")
    return decoded


def _encode_fields(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if item is None or item == ():
            continue
        found[field.name] = _encode(item)
    return found


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        return _encode_fields(value)
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


@cache
def _types(of: type) -> dict[str, Any]:
    return typing.get_type_hints(of)


def _decode(kind: Any, value: Any, where: str) -> Any:
    if isinstance(kind, types.UnionType):
        if value is None:
            return None
        kind = next(item for item in kind.__args__ if item is not type(None))
    if typing.get_origin(kind) is tuple:
        return _decode_tuple(kind, value, where)
    if is_dataclass(kind):
        return _decode_dataclass(kind, value, where)
    try:
        if kind in (datetime, date):
            return kind.fromisoformat(value)
        if kind is Decimal or issubclass(kind, StrEnum):
            return kind(value)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{where} is {value!r}: {error}.") from None
    if type(value) is not kind:
        raise ValueError(f"{where} is {value!r}: expected {kind.__name__}.")
    return value


def _decode_tuple(kind: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{where} is {value!r}: expected a list.")
    inner = typing.get_args(kind)
    if inner[-1] is Ellipsis:
        return tuple(_decode(inner[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    if len(inner) != len(value):
        raise ValueError(f"{where} has {len(value)} items: expected {len(inner)}.")
    pairs = zip(inner, value, strict=True)
    return tuple(_decode(item, part, f"{where}[{n}]") for n, (item, part) in enumerate(pairs))


def _decode_dataclass(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where} is {value!r}: expected an object.")
    expected = _types(kind)
    if unknown := set(value) - set(expected):
        raise ValueError(f"{where} has unknown fields {sorted(unknown)}: remove them.")
    decoded = {
        name: _decode(expected[name], item, f"{where}.{name}") for name, item in value.items()
    }
    try:
        return kind(**decoded)
    except TypeError as error:
        raise ValueError(f"{where}: {error}.") from None
