"""What is open without sign-in tells no more to whoever lacks the second factor of their role."""

import re
from collections.abc import Iterator
from copy import deepcopy
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cordee.accounts.models import User
from cordee.accounts.second_factor import stays_open
from tests.access.matrix import Policy
from tests.access.test_matrix import POLICIES, session_of
from tests.access.world import World
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
# What differs from one answer to the next, whoever asks.
CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"'
    r'|"X-CSRFToken": ?"[^"]+"'
    r"|[A-Z]\d-\d{3}"
)


def open_routes(patterns: Any = None, space: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from open_routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and not getattr(
            pattern.callback, "login_required", True
        ):
            yield f"{space}{pattern.name}"


OPEN = sorted(set(open_routes()))


def test_the_walk_finds_the_open_routes() -> None:
    assert {"home", "help", "composing:detail", "composing:progress", "account_login"} <= set(OPEN)
    assert "alliances:list" not in OPEN


@pytest.mark.parametrize("name", [name for name in OPEN if not stays_open(name)])
def test_an_open_route_takes_her_for_a_stranger_or_leads_her_to_set_it_up(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, world = POLICIES[name], World()
    person = world.person("network_staff")
    assert isinstance(person, User)
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)
    signed_in, none = session_of(person), session_of(None)
    data = policy.data(world) if policy.method != "get" else None
    for arguments in filter(None, (policy.own, policy.foreign)):
        address = reverse(name, kwargs=arguments(world)) + policy.query
        for headers in ({}, {"HX-Request": "true"}):
            said = told(policy, address, signed_in, data, headers)
            assert said in (None, told(policy, address, none, data, headers)), (address, headers)


def told(
    policy: Policy, address: str, cookies: SimpleCookie, data: Any, headers: dict[str, str]
) -> tuple[int, str] | None:
    """The answer without what changes; None where it leads elsewhere, or refuses a program."""
    client = StrictClient()
    client.cookies = deepcopy(cookies)
    sort = {"content_type": "application/json"} if policy.is_json else {}
    with transaction.atomic():
        answer = getattr(client, policy.method)(address, data, headers=headers, **sort)
        transaction.set_rollback(True)
    if "HX-Redirect" in answer.headers or answer.status_code in {301, 302, 303}:
        return None
    if answer.status_code in {401, 403} and address.startswith("/api/"):
        return None
    body = answer.getvalue().decode("latin-1")
    return answer.status_code, CHANGING.sub("", body)
