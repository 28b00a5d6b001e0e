"""Problems and results as plain JSON, without loss: what is stored can be replayed and contested.

Field names are those of the dataclasses, units included. A set is a sorted list; a capacity by
month is an object whose keys are absolute months.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from cordee.engine.problem import Problem
from cordee.engine.result import Result

FORMAT_VERSION = 1
FORMS: dict[type, str] = {Problem: "cordee.problem", Result: "cordee.result"}


def pack(value: Problem | Result) -> dict[str, Any]:
    """Return a problem or a result as JSON keeps it, with its format and version."""
    return {"format": FORMS[type(value)], "version": FORMAT_VERSION, "value": to_plain(value)}


def unpack[T: (Problem, Result)](kind: type[T], whole: Any) -> T:
    """Return what was packed; raises `ValueError` on anything else."""
    form = FORMS[kind]
    if not isinstance(whole, Mapping) or whole.get("format") != form:
        raise ValueError(f"format is not {form}; give what this module packed.")
    if whole.get("version") != FORMAT_VERSION:
        raise ValueError(f"version is {whole.get('version')!r}; {FORMAT_VERSION} is read here.")
    value: T = from_plain(kind, whole["value"])
    return value


def to_plain(value: Any) -> Any:
    """Return a value of the engine as dicts, lists, strings and numbers."""
    if is_dataclass(value):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(each) for each in value)
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    return value


def from_plain(kind: Any, value: Any) -> Any:
    """Return a value of a type of the engine from what `to_plain` made of it."""
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
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not of type {kind.__name__}; write it as one.")
    return value


def _tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(from_plain(arguments[0], each) for each in value)
    return tuple(from_plain(kind, each) for kind, each in zip(arguments, value, strict=True))


def _dataclass(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{kind.__name__} is {value!r}; write an object.")
    hints = _hints(kind)
    unknown = sorted(value.keys() - hints.keys())
    if unknown:
        raise ValueError(f"{kind.__name__}.{unknown[0]} does not exist; take it out.")
    return kind(**{name: from_plain(hints[name], each) for name, each in value.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
