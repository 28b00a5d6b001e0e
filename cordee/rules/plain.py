"""Values of frozen dataclasses as plain JSON, and back without loss: kept, replayed, contested.

Field names are those of the dataclasses, units included. A set is a sorted list, a day an ISO text,
a decimal a text; keys of a mapping are texts, read back as the type says.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints


def to_plain(value: Any, *, sparse: bool = False) -> Any:
    """A value as dicts, lists, texts and numbers. `sparse`: without fields that say nothing."""
    if is_dataclass(value):
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        return {
            name: to_plain(each, sparse=sparse)
            for name, each in said.items()
            if not sparse or (each is not None and each != ())
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(each, sparse=sparse) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(each, sparse=sparse) for each in value)
    if isinstance(value, tuple):
        return [to_plain(each, sparse=sparse) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_plain(kind: Any, value: Any) -> Any:
    """A value of this type from what `to_plain` made of it.

    Raises `ValueError`, naming the field, for what it cannot have made.
    """
    if type(value) is kind:
        return value
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        if value is None and NoneType in arguments:
            return None
        (kind,) = (each for each in arguments if each is not NoneType)
        return from_plain(kind, value)
    if origin is tuple:
        return _tuple(arguments, value)
    if origin is frozenset:
        return frozenset(from_plain(arguments[0], each) for each in value)
    if origin is Mapping:
        return {arguments[0](key): from_plain(arguments[1], each) for key, each in value.items()}
    if is_dataclass(kind):
        return _dataclass(kind, value)
    if kind in (date, datetime) and isinstance(value, str):
        return kind.fromisoformat(value)
    if issubclass(kind, StrEnum) or (kind is Decimal and isinstance(value, str)):
        return kind(value)
    if kind is float and type(value) is int:
        return float(value)
    raise ValueError(f"{value!r} is not of type {kind.__name__}; write it as one.")


def _tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{value!r} is no list; write one.")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(from_plain(arguments[0], each) for each in value)
    return tuple(from_plain(kind, each) for kind, each in zip(arguments, value, strict=True))


def _dataclass(kind: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"{kind.__name__} is {value!r}; write an object.")
    hints, found = _hints(kind), {}
    for name, each in value.items():
        if name not in hints:
            raise ValueError(f"{kind.__name__}.{name} does not exist; take it out.")
        try:
            found[name] = from_plain(hints[name], each)
        except (ValueError, TypeError, ArithmeticError) as wrong:
            raise ValueError(f"{kind.__name__}.{name}: {wrong}") from wrong
    try:
        return kind(**found)
    except TypeError as lacking:
        raise ValueError(f"{kind.__name__}: {lacking}") from lacking


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
