"""The list and the page of an opportunity, looked at by axe and used by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.models import Activity
from cordee.opportunities.actions.correcting import correct_fact
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_network, make_person, make_structure, make_valley
from tests.opportunities.makers import (
    CLEANING,
    GREEN,
    SOFTWARE,
    confirm_all,
    make_opportunity,
    record,
)

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def nadia() -> User:
    make_valley()
    return make_person(
        "nadia@reseau.example", role="network_staff", network=make_network("Réseau du Val")
    )


@pytest.fixture
def opportunity(nadia: User, tmp_path: Path) -> Opportunity:
    return make_opportunity(
        tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING), ("Logiciels", SOFTWARE)]
    )


def test_axe_finds_nothing_on_a_notice_of_three_lots(
    opportunity: Opportunity, nadia: User, look: Callable[..., None]
) -> None:
    pages = ("", "?metier=maraichage", "{pk}/", "{pk}/lots/", "{pk}/lots/?lot=1", "{pk}/avis/")
    facts = ("{pk}/corriger/places/", "{pk}/corriger/trades/")
    look(*(f"/opportunites/{p.format(pk=opportunity.pk)}" for p in (*pages, *facts)), user=nadia)


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/avis/"])
def test_the_longest_tags_fit_a_phone(
    opportunity: Opportunity, nadia: User, visit: Visit, axe_check: Check, path: str
) -> None:
    Opportunity.objects.filter(pk=opportunity.pk).update(
        reserved="MIXTE", is_partly_reserved=True, social_clause="both"
    )
    axe_check(visit("/opportunites/" + path.format(pk=opportunity.pk), phone=True, user=nadia))


def test_searching_swaps_the_results_and_keeps_the_address(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit("/opportunites/", user=nadia)
    page.get_by_label("Mots de l’avis").fill("zèbre")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="Rien ne correspond")).to_be_visible()
    assert "q=z%C3%A8bre" in page.url
    page.get_by_role("link", name="Chercher sans ces mots").click()
    expect(page.get_by_role("link", name="Entretien des espaces verts")).to_be_visible()


def test_a_fact_is_corrected_and_taken_back_in_the_margin(
    opportunity: Opportunity, nadia: User, visit: Visit, axe_check: Check
) -> None:
    """One click opens the form in place; the note answers, takes the focus, and the top follows
    once somebody else confirms."""
    page = visit(f"/opportunites/{opportunity.pk}/avis/", user=nadia)
    note = page.locator("#fait-months")
    note.get_by_text("C’est faux").click()
    page.get_by_label("Combien de mois").fill("0")
    note.get_by_role("button", name="Garder ma correction").click()
    expect(note.get_by_role("alert")).to_be_visible()
    axe_check(page)
    page.get_by_label("Combien de mois").fill("7")
    note.get_by_role("button", name="Garder ma correction").dblclick()
    expect(note.get_by_text("À confirmer")).to_be_visible()
    expect(note).to_be_focused()
    expect(page.locator("#essentiel").get_by_text("12 mois")).to_be_visible()
    assert opportunity.corrections.count() == 1
    axe_check(page)
    note.get_by_role("link", name="Est-ce juste").click()
    expect(page.get_by_role("button", name="Retirer cette correction")).to_be_visible()
    axe_check(page)
    confirm_all()
    page.goto(page.url.split("corrections/")[0] + "avis/")
    expect(note.get_by_text("Corrigé par une personne inscrite")).to_be_visible()
    expect(page.locator("#essentiel").get_by_text("7 mois")).to_be_visible()
    note.get_by_role("button", name="Retirer cette correction").click()
    expect(note.get_by_text("Corrigé")).to_have_count(0)
    expect(note.get_by_text("12 mois")).to_be_visible()
    expect(page.locator("#essentiel").get_by_text("12 mois")).to_be_visible()


def test_closing_a_form_keeps_what_was_typed(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{opportunity.pk}/avis/", user=nadia)
    note = page.locator("#fait-months")
    note.get_by_text("C’est faux").click()
    page.get_by_label("Combien de mois").fill("19")
    other = page.locator("#fait-grouping")
    other.get_by_text("Je le sais").click()
    other.get_by_label("Sous quelle forme").select_option("free")
    other.get_by_role("button", name="Garder ma correction").click()
    expect(other.get_by_text("Groupement accepté")).to_be_visible()
    note.get_by_text("C’est faux").click()
    note.get_by_text("C’est faux").click()
    expect(page.get_by_label("Combien de mois")).to_have_value("19")


def test_without_javascript_a_fact_is_corrected_on_its_page(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{opportunity.pk}/avis/", user=nadia, javascript=False)
    note = page.locator("#fait-months")
    note.get_by_text("C’est faux").click()
    note.get_by_role("link", name="Répondre sur une page à part").click()
    page.get_by_label("Combien de mois").fill("7")
    page.get_by_role("button", name="Garder ma correction").click()
    assert page.url.endswith("#fait-months")
    expect(page.locator("#fait-months").get_by_text("7 mois")).to_be_visible()
    page.get_by_role("link", name="Est-ce juste").click()
    page.get_by_role("button", name="Retirer cette correction").click()
    expect(page.get_by_text("La correction est retirée")).to_be_visible()


def test_the_keyboard_goes_from_note_to_note(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{opportunity.pk}/avis/", user=nadia)
    notes = page.locator("[data-cordee-note]")
    notes.nth(0).focus()
    page.keyboard.press("n")
    expect(notes.nth(1)).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.press("p")
    expect(notes.nth(1)).to_be_focused()
    page.get_by_label("Aller au contenu").or_(page.locator("main")).first.focus()
    page.keyboard.press("n")  # outside the margin the key does nothing
    expect(page.locator("main")).to_be_focused()


@pytest.fixture
def said(nadia: User, tmp_path: Path) -> Opportunity:
    """A notice with a sentence on insertion in the middle of others."""
    content = record(idweb="26-7")
    words = "Le titulaire réserve 450 heures à l’insertion professionnelle de publics éloignés"
    content["donnees"]["MAPA"]["initial"]["description"]["objet"] = (
        f"Entretien des parcs. {words}. Une visite est possible chaque jour ouvré, de 9 h à 17 h."
    )
    return make_opportunity(tmp_path, idweb="26-7", donnees=content["donnees"])


@pytest.mark.parametrize("phone", [False, True])
def test_a_note_stands_beside_its_sentence_and_under_it_on_a_phone(
    said: Opportunity, nadia: User, visit: Visit, axe_check: Check, phone: bool
) -> None:
    page = visit(f"/opportunites/{said.pk}/avis/", user=nadia, phone=phone)
    axe_check(page)
    mark = page.locator(".avis-texte mark", has_text="450 heures").first.bounding_box()
    note = page.locator("#fait-clause_hours").bounding_box()
    first = page.locator("#fait-social_clause").bounding_box()
    assert mark
    assert note
    assert first
    if phone:
        assert first["y"] >= mark["y"] + mark["height"] - 2
        assert first["x"] < mark["x"] + 20
    else:
        assert first["x"] >= mark["x"] + mark["width"]
        assert abs(first["y"] - mark["y"]) < 120
    assert note["y"] >= first["y"] + first["height"]


def test_on_paper_the_marks_are_more_than_a_colour(
    said: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{said.pk}/avis/", user=nadia)
    page.emulate_media(media="print")
    look = page.locator(".avis-texte mark").first.evaluate(
        "e => [getComputedStyle(e).borderBottomStyle, getComputedStyle(e).borderBottomWidth]"
    )
    assert look == ["solid", "2px"]
    number = page.locator(".appel").first
    assert number.evaluate("e => getComputedStyle(e, '::before').content") == '"["'
    expect(page.get_by_text("C’est faux").first).to_be_hidden()


def test_what_we_misread_is_sorted_by_hand(
    said: Opportunity, nadia: User, visit: Visit, axe_both: Check
) -> None:
    page = visit("/opportunites/mal-lus/", user=nadia)
    axe_both(page)
    correct_fact(
        opportunity=said, fact="clause_hours", value=300, by=nadia, on=timezone.localdate()
    )
    confirm_all()
    page.reload()
    axe_both(page)
    page.get_by_role("link", name="Décider").click()
    axe_both(page)
    page.get_by_label("devient-elle un exemple").select_option("kept")
    page.get_by_label("Pourquoi").fill("L’avis donne 300 heures dans son règlement")
    page.get_by_role("button", name="Garder ma décision").click()
    expect(page.get_by_text("La décision est gardée")).to_be_visible()
    expect(page.get_by_role("link", name="Changer")).to_be_visible()


def test_a_director_finds_a_contract_that_is_asserted_for_nobody(
    transactional_db: None, tmp_path: Path, visit: Visit, axe_check: Check
) -> None:
    """From « Pour vous » to one gesture that says yes; then it is a contract as others are."""
    make_valley()
    hers = make_structure(
        "Les Finitions", latitude=45.0, longitude=5.5, department_id="38", commune_id="38001"
    )
    Activity.objects.create(
        chantier=hers.chantiers.get(), trade="second-oeuvre-batiment", certainty="known"
    )
    zoe = make_person("zoe@finitions.example", role="director", structure=hers)
    title = "Travaux divers à l’école"
    call = make_opportunity(tmp_path, title=title, lots=[(title, "98300000")])
    assert not call.trades.exists()
    assert list(call.possible_trades) == ["second-oeuvre-batiment", "gros-oeuvre-patrimoine"]

    page = visit("/opportunites/pour-vous/", phone=True, user=zoe)
    expect(page.get_by_role("heading", name="Peut-être pour vous")).to_be_visible()
    axe_check(page)
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("main")).to_contain_text("On ne sait pas encore")
    axe_check(page)
    page.get_by_role("button", name="Oui\u00a0: second œuvre").click()
    expect(page.get_by_role("main")).not_to_contain_text("Peut-être")
    assert [each.trade for each in call.trades.all()] == ["second-oeuvre-batiment"]
    assert Opportunity.objects.get(pk=call.pk).possible_trades == {}
