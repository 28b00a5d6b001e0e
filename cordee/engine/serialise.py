"""Problems and results as plain JSON, without loss: what is stored can be replayed and contested.

Field names are those of the dataclasses, units included. A set is a sorted list; a capacity by
month is an object whose keys are absolute months.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from cordee.engine.problem import Problem
from cordee.engine.result import Result

FORMAT_VERSION = 1


def problem_to_json(problem: Problem) -> str:
    """Return a problem as JSON text."""
    return _dump("cordee.problem", problem)


def problem_from_json(text: str) -> Problem:
    """Return the problem that was written; raises `ValueError` on anything else."""
    problem: Problem = from_plain(Problem, _load("cordee.problem", text))
    return problem


def result_to_json(result: Result) -> str:
    """Return a result as JSON text."""
    return _dump("cordee.result", result)


def result_from_json(text: str) -> Result:
    """Return the result that was written; raises `ValueError` on anything else."""
    result: Result = from_plain(Result, _load("cordee.result", text))
    return result


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


def _dump(form: str, value: Any) -> str:
    whole = {"format": form, "version": FORMAT_VERSION, "value": to_plain(value)}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def _load(form: str, text: str) -> Any:
    whole = json.loads(text)
    if not isinstance(whole, dict) or whole.get("format") != form:
        raise ValueError(f"format is not {form}; give a text written by this module.")
    if whole.get("version") != FORMAT_VERSION:
        raise ValueError(f"version is {whole.get('version')!r}; {FORMAT_VERSION} is read here.")
    return whole["value"]
