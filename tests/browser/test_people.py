"""Stories of people: a passkey, a forced second factor, an invitation, a structure joined."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import Page

from cordee.accounts.models import User
from cordee.members.directory_index import index_structures
from cordee.members.models import RoleSeat, Structure
from tests.accounts.test_second_factor import code
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
    valid_siret,
)

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
Role = RoleSeat.Role
PASSWORD = "une corde de douze mètres"


def person_named(name: str, address: str, **seat: Any) -> User:
    person = make_person(address, **seat)
    person.display_name = name
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


@pytest.fixture
def structure(live_server: Any) -> Structure:
    make_valley()
    return make_structure(
        "Les Jardins du Val", siret=valid_siret(8001), commune_id="38002", department_id="38"
    )


def sign_in(page: Page, address: str) -> None:
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def confirm(page: Page) -> None:
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()


def title(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_passkey_is_added_then_opens_the_account_alone(
    visit: Visit, axe_check: Check, structure: Structure, live_server: Any
) -> None:
    zoe = person_named("Zoé Mélèze", "zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
    # A passkey belongs to a name, never to a number: the same server, under its name.
    home = live_server.url.replace("127.0.0.1", "localhost")
    page = visit("/compte/connexion/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{home}/compte/connexion/")
    axe_check(page)
    sign_in(page, zoe.email)
    page.goto(f"{home}/compte/securite/")
    assert title(page) == "Votre compte tient à un mot de passe"
    axe_check(page)
    page.get_by_role("link", name="Ajouter une clé").click()
    axe_check(page)
    confirm(page)
    page.get_by_label("Son nom").fill("Mon téléphone")
    axe_check(page)
    page.get_by_role("button", name="Ajouter cette clé").click()
    page.wait_for_url("**/securite/codes/")
    axe_check(page)
    assert Authenticator.objects.filter(user=zoe, type="webauthn").exists()
    page.goto(f"{home}/compte/securite/cles/")
    assert "Mon téléphone" in page.locator("table").inner_text()
    axe_check(page)
    page.context.clear_cookies()
    page.goto(f"{home}/compte/connexion/?next=/roles/")
    page.get_by_role("button", name="Me connecter avec ma clé").click()
    page.get_by_role("heading", name="Vous avez un rôle").wait_for()
    assert "Direction de structure" in page.locator("main").inner_text()


def test_staff_set_up_a_second_factor_before_anything_else(
    visit: Visit, axe_check: Check, structure: Structure, settings: Any
) -> None:
    settings.SECOND_FACTOR = True
    network = make_network("Réseau du Val")
    nadia = person_named(
        "Nadia Ferrand", "nadia@exemple.fr", role=Role.NETWORK_STAFF, network=network
    )
    page = visit("/compte/connexion/", phone=True)
    sign_in(page, nadia.email)
    assert title(page) == "Protégez votre compte pour continuer"
    axe_check(page)
    page.get_by_role("link", name="Installer l’application").click()
    confirm(page)
    axe_check(page)
    page.get_by_text("Je ne peux pas lire le carré").click()
    secret = page.locator("details .fort").inner_text()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.get_by_role("button", name="Mettre en place").click()
    assert title(page) == "Gardez ces codes de secours"
    axe_check(page)
    page.get_by_role("link", name="C’est fait, continuer").click()
    assert "/securite/" not in page.url


def test_an_invitation_is_accepted(visit: Visit, axe_both: Check, structure: Structure) -> None:
    zoe = person_named("Zoé Mélèze", "zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
    desk = visit(f"/annuaire/{structure.pk}/equipe/", user=zoe, phone=True)
    axe_both(desk)
    desk.get_by_label("Son adresse électronique").fill("camille@exemple.fr")
    desk.get_by_label("Encadrant·e technique").check()
    desk.get_by_role("button", name="Envoyer l’invitation").click()
    assert "L’invitation est partie à camille@exemple.fr" in desk.locator("main").inner_text()
    axe_both(desk)
    # Without a task queue between them, the mail is sent and its text forgotten: invite again.
    token = "le-lien-du-courrier"
    from cordee.members.actions.invitations import fingerprint
    from cordee.members.models import Invitation

    Invitation.objects.update(token_hash=fingerprint(token))
    page = visit(f"/invitations/{token}/", phone=True)
    assert title(page) == "Zoé Mélèze vous invite"
    axe_both(page)
    page.get_by_label("Votre nom").fill("Camille Roche")
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Accepter ce rôle").click()
    page.goto(re.sub(r"^(https?://[^/]+).*", r"\1/roles/", page.url))
    assert title(page) == "Vous avez un rôle"
    axe_both(page)


def test_a_structure_is_joined_by_its_siret(
    visit: Visit, axe_both: Check, structure: Structure
) -> None:
    network = make_network("Réseau du Val")
    join(structure, network)
    camille = person_named("Camille Roche", "camille@exemple.fr")
    nadia = person_named(
        "Nadia Ferrand", "nadia@exemple.fr", role=Role.NETWORK_STAFF, network=network
    )
    page = visit("/roles/", user=camille, phone=True)
    assert title(page) == "Vous n’avez pas encore de rôle"
    axe_both(page)
    page.get_by_role("link", name="Trouver ma structure").click()
    siret = structure.siret
    page.get_by_text("Par son SIRET").click()
    page.get_by_label("Le SIRET de votre structure").fill(f"{siret[:9]} {siret[9:]}")
    page.get_by_role("button", name="Chercher ce SIRET").click()
    axe_both(page)
    page.get_by_role("link", name="C’est la mienne").click()
    axe_both(page)
    page.get_by_label("Direction de structure").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    assert "Votre demande est partie" in page.locator("main").inner_text()
    axe_both(page)

    staff = visit("/demandes/", user=nadia, phone=True)
    axe_both(staff)
    staff.get_by_role("link", name="Camille Roche").click()
    axe_both(staff)
    staff.get_by_role("button", name="Accepter Camille Roche").click()
    assert title(staff) == "Aucune demande à traiter"
    axe_both(staff)
    page.goto(page.url.partition("/annuaire/")[0] + "/roles/")
    assert "Direction de structure" in page.locator("main").inner_text()
    structure.refresh_from_db()
    assert structure.is_claimed


class Clicks:
    """Links, buttons and ways through the site; ticks are answers."""

    def __init__(self, page: Page) -> None:
        self.page, self.made = page, 0

    def on(self, role: Any, name: str) -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.made += 1


def link_of_the_mail() -> str:
    found = re.search(r"/rejoindre/suite/\S+", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


def test_a_stranger_begins_the_sheet_of_her_structure_in_four_clicks(
    visit: Visit, axe_both: Check, structure: Structure, live_server: Any
) -> None:
    """On a phone, from the home to a first answer that is kept; then by the mail to the second."""
    index_structures(Structure.objects.all())
    page = visit("/", phone=True)
    hand = Clicks(page)
    hand.on("link", "Inscrire ma structure")
    page.get_by_label("Le nom de votre structure").fill("jardins")
    page.get_by_label("Sa commune").fill("Roche-Mirel (38)")
    hand.on("button", "Chercher ma structure")
    axe_both(page)
    hand.on("link", "C’est la mienne")
    assert title(page).startswith("Quels sont vos métiers")
    page.get_by_text("Espaces verts", exact=True).click()
    axe_both(page)
    page.get_by_label("Votre adresse électronique").fill("ines@exemple.fr")
    hand.on("button", "Garder et continuer")
    assert title(page) == "Un courrier vous attend"
    assert hand.made == 4

    page.goto(live_server.url + link_of_the_mail())
    axe_both(page)
    page.get_by_label("Votre nom").fill("Inès Chambranle")
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer ma fiche").click()
    assert title(page).startswith("Où travaillez-vous")
    page.goto(re.sub("/lieu/$", "/metiers/", page.url))
    assert page.get_by_label("Espaces verts").is_checked(), "what was typed is not lost"


def test_a_structure_that_the_directory_has_not_begins_without_a_siret(
    visit: Visit, axe_both: Check, structure: Structure, live_server: Any
) -> None:
    page = visit("/rejoindre/", phone=True)
    page.get_by_label("Le nom de votre structure").fill("La Scierie")
    page.get_by_label("Sa commune").fill("Éragnes")
    page.get_by_role("button", name="Chercher ma structure").click()
    page.get_by_role("link", name="Commencer ma fiche").click()
    assert page.get_by_label("Le nom de votre structure").input_value() == "La Scierie"
    axe_both(page)
    page.get_by_label("Votre adresse électronique").fill("ines@exemple.fr")
    page.get_by_role("button", name="Garder et continuer").click()
    page.get_by_role("heading", name="courrier").wait_for()
    page.goto(live_server.url + link_of_the_mail())
    axe_both(page)
    assert page.get_by_label("Le SIRET de votre structure").is_visible()
