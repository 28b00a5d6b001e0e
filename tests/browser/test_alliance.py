"""An alliance on a phone: one screen that says what comes next, and few clicks to a share."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance
from cordee.members.models import Structure
from tests.alliances.makers import Rope
from tests.browser.budgets import MEASURE, TABLE
from tests.browser.conftest import DESK, PHONE, open_as

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
# As long as the longest names of structures that share a contract in the demo.
LONG = {
    "jardins": "Les Jardins de la Verdoire",
    "toits": "Rives et Sentiers du Val Mirel",
    "peintres": "Val Mirel Environnement",
}
TITLE = "Entretien des espaces verts, des berges et des murets de la vallée de la Verdoire, à trois"


@pytest.fixture
def team(settings: Any, tmp_path: Path) -> Rope:
    settings.STATE_DIR = tmp_path
    return Rope(tmp_path)


class Clicks:
    """Counts what a person presses."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, what: Locator) -> None:
        what.click()
        self.count += 1


def test_from_an_invitation_to_an_accepted_share(
    team: Rope, visit: Visit, axe_check: Callable[[Page], None]
) -> None:
    """Three gestures on the side of who is asked, three on that of who coordinates."""
    home = reverse("alliances:detail", args=[team.alliance.pk])
    page, asking = visit(home, user=team.leader, phone=True), Clicks()
    asking.on(page.get_by_role("link", name="Inviter l’équipe"))
    axe_check(page)
    asking.on(page.get_by_role("button", name="Envoyer"))
    expect(page.get_by_text("3\u202finvitations envoyées.")).to_be_visible()
    page.goto(page.url.split("/alliances/")[0] + home)
    expect(page.get_by_role("heading", level=1)).to_have_text("Il manque trois réponses")
    axe_check(page)
    for key in team.members[1:]:
        team.say_yes(key)

    zoe, answering = visit(home, user=team.directors["jardins"], phone=True), Clicks()
    answering.on(zoe.get_by_role("button", name="Oui, explorons"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout le monde a répondu")
    asking.on(page.get_by_role("button", name="Passer à la répartition"))
    team.share_out()
    zoe.reload()
    expect(zoe.get_by_text("C’est à vous")).to_be_visible()
    axe_check(zoe)
    answering.on(zoe.get_by_role("link", name="Lire ma part"))
    answering.on(zoe.get_by_role("button", name="J’accepte cette part"))
    expect(zoe.get_by_role("heading", name="Vous avez accepté")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Il manque deux accords")
    assert (asking.count, answering.count) == (3, 3)


def excess(page: Page, structures: int) -> list[str]:
    """The budget of the table; each structure beyond three adds 50 px, 140 on a phone."""
    found, budget, more = [], TABLE["alliances:detail"], max(0, structures - 3)
    allowed = replace(budget, desk=1_100 + 50 * more, phone=1_800 + 140 * more)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        measured = page.evaluate(MEASURE)
        found += allowed.excess(measured, size["width"])
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{wide} px too wide at {size['width']} px"] * (wide > 0)
        answer = page.locator("main .carton-corde")
        if answer.count():
            box = answer.first.bounding_box()
            assert box is not None
            found += ["the answer stands low"] * (box["y"] > size["height"] * 0.6)
    return found


WAYS: dict[str, Callable[[Rope], Any]] = {
    "asked": Rope.invite,
    "talking": Rope.gather,
    "split": lambda team: team.gather().step(Phase.SPLIT).share_out(),
    "documents": Rope.to_documents,
    "filed": Rope.to_filed,
    "signed": lambda team: team.to_filed().win().sign(),
    "sole": Rope.alone_to_documents,
    "sole filed": Rope.alone_to_filed,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_first_page_keeps_its_budget(
    way: str, team: Rope, visit: Visit, live_server: Any
) -> None:
    """With the longest names of the demo, at each part of the road, for each side."""
    for key, name in LONG.items():
        Structure.objects.filter(pk=team.structures[key].pk).update(
            name=name, phone="04 65 71 20 14"
        )
    WAYS[way](team)
    Alliance.objects.filter(pk=team.alliance.pk).update(title=TITLE)
    page = visit("/aide/")
    home = reverse("alliances:detail", args=[team.alliance.pk])
    found = {}
    for side, person in (("coordinates", team.leader), ("takes part", team.directors["jardins"])):
        open_as(page, person, live_server.url, home)
        found[side] = excess(page, team.alliance.parties.count())
    assert found == {side: [] for side in found}
