"""A search in Chromium while it runs: it lives by itself, is stopped, dropped, and survives."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cordee.accounts.models import User
from cordee.composing import actions
from cordee.composing.models import Composition
from tests.browser.conftest import DESK, _session_cookie
from tests.composing.conftest import Valley
from tests.composing.told_method import tell

__all__ = ["tell"]
pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
SEARCHING, FOUND = "Nous cherchons la meilleure équipe", "Oui, en équipe de trois"


def address() -> str:
    return f"/alliances/{Composition.objects.get().pk}/"


def test_a_search_lives_on_its_page_and_stops_when_asked(
    visit: Visit, axe_both: Check, valley: Valley, nadia: User, tell: Any
) -> None:
    opened: list[Page] = []

    def open_it() -> None:
        page = visit(address(), user=nadia)
        opened.append(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(SEARCHING)
        expect(page.get_by_text("au plus 80 % de moins")).to_be_visible()
        page.get_by_role("button", name="Abandonner la recherche").focus()
        axe_both(page)

    def watch_and_stop() -> None:
        (page,) = opened
        expect(page.get_by_text("au plus 40 % de moins")).to_be_visible()
        expect(page.get_by_role("button", name="Abandonner la recherche")).to_be_focused()
        page.get_by_role("button", name="Arrêter et garder l’équipe trouvée").dblclick()
        expect(page.get_by_text("Arrêt demandé")).to_be_visible()
        axe_both(page)

    tell(open_it, watch_and_stop)
    assert valley.compose("berges").state == Composition.State.STOPPED
    (page,) = opened
    expect(page.get_by_role("heading", level=1)).to_have_text(FOUND)
    expect(page.get_by_text("Recherche arrêtée avant la fin")).to_be_visible()
    axe_both(page)


def test_a_search_is_dropped_and_started_again(
    visit: Visit, axe_both: Check, valley: Valley, nadia: User, tell: Any
) -> None:
    opened: list[Page] = []

    def drop() -> None:
        page = visit(address(), user=nadia)
        opened.append(page)
        page.get_by_role("button", name="Abandonner la recherche").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recherche abandonnée")
        axe_both(page)

    tell(drop)
    assert valley.compose("berges").state == Composition.State.CANCELLED
    (page,) = opened
    tell(proves=True)
    page.get_by_role("link", name="Relancer la recherche").click()
    page.get_by_role("button", name="Chercher la meilleure équipe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FOUND)


def test_the_stop_appears_with_the_first_team_and_news_are_read_aloud(
    visit: Visit, valley: Valley, nadia: User, tell: Any
) -> None:
    """The page is opened before anything is found, and hears nothing in its first seconds."""
    valley.compose("berges")
    Composition.objects.update(state="running", progress={}, best={}, certain={}, outcome="")
    page = visit(address(), user=nadia)
    stop = page.get_by_role("button", name="Arrêter et garder l’équipe trouvée")
    said = page.locator("[data-cordee-said]")
    expect(page.get_by_role("heading", name="Pas encore d’équipe")).to_be_visible()
    expect(stop).to_have_count(0)
    page.evaluate("const now = Date.now.bind(Date); Date.now = () => now() + 60000")

    def look() -> None:
        expect(stop).to_be_visible()
        expect(said).to_have_text(re.compile("Une équipe de 3.structures est trouvée"))

    tell(look)
    actions.run_composition(composition=Composition.objects.get(), time_limit_s=5, is_last=True)
    expect(page.get_by_role("heading", level=1)).to_have_text(FOUND)


def test_a_lost_connection_is_said_and_tried_again(
    browser: Browser, live_server: Any, valley: Valley, nadia: User
) -> None:
    """Outside of `visit`, which takes what Chromium says of a dead line for a fault of ours."""
    composition = valley.compose("berges")
    Composition.objects.update(state="running")
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    try:
        context.add_cookies([_session_cookie(nadia, live_server.url)])
        page = context.new_page()
        page.goto(f"{live_server.url}/alliances/{composition.pk}/")
        context.set_offline(True)
        lost = page.get_by_text("cette page réessaie seule")
        expect(lost).to_be_visible()
        context.set_offline(False)
        expect(lost).to_be_hidden()
        Composition.objects.update(state="done")
        expect(page.get_by_role("heading", level=1)).to_have_text(FOUND)
    finally:
        context.close()
