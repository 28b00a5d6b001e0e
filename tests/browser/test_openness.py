"""What opens a need and what to ask its buyer: looked at by axe, copied by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.opportunities.models import Opportunity, QuestionsSent
from tests.members.makers import make_network, make_person, make_valley
from tests.opportunities.makers import make_opportunity, record
from tests.opportunities.test_comparables import awards

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
WORDS = (
    "Aucune avance ne sera versée. Une visite du site est conseillée. Les groupements sont "
    "autorisés. Le matériel est fourni par la commune."
)


@pytest.fixture
def nadia() -> User:
    make_valley()
    return make_person(
        "nadia@reseau.example", role="network_staff", network=make_network("Réseau du Val")
    )


@pytest.fixture
def opportunity(nadia: User, tmp_path: Path) -> Opportunity:
    awards(24)
    content: dict[str, Any] = record()
    body = content["donnees"]["MAPA"]["initial"]
    body["renseignements"] = {"rensgComplt": WORDS}
    body["criteres"] = {
        "criterePondere": [
            {"criterePCT": "60", "critere": "Prix"},
            {"criterePCT": "40", "critere": "Valeur technique"},
        ]
    }
    return make_opportunity(tmp_path, donnees=content["donnees"])


def test_axe_finds_nothing(
    opportunity: Opportunity, nadia: User, visit: Visit, axe_both: Check
) -> None:
    for tab in ("avis", "lots"):
        page = visit(f"/opportunites/{opportunity.pk}/{tab}/", user=nadia)
        page.locator("#portee summary, details.mb-4 > summary").evaluate_all(
            "all => all.forEach(s => s.parentElement.open = true)"
        )
        axe_both(page)


def test_the_message_is_copied_and_marked_once(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{opportunity.pk}/questions/", user=nadia)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier le message").click()
    expect(page.locator("[data-cordee-said]")).to_have_text("C’est copié.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Bonjour,")
    page.get_by_role("button", name="Je les ai posées").click()
    expect(page.locator("#questions")).to_contain_text("Posées")
    assert QuestionsSent.objects.get().text.startswith("Bonjour,")


def test_without_javascript_the_message_is_there_to_select(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{opportunity.pk}/questions/", user=nadia, javascript=False)
    expect(page.get_by_role("button", name="Copier le message")).to_be_hidden()
    assert page.locator("#message-acheteur").input_value().startswith("Bonjour,")
    page.get_by_role("button", name="Je les ai posées").click()
    expect(page.locator("#questions")).to_contain_text("Posées")
