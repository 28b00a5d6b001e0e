"""The first steps of a network on a phone: from an empty base to invitations sent and accepted."""

import re
from collections.abc import Callable

import pytest
from django.core import mail as django_mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.base.mail.models import OutgoingMail
from cordee.members.actions import director_invitations
from cordee.members.models import DirectorContact, RoleSeat
from tests.browser.conftest import PHONE, open_as
from tests.members.makers import make_network, make_person, make_valley, valid_siret

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [
    "siret;sorte;nom;ville;courriel de la direction;nom de la direction",
    f"{valid_siret(801)};ACI;Les Jardins du Val;Roche-Mirel;zoe@exemple.fr;Zoé Mélèze",
    f"{valid_siret(802)};EI;Les Toits;Roche-Mirel;ana@exemple.fr;",
    f"{valid_siret(803)};ACI;Sans adresse;Roche-Mirel;;",
]


def test_from_an_empty_base_to_invitations_sent_and_accepted(
    visit: Callable[..., Page],
    axe_both: Callable[..., None],
    live_server: object,
    settings: object,
) -> None:
    make_valley()
    settings.SECOND_FACTOR = False  # type: ignore[attr-defined]
    network = make_network("Réseau du Val")
    nadia = make_person("nadia@exemple.fr", role="network_staff", network=network)
    site = str(live_server.url)  # type: ignore[attr-defined]
    page = visit("/aide/")
    page.set_viewport_size(PHONE)
    open_as(page, nadia, site, "/")
    page.get_by_role("link", name="Choisir la liste").click()
    list_ = {"name": "m.csv", "mimeType": "text/csv", "buffer": "\n".join(ROWS).encode()}
    page.get_by_label("Votre liste").set_input_files(list_)
    page.get_by_role("button", name="Lire cette liste").click()
    expect(page.get_by_text("2\u202fadresses de direction")).to_be_visible()
    page.get_by_role("button", name="Importer cette liste").click()
    expect(page.get_by_role("heading", name="structures créées")).to_be_visible()
    # The list is in, the next step waits.
    page.get_by_role("link", name="Cordée, accueil").click()
    expect(page.get_by_text("Importer vos membres")).to_have_count(0)
    page.get_by_role("link", name="Relire l’envoi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2\u202fdirections à inviter")
    expect(page.get_by_text("Zoé Mélèze, ")).to_be_visible()
    expect(page.get_by_text("Sans adresse qui serve\u00a0: 1")).to_be_visible()
    assert not OutgoingMail.objects.exists()
    axe_both(page, "inviter-directions")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Envoyer 2\u202finvitations").click()
    expect(page.get_by_text("2\u202finvitations partent")).to_be_visible()
    page.get_by_role("link", name="Cordée, accueil").click()
    expect(page.get_by_role("link", name="Relire l’envoi")).to_have_count(0)
    director_invitations.run(timezone.now())
    assert sorted(m.recipient for m in OutgoingMail.objects.all()) == [
        "ana@exemple.fr",
        "zoe@exemple.fr",
    ]
    # One stops it in one click, the other accepts.
    # What was sent is read where it arrived: the text of a way in is forgotten once it left.
    sent = {mail.to[0]: mail for mail in django_mail.outbox}
    path = r"https?://[^/]+(/\S+)"
    stop = re.search(path, sent["ana@exemple.fr"].extra_headers["List-Unsubscribe"].strip("<>"))
    way_in = re.search(path, str(sent["zoe@exemple.fr"].body))
    assert stop is not None
    assert way_in is not None
    open_as(page, None, site, stop[1])
    page.get_by_role("button", name="Ne plus recevoir ces courriers").click()
    expect(page.get_by_role("heading", name="Ces courriers sont arrêtés")).to_be_visible()
    director_invitations.run(timezone.now())
    open_as(page, None, site, way_in[1])
    page.get_by_label("Votre nom").fill("Zoé Mélèze")
    page.get_by_label("Mot de passe").first.fill("une corde de douze mètres")
    page.get_by_role("button", name="Accepter ce rôle").click()
    expect(page.get_by_text("Vous avez un nouveau rôle")).to_be_visible()
    assert RoleSeat.objects.filter(role="director", person__email="zoe@exemple.fr").exists()
    assert not DirectorContact.objects.exists()
