"""Headless Chromium on a live server: pages as people get them, under the real policy.

def test_x(visit, axe_check):
    page = visit("/composants/")
    axe_both(page)
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=360, height=780)
RUN_AXE = """
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
  found => found.nodes.map(node => `${found.id} (${found.impact}): ${node.html.slice(0, 200)}`))
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The shell draws and runs pages alike for a third of the processor time of the whole browser.
    path = (
        os.environ.get("CORDEE_CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium")
    )
    if not path:
        pytest.skip("no Chromium: install `chromium-headless-shell` or set CORDEE_CHROMIUM")
    # Playwright keeps a loop running in this thread, where Django would refuse its database.
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()
    patch.undo()


@pytest.fixture
def visit(
    django_db_setup: None, browser: Browser, live_server: Any
) -> Iterator[Callable[..., Page]]:
    """`visit(path, phone=True, user=user, javascript=False)` opens a page; a console error or a
    request to another site fails the test.

    The order of the arguments counts: a server started before the test database is made opens
    connections of its own and never closes them.
    """
    faults: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        def said(message: Any) -> None:
            if message.type == "error":
                faults.append(f"{page.url}: {message.text}")

        page.on("console", said)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))

        def asked(request: Any) -> None:
            host = urlsplit(request.url).hostname
            if host not in (None, "localhost", "127.0.0.1"):
                faults.append(f"asked {request.url}")

        page.on("request", asked)

    def open_page(
        path: str, *, phone: bool = False, user: Any = None, javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK, locale="fr-FR", java_script_enabled=javascript
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_cookie(user, live_server.url)])
        page = context.new_page()
        watch(page)
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _session_cookie(user: Any, url: str) -> Any:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def open_as(page: Page, user: Any, site: str, path: str) -> None:
    """Open another page in the same window, as somebody else or as nobody."""
    # A part of the page before, still asked for, would bring its own CSRF cookie behind the change.
    page.goto("about:blank")
    page.context.clear_cookies()
    if user is not None:
        page.context.add_cookies([_session_cookie(user, site)])
    page.goto(site + path)
    settle(page)


def settle(page: Page) -> None:
    """Until the parts that load by themselves are there; a page that asks again and again is not
    waited for, as `networkidle` would."""
    expect(page.locator(".htmx-request")).to_have_count(0)


@pytest.fixture(scope="session")
def axe_check() -> Callable[[Page], None]:
    """Fails with what axe says, element by element; and when the page is wider than its window."""

    def check(page: Page) -> None:
        # A click ends when the next page begins, whose document axe would find still empty.
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        said = page.evaluate(RUN_AXE)
        assert said == []
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, f"the page is {too_wide} px wider than its window"

    return check


@pytest.fixture(scope="session")
def axe_both(axe_check: Callable[[Page], None]) -> Callable[..., None]:
    """The same page, checked on a desk and on a phone; `name` names its pictures."""

    def check(page: Page, name: str = "") -> None:
        before = page.viewport_size
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            if name and (folder := os.environ.get("CORDEE_SHOTS")):
                file = Path(folder) / f"{name}-{size['width']}.png"
                page.screenshot(path=file, full_page=True)
            axe_check(page)
        assert before is not None
        page.set_viewport_size(before)

    return check


@pytest.fixture
def look(
    visit: Callable[..., Page], axe_both: Callable[..., None], live_server: Any
) -> Callable[..., None]:
    """`look("/a/", "/b/", user=user)`: axe at both widths, in one window for all the pages."""
    windows: list[Page] = []

    def at(*paths: str, user: Any = None) -> None:
        if not windows:
            windows.append(visit("/aide/"))
        for path in paths:
            open_as(windows[0], user, live_server.url, path)
            axe_both(windows[0])

    return at


@pytest.fixture
def valley(transactional_db: None, settings: Any, tmp_path: Path) -> Any:
    """The valley of the true day: the pages ask the clock whether a call is open."""
    from tests.composing.conftest import load_valley

    settings.STATE_DIR = tmp_path
    return load_valley(timezone.localdate())


@pytest.fixture
def nadia(valley: Any) -> Any:
    """Who acts for the national network of the valley."""
    from cordee.accounts.models import User

    return User.objects.get(email="reseau@cordee.example")
