"""The page of the API: every route, with its parameters, a try to copy and what it answers.

Drawn from the same declarations as OpenAPI, by our own templates: no script, nobody else's site.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from cordee.base.api.frame import Api

TYPES: Mapping[str, str] = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "object": "objet",
    "null": "vide",
}
FORMATS: Mapping[str, str] = {
    "date": "date",
    "date-time": "date et heure",
    "uuid": "identifiant",
}
EXAMPLE_VALUES: Mapping[str, str] = {"uuid": "0b9d3c1e-6f2a-4c57-9f0e-1d2c3b4a5f60"}


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter of a route, or a field of an object; `object` is the one it holds."""

    name: str
    kind: str
    words: str
    is_required: bool = False
    object: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address."""

    method: str
    path: str
    title: str
    words: str
    parameters: list[Named]
    body: str
    answers: list[tuple[str, str]]
    example: str

    @property
    def anchor(self) -> str:
        return slugify(f"{self.method} {self.path}")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that routes take or answer."""

    name: str
    words: str
    fields: list[Named]


def reference_of(api: Api) -> Callable[[HttpRequest], HttpResponse]:
    """The view of the page of an API."""

    @cache
    def drawn() -> tuple[list[tuple[str, list[Route]]], list[Shape]]:
        schema = api.get_openapi_schema()
        return groups_of(schema), shapes_of(schema)

    @require_safe
    @login_not_required
    def reference(request: HttpRequest) -> HttpResponse:
        groups, shapes = drawn()
        context = {
            "groups": groups,
            "shapes": shapes,
            "version": api.version,
            "schema_url": reverse("api:openapi-json"),
            "site": settings.SITE_ADDRESS,
            "limits": settings.API_LIMITS,
        }
        return render(request, "ui/api_reference.html", context)

    return reference


def groups_of(schema: Mapping[str, Any]) -> list[tuple[str, list[Route]]]:
    """Routes by subject, in the order in which they were declared."""
    groups: dict[str, list[Route]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(
                _route(schema, path, method, operation)
            )
    return list(groups.items())


def shapes_of(schema: Mapping[str, Any]) -> list[Shape]:
    """Every object that routes answer or take; those of parameters stand with their route."""
    return [
        Shape(
            name,
            shape.get("description", ""),
            [
                Named(
                    field,
                    _kind(of),
                    of.get("description", ""),
                    field in shape.get("required", ()),
                    _object(of),
                )
                for field, of in shape["properties"].items()
            ],
        )
        for name, shape in sorted(schema["components"]["schemas"].items())
        if "properties" in shape
    ]


def _route(
    schema: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Route:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body_name = _object(body.get("schema", {}))
    return Route(
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", ""),
        [
            Named(
                each["name"],
                _kind(each["schema"]),
                each.get("description", ""),
                each.get("required", False),
            )
            for each in operation["parameters"]
        ],
        body_name,
        [
            (str(status), _object(answer["content"].get("application/json", {}).get("schema", {})))
            for status, answer in operation["responses"].items()
            if 200 <= int(status) < 300 and answer.get("content")
        ],
        _example(schema, path, method, operation, body_name),
    )


def _example(
    schema: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], body: str
) -> str:
    """A line to copy into a terminal."""
    for each in operation["parameters"]:
        if each["in"] == "path":
            value = EXAMPLE_VALUES.get(each["schema"].get("format", ""), "12")
            path = path.replace(f"{{{each['name']}}}", value)
    lines = [f"curl {settings.SITE_ADDRESS}{path}", '-H "Authorization: Bearer $CLE"']
    if method != "get":
        lines.insert(1, f"-X {method.upper()}")
    for each in operation["parameters"]:
        if each["in"] == "header":
            lines.append(f"-H '{each['name']}: {each['schema'].get('examples', ['…'])[0]}'")
    if body:
        sample = schema["components"]["schemas"][body].get("examples", [{}])[0]
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d '{json.dumps(sample, ensure_ascii=False)}'")
    return " \\\n  ".join(lines)


def _kind(of: Mapping[str, Any]) -> str:
    """The type of a value, in plain words."""
    if "anyOf" in of:
        return " ou ".join(dict.fromkeys(_kind(each) for each in of["anyOf"]))
    if "enum" in of:
        return " · ".join(str(value) or "(vide)" for value in of["enum"])
    if "const" in of:
        return str(of["const"])
    if "$ref" in of:
        return "objet"
    if of.get("type") == "array":
        return f"liste de {_plural(_kind(of.get('items', {})))}"
    return FORMATS.get(of.get("format", ""), TYPES.get(of.get("type", ""), "valeur"))


def _plural(kind: str) -> str:
    return kind if kind.endswith(("x", "s")) else f"{kind}s"


def _object(of: Mapping[str, Any]) -> str:
    """The name of the object that a value is, or holds."""
    for found in _references(of):
        return found
    return ""


def _references(of: Mapping[str, Any]) -> Iterable[str]:
    if "$ref" in of:
        yield of["$ref"].rpartition("/")[2]
    for each in (*of.get("anyOf", ()), of.get("items")):
        if isinstance(each, Mapping):
            yield from _references(each)
