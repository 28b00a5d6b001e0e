"""Problems and results as plain JSON, without loss: what is stored can be replayed and contested.

A capacity by month is an object whose keys are absolute months.
"""

from collections.abc import Mapping
from typing import Any

from cordee.engine.problem import Problem
from cordee.engine.result import Result
from cordee.rules.plain import from_plain, to_plain

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
