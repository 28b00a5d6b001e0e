"""Wishes, other teams and ways out in Chromium: by hand, by keyboard, on a phone, and by axe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.composing import tasks
from cordee.composing.models import Composition, Proposal, Study
from tests.composing.conftest import FIRST_TRY, Valley, load_valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def valley(transactional_db: None, settings: Any, tmp_path: Path) -> Valley:
    """The valley of the true day: the pages ask the clock."""
    settings.STATE_DIR = tmp_path
    settings.COMPOSE_SYNCHRONOUS_SECONDS = 600
    return load_valley(timezone.localdate())


def test_axe_finds_nothing_beside_an_answer(
    visit: Visit, axe_both: Check, valley: Valley, nadia: User
) -> None:
    berges, facades = valley.compose("berges"), valley.compose("facades")
    page = visit(f"/alliances/{berges.pk}/preuve/?pourquoi=val", user=nadia)
    axe_both(page)
    page.get_by_role("link", name="Et si").click()
    expect(page.get_by_role("heading", name="Ce que chacune donne")).to_be_visible()
    for summary in page.locator("main summary").all():
        summary.click()
    axe_both(page)
    page = visit(f"/alliances/{facades.pk}/et-si/", user=nadia)
    for summary in page.locator("main summary").all():
        summary.click()
    axe_both(page)


def test_a_wish_an_error_and_the_way_back(
    visit: Visit, axe_both: Check, valley: Valley, nadia: User
) -> None:
    page = visit(f"/alliances/{valley.compose('berges').pk}/preuve/", user=nadia)
    page.get_by_role("button", name="Sans elle : Rives et Sentiers").dblclick()
    told = page.get_by_text("Sans Rives et Sentiers, l’équipe coûte")
    expect(told).to_be_visible()
    assert Composition.objects.filter(base__isnull=False).count() == 1
    axe_both(page)
    page.get_by_role("link", name="Et si").click()
    page.get_by_text("Réduire le rayon").first.click()
    page.get_by_label("Kilomètres au plus").fill("900")
    page.get_by_role("button", name="Essayer : réduire le rayon").click()
    expect(page.get_by_text("« 900 » est trop grand").first).to_be_visible()
    expect(page.get_by_label("Kilomètres au plus")).to_have_value("900")
    axe_both(page)
    page.get_by_role("link", name="Revenir à la première réponse").click()
    expect(told).to_be_hidden()
    page.get_by_role("link", name="Et si").click()
    expect(page.get_by_role("link", name="Sans Rives et Sentiers")).to_be_visible()


def test_wishes_are_made_with_the_keyboard_alone(visit: Visit, valley: Valley, nadia: User) -> None:
    page = visit(f"/alliances/{valley.compose('berges').pk}/et-si/", user=nadia)
    page.get_by_text("Changer la taille de l’équipe").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Structures au plus")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px", "the focus is seen"
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Avec deux structures au plus, aucune équipe")).to_be_visible()


def test_another_team_is_looked_at_and_kept(visit: Visit, valley: Valley, nadia: User) -> None:
    page = visit(f"/alliances/{valley.compose('berges').pk}/et-si/", user=nadia)
    page.get_by_role("link", name="Voir cette équipe : autre équipe 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Autre équipe 1 : trois structures")
    page.get_by_role("button", name="Garder cette équipe").dblclick()
    expect(page.get_by_text("Équipe gardée").first).to_be_visible()
    assert Proposal.objects.get().number == 1


def test_the_page_completes_itself_and_what_is_typed_stays(
    visit: Visit, axe_check: Check, valley: Valley, nadia: User
) -> None:
    composition = valley.compose("berges")
    Study.objects.update(state="queued", alternatives={}, explanation={}, worths=[])
    page = visit(f"/alliances/{composition.pk}/preuve/", user=nadia)
    expect(page.get_by_role("heading", name="Nous cherchons d’autres équipes…")).to_be_visible()
    axe_check(page)
    page.get_by_label("Structure que vous attendiez").fill("Val Mirel")
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    expect(page.get_by_role("heading", name="Pourquoi ces structures")).to_be_visible()
    expect(page.get_by_label("Structure que vous attendiez")).to_have_value("Val Mirel")


def test_on_paper_there_are_no_forms(visit: Visit, valley: Valley, nadia: User) -> None:
    page = visit(f"/alliances/{valley.compose('berges').pk}/preuve/", user=nadia)
    page.emulate_media(media="print")
    for name in ("Sans elle : Rives et Sentiers", "Imprimer"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.get_by_role("table", name="Parts de chaque structure")).to_be_visible()
    page.goto(page.url.replace("preuve", "et-si"))
    expect(page.get_by_role("button", name="Chercher ainsi")).to_be_hidden()
    expect(page.get_by_role("heading", name="Et si… ?")).to_be_hidden()
    expect(page.get_by_role("heading", name="Ce que chacune donne")).to_be_visible()
