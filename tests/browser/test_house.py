"""The layout, the components and the account pages, looked at by axe and used by hand."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from tests.members.makers import make_network, make_person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "une corde de douze mètres"
Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def nadia() -> User:
    user = User.objects.create_user("nadia@reseau.example", PASSWORD, display_name="Nadia Ferrand")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_nothing_overflows_from_320_to_1280(visit: Visit) -> None:
    page = visit("/composants/")
    for width in (320, 480, 640, 768, 900, 992, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{over} px too wide at {width}"


def test_icons_are_drawn_from_the_sprite(visit: Visit) -> None:
    """An external sprite is silent when it fails: measure what it draws."""
    page = visit("/composants/")
    page.wait_for_load_state("networkidle")
    empty = page.evaluate(
        "[...document.querySelectorAll('use')].filter(u => u.getBBox().width < 2).length"
    )
    assert empty == 0


def test_the_skip_link_comes_first(visit: Visit) -> None:
    page = visit("/aide/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_menu_of_the_phone_opens_and_signs_out(
    visit: Visit, axe_check: Check, nadia: User
) -> None:
    page = visit("/aide/", phone=True, user=nadia)
    page.get_by_role("button", name="Menu").click()
    menu = page.get_by_role("navigation", name="Menu")
    expect(menu).to_be_visible()
    axe_check(page)
    menu.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_account_menu_says_what_waits_once_it_is_open(
    visit: Visit, axe_check: Check, phone: bool
) -> None:
    staff = make_person("n@exemple.fr", role="network_staff", network=make_network("Réseau du Val"))
    page = visit("/aide/", phone=phone, user=staff)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Menu" if phone else "n@exemple.fr").click()
    menu = page.locator("#menu" if phone else "#compte")
    expect(menu.get_by_text("Vous agissez pour Réseau du Val")).to_be_visible()
    expect(menu.get_by_role("link", name="Demandes à traiter")).to_be_visible()
    expect(menu.get_by_role("link", name="Mes rôles")).to_have_count(1)
    assert [url for url in asked if "/static/" not in url] == [
        page.url.replace("/aide/", "/roles/menu/")
    ]
    axe_check(page)


def test_the_account_menu_leads_to_ones_roles_without_script(visit: Visit, nadia: User) -> None:
    page = visit("/aide/", user=nadia, javascript=False)
    page.get_by_role("button", name="Nadia Ferrand").click()
    page.locator("#compte").get_by_role("link", name="Mes rôles").click()
    assert page.url.endswith("/roles/")


def test_a_button_prints_once(visit: Visit, nadia: User) -> None:
    page = visit("/aide/", user=nadia)
    page.evaluate(
        "window.printed = 0; window.print = () => { window.printed++; };"
        "const b = document.createElement('button'); b.textContent = 'Imprimer ici';"
        "b.setAttribute('data-cordee-print', ''); document.querySelector('main').append(b);"
    )
    page.get_by_role("button", name="Imprimer ici").click()
    assert page.evaluate("window.printed") == 1


def test_errors_take_the_focus_and_lead_to_their_field(visit: Visit, axe_check: Check) -> None:
    page = visit("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill("personne@reseau.example")
    page.get_by_label("Mot de passe").fill("faux mot de passe")
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_title("Erreur : Se connecter — Cordée")
    expect(page.locator("[data-cordee-errors]")).to_be_focused()
    axe_check(page)


def test_a_button_sends_once(visit: Visit) -> None:
    """While the answer is awaited the button is off and says so."""
    page = visit("/compte/connexion/")
    # Stay on the page, as during a long answer.
    page.evaluate(
        "window.sent = 0; window.addEventListener('submit', e => {"
        " if (!e.defaultPrevented) window.sent++; e.preventDefault() })"
    )
    page.get_by_label("Adresse électronique").fill("nadia@reseau.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    button = page.locator("main button.btn-primary[type=submit]")
    button.dblclick(no_wait_after=True)
    expect(button).to_be_disabled()
    expect(button).to_have_text("Envoi…")
    expect(page.locator("[data-cordee-said]")).to_have_text("Envoi…")
    assert page.evaluate("window.sent") == 1


def test_signing_in_by_keyboard(visit: Visit, nadia: User) -> None:
    page = visit("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(nadia.email)
    page.keyboard.press("Tab")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Nadia Ferrand")).to_be_visible()


def test_a_lost_connection_is_said_and_nothing_is_lost(visit: Visit) -> None:
    page = visit("/aide/")
    page.evaluate("htmx.trigger(document.body, 'htmx:sendError')")
    notice = page.locator("[data-cordee-connection]")
    expect(notice).to_be_visible()
    expect(notice).to_have_text("Connexion perdue. Rien n’est perdu : réessayez.")
