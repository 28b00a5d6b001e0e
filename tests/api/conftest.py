"""A program that asks with the key of a person; what it gets must be as its route declares."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from jsonschema import Draft202012Validator

from cordee.accounts.key_actions import make_key
from cordee.accounts.models import ApiKey, User
from tests.access.world import World


@cache
def openapi() -> Mapping[str, Any]:
    from config.api import api

    schema: Mapping[str, Any] = api.get_openapi_schema()
    return schema


def faults_of_answer(answer: Any, method: str, path: str) -> list[str]:
    """How an answer departs from what OpenAPI declares for its route; empty where it does not."""
    route = resolve(path).route
    declared = {key.strip("/"): value for key, value in openapi()["paths"].items()}
    shape = "/".join(
        "{" + part.strip("<>").rpartition(":")[2] + "}" if part.startswith("<") else part
        for part in route.strip("/").split("/")
    )
    told = declared[shape].get(method)
    if told is None or answer.status_code in {304, 405, 413}:
        return []
    responses = {str(status): value for status, value in told["responses"].items()}
    if str(answer.status_code) not in responses:
        return [f"{method} {path} answers {answer.status_code}, declares {sorted(responses)}"]
    content = responses[str(answer.status_code)].get("content", {})
    if "application/json" not in content:
        return []
    held = {**content["application/json"]["schema"], "components": openapi()["components"]}
    validator = Draft202012Validator(held)
    return [
        f"{method} {path} {list(error.absolute_path)}: {error.message}"
        for error in validator.iter_errors(answer.json())
    ]


class Program:
    """Asks as a program does. Every answer is held against the schema of its route."""

    def __init__(self, secret: str = "", **headers: str) -> None:
        self.client = Client()
        self.headers = {**({"Authorization": f"Bearer {secret}"} if secret else {}), **headers}

    def get(self, path: str, **headers: str) -> Any:
        return self._ask("get", path, None, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._ask("post", path, body, headers)

    def _ask(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Any:
        # Without a body, Django's client would send an empty form: a program sends nothing.
        held = {"data": "" if body is None else body, "content_type": "application/json"}
        sent = {} if method == "get" else held
        answer = getattr(self.client, method)(path, **sent, headers={**self.headers, **headers})
        assert faults_of_answer(answer, method, path.partition("?")[0]) == []
        return answer


def key_of(person: User, scope: str = "read", **values: Any) -> tuple[ApiKey, str]:
    made = {"name": f"Clé {ApiKey.objects.count() + 1}", "days": 30, "now": timezone.now()}
    return make_key(person=person, by=person, scope=ApiKey.Scope(scope), **{**made, **values})


@pytest.fixture
def program(db: None) -> Callable[..., Program]:
    """`program(person, "compose")`: a program with a new key of theirs."""

    def make(person: User, scope: str = "read") -> Program:
        return Program(key_of(person, scope)[1])

    return make


@pytest.fixture
def world(db: None) -> World:
    return World()
