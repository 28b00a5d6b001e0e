"""A closed alliance becomes a sheet with one structure unnamed; a reuse that failed changes what a
sheet says; thirteen months later nobody confirmed it, and it fades."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.members.actions.network_mails import staff_of
from cordee.practices.models import Sheet
from demo.people_of import director_of as director_of_demo
from demo.phases import cast_of, won
from tests.browser.conftest import open_as
from tests.composing.conftest import load_valley
from tests.members.makers import make_structure
from tests.practices.sheet_makers import director_of, publish

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Les écoles du val"


def test_a_closed_alliance_becomes_a_sheet_where_one_structure_is_not_named(
    visit: Callable[..., Page],
    axe_both: Callable[..., None],
    live_server: Any,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.STATE_DIR = tmp_path
    valley = load_valley(timezone.localdate())
    alliance = won(cast_of(valley.network, staff_of(valley.network)[0], valley.day))
    assert alliance.title == TITLE
    site, result = live_server.url, reverse("alliances:result", args=[alliance.pk])
    one, two = (party.structure for party in alliance.parties.order_by("pk"))
    directors = {each: director_of_demo(each) for each in (one, two)}
    page = visit(result, user=directors[one])
    page.get_by_role("link", name="En faire une fiche", exact=True).click()
    expect(page.get_by_text("Deux structures ont répondu ensemble")).to_be_visible()
    axe_both(page, "practices-from-record")
    page.get_by_role("button", name="Commencer le brouillon").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    page.get_by_role("link", name="Continuer à écrire").click()
    page.get_by_label("Limites").fill("Une seule réponse, c’est trop peu pour conclure.")
    page.get_by_role("button", name="Enregistrer et relire").click()
    # What is sent is answered before somebody else signs in.
    with page.expect_navigation():
        page.get_by_role("button", name="Publier la version 1").click()
    sheet = Sheet.objects.get(source_kind="alliance")
    for each, button in ((one, "Oui, nommer ma structure"), (two, "Non, ne pas la nommer")):
        row = sheet.authors.get(structure=each)
        naming = reverse("practices:naming", args=[sheet.pk, row.pk])
        open_as(page, directors[each], site, naming)
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
    open_as(page, None, site, sheet.get_absolute_url())
    assert one.shown_name in page.content()
    assert two.shown_name not in page.content()
    assert "€" not in page.locator("main").inner_text()
    # The same record leads to the same sheet.
    open_as(page, directors[two], site, result)
    page.get_by_role("link", name=TITLE, exact=True).last.click()
    assert page.url.endswith(sheet.get_absolute_url())


def test_a_failure_changes_what_a_sheet_says_and_unconfirmed_it_fades(
    visit: Callable[..., Page], axe_both: Callable[..., None], live_server: Any
) -> None:
    author, city = make_structure("Les Jardins du Val"), make_structure("Atelier des Rives")
    writer, tried = director_of(author), director_of(city)
    sheet = publish(author, title="Afficher le tableau du matin").sheet
    publish(make_structure("Un autre"), title="Zones de tri")
    page = visit(sheet.get_absolute_url(), user=tried)
    expect(page.get_by_text("Personne d’autre ne dit encore l’avoir reprise.")).to_be_visible()
    page.get_by_role("link", name="Dire ce que nous en avons fait").click()
    axe_both(page, "practices-say-reuse")
    page.get_by_label("Essayée sans succès").check()
    page.get_by_label("Pourquoi").fill("Trop de passage\u00a0: personne ne le lisait.")
    page.get_by_label("Territoire").select_option("city")
    page.get_by_role("button", name="Le dire").click()
    expect(page.get_by_text("un échec en ville")).to_be_visible()
    axe_both(page, "practices-reused")
    open_as(page, None, live_server.url, sheet.get_absolute_url())
    expect(page.get_by_text("Essayée sans succès par une structure")).to_be_visible()
    assert "Rives" not in page.content()

    on = timezone.localdate()
    Sheet.objects.filter(pk=sheet.pk).update(review_due=on - timedelta(days=31))
    open_as(page, None, live_server.url, reverse("practices:sheets"))
    names = page.locator("tbody th a")
    expect(names).to_have_text(["Zones de tri", sheet.title])
    expect(page.get_by_text("Non confirmée depuis")).to_be_visible()
    open_as(page, writer, live_server.url, "/aujourdhui/")
    page.get_by_role("link", name="Confirmer").first.click()
    axe_both(page, "practices-confirm")
    page.get_by_role("button", name="Elle tient toujours").click()
    expect(page.get_by_text("C’est confirmé")).to_be_visible()
    open_as(page, None, live_server.url, reverse("practices:sheets"))
    expect(names).to_have_text([sheet.title, "Zones de tri"])
    expect(page.get_by_text("Non confirmée depuis")).to_have_count(0)
