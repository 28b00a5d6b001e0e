"""Every page of the house, as the access matrix knows them, opened by somebody who may.

What axe says of a page in its usual state, and whether it keeps its budget of words, links and
height (`budgets.py`), is asked here alone, at both widths. Stories, empty pages and errors are
beside their feature. `CORDEE_SHOTS=folder` keeps a picture of each, to be looked at.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.access.matrix import Policy
from tests.access.test_matrix import POLICIES
from tests.access.world import World
from tests.browser.budgets import BEHIND_A_TAB, EXCUSED, MEASURE, TABLE, budget_of
from tests.browser.conftest import DESK, PHONE, open_as
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
# Rooms whose routes are files and parts of pages only.
WITHOUT_PAGES = {"api"}


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
    is_whole = is_html and b"<!doctype html>" in answer.content[:200].lower()
    return answer.status_code == 200 and is_whole and not is_shut


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing_and_the_budget_holds(
    room: str,
    visit: Callable[..., Page],
    axe_both: Callable[..., None],
    live_server: Any,
    subtests: pytest.Subtests,
) -> None:
    """One world and one window for all the pages of a room."""
    world, window, opened = World(), visit("/aide/"), 0
    for name in sorted(n for n in POLICIES if room_of(n) == room):
        policy = POLICIES[name]
        for role in viewers_of(policy):
            with subtests.test(name, role=role):
                person = world.person(role)
                address = reverse(name, kwargs=policy.own(world)) + policy.query
                if is_page(address, person):
                    open_as(window, person, live_server.url, address)
                    axe_both(window, f"{name.replace(':', '.')}-{role}")
                    opened += 1
                    assert excess(window, name) == []
    # Else the test would go blind the day that a page begins with other words.
    assert opened or room in WITHOUT_PAGES


def excess(window: Page, route: str) -> list[str]:
    """What the page open has too much of, on a desk and on a phone."""
    found = []
    for size in (DESK, PHONE) if route not in EXCUSED else ():
        window.set_viewport_size(size)
        found += budget_of(route).excess(window.evaluate(MEASURE), size["width"])
    window.set_viewport_size(DESK)
    return found


def test_few_pages_are_excused() -> None:
    assert len(EXCUSED) <= 10
    assert not EXCUSED.keys() & TABLE.keys()
    assert EXCUSED.keys() | TABLE.keys() | BEHIND_A_TAB <= POLICIES.keys()
