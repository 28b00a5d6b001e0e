"""Whatever is asked, every answer is as OpenAPI declares it, and none is a fault of ours.

Demands are made from the declarations themselves: each parameter with values that fit and values
that do not. `Program` holds each answer against its schema.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cordee.base.api.frame import StrictBody
from tests.access.world import World
from tests.api.conftest import Program, key_of, openapi

pytestmark = pytest.mark.django_db
ODD = st.sampled_from(
    ["", "0", "-1", "²", "zéro", "99999999999999999999", "true", "é" * 120, "%00"]
)


def fitting(schema: Any) -> st.SearchStrategy[Any]:
    """Values of a declared type."""
    if "$ref" in schema:
        return fitting(openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of(*(fitting(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "integer":
            return st.integers(schema.get("minimum", -5), schema.get("maximum", 10**12))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            return st.lists(fitting(schema["items"]), max_size=3)
        case "object":
            named = {name: fitting(each) for name, each in schema["properties"].items()}
            return st.fixed_dictionaries(named)
        case _:
            return st.text(max_size=min(20, schema.get("maxLength", 20)))


def operations() -> list[tuple[str, str, Any]]:
    return [
        (path, method, told)
        for path, methods in openapi()["paths"].items()
        for method, told in methods.items()
    ]


@st.composite
def queries(draw: st.DrawFn, told: Any) -> dict[str, str]:
    names = [each for each in told["parameters"] if each["in"] == "query"]
    chosen = draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
    query = {}
    for each in chosen:
        value = draw(st.one_of(fitting(each["schema"]), ODD))
        query[each["name"]] = str(value).lower() if isinstance(value, bool) else str(value)
    return query


@pytest.fixture
def asks(world: World, settings: Any) -> Program:
    settings.API_LIMITS = {"ask": (10**6, 86_400), "compute": (10**6, 86_400)}
    return Program(key_of(world.person("network_staff"), "act")[1])


@pytest.fixture
def addresses(world: World) -> Callable[[str], str]:
    """The address of a route, about an object of theirs."""
    alliance = world.own_alliance
    party = alliance.parties.get(structure=world.own_structure).pk
    objects = {
        "/opportunites/": world.own_need.pk,
        "/compositions/": world.own_composition.pk,
        "/alliances/": alliance.pk,
    }

    def address(path: str) -> str:
        own = next((str(pk) for part, pk in objects.items() if part in path), "")
        return path.replace("{pk}", own).replace("{party_pk}", str(party))

    return address


@pytest.mark.parametrize(
    ("path", "method", "told"),
    [pytest.param(*each, id=f"{each[1]} {each[0]}") for each in operations()],
)
def test_any_demand_gets_an_answer_that_was_declared(
    path: str, method: str, told: Any, asks: Program, addresses: Callable[[str], str]
) -> None:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    bodies = st.none() if body is None else st.one_of(fitting(body), st.just({}), st.just([1]))
    # What computes or writes is tried less often than what reads.
    examples = 25 if method == "get" else 12

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(queries(told), bodies)
    def demand(query: dict[str, str], sent: Any) -> None:
        from urllib.parse import urlencode

        ask = getattr(asks, method)
        address = f"{addresses(path)}?{urlencode(query)}"
        with transaction.atomic():
            answer = ask(address) if method == "get" else ask(address, sent)
            transaction.set_rollback(True)
        assert answer.status_code < 500

    demand()


def test_the_schemas_are_json_schemas_with_all_their_references() -> None:
    schema = openapi()
    for told in schema["components"]["schemas"].values():
        Draft202012Validator.check_schema(told)
    known = set(schema["components"]["schemas"])

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].rpartition("/")[2] in known
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(dict(schema))


def test_every_object_of_a_body_is_strict() -> None:
    """A new one would else take true for 1, and lose a field that it does not know."""
    objects = openapi()["components"]["schemas"]
    sent = {name for _, _, told in operations() for name in named_in(told.get("requestBody"))}
    for name in list(sent):
        sent |= named_in(objects[name]["properties"])
    strict = {each.__name__ for each in descendants(StrictBody)}
    assert len(sent) >= 3
    assert sent <= strict


def named_in(value: Any) -> set[str]:
    """The objects that a part of the schema points to, enumerations apart."""
    if isinstance(value, list):
        return set().union(*map(named_in, value))
    if not isinstance(value, dict):
        return set()
    name = str(value.get("$ref", "")).rpartition("/")[2]
    is_object = "properties" in openapi()["components"]["schemas"].get(name, {})
    return ({name} if is_object else set()).union(*map(named_in, value.values()))


def descendants(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from descendants(each)


def test_every_route_declares_its_refusals_and_how_one_signs_in() -> None:
    for path, method, told in operations():
        statuses = {str(status) for status in told["responses"]}
        assert {"401", "403", "404", "422", "429"} <= statuses, f"{method} {path}"
        assert told["security"], f"{method} {path}"
