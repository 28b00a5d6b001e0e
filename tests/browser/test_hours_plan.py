"""From an award to an alliance: a company follows its contract, and asks who could do the hours."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cordee.alliances.models import Alliance
from cordee.members.models import RoleSeat
from cordee.opportunities.models import AwardedContract
from tests.delivery.test_plan import near
from tests.members.makers import make_network, make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_award_becomes_a_plan_then_an_alliance(
    visit: Callable[..., Page], axe_check: Callable[[Page], None]
) -> None:
    make_valley()
    make_network("Réseau du Val")
    company = make_structure("Bâti Mirel (fictive)", kind="ENTREPRISE", is_claimed=True)
    person = make_person("entreprise@exemple.fr", role=RoleSeat.Role.DIRECTOR, structure=company)
    near("Les Haies", "EI", 3)
    near("Intérim du Val", "ETTI", 9)
    award = AwardedContract.objects.create(
        source="decp", source_id="A1", title="Gymnase", notified_on="2026-10-01", months=24
    )
    award.holders.create(siret=company.siret, name=company.name)

    page = visit(reverse("delivery:list"), user=person)
    title = page.get_by_role("heading", level=1)
    page.get_by_role("button", name="Suivre ce marché").click()
    expect(title).to_contain_text("Ce marché court jusqu’en")
    # The award does not say how many hours it owes: neither does the page.
    expect(page.get_by_text("À dire").first).to_be_visible()
    page.get_by_role("link", name="Qui peut faire ces heures").click()
    axe_check(page)
    page.get_by_label("Métier").select_option(label="Espaces verts")
    page.get_by_label("Commune").fill("Éragnes")
    page.get_by_label("heures").first.fill("833")
    page.get_by_role("button", name="Chercher qui peut les faire").click()
    expect(title).to_contain_text("833\u202fheures sur 833 ont preneur")
    expect(page.get_by_text("Le prix est-il celui d’un travail fini").first).to_be_visible()
    axe_check(page)
    page.get_by_role("button", name="En faire une alliance").click()
    expect(page.get_by_text("Les Haies").first).to_be_visible()
    axe_check(page)
    alliance = Alliance.objects.get()
    names = {row.structure.name for row in alliance.parties.select_related("structure")}
    assert names == {"Bâti Mirel (fictive)", "Les Haies"}
