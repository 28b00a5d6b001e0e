"""Her card, her page: with a finger, with the keyboard alone, without JavaScript, on paper."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.skills.learners.card import PICTURES
from cordee.skills.models import Learner
from tests.browser.budgets import MEASURE
from tests.browser.conftest import PHONE
from tests.members.makers import make_structure
from tests.skills.makers import make_framework, make_learner, see, teacher_of

pytestmark = pytest.mark.django_db(transaction=True)
CARD = re.compile(r"/carte/[\w-]+/")


@pytest.fixture
def structure() -> Structure:
    made = make_structure("Les Jardins")
    make_framework(made)
    return made


@pytest.fixture
def basile(structure: Structure) -> User:
    return teacher_of(structure)


@pytest.fixture
def nour(structure: Structure, basile: User) -> Learner:
    learner = make_learner(structure)
    see(learner, basile)
    see(learner, basile, criterion="tondre-hauteur", level="in_progress")
    see(learner, basile, criterion="tailler-net", level="not_seen")
    return learner


def printed(page: Page) -> tuple[str, list[str]]:
    """From the page of a learner: the address on her new card, and the names of its pictures."""
    page.get_by_role("button", name="Imprimer la carte").click()
    names = page.locator(".carte-imprimee li").all_inner_texts()
    address = CARD.search(page.locator(".carte-imprimee").inner_text())
    assert address
    return address[0], [name.strip() for name in names]


def page_of(learner: Learner) -> str:
    return reverse("skills:learner", args=[learner.structure_id, learner.pk])


def test_she_opens_her_page_disagrees_and_prints(
    visit: Any, axe_both: Any, basile: User, nour: Learner
) -> None:
    desk = visit(page_of(nour), user=basile)
    axe_both(desk, "apprenante")
    address, names = printed(desk)
    axe_both(desk, "carte")
    # One page, whatever the paper.
    for paper in ("A4", "A6"):
        (sheet,) = PdfReader(BytesIO(desk.pdf(format=paper))).pages
        assert "ma carte" in sheet.extract_text()
        assert "Mon chantier" not in sheet.extract_text()

    page = visit(address, phone=True)
    axe_both(page, "images")
    for target in page.locator(".tuile").all():
        box = target.bounding_box()
        assert box["width"] >= 88
        assert box["height"] >= 88
    for name in names:
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que je sais faire")
    axe_both(page, "sa-page")
    page.set_viewport_size(PHONE)
    found = page.evaluate(MEASURE)
    assert found["words"] <= 120
    assert found["height"] <= 1_900
    page.get_by_role("link", name="Pas d’accord").first.click()
    page.get_by_label("Mes mots").fill("J’ai tondu tout le square.")
    axe_both(page, "pas-d-accord")
    page.get_by_role("button", name="Garder mes mots").click()
    expect(page.locator(".son-mot")).to_contain_text("J’ai tondu tout le square.")
    on_paper = "".join(each.extract_text() for each in PdfReader(BytesIO(page.pdf())).pages)
    assert "Je tonds droit." in on_paper
    assert "La direction" not in on_paper
    page.get_by_role("button", name="Fermer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("première image")
    desk.goto(desk.url.partition("/annuaire/")[0] + page_of(nour))
    expect(desk.locator(".son-mot")).to_contain_text("J’ai tondu tout le square.")


def test_pictures_are_shown_with_the_keyboard_and_without_javascript(
    visit: Any, basile: User, nour: Learner
) -> None:
    address, names = printed(visit(page_of(nour), user=basile))
    order = list(PICTURES.values())
    page = visit(address, phone=True, javascript=False)
    for name in names:
        page.get_by_role("button", name=order[0]).focus()
        for _ in range(order.index(name)):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Je tonds droit.").first).to_be_visible()
    page.get_by_role("button", name="J’ouvre ma page à la direction").click()
    expect(page.get_by_text("La direction peut lire ce que je sais faire")).to_be_visible()
