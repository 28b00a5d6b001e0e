"""The way in and out of every route: refusals in French, prints of answers, limits, CSRF."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.access.world import World
from tests.api.conftest import Program, openapi
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db
ME, LIST = "/api/v1/moi/", "/api/v1/opportunites/"


@pytest.fixture
def asks(program: Callable[..., Program]) -> Program:
    return program(make_person("zoe@exemple.fr"), "compose")


def only_fault(answer: Any, status: int) -> Any:
    assert answer.status_code == status
    (fault,) = answer.json()["errors"]
    return fault


@pytest.mark.parametrize(
    ("query", "field", "value", "cure"),
    [
        ("metiers=menage", "metiers", "menage", "Paramètres connus : "),
        ("metier=jardins", "metier", "jardins", "Choisissez : nos, "),
        ("departement=99", "departement", "99", "« 2A »"),
        ("autour=Nulle-Part", "autour", "Nulle-Part", "Roche-Mirel (38)"),
        ("page=zéro", "page", "zéro", "Écrivez par exemple 12."),
        ("page=0", "page", "0", "Donnez un nombre plus grand."),
        ("page=7", "page", 7, "Demandez une page de 1 à 1."),
        ("taille=1000", "taille", "1000", "Donnez un nombre plus petit."),
        ("rayon=21", "rayon", "21", "Choisissez '20', '35', '60' ou '100'."),
        ("reserve=peut-être", "reserve", "peut-être", "Écrivez l’un des deux."),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_cure(
    asks: Program, query: str, field: str, value: Any, cure: str
) -> None:
    fault = only_fault(asks.get(f"{LIST}?{query}"), 422)
    assert fault["field"] == field
    assert fault["value"] == value
    assert cure in fault["cure"]
    assert fault["message"].endswith(".")


@pytest.mark.parametrize(
    ("body", "field", "cure"),
    [
        ({}, "opportunity", "Ajoutez-le."),
        ({"opportunity": "douze"}, "opportunity", "Écrivez par exemple 12, sans"),
        ({"opportunity": "12"}, "opportunity", "Écrivez par exemple 12, sans guillemets"),
        ({"opportunity": True}, "opportunity", "Écrivez par exemple 12, sans guillemets"),
        ({"opportunity": 12.0}, "opportunity", "ni décimales."),
        ({"opportunity": 12, "seed": 4}, "seed", "Retirez-le."),
    ],
)
def test_a_body_that_does_not_fit_is_told_too(
    asks: Program, body: Any, field: str, cure: str
) -> None:
    fault = only_fault(asks.post("/api/v1/compositions/", body), 422)
    assert fault["field"] == field
    assert fault["value"] == body.get(field)
    assert cure in fault["cure"]


def test_a_body_that_nobody_reads_is_not_lost(asks: Program) -> None:
    address = "/api/v1/opportunites/999999/classement/"
    assert "dans l’adresse" in only_fault(asks.post(address, {"lignes": 5}), 422)["cure"]
    assert asks.post(address, {}).status_code == 404


def test_what_is_no_json_and_what_is_too_long(asks: Program) -> None:
    headers = asks.headers
    sent = asks.client.post(
        "/api/v1/compositions/", b"{", content_type="application/json", headers=headers
    )
    assert "JSON valable" in only_fault(sent, 400)["cure"]
    # Python reads these and would write them back; no other program could read the answer.
    for number in (b"NaN", b"-Infinity", b"1e400"):
        sent = asks.client.post(
            "/api/v1/compositions/",
            b'{"opportunity": ' + number + b"}",
            content_type="application/json",
            headers=headers,
        )
        assert sent.status_code == 422
        json.loads(sent.content, parse_constant=pytest.fail)
    long = asks.client.post(
        "/api/v1/compositions/", b"x" * 70_000, content_type="application/json", headers=headers
    )
    assert only_fault(long, 413)["cure"] == "Envoyez au plus 64 kilooctets à la fois."


def test_no_route_and_no_method_answer_in_json(asks: Program) -> None:
    for path in ("/api/v1/", "/api/v1/rien/", "/api/v2/moi/"):
        gone = asks.client.get(path, headers=asks.headers)
        assert gone.status_code == 404
        assert gone.json()["code"] == "not_found"
    answer = asks.client.delete(ME, headers=asks.headers)
    assert only_fault(answer, 405)["cure"] == "Essayez GET."
    assert answer.headers["Allow"] == "GET"


def test_an_answer_that_did_not_change_is_not_sent_again(asks: Program) -> None:
    first = asks.get(LIST)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {v.strip() for v in first.headers["Vary"].split(",")}
    again = asks.get(LIST, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert asks.get(ME, **{"If-None-Match": tag}).status_code == 200


def test_a_head_tells_what_a_get_would(asks: Program) -> None:
    answer = asks.client.head(LIST, headers=asks.headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"] == asks.get(LIST).headers["ETag"]


def test_who_asks_too_often_is_told_when_to_come_back(asks: Program, settings: Any) -> None:
    settings.API_LIMITS = {"ask": (3, 60), "compute": (1, 3_600)}
    answers = [asks.get(ME) for _ in range(7)]
    statuses = [each.status_code for each in answers]
    # The minute may turn once in between: three before, three after.
    assert statuses.count(200) <= 6
    refused = next(each for each in answers if each.status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["errors"][0]["cure"].startswith(
        "3\u202fdemandes au plus en 60\u202fsecondes."
    )


def test_two_keys_of_one_person_share_her_limit(
    program: Callable[..., Program], settings: Any
) -> None:
    settings.API_LIMITS = {"ask": (4, 86_400), "compute": (1, 86_400)}
    person = make_person("zoe@exemple.fr")
    one, two = program(person), program(person)
    statuses = [each.get(ME).status_code for each in (one, two, one, two, one, two)]
    assert statuses == [200] * 4 + [429] * 2


def test_a_write_by_session_proves_that_it_comes_from_a_page(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person("director"))
    assert client.get(ME).status_code == 200
    sent = {"data": {"opportunity": world.own_need.pk}, "content_type": "application/json"}
    refused = client.post("/api/v1/compositions/", **sent)
    assert only_fault(refused, 403)["field"] == "X-CSRFToken"
    client.get("/annuaire/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    if not token:
        client.get("/compte/logiciels/")
        client.get(f"/opportunites/{world.own_need.pk}/")
        token = client.cookies["csrftoken"].value
    done = client.post("/api/v1/compositions/", **sent, headers={"X-CSRFToken": token})
    assert done.status_code in {201, 202, 409}


def test_a_fault_of_ours_gives_a_code_for_the_telephone(
    asks: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: Any) -> Any:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("cordee.members.api.networks_of", breaks)
    asks.client.raise_request_exception = False
    answer = asks.client.get(ME, headers=asks.headers)
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["cure"].startswith("Recommencez plus tard, ou dites-nous")


def test_the_schema_is_open_to_everybody(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    assert len(schema["paths"]) >= 6


def test_every_route_and_field_is_said_in_french() -> None:
    for path, methods in openapi()["paths"].items():
        for method, told in methods.items():
            assert told["summary"], path
            assert told["description"].endswith("."), f"{method} {path}"
            assert told["operationId"]


def test_no_two_objects_of_the_schema_share_a_name() -> None:
    """Ninja names objects by their class: two of a name in two rooms would hide each other."""
    from config.api import api

    seen: dict[str, Any] = {}

    def walk(model: Any) -> None:
        known = seen.setdefault(model.__name__, model)
        assert known is model, f"{model.__module__}.{model.__name__} and {known.__module__}"
        for field in model.model_fields.values():
            for inner in _models(field.annotation):
                if inner is not model:
                    walk(inner)

    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                for response in operation.response_models.values():
                    for inner in [
                        m
                        for field in (response.model_fields if response else {}).values()
                        for m in _models(field.annotation)
                    ]:
                        walk(inner)
    assert len(seen) > 10


def _models(annotation: Any) -> list[Any]:
    from typing import get_args

    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for each in get_args(annotation) for model in _models(each)]
