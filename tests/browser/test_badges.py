"""A printed attestation: made in one gesture, checked by a stranger, offline, on any phone."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from cordee.accounts.models import User
from cordee.skills.badges.actions import issue, keep
from cordee.skills.models import Badge
from tests.members.makers import make_structure
from tests.skills.makers import make_framework, make_learner, see, teacher_of

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).parents[2] / "cordee/skills/static/skills/verifier.js"
VERIFIER = "/verifier/"
GENUINE = "Attestation vraie\u00a0: Noémie, «\u00a0Tondre\u00a0»"
WITHOUT_ED25519 = """
    crypto.subtle.importKey = () => Promise.reject(new DOMException("", "NotSupportedError"));
"""


@pytest.fixture
def basile() -> User:
    structure = make_structure("Les Jardins")
    make_framework(structure)
    return teacher_of(structure)


@pytest.fixture
def badge(basile: User) -> Badge:
    learner = make_learner(basile.seats.get().structure, "Noémie")
    see(learner, basile)
    return issue(learner, "Tondre", by=basile, now=timezone.now())


def title(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def paste(page: Page, code: str) -> None:
    page.get_by_role("textbox").fill(code)
    page.get_by_role("button", name="Vérifier ici").click()


def altered(token: str) -> str:
    place = len(token) // 2
    return f"{token[:place]}{'A' if token[place] != 'A' else 'B'}{token[place + 1 :]}"


def test_one_gesture_makes_a_page_to_print(visit: Any, axe_both: Any, basile: User) -> None:
    learner = make_learner(basile.seats.get().structure, "Noémie")
    see(learner, basile)
    page = visit(reverse("skills:learner", args=[learner.structure_id, learner.pk]), user=basile)
    page.get_by_role("button", name="Faire l’attestation").click()
    title(page).to_have_text("L’attestation de Noémie est prête à imprimer")
    axe_both(page, "attestation")
    page.emulate_media(media="print")
    code = page.locator(".attestation svg").bounding_box()
    # 7 cm of squares, at 96 pixels an inch, and four squares of margin on each side.
    assert code["width"] >= 7 / 2.54 * 96
    (sheet,) = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    assert "Je tonds droit." in sheet.extract_text()
    assert "Retirer" not in sheet.extract_text()


def test_a_stranger_checks_it_without_network(
    visit: Any, axe_both: Any, badge: Badge, basile: User
) -> None:
    page = visit(VERIFIER, phone=True)
    axe_both(page, "verifier")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    # A second code is read where the page is open.
    page.evaluate("token => { location.hash = token }", badge.token)
    title(page).to_have_text(GENUINE)
    expect(page.get_by_text("nous ne savons pas si elle a été retirée")).to_be_visible()
    expect(page.get_by_text("Les Jardins")).to_be_visible()
    expect(page.get_by_text("Je tonds droit.")).to_be_visible()
    axe_both(page, "verifier-vraie")

    for code, heading, words in [
        ("", "Vérifier une attestation", "Collez d’abord le code"),
        (badge.token[:-20], "Ce code n’est pas lu en entier", "Lisez-le à nouveau, en entier."),
        ("bonjour", "Ce code n’est pas lu en entier", "Lisez-le à nouveau, en entier."),
        (altered(badge.token), "Ce n’est pas une attestation d’ici", "Un mot y a été changé"),
    ]:
        paste(page, code)
        title(page).to_have_text(heading)
        expect(page.get_by_text(words)).to_be_visible()
        expect(page.get_by_text("Je tonds droit.")).to_have_count(0)
    axe_both(page, "verifier-refusee")
    assert asked == []

    page.context.set_offline(False)
    paste(page, f"https://cordee.example{VERIFIER}#{badge.token}")
    title(page).to_have_text(GENUINE)
    expect(page.get_by_text("Elle n’a pas été retirée.")).to_be_visible()
    keep(badge=badge, is_kept=False, by=basile)
    paste(page, badge.token)
    title(page).to_have_text("Cette attestation a été retirée")
    axe_both(page, "verifier-retiree")
    # Nothing of it left the phone: the whole list was asked for.
    assert {url.partition(VERIFIER)[2] for url in asked} == {"retirees.json"}


def test_a_phone_that_cannot_check_sends_and_says_so(
    visit: Callable[..., Page], axe_both: Any, badge: Badge
) -> None:
    page = visit(VERIFIER, phone=True)
    page.add_init_script(WITHOUT_ED25519)
    page.goto(f"{page.url}#{badge.token}")
    page.reload()
    expect(page.get_by_text("Ce téléphone ne vérifie pas lui-même")).to_be_visible()
    title(page).to_have_text("Vérifier une attestation")
    page.get_by_role("button", name="Envoyer pour vérifier").click()
    title(page).to_have_text(GENUINE)
    axe_both(page, "verifier-envoyee")


def test_without_script_it_is_sent(visit: Callable[..., Page], badge: Badge) -> None:
    page = visit(VERIFIER, phone=True, javascript=False)
    expect(page.get_by_text("le bouton l’envoie à Cordée")).to_be_visible()
    page.get_by_role("textbox").fill(badge.token)
    page.get_by_role("button", name="Envoyer pour vérifier").click()
    title(page).to_have_text(GENUINE)


def test_the_script_is_light() -> None:
    assert SCRIPT.stat().st_size < 5_000
