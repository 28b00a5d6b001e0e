"""Every address × every role × an own and a foreign object: open, or closed without a word.

HEAD answers as GET does, without a body and without writing anything; OPTIONS tells each role what
it tells somebody without a seat.
On PostgreSQL one person tries each route (`who_reaches_all`): every right is tried on SQLite.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import nullcontext
from copy import deepcopy
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import config.urls
from cordee.accounts.models import User
from tests.access import policies
from tests.access.matrix import ROLES, WITHOUT_ACCOUNT, Policy
from tests.access.world import World
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
# When somebody was last seen is kept at each demand, whatever it is.
WRITES = re.compile(r"(?!.*(opensession|django_session|cache))\s*(INSERT|UPDATE|DELETE)", re.I)
# Programs ask for a feed by HEAD too: that is a reading, and its date is an answer. The address of
# whoever had none before is written down where it is first looked at.
HEAD_WRITES = {"feeds:feed", "account_email"}
TELLS_WHAT_IS_WRONG = {400, 409, 422}
# One for all tries: each new one would load its middleware again.
SERVER = StrictClient().handler


def declared() -> dict[str, Policy]:
    found: dict[str, Policy] = {}
    for module in pkgutil.iter_modules(policies.__path__):
        mine = importlib.import_module(f"{policies.__name__}.{module.name}").POLICIES
        assert not set(found) & set(mine), f"{module.name} declares again {set(found) & set(mine)}"
        found |= mine
    return found


def routes(patterns: Any = None, space: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else f"nameless {pattern.pattern}"


POLICIES = declared()


def test_every_route_declares_who_it_is_open_to() -> None:
    assert sorted(set(routes()) - set(POLICIES)) == []
    assert sorted(set(POLICIES) - set(routes())) == [], "declared, and not a route any more"


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_route_is_open_to_whom_it_says(name: str) -> None:
    policy, world = POLICIES[name], World()
    people = {role: world.person(role) for role in ROLES}
    tries = [("own", policy.own(world), policy.open_to)]
    if policy.foreign is not None:
        tries.append(("foreign", policy.foreign(world), policy.foreign_open_to))
    data = policy.data(world) if policy.method != "get" else None
    trying = ROLES if connection.vendor == "sqlite" else who_reaches_all(policy)
    sessions = {role: session_of(people[role]) for role in trying}
    if "learner" in trying:
        # The cookie goes along everywhere: its path is not what keeps other pages shut.
        sessions["learner"] = world.opened_card
    wrong = []
    for side, arguments, open_to in tries:
        address = reverse(name, kwargs=arguments) + policy.query
        # Who may open the own one and who may not stand for all: time is counted here.
        few = {"stranger", next((role for role in trying if role in policy.open_to), "stranger")}
        asked = {role: sessions[role] for role in trying if role in few}
        wrong += told_by_options(address, asked)
        for role in trying:
            with nullcontext() if role in few else without_the_page_of_a_refusal():
                answer = tried(policy, address, sessions[role], data)
            if role in asked:
                wrong += told_by_head(policy, name, address, sessions[role], answer)
            is_right = is_open(answer) is (role in open_to)
            if is_right and role not in open_to and not asks_to_sign_in(answer):
                is_right = answer.status_code in policy.closed_as
            if not is_right:
                wrong.append(f"{side}, {role}: {answer.status_code}")
    assert wrong == [], f"{policy.method.upper()} {name}"


def who_reaches_all(policy: Policy) -> list[str]:
    """Another database answers the same to the same person: there, what counts is that the SQL of
    each route runs, that of their own object and that which keeps the foreign one from them."""
    return [
        next((role for role in ROLES if role in set(policy.open_to) - WITHOUT_ACCOUNT), "stranger")
    ]


def session_of(person: User | None) -> SimpleCookie:
    """The cookies of somebody signed in; none of a visitor."""
    client = StrictClient()
    if person is not None:
        client.force_login(person)
    return client.cookies


def tried(policy: Policy, address: str, cookies: SimpleCookie, data: Any) -> Any:
    """The answer to one try, of which nothing stays."""
    client = StrictClient()
    client.handler, client.cookies = SERVER, deepcopy(cookies)
    sort = {"content_type": "application/json"} if policy.is_json else {}
    with transaction.atomic():
        answer = getattr(client, policy.method)(address, data, **sort)
        transaction.set_rollback(True)
    return answer


def without_the_page_of_a_refusal() -> Any:
    """Its number alone: one role at least reads the page of each route, and each role its own."""
    return patch.object(config.urls, "handler404", NOT_FOUND)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)


NOT_FOUND = f"{__name__}.{not_found.__name__}"


@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_a_refusal_is_whole_for_every_role(role: str) -> None:
    world = World()
    cookies = world.opened_card if role == "learner" else session_of(world.person(role))
    answer = tried(Policy(()), "/rien-ici/", cookies, None)
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text


def told_by_head(
    policy: Policy, name: str, address: str, cookies: SimpleCookie, got: Any
) -> Iterator[str]:
    """Where HEAD differs from GET, has a body or writes."""
    if policy.method != "get":
        got = tried(Policy(()), address, cookies, None)
    with CaptureQueriesContext(connection) as queries:
        head = tried(Policy((), method="head"), address, cookies, None)
    body = b"".join(head.streaming_content) if head.streaming else head.content
    if head.status_code != got.status_code or body:
        yield f"HEAD {address}: {head.status_code} with {len(body)} bytes, GET {got.status_code}"
    written = [each["sql"][:80] for each in queries if WRITES.match(each["sql"])]
    if written and name not in HEAD_WRITES:
        yield f"HEAD {address} writes: {written}"


def told_by_options(address: str, sessions: dict[str, SimpleCookie]) -> Iterator[str]:
    """Where OPTIONS tells a role another thing than somebody without a seat."""
    answers = {
        role: tried(Policy((), method="options"), address, cookies, None)
        for role, cookies in sessions.items()
        if role not in WITHOUT_ACCOUNT  # a page to sign in sends others away
    }
    told = {
        role: (answer.status_code, answer.headers.get("Allow"))
        for role, answer in answers.items()
        if not asks_to_sign_in(answer)
    }
    for role, what in told.items():
        if what != told.get("stranger", what):
            yield f"OPTIONS {address}, {role}: {what}, a stranger {told['stranger']}"


def asks_to_sign_in(answer: Any) -> bool:
    if answer.status_code == 401:  # the same, to a program
        return True
    sign_in = resolve_url(settings.LOGIN_URL)
    return answer.status_code == 302 and answer.headers["Location"].startswith(sign_in)


def is_open(answer: Any) -> bool:
    """Whether it answers, or says what is wrong with what was sent."""
    if asks_to_sign_in(answer):
        return False
    return answer.status_code < 400 or answer.status_code in TELLS_WHAT_IS_WRONG
