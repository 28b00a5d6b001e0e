"""Run a ``[[case]]``: find the function, read the arguments by their types, compare the answer."""

import importlib
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

CASES_FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One worked example: what to call, with what, and what must come out."""

    file: str
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}: {self.raw['name']}"


def load_cases() -> list[Case]:
    cases = []
    for path in sorted(CASES_FOLDER.glob("*.toml")):
        with path.open("rb") as stream:
            cases += [Case(path.stem, raw) for raw in tomllib.load(stream)["case"]]
    return cases


def failure(case: Case) -> str | None:
    """Say what is wrong with a case, or None when it holds."""
    raw = case.raw
    function = _function(raw["call"])
    try:
        answer = function(**_arguments(function, raw))
    except Exception as error:  # noqa: BLE001 - a case may expect any error
        if raw.get("raises") != type(error).__name__:
            return f"raised {type(error).__name__}: {error}"
        return _missing_words(raw, str(error))
    if "raises" in raw:
        return f"gave {answer!r} instead of raising {raw['raises']}"
    found = plain(answer, raw.get("digits"))
    if raw.get("expect_none") and answer is not None:
        return f"gave {found!r} instead of nothing"
    if "expect" in raw and not _matches(raw["expect"], found):
        return f"gave {found!r} instead of {raw['expect']!r}"
    return _missing_words(raw, _as_lines(found))


def plain(value: Any, digits: int | None = None) -> Any:
    """Turn an answer into what TOML can write: decimals as text, enums as their code."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value if digits is None else round(value, digits))
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), digits) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v, digits) for k, v in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(v, digits) for v in value)
    if isinstance(value, tuple | list):
        return [plain(v, digits) for v in value]
    return value


def _as_lines(found: Any) -> str:
    if isinstance(found, Mapping):
        return "\n".join(f"{key}: {_as_lines(item)}" for key, item in found.items())
    if isinstance(found, list):
        return "\n".join(map(_as_lines, found))
    return str(found)


def _missing_words(raw: Mapping[str, Any], text: str) -> str | None:
    absent = [word for word in raw.get("mentions", ()) if word not in text]
    return f"{absent} not in {text!r}" if absent else None


def _matches(expected: Any, found: Any) -> bool:
    """Compare; a table names only the fields that matter."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            k in found and _matches(v, found[k]) for k, v in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(_matches(e, f) for e, f in zip(expected, found, strict=True))
        )
    return type(expected) is type(found) and expected == found


def _function(path: str) -> Any:
    module, name = path.rsplit(".", 1)
    return getattr(importlib.import_module(f"cordee.rules.{module}"), name)


def _arguments(function: Any, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(raw.get("args", {}))
    if "on" in raw:
        given["on"] = raw["on"]
    hints = get_type_hints(function)
    wanted = signature(function).parameters
    unknown = set(given) - set(wanted)
    assert not unknown, f"{raw['name']}: {raw['call']} takes no {sorted(unknown)}"
    # TOML has no null: an argument that is left out and has no default is None.
    for name, parameter in wanted.items():
        if name not in given and parameter.default is Parameter.empty:
            given[name] = None
    return {name: _read(hints[name], value) for name, value in given.items()}


def _read(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None or (str in inner and isinstance(value, str)):
            assert value is not None or type(None) in inner, f"missing argument of type {hint}"
            return value
        return _read(next(h for h in inner if h is not type(None)), value)
    assert value is not None, f"missing argument of type {hint}"
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_read(h, v) for h, v in zip(inner, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {_read_key(inner[0], k): _read(inner[1], v) for k, v in value.items()}
    if origin is not None and not issubclass(origin, type):
        items = (_read(inner[0], v) for v in value)
        return frozenset(items) if origin is frozenset else tuple(items)
    if is_dataclass(hint):
        return _read_dataclass(hint, value)
    return hint(value) if _is_built_from_text(hint) else value


def _read_key(hint: Any, key: str) -> Any:
    return int(key) if hint is int else key


def _read_dataclass(hint: Any, value: Mapping[str, Any]) -> Any:
    hints = get_type_hints(hint)
    given = dict(value)
    for field in fields(hint):
        if field.name not in given and field.default is MISSING:
            given[field.name] = None
    return hint(**{name: _read(hints[name], v) for name, v in given.items()})


def _is_built_from_text(hint: Any) -> bool:
    return isinstance(hint, type) and (hint is Decimal or issubclass(hint, Enum))
