"""A team on a phone: from the contract to an invited team, and the budget of its first page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AllianceParty
from cordee.composing.models import Composition
from cordee.members.models import SharingAgreement, Structure
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Opportunity
from tests.browser.budgets import MEASURE, TABLE
from tests.browser.conftest import open_as
from tests.composing.conftest import Valley
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
# The longest names of the demo.
LONG = "Entretien des espaces verts, des berges et des murets de la vallée de la Verdoire"
MOST_CLICKS = 6


def direct(name: str) -> None:
    """Somebody reads the mails of a structure."""
    structure = Structure.objects.get(name=name)
    make_person(f"s{structure.pk}@exemple.fr", role="director", structure=structure)


def test_from_a_contract_to_an_invited_team_in_six_clicks(
    visit: Visit, axe_both: Callable[..., None], valley: Valley
) -> None:
    zoe = User.objects.get(email="direction@cordee.example")
    for name in ("Rives et Sentiers", "Pierre et Chaux"):
        direct(name)
    page = visit(f"/opportunites/{valley.opportunity('berges').pk}/", user=zoe, phone=True)
    clicks = []

    def click(target: Locator) -> None:
        clicks.append(target)
        target.click()

    click(page.get_by_role("link", name="Composer une alliance"))
    click(page.get_by_role("button", name="Chercher la meilleure équipe"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Oui, à trois, si", timeout=60_000)
    axe_both(page)
    click(page.get_by_role("button", name="Ouvrir l’alliance"))
    axe_both(page)
    click(page.get_by_role("button", name="Ouvrir l’alliance"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui invitez-vous ?")
    expect(page.get_by_text("Votre part").first).to_be_visible()
    axe_both(page)
    waiting = AllianceParty.objects.filter(state=AllianceParty.State.INVITED)
    assert not waiting.exists(), "nothing is sent before the last button"
    page.get_by_label("Votre mot").fill("On s’appelle mardi ?")
    click(page.get_by_role("button", name="Envoyer"))
    expect(page.get_by_text("2 invitations envoyées.")).to_be_visible()
    assert waiting.filter(alliance=Alliance.objects.get()).count() == 2
    assert len(clicks) <= MOST_CLICKS


@pytest.mark.parametrize("who", ["direction", "reseau", ""])
def test_the_first_page_of_a_team_keeps_its_budget(
    visit: Visit, valley: Valley, who: str, live_server: Any
) -> None:
    """With the longest names, nothing known of anybody, all to be asked and called."""
    person = User.objects.get(email=f"{who}@cordee.example") if who else None
    Opportunity.objects.update(title=LONG)
    Structure.objects.filter(phone="").update(phone="04 65 71 20 14")
    for name in ("Rives et Sentiers", "Pierre et Chaux"):
        direct(name)
    viewer = valley.viewer
    if who == "direction":
        viewer = Viewer.of(person, timezone.localdate())
    else:
        SharingAgreement.objects.all().delete()
    composition = valley.compose("berges", viewer=viewer, by=person)
    Composition.objects.filter(pk=composition.pk).update(is_public=not who)
    page = visit("/aide/")
    for width, height in ((1280, 800), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        open_as(page, person, live_server.url, f"/alliances/{composition.pk}/")
        found = page.evaluate(MEASURE)
        assert TABLE["composing:detail"].excess(found, width) == []
        assert found["filled"] == 1
        top = page.locator(".carton-corde").bounding_box()
        assert top is not None
        assert top["y"] < 0.55 * height, "the answer is seen before any scroll"
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
