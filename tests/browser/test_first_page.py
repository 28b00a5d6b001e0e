"""The first page of an opportunity, as long as it gets: its budget, and from it to each tab."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.members.models import RoleSeat
from cordee.mobilisation.campaigns import mail_times
from cordee.opportunities.models import Opportunity, Verdict, VerdictKind
from tests.browser.budgets import MEASURE, budget_of
from tests.browser.conftest import open_as
from tests.members.makers import make_network, make_person
from tests.mobilisation.campaign_makers import director_of, make_delegate, make_member, relayed
from tests.opportunities.makers import GREEN, make_opportunity, record
from tests.opportunities.test_first_page import CLOSING, LONG

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
SIZES = {1280: 800, 360: 640}
BUYER = "Communauté de communes du Val Verdoire et des Hauts du Mirel"


@pytest.fixture
def full(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A contract that says everything, asked by a network, with a verdict of many reasons."""
    monkeypatch.setattr(mail_times, "is_open", lambda now: True)
    network = make_network("Les Chantiers Encordés")
    delegation = make_network("Chantiers Encordés Auvergne-Rhône-Alpes", parent=network)
    gardens = make_member("Les Jardins de la Verdoire", network, delegation)
    content = record(title=LONG, lots=[("Tonte", GREEN), ("Taille des haies", GREEN)])
    content["donnees"]["MAPA"]["initial"]["renseignements"] = {"rensgComplt": CLOSING}
    content["donnees"]["MAPA"]["organisme"]["acheteurPublic"] = BUYER
    call = make_opportunity(tmp_path, title=LONG, donnees=content["donnees"])
    now = timezone.now()
    for asker in (network, delegation):
        relayed(make_delegate(f"{asker.slug}@exemple.fr", asker), call, now=now)
    Verdict.objects.create(
        structure=gardens,
        opportunity=call,
        kind=VerdictKind.TEAM,
        size=3,
        answers=2,
        reason="Avec Rives et Sentiers et Pierre et Chaux. Votre part\u00a0: 1,0\u202fETP, "
        "86\u202f500\u202f€. Seule, vous pouvez prendre «\u00a0Tonte, massifs et tailles\u00a0».",
        trade="espaces-verts",
        other_trades=["espaces-naturels-genie-ecologique", "gros-oeuvre-patrimoine"],
        distance_hm=70,
        need_cfte=100,
        free_cfte=600,
        computed_at=now - timedelta(hours=1),
    )
    staff = make_person("equipe@exemple.fr", role=RoleSeat.Role.NETWORK_STAFF, network=network)
    return {"call": call, "director": director_of(gardens), "staff": staff, "visitor": None}


@pytest.mark.parametrize("who", ["director", "staff", "visitor"])
def test_the_page_keeps_its_budget(
    visit: Visit,
    live_server: Any,
    full: dict[str, Any],
    axe_check: Callable[[Page], None],
    who: str,
) -> None:
    """Words, links and height of the table of the look, with the longest names."""
    page = visit("/aide/")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        open_as(page, full[who], live_server.url, f"/opportunites/{full['call'].pk}/")
        found = page.evaluate(MEASURE)
        assert budget_of("opportunities:detail").excess(found, width) == []
        assert found["filled"] == 1
        card = page.locator(".carton-corde h2").bounding_box()
        assert card is not None
        # The answer is seen before any scroll.
        assert card["y"] + card["height"] < height
        tabs = page.locator(".onglets").bounding_box()
        assert tabs is not None
        assert tabs["height"] < 60
        axe_check(page)


def test_from_the_answer_to_the_depth_without_script(visit: Visit, full: dict[str, Any]) -> None:
    call: Opportunity = full["call"]
    page = visit(f"/opportunites/{call.pk}/", phone=True, user=full["director"], javascript=False)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Oui, à trois")
    page.get_by_role("link", name="Les 2\u202flots").click()
    expect(page.get_by_role("heading", name="2\u202flots")).to_be_visible()
    page.get_by_role("link", name="Tout l’avis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG)
    page.get_by_role("link", name="Questions", exact=True).click()
    expect(page.get_by_role("heading", name="Questions à l’acheteur")).to_be_visible()
    page.get_by_role("link", name="Pour vous").click()
    page.get_by_role("link", name="Oui, en équipe…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce marché vous intéresse\u202f?")
