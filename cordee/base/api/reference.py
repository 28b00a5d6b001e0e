"""The page of the API: every route, with its parameters, a try to copy and what it answers.

Drawn from the same declarations as OpenAPI, by our own templates: no script, nobody else's site.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
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


def reference_of(api: Api) -> Callable[[HttpRequest], HttpResponse]:
    """The view of the page of an API."""

    @cache
    def drawn() -> dict[str, Any]:
        schema = api.get_openapi_schema()
        return {"groups": groups_of(schema), "shapes": shapes_of(schema)}

    @require_safe
    @login_not_required
    def reference(request: HttpRequest) -> HttpResponse:
        context = {
            "version": api.version,
            "schema_url": reverse("api:openapi-json"),
            "site": settings.SITE_ADDRESS,
            "limits": settings.API_LIMITS,
        }
        return render(request, "ui/api_reference.html", drawn() | context)

    return reference


def groups_of(schema: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by subject, in the order in which they were declared."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            body = _object(_content(operation.get("requestBody", {})))
            told = {
                "method": method.upper(),
                "path": path,
                "parameters": [
                    {**each, "kind": _kind(each["schema"])} for each in operation["parameters"]
                ],
                "body": body,
                "answers": [
                    (status, _object(_content(answer)))
                    for status, answer in operation["responses"].items()
                    if 200 <= int(status) < 300 and answer.get("content")
                ],
                "example": _example(schema, path, method, operation, body),
            }
            groups.setdefault(operation["tags"][0], []).append(operation | told)
    return groups


def shapes_of(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every object that routes answer or take; those of parameters stand with their route."""
    return {
        name: {
            "description": shape.get("description"),
            "fields": {
                field: {**of, "kind": _kind(of), "object": _object(of)}
                for field, of in shape["properties"].items()
            },
        }
        for name, shape in sorted(schema["components"]["schemas"].items())
        if "properties" in shape
    }


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


def _content(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a body in JSON; empty where there is none."""
    found: Mapping[str, Any] = message.get("content", {}).get("application/json", {})
    return found.get("schema") or {}


def _object(of: Mapping[str, Any]) -> str:
    """The name of the object that a value is, or holds."""
    if "$ref" in of:
        return str(of["$ref"]).rpartition("/")[2]
    held = [*of.get("anyOf", ()), *filter(None, [of.get("items")])]
    return next(filter(None, map(_object, held)), "")
