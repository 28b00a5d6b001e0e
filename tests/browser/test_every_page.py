"""Every page of the house, as the access matrix knows them, opened by somebody who may.

What axe says of a page in its usual state is asked here alone, at both widths. Stories, empty pages
and errors are beside their feature. `CORDEE_SHOTS=folder` keeps a picture of each, to be looked at.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.access.matrix import Policy
from tests.access.test_matrix import POLICIES
from tests.access.world import World
from tests.browser.conftest import open_as
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db(transaction=True)
# Who sees most of a page comes first.
VIEWERS = (
    *("network_staff", "delegate", "director", "programme_team", "company", "buyer"),
    *("facilitator", "supervisor", "counsellor", "stranger"),
)


def room_of(name: str) -> str:
    return name.partition(":")[0] if ":" in name else "house"


ROOMS = sorted({room_of(name) for name in POLICIES})


def viewers_of(policy: Policy) -> list[str]:
    """Somebody signed in who sees most of it; and a visitor, where one may come."""
    signed_in = next((role for role in VIEWERS if role in policy.open_to), "")
    visitor = {"visitor"} & set(policy.open_to)
    return [role for role in (signed_in, *visitor) if role]


def is_page(address: str, person: Any) -> bool:
    """Neither a file, nor a part of a page, nor a mail shut in its frame where axe cannot run."""
    client = StrictClient()
    if person is not None:
        client.force_login(person)
    answer = client.get(address)
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    is_shut = "sandbox" in answer.headers.get("Content-Security-Policy", "")
    is_whole = is_html and b"<!doctype html>" in answer.content[:200]
    return answer.status_code == 200 and is_whole and not is_shut


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing(
    room: str,
    visit: Callable[..., Page],
    axe_both: Callable[..., None],
    live_server: Any,
    subtests: pytest.Subtests,
) -> None:
    """One world and one window for all the pages of a room."""
    world, window = World(), visit("/aide/")
    for name in sorted(n for n in POLICIES if room_of(n) == room):
        policy = POLICIES[name]
        for role in viewers_of(policy):
            with subtests.test(name, role=role):
                person = world.person(role)
                address = reverse(name, kwargs=policy.own(world)) + policy.query
                if is_page(address, person):
                    open_as(window, person, live_server.url, address)
                    axe_both(window, f"{name.replace(':', '.')}-{role}")
