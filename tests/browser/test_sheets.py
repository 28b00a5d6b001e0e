"""A director takes over the sheet of their structure on a phone; axe reads every page of it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.actions.guessing import guess_all
from cordee.members.models import Activity, Crew, SeasonalProfile, Structure
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
# Three minutes on a phone: beyond so many gestures, nobody keeps the promise.
MOST_TAPS = 20


@pytest.fixture
def structure() -> Structure:
    make_valley()
    made = make_structure("Les Jardins du Val", commune_id="38002", department_id="38")
    guess_all(by=None)
    return made


@pytest.fixture
def director(structure: Structure) -> User:
    return make_person("direction@exemple.fr", role="director", structure=structure)


class Hand:
    """Counts what a thumb does: a tap, or a field typed."""

    def __init__(self) -> None:
        self.gestures = 0

    def tap(self, target: Any) -> None:
        target.click()
        self.gestures += 1

    def type(self, target: Any, text: str) -> None:
        target.fill(text)
        self.gestures += 1


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_director_claims_her_structure_on_a_phone(
    structure: Structure, director: User, visit: Visit, javascript: bool
) -> None:
    hand = Hand()
    page = visit(f"/annuaire/{structure.pk}/", phone=True, user=director, javascript=javascript)
    hand.tap(page.get_by_role("link", name="Reprendre la fiche de ma structure"))

    expect(page.get_by_text("Sans métier, vous n’êtes candidate à rien.")).to_be_visible()
    hand.tap(page.get_by_role("group", name="Maraîchage").get_by_text("Oui", exact=True))
    hand.tap(page.get_by_text("Espaces verts", exact=True))
    level = page.locator("#id_niveau-espaces-verts")
    level.select_option("3")
    hand.gestures += 2
    hand.tap(page.get_by_role("button", name="Garder et continuer"))

    expect(page.get_by_label("Où est votre atelier ?")).to_have_value("Roche-Mirel (38)")
    hand.tap(page.get_by_label("20\u202fkm"))
    hand.tap(page.get_by_role("button", name="Garder et continuer"))

    hand.type(page.get_by_label("Combien d’équipes avez-vous ?"), "2")
    hand.type(page.get_by_label("Combien de places dans une équipe ?"), "8")
    hand.tap(page.get_by_role("group", name="Chaque équipe").get_by_text("Je ne sais pas"))
    hand.tap(page.get_by_text("Certains mois"))
    for month in ("Avril", "Mai", "Juin"):
        hand.tap(page.get_by_text(month, exact=True))
    hand.tap(page.get_by_role("button", name="Garder et terminer"))

    expect(page.get_by_role("heading", name="La fiche est à vous")).to_be_visible()
    assert hand.gestures <= MOST_TAPS

    known = {a.trade: (a.certainty, a.proficiency, a.reach_km) for a in Activity.objects.all()}
    assert known == {"maraichage": ("known", 2, 20), "espaces-verts": ("known", 3, 20)}
    assert list(Crew.objects.values_list("places", "has_vehicle")) == [(8, None)] * 2
    months = SeasonalProfile.objects.get().percent_by_month
    assert [n for n, percent in enumerate(months, start=1) if percent] == [4, 5, 6]


def test_what_was_typed_survives_a_lost_connection(
    structure: Structure, director: User, visit: Visit
) -> None:
    page = visit(f"/annuaire/{structure.pk}/reprendre/equipes/", phone=True, user=director)
    page.get_by_label("Combien d’équipes avez-vous ?").fill("3")
    page.get_by_text("Certains mois").click()
    page.get_by_text("Mars", exact=True).click()
    page.reload()
    expect(page.get_by_label("Combien d’équipes avez-vous ?")).to_have_value("3")
    expect(page.get_by_label("Mars")).to_be_checked()
    # Once saved, what the server holds is what one reads again.
    page.get_by_label("Combien de places dans une équipe ?").fill("5")
    page.get_by_role("button", name="Garder et terminer").click()
    expect(page.get_by_role("heading", name="La fiche est à vous")).to_be_visible()
    page.goto(page.url.replace("/fin/", "/equipes/"))
    expect(page.get_by_label("Combien de places dans une équipe ?")).to_have_value("5")


def test_levels_and_months_open_only_where_they_are_asked(
    structure: Structure, director: User, visit: Visit
) -> None:
    page = visit(f"/annuaire/{structure.pk}/reprendre/metiers/", phone=True, user=director)
    level = page.locator("#id_niveau-espaces-verts")
    expect(level).to_be_hidden()
    page.get_by_text("Espaces verts", exact=True).click()
    expect(level).to_be_visible()
    page.goto(page.url.replace("metiers", "equipes"))
    expect(page.get_by_text("Mars", exact=True)).to_be_hidden()


@pytest.mark.parametrize("step", ["", "metiers/", "lieu/", "equipes/"])
def test_each_step_is_accessible(
    structure: Structure, director: User, visit: Visit, axe_both: Check, step: str
) -> None:
    page = visit(f"/annuaire/{structure.pk}/reprendre/{step}", user=director)
    axe_both(page)
    if step:
        page.locator("form[data-cordee-keep] .btn-primary").click()
        axe_both(page)
